//! The bytes that wait to be written to files: a queue with a bound, which nobody waits for.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::mem;

use crate::limits;
use crate::recording::transcript::Head;

/// The work that is to be done to files, in this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Chunk {
    /// The next file begins so.
    Head(Box<Head>),
    /// Append this text, which is of whole events.
    Events(String),
    /// So many bytes of events are missing here.
    Gap(u64),
}

/// The bytes that wait to be written. It leaves out all that comes while
/// [`RECORD_QUEUE_BYTES`](limits::RECORD_QUEUE_BYTES) or more wait.
#[derive(Debug, Default)]
pub struct WriteQueue {
    /// At how many bytes a file is full.
    most: usize,
    waiting: Vec<Chunk>,
    /// Bytes that wait or are being written.
    held: usize,
    /// Those of them that are being written.
    taken: usize,
    /// Bytes of the head of the file at hand, where there is one, of its events, and of those that are
    /// left out in front of what comes next.
    head: Option<usize>,
    events: usize,
    gap: u64,
}

impl WriteQueue {
    /// An empty one, for files that are full at so many bytes.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self { most, ..Self::default() }
    }

    /// Returns true if the next file is to begin, and there is room for its head. Where the state of
    /// the room is the larger part of a file, later: to write that down is never most of the work.
    #[must_use]
    pub fn is_full(&self) -> bool {
        let is_full =
            |head: usize| head.saturating_add(self.events) >= self.most && self.events >= head;
        self.has_room() && self.head.is_none_or(is_full)
    }

    /// Begins the next file.
    pub fn begin(&mut self, head: Head) {
        self.tell_gap();
        self.head = Some(head.bytes());
        self.events = 0;
        self.held = self.held.saturating_add(head.bytes());
        self.waiting.push(Chunk::Head(Box::new(head)));
    }

    /// Adds an event with all that it led to, or leaves it out.
    pub fn push(&mut self, event: &str) {
        if !self.has_room() {
            self.gap = self.gap.saturating_add(event.len() as u64);
            return;
        }
        self.tell_gap();
        self.events = self.events.saturating_add(event.len());
        self.held = self.held.saturating_add(event.len());
        match self.waiting.last_mut() {
            Some(Chunk::Events(events)) => events.push_str(event),
            Some(Chunk::Head(_) | Chunk::Gap(_)) | None => {
                self.waiting.push(Chunk::Events(event.into()));
            }
        }
    }

    /// Nothing more is added.
    pub fn end(&mut self) {
        self.tell_gap();
    }

    fn tell_gap(&mut self) {
        if self.gap > 0 {
            self.waiting.push(Chunk::Gap(mem::take(&mut self.gap)));
        }
    }

    const fn has_room(&self) -> bool {
        self.held < limits::RECORD_QUEUE_BYTES
    }

    /// Returns true if what happened last has been left out.
    #[must_use]
    pub const fn is_losing(&self) -> bool {
        self.gap > 0
    }

    /// Returns true if something waits to be written.
    #[must_use]
    pub const fn is_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Takes all that waits. It counts until it is [written](Self::written).
    #[must_use]
    pub fn take(&mut self) -> Vec<Chunk> {
        self.taken = self.held;
        mem::take(&mut self.waiting)
    }

    /// Gives back the place of the bytes that were taken: they have been written, or are lost.
    pub fn written(&mut self) {
        self.held = self.held.saturating_sub(mem::take(&mut self.taken));
    }
}
