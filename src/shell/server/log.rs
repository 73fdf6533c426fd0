//! The logs of all broadcasts, and the place of each member in them.
//!
//! A broadcast is appended once to the log of each rendering, and a member is a position in one of
//! these; so it costs the same memory however many listen. Bytes for one member alone wait in that
//! member's [`Outbox`].

use std::io;
use std::mem;

use crate::wire::rendering::Rendering;

/// A place in the log: how many bytes were appended before it.
pub type Position = u64;

/// The log of each rendering.
#[derive(Debug, Default)]
pub struct Logs {
    native: Log,
    timed: Log,
    ascii: Log,
}

impl Logs {
    /// Returns the log of this rendering.
    #[must_use]
    pub const fn of(&self, rendering: Rendering) -> &Log {
        match rendering {
            Rendering::Native => &self.native,
            Rendering::NativeTimed => &self.timed,
            Rendering::Ascii => &self.ascii,
        }
    }

    const fn of_mut(&mut self, rendering: Rendering) -> &mut Log {
        match rendering {
            Rendering::Native => &mut self.native,
            Rendering::NativeTimed => &mut self.timed,
            Rendering::Ascii => &mut self.ascii,
        }
    }

    /// Appends a broadcast of this rendering.
    pub fn append(&mut self, rendering: Rendering, bytes: &[u8]) {
        self.of_mut(rendering).bytes.extend_from_slice(bytes);
    }

    /// Nobody needs more than the last so many bytes of any of them.
    pub fn keep(&mut self, bytes: usize) {
        for rendering in Rendering::ALL {
            let log = self.of_mut(rendering);
            log.forget_before(log.end().saturating_sub(bytes as Position));
        }
    }
}

/// The bytes of all broadcasts of a rendering that someone has not been sent yet, contiguous.
#[derive(Debug, Default)]
pub struct Log {
    bytes: Vec<u8>,
    start: Position,
}

/// Memory that an empty log keeps.
const KEPT_BYTES: usize = 256 * 1024;

impl Log {
    /// Returns the position of the next byte.
    #[must_use]
    pub fn end(&self) -> Position {
        self.start + self.bytes.len() as Position
    }

    /// Everything from this position on.
    #[must_use]
    pub fn since(&self, position: Position) -> &[u8] {
        let skipped = usize::try_from(position.saturating_sub(self.start)).unwrap_or(usize::MAX);
        self.bytes.get(skipped..).unwrap_or_default()
    }

    /// Nobody needs what is before this position. Each byte is moved at most once on average.
    fn forget_before(&mut self, position: Position) {
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

/// The unsent bytes of one peer, in order: first what is its own, then the log of its rendering
/// from its position on.
#[derive(Debug, Default)]
pub struct Outbox {
    own: Vec<u8>,
    /// The bytes of `own` that have been sent.
    sent: usize,
    rendering: Rendering,
    /// `None` before admission: no broadcast is for it.
    position: Option<Position>,
    /// The last write ended without its LF.
    owes_line_end: bool,
}

impl Outbox {
    /// From here on the log of this rendering is for this peer too, and no other.
    pub fn admit(&mut self, logs: &Logs, rendering: Rendering) {
        if mem::take(&mut self.owes_line_end) {
            self.own.insert(self.sent, b'\n');
        }
        self.take_over(logs);
        self.position = Some(logs.of(rendering).end());
        self.rendering = rendering;
    }

    /// Adds what is for this peer alone, after all broadcasts so far.
    pub fn push(&mut self, logs: &Logs, bytes: &[u8]) {
        self.take_over(logs);
        self.push_own(bytes);
    }

    /// From here on no log is for this peer any more.
    pub fn leave(&mut self, logs: &Logs) {
        self.take_over(logs);
        self.position = None;
    }

    /// Returns the bytes that are held for this peer alone; at most about twice what waits.
    #[must_use]
    pub const fn held(&self) -> usize {
        self.own.len()
    }

    /// Returns the bytes that wait.
    #[must_use]
    pub fn unsent(&self, logs: &Logs) -> usize {
        self.own.len() - self.sent
            + self.position.map_or(0, |position| logs.of(self.rendering).since(position).len())
    }

    /// Sends as much as `send` takes at once; whether that was all.
    ///
    /// # Errors
    ///
    /// Those of `send`, other than that it would block.
    pub fn flush(
        &mut self,
        logs: &Logs,
        mut send: impl FnMut(&[u8]) -> io::Result<usize>,
    ) -> io::Result<bool> {
        if self.rendering == Rendering::Ascii {
            self.take_over(logs);
        }
        let own = self.own.get(self.sent..).unwrap_or_default();
        if !own.is_empty() {
            let left_out = usize::from(self.rendering == Rendering::Ascii && own.ends_with(b"\n"));
            let own = own.get(..own.len() - left_out).unwrap_or_default();
            let sent = send_all(own, &mut send)?;
            self.owes_line_end &= sent == 0;
            self.sent += sent;
            if self.sent + left_out < self.own.len() {
                return Ok(false);
            }
            self.own = Vec::new();
            self.sent = 0;
            self.owes_line_end = left_out > 0;
        }
        let Some(position) = &mut self.position else { return Ok(true) };
        let rest = logs.of(self.rendering).since(*position);
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
    fn take_over(&mut self, logs: &Logs) {
        if let Some(position) = &mut self.position {
            let log = logs.of(self.rendering);
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
        self.own.extend_from_slice(bytes);
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
