//! Writes down each event of a room as it comes: the text of a [transcript](crate::recording::transcript),
//! for files, for the latest of it in memory, or for both.
//!
//! An event is told before the room hears of it, so that one at which the room fails is there. It is
//! handed on with all that it led to: whatever is lost, and wherever a file ends, is a whole number of
//! events.

mod ring;
mod write_queue;

use alloc::string::String;

pub use self::ring::{Latest, Ring};
pub use self::write_queue::{Chunk, WriteQueue};
use crate::limits;
use crate::recording::snapshot::Snapshot;
use crate::recording::transcript::{Head, Writer};
use crate::room::actions::Actions;
use crate::room::event::{ClientId, Event, Millis};
use crate::room::settings::Settings;

/// Writes a transcript as it happens.
#[derive(Debug)]
pub struct Recorder {
    settings: Settings,
    writer: Writer,
    /// The event at hand, and what it has led to so far.
    event: String,
    queue: Option<WriteQueue>,
    ring: Option<Ring>,
}

impl Recorder {
    /// A recorder of a room with these settings, in which nothing has happened.
    #[must_use]
    pub fn new(settings: Settings, queue: Option<WriteQueue>, ring: Option<Ring>) -> Self {
        let (writer, event) = (Writer::default(), String::new());
        let mut recorder = Self { settings, writer, event, queue, ring };
        recorder.begin_with(Head::new(recorder.settings.clone(), None));
        recorder
    }

    /// Returns true if a file or a part of the ring is full, so that the next is to [`begin`](Self::begin).
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.queue.as_ref().is_some_and(WriteQueue::is_full)
            || self.ring.as_ref().is_some_and(Ring::is_full)
    }

    /// Begins the next file, or part of the ring, whichever is full: this is the state of the room, to
    /// which nothing has happened since what was told last.
    pub fn begin(&mut self, state: Snapshot) {
        self.begin_with(Head::new(self.settings.clone(), Some(state)));
    }

    fn begin_with(&mut self, head: Head) {
        let queue = self.queue.as_mut().filter(|queue| queue.is_full());
        match (queue, self.ring.as_mut().filter(|ring| ring.is_full())) {
            (Some(queue), Some(ring)) => {
                queue.begin(head.clone());
                ring.begin(head);
            }
            (Some(queue), None) => queue.begin(head),
            (None, Some(ring)) => ring.begin(head),
            (None, None) => {}
        }
    }

    /// This is about to happen.
    pub fn event(&mut self, now: Millis, event: &Event<&[u8]>) {
        self.event.clear();
        // Writing to a string does not fail, here and below.
        let _ = self.writer.event(&mut self.event, now, event);
    }

    /// It has led to this.
    pub fn actions(&mut self, actions: Actions<'_>) {
        let Self { writer, event, .. } = self;
        actions.for_each(|action| _ = writer.action(event, &action));
        self.push();
    }

    /// So many bytes wait for this peer to take them.
    pub fn behind(&mut self, now: Millis, id: ClientId, bytes: u64) {
        self.event.clear();
        let _ = self.writer.behind(&mut self.event, now, id, bytes);
        self.push();
    }

    fn push(&mut self) {
        if let Some(queue) = &mut self.queue {
            queue.push(&self.event);
        }
        if let Some(ring) = &mut self.ring {
            ring.push(&self.event);
        }
        self.event.clear();
        self.event.shrink_to(limits::READ_BYTES);
    }

    /// The queue of bytes for files, where there are any.
    #[must_use]
    pub const fn queue(&mut self) -> Option<&mut WriteQueue> {
        self.queue.as_mut()
    }

    /// Nothing more happens: the event at hand is the last one, whatever has become of it.
    pub fn end(&mut self) {
        if !self.event.is_empty() {
            self.push();
        }
        if let Some(queue) = &mut self.queue {
            queue.end();
        }
    }

    /// The latest of what has happened; `None` where it is not kept. An event at hand is not in it.
    #[must_use]
    pub fn latest(&self) -> Option<Latest> {
        self.ring.as_ref().map(|ring| ring.latest(""))
    }

    /// The same, with the event at hand, and without what it leads to.
    #[must_use]
    pub fn latest_with_event_at_hand(&self) -> Option<Latest> {
        self.ring.as_ref().map(|ring| ring.latest(&self.event))
    }
}
