//! The pace at which something happened, or a multiple of it.

#![expect(clippy::disallowed_types, reason = "the clock is read here, to wait by it")]
#![expect(clippy::disallowed_methods, reason = "waiting is what is asked for")]

use std::thread;
use std::time::{Duration, Instant};

use chatroom::Millis;

/// The pace since the first time that was waited for.
pub(crate) struct Pace {
    speed: f64,
    begun: Option<(Instant, Millis)>,
}

impl Pace {
    /// So many times as fast.
    pub(crate) const fn new(speed: f64) -> Self {
        Self { speed, begun: None }
    }

    /// Waits until it is this time.
    pub(crate) fn wait_for(&mut self, now: Millis) {
        let (begun, first) = *self.begun.get_or_insert_with(|| (Instant::now(), now));
        let passed = Duration::from_millis(now.since(first).as_millis()).as_secs_f64() / self.speed;
        let passed = Duration::try_from_secs_f64(passed).unwrap_or(Duration::MAX);
        thread::sleep(passed.saturating_sub(begun.elapsed()));
    }
}
