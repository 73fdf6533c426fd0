//! The time of day, as data: the core has no clock, and is told.

use alloc::format;
use alloc::string::String;
use core::fmt;
use core::str::FromStr;

use jiff::Timestamp;

use crate::room::event::Millis;
use crate::wire::sanitize::quoted;

/// Milliseconds since 1970-01-01 in UTC, up to 9999-12-30T21:59:59.999Z. Prints as RFC 3339 with milliseconds, which
/// are 24 bytes: `2026-11-27T05:44:58.123Z`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct WallTime(i64);

/// The last whole second of [`Timestamp::MAX`].
const LATEST: i64 = 253_402_207_199_999;

impl WallTime {
    /// The bytes of a time and the space behind it, as `/times` puts them before a line.
    pub const PREFIX_BYTES: usize = "2026-11-27T05:44:58.123Z ".len();

    /// The time of a room that has not been told any.
    pub const UNKNOWN: Self = Self(0);

    /// So many milliseconds after 1970-01-01; a later time than there is becomes the latest.
    #[must_use]
    pub fn new(millis: u64) -> Self {
        Self(i64::try_from(millis).map_or(LATEST, |millis| millis.min(LATEST)))
    }

    /// Returns the milliseconds since 1970-01-01.
    #[must_use]
    pub const fn as_millis(self) -> u64 {
        self.0.unsigned_abs()
    }

    /// So much later.
    #[must_use]
    pub fn after(self, time: Millis) -> Self {
        Self::new(self.as_millis().saturating_add(time.as_millis()))
    }

    /// The same as a timestamp.
    pub(crate) fn timestamp(self) -> Timestamp {
        Timestamp::from_millisecond(self.0).unwrap_or_default()
    }
}

impl fmt::Display for WallTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3}", self.timestamp())
    }
}

/// Reads what `Display` writes, and nothing else of RFC 3339.
impl FromStr for WallTime {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let read = || {
            let read: Timestamp = text.parse().ok()?;
            let read = Self::new(u64::try_from(read.as_millisecond()).ok()?);
            (text.len() < Self::PREFIX_BYTES && format!("{read}") == text).then_some(read)
        };
        read().ok_or_else(|| format!("{} is no time, such as {}", quoted(text), Self::UNKNOWN))
    }
}
