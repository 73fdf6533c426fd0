//! The log of all broadcasts, and what each member has of it.
//!
//! A broadcast is appended once, and a member is a position in the log; so it costs the same memory
//! however many listen. What is for one member alone waits in that member's [`Outbox`].

use std::io;
use std::mem;

use crate::frame::Framing;
use crate::sanitize;

/// A place in the log: how many bytes were appended before it.
pub type Position = u64;

/// The bytes of all broadcasts that someone has not been sent yet, contiguous.
#[derive(Debug, Default)]
pub struct Log {
    bytes: Vec<u8>,
    start: Position,
}

/// Memory that an empty log keeps.
const KEPT_BYTES: usize = 256 * 1024;

impl Log {
    /// Where the next byte goes.
    #[must_use]
    pub fn end(&self) -> Position {
        self.start + self.bytes.len() as Position
    }

    /// Appends a broadcast.
    pub fn append(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Everything from this position on.
    #[must_use]
    pub fn since(&self, position: Position) -> &[u8] {
        let skipped = usize::try_from(position.saturating_sub(self.start)).unwrap_or(usize::MAX);
        self.bytes.get(skipped..).unwrap_or_default()
    }

    /// Nobody needs what is before this position. Each byte is moved at most once on average.
    pub fn forget_before(&mut self, position: Position) {
        let forgotten = self.bytes.len() - self.since(position).len();
        if forgotten == self.bytes.len() {
            self.bytes.clear();
            self.bytes.shrink_to(KEPT_BYTES);
        } else if forgotten > self.bytes.len() / 2 {
            self.bytes.drain(..forgotten);
        } else {
            return;
        }
        self.start += forgotten as Position;
    }
}

/// What one peer is still to be sent, in order: first what is its own, then the log from its
/// position on.
#[derive(Debug)]
pub struct Outbox {
    own: Vec<u8>,
    /// How much of `own` has been sent.
    sent: usize,
    /// `None` before admission: no broadcast is for it.
    position: Option<Position>,
    framing: Framing,
    /// The last write ended without its LF.
    owes_line_end: bool,
}

impl Default for Outbox {
    fn default() -> Self {
        Self {
            own: Vec::new(),
            sent: 0,
            position: None,
            framing: Framing::Lines,
            owes_line_end: false,
        }
    }
}

impl Outbox {
    /// From here on the log is for this peer too.
    pub fn admit(&mut self, log: &Log, framing: Framing) {
        self.position = Some(log.end());
        self.framing = framing;
    }

    /// From here on it is sent lines, as they are.
    pub fn upgrade(&mut self, log: &Log) {
        if mem::take(&mut self.owes_line_end) && self.own.is_empty() {
            self.own.push(b'\n');
        }
        self.take_over(log);
        self.framing = Framing::Lines;
    }

    /// Adds what is for this peer alone, after all broadcasts so far.
    pub fn push(&mut self, log: &Log, bytes: &[u8]) {
        self.take_over(log);
        self.push_own(bytes);
    }

    /// From here on the log is no longer for this peer.
    pub fn leave(&mut self, log: &Log) {
        self.take_over(log);
        self.position = None;
    }

    /// How many bytes are held for this peer alone; at most about twice what waits.
    #[must_use]
    pub const fn held(&self) -> usize {
        self.own.len()
    }

    /// How many bytes wait.
    #[must_use]
    pub fn unsent(&self, log: &Log) -> usize {
        self.own.len() - self.sent + self.position.map_or(0, |position| log.since(position).len())
    }

    /// Sends as much as `send` takes at once; whether that was all.
    ///
    /// # Errors
    ///
    /// Those of `send`, other than that it would block.
    pub fn flush(
        &mut self,
        log: &Log,
        mut send: impl FnMut(&[u8]) -> io::Result<usize>,
    ) -> io::Result<bool> {
        if self.framing == Framing::Unframed {
            self.take_over(log);
        }
        let own = self.own.get(self.sent..).unwrap_or_default();
        if !own.is_empty() {
            let left_out = usize::from(self.framing == Framing::Unframed && own.ends_with(b"\n"));
            let own = own.get(..own.len() - left_out).unwrap_or_default();
            self.sent += send_all(own, &mut send)?;
            if self.sent + left_out < self.own.len() {
                return Ok(false);
            }
            self.own = Vec::new();
            self.sent = 0;
            self.owes_line_end = left_out > 0;
        }
        let Some(position) = &mut self.position else { return Ok(true) };
        let rest = log.since(*position);
        if rest.is_empty() {
            return Ok(true);
        }
        let sent = send_all(rest, &mut send)?;
        *position += sent as Position;
        Ok(sent == rest.len())
    }

    /// Forgets all that waits; the peer is gone.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Copies the rest of the log, so that what is added next comes after it, or so that it can be
    /// changed for this peer.
    fn take_over(&mut self, log: &Log) {
        if let Some(position) = &mut self.position {
            let rest = log.since(mem::replace(position, log.end()));
            self.push_own(rest);
        }
    }

    fn push_own(&mut self, bytes: &[u8]) {
        // A peer that is always a little behind never has an empty outbox. Each byte is moved at
        // most once on average.
        if self.sent > self.own.len() / 2 {
            self.own.drain(..self.sent);
            self.sent = 0;
        }
        match self.framing {
            Framing::Lines => self.own.extend_from_slice(bytes),
            Framing::Unframed => sanitize::push_ascii(bytes, &mut self.own),
        }
    }
}

/// Calls `send` until it has taken all, or takes less than it is given; how much it took.
fn send_all(bytes: &[u8], send: &mut impl FnMut(&[u8]) -> io::Result<usize>) -> io::Result<usize> {
    loop {
        match send(bytes) {
            Ok(sent) => return Ok(sent),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(0),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
