//! A connection as the two ends see it: bytes that arrive late, in other portions, or never.

use std::collections::VecDeque;

use chatroom::Ending;

use super::plan::Kind;

/// One direction. The bytes sent wait until they are read; that is any delay there is.
pub(super) struct Pipe {
    waiting: VecDeque<u8>,
    /// The most bytes that may wait; a sender of more is held up.
    capacity: usize,
    end: Option<Ending>,
    end_was_read: bool,
}

/// The result of one read.
pub(super) enum Read {
    Bytes(Vec<u8>),
    End(Ending),
    Nothing,
}

impl Pipe {
    pub(super) const fn new(capacity: usize) -> Self {
        Self { waiting: VecDeque::new(), capacity, end: None, end_was_read: false }
    }

    /// Takes as many of these bytes as there is room for.
    pub(super) fn send(&mut self, bytes: &[u8]) -> usize {
        if self.end.is_some() {
            return bytes.len(); // Into the void, as a kernel takes them.
        }
        let taken = bytes.len().min(self.capacity - self.waiting.len().min(self.capacity));
        self.waiting.extend(&bytes[..taken]);
        taken
    }

    /// Reads at most so many bytes, or the end behind them.
    pub(super) fn read(&mut self, most: usize) -> Read {
        if !self.waiting.is_empty() && most > 0 {
            let count = most.min(self.waiting.len());
            return Read::Bytes(self.waiting.drain(..count).collect());
        }
        match self.end.filter(|_| self.waiting.is_empty() && !self.end_was_read) {
            Some(ending) => {
                self.end_was_read = true;
                Read::End(ending)
            }
            None => Read::Nothing,
        }
    }

    /// The sender ends in order.
    pub(super) fn finish(&mut self) {
        self.end.get_or_insert(Ending::Finished);
    }

    /// The connection is reset: what waits is lost.
    pub(super) fn reset(&mut self) {
        self.waiting.clear();
        self.end = Some(Ending::Lost);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    pub(super) fn is_reset(&self) -> bool {
        self.end == Some(Ending::Lost)
    }
}

/// A connection.
pub(super) struct Wire {
    /// To the server.
    pub(super) up: Pipe,
    /// To the client.
    pub(super) down: Pipe,
    /// The client has closed it, so that nobody takes what comes down.
    pub(super) closed: bool,
}

impl Wire {
    /// A connection of someone of this kind, on which so many bytes may be on their way.
    pub(super) fn new(kind: Kind, capacity: usize) -> Self {
        let up = match kind {
            Kind::Ours | Kind::Hostile => capacity,
            Kind::Legacy | Kind::Original => usize::MAX, // A message is what one send carries.
        };
        Self { up: Pipe::new(up), down: Pipe::new(capacity), closed: false }
    }

    /// The client closes both sides. With something unread that is a reset (RFC 2525, 2.17).
    pub(super) fn close(&mut self) {
        self.closed = true;
        if self.down.is_empty() {
            self.up.finish();
        } else {
            self.reset();
        }
    }

    /// The connection is lost to both.
    pub(super) fn reset(&mut self) {
        self.up.reset();
        self.down.reset();
    }
}
