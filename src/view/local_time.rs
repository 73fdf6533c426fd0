//! A time of day somewhere, as a value: the shell asks the clock and the time zone.

use core::fmt;

/// Local time. `Display` is RFC 3339: `2026-11-22T10:11:12+01:00`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LocalTime {
    /// The year, from 0 to 9999.
    pub year: u16,
    /// The month, from 1.
    pub month: u8,
    /// The day of the month, from 1.
    pub day: u8,
    /// The hour, from 0 to 23.
    pub hour: u8,
    /// The minute.
    pub minute: u8,
    /// The second.
    pub second: u8,
    /// Minutes that local time is ahead of UTC.
    pub offset: i16,
}

/// The day of a moment. `Display` is `2026-11-22`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day(u16, u8, u8);

impl LocalTime {
    /// Its day.
    #[must_use]
    pub const fn date(self) -> Day {
        Day(self.year, self.month, self.day)
    }
}

impl fmt::Display for LocalTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { hour, minute, second, offset, .. } = *self;
        let (ahead, sign) = (offset.unsigned_abs(), if offset < 0 { '-' } else { '+' });
        write!(f, "{}T{hour:02}:{minute:02}:{second:02}", self.date())?;
        write!(f, "{sign}{:02}:{:02}", ahead / 60, ahead % 60)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.0, self.1, self.2)
    }
}
