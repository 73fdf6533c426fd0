//! When a connection that did not take all it was sent is tried again, and when it is told how much
//! waits for it.

use crate::limits;
use crate::room::event::Millis;

/// The first wait for a connection that does not take what it is sent; doubled while it takes
/// nothing at all, so that a stalled one costs next to nothing.
const FIRST: Millis = Millis::new(4);
/// The longest such wait.
const LONGEST: Millis = Millis::new(256);

/// The next try to send to a connection that is behind.
#[derive(Clone, Copy, Debug)]
pub struct Retry {
    /// When it is tried again.
    pub at: Millis,
    wait: Millis,
    /// At how many unsent bytes it is told next.
    told_at: usize,
}

impl Retry {
    /// The next try after `before`, if there was one, where the peer has taken something or nothing.
    #[must_use]
    pub fn after(before: Option<Self>, now: Millis, taken: bool) -> Self {
        let wait = before.filter(|_| !taken).map_or(FIRST, |before| before.wait + before.wait);
        let wait = wait.min(LONGEST);
        let told_at = before.map_or(limits::BEHIND_BYTES, |before| before.told_at);
        Self { at: now + wait, wait, told_at }
    }

    /// Returns true if the log is to say that so many bytes are unsent: each time that they have doubled.
    pub const fn is_told(&mut self, unsent: usize) -> bool {
        let told = unsent >= self.told_at;
        if told {
            self.told_at = unsent.saturating_mul(2);
        }
        told
    }
}
