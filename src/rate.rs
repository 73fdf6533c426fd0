//! How often a member may speak: a token bucket.

use crate::event::Millis;
use crate::settings::Settings;

/// A token bucket in its virtual-scheduling form (the generic cell rate algorithm, ITU-T I.371): the
/// one number kept is when the bucket will be full again, in microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bucket {
    full_at: u64,
}

const MICROS_PER_MILLI: u64 = 1000;
const MICROS_PER_SECOND: u64 = 1_000_000;

impl Bucket {
    /// A bucket that will be full then, in microseconds since the server started.
    #[must_use]
    pub const fn resume(full_at: u64) -> Self {
        Self { full_at }
    }

    /// When it will be full, in microseconds since the server started.
    #[must_use]
    pub const fn full_at(self) -> u64 {
        self.full_at
    }

    /// When the next message may be taken: later than `now`, or `None` for at once.
    #[must_use]
    pub fn ready_at(self, now: Millis, settings: &Settings) -> Option<Millis> {
        let spare = interval(settings).saturating_mul(u64::from(settings.burst.max(1)) - 1);
        let ready = self.full_at.saturating_sub(spare).div_ceil(MICROS_PER_MILLI);
        Some(Millis::new(ready)).filter(|&ready| ready > now)
    }

    /// Takes one message.
    pub fn spend(&mut self, now: Millis, settings: &Settings) {
        let now = now.as_millis().saturating_mul(MICROS_PER_MILLI);
        self.full_at = self.full_at.max(now).saturating_add(interval(settings));
    }
}

/// Microseconds from one message to the next; 0 where there is no limit.
fn interval(settings: &Settings) -> u64 {
    MICROS_PER_SECOND.checked_div(u64::from(settings.rate)).unwrap_or(0)
}
