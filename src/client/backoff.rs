//! The wait before the next try.

use crate::limits;
use crate::room::event::Millis;

/// Waits that double, each shortened by up to half of it at random: those who lost the same server do
/// not come back all at once.
#[derive(Debug)]
pub(crate) struct Backoff {
    seed: u64,
    next: u64,
}

impl Backoff {
    pub(crate) const fn new(seed: u64) -> Self {
        Self { seed, next: limits::RECONNECT_FIRST.as_millis() }
    }

    /// All is well: the next wait is a short one again.
    pub(crate) const fn reset(&mut self) {
        self.next = limits::RECONNECT_FIRST.as_millis();
    }

    /// The next wait, no longer than `most`.
    pub(crate) fn next(&mut self, most: Millis) -> Millis {
        let whole = self.next.min(most.as_millis());
        self.next = (2 * self.next).min(limits::RECONNECT_MOST.as_millis());
        // Knuth's linear congruential generator; its high bits are the random ones.
        self.seed = self.seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        Millis::new(whole - (self.seed >> 33) % (whole / 2))
    }
}
