//! The latest of what has happened, in memory.

use alloc::string::String;
use core::{fmt, mem};

use crate::recording::transcript::Head;

/// Two parts of a transcript, of which the older one goes when the newer one is full: so there is
/// always at least half of what is asked for, and never more than all of it and two events. The states
/// of the room that the parts begin with come on top, and where one is larger than a part, the part is
/// as large: to take a state is never most of the work.
#[derive(Debug)]
pub struct Ring {
    half: usize,
    older: Part,
    newer: Part,
}

/// Events and actions, and the head from which they can be replayed alone.
#[derive(Debug)]
struct Part {
    head: Option<Head>,
    events: String,
}

/// A copy of the latest of what has happened. Displays as a transcript.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Latest {
    head: Option<Head>,
    events: String,
}

impl Ring {
    /// An empty one, for so many bytes of events.
    #[must_use]
    pub fn new(bytes: usize) -> Self {
        let half = bytes / 2;
        // Its pages are nobody's before they are written to.
        let part = || Part { head: None, events: String::with_capacity(half) };
        Self { half, older: part(), newer: part() }
    }

    /// Returns true if the next part is to begin.
    #[must_use]
    pub fn is_full(&self) -> bool {
        let Part { head, events } = &self.newer;
        head.as_ref().is_none_or(|head| events.len() >= self.half.max(head.bytes()))
    }

    /// Begins the next part.
    pub fn begin(&mut self, head: Head) {
        mem::swap(&mut self.older, &mut self.newer);
        self.newer.head = Some(head);
        self.newer.events.clear();
        self.newer.events.shrink_to(self.half);
    }

    /// Adds an event with all that it led to.
    pub fn push(&mut self, event: &str) {
        self.newer.events.push_str(event);
    }

    /// All that is kept, and this.
    #[must_use]
    pub fn latest(&self, last: &str) -> Latest {
        let Self { older, newer, .. } = self;
        let head = older.head.as_ref().or(newer.head.as_ref()).cloned();
        Latest { head, events: [&*older.events, &*newer.events, last].concat() }
    }
}

impl fmt::Display for Latest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.head.iter().try_for_each(|head| head.fmt(f))?;
        f.write_str(&self.events)
    }
}
