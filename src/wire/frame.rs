//! Bytes to frames.
//!
//! A [`Decoder`] is pushed what reads bring and is asked for frames; "not yet" is `None`. However
//! the bytes of a line-framed peer are split over reads, the frames are the same, and the work is
//! linear in the bytes. Its user bounds its memory: one that asks for frames until there are
//! none leaves at most one unfinished frame behind.
//!
//! - **Lines**: a frame ends with LF, and one CR before it is dropped, or with CR NUL, which telnet sends
//!   for the key Enter in character mode (RFC 854) and which is CR LF from here on. Empty frames are
//!   skipped. A frame of more than the limit is skipped up to its end and reported once.
//! - **Unframed**: a frame is what one push brought. The original client begins each message with
//!   its own `nickname: `; there a frame that TCP glued is taken apart again, and the prefix is
//!   left out. Stored as lines, so that there is one way out. A push of a whole
//!   [`READ_BYTES`](limits::READ_BYTES) may have cut a message, which then goes on in the next; one
//!   without the prefix may go on, too, until its sender has been quiet for a while, which its user
//!   [tells](Decoder::end_open). The first push after the nickname that does not begin with the prefix,
//!   and any that ends with LF, makes the peer line-framed for good.
//! - **Telnet** negotiation (RFC 854, 855) is removed first, and never answered.

mod state;
mod telnet;

use alloc::vec::Vec;
use core::mem;
use core::str::Utf8Chunk;

use memchr::memmem;
pub(crate) use state::{Next, State, Unframed};
pub(crate) use telnet::Telnet;

use crate::limits;
use crate::wire::sanitize;

/// The mark at the end of a peer's frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// By LF.
    Lines,
    /// By nothing: one send is one frame (the original Python programs).
    Unframed,
}

/// A frame of a peer's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame<'a> {
    /// The bytes of a frame, not empty, without its line end.
    Text(&'a [u8]),
    /// A frame of more bytes than the limit stood here.
    TooLong,
}

const LF: u8 = b'\n';
const CR: u8 = b'\r';

/// The frame parser. See the [module](self) for its rules.
#[derive(Debug)]
pub struct Decoder {
    limit: usize,
    framing: Framing,
    /// The beginning of each message of an unframed peer: its own nickname.
    prefix: Vec<u8>,
    /// Says how the next push of an unframed peer is read.
    next: Next,
    telnet: Telnet,
    /// Bytes without telnet negotiation; before `head` they have been taken.
    buffer: Vec<u8>,
    head: usize,
    /// There is no LF in `buffer[head..scanned]`.
    scanned: usize,
    /// The next frame, looked for once, after each change; and the bytes of its text. They are two fields,
    /// since a pair that was written in parts is not read at once (a tenth of the time of a short line).
    found: Found,
    length: usize,
    /// Inside a frame that was reported as too long.
    skipping: bool,
}

/// The frame that begins at `head`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    /// None yet.
    Nothing,
    /// Text, the LF of which is at `scanned`.
    Text,
    /// More bytes than the limit, with the LF there.
    TooLong,
    /// More bytes than the limit so far, without an LF.
    TooLongAlready,
}

impl Decoder {
    /// A parser of lines of at most `limit` bytes before their LF.
    #[must_use]
    pub const fn new(limit: usize) -> Self {
        Self {
            limit,
            framing: Framing::Lines,
            prefix: Vec::new(),
            next: Next::Begins,
            telnet: Telnet::Text,
            buffer: Vec::new(),
            head: 0,
            scanned: 0,
            found: Found::Nothing,
            length: 0,
            skipping: false,
        }
    }

    /// Returns the present framing.
    #[must_use]
    pub const fn framing(&self) -> Framing {
        self.framing
    }

    /// Takes what one read brought.
    pub fn push(&mut self, data: &[u8]) {
        self.compact(data.len());
        self.store(data);
        self.settle();
    }

    /// The same, where there is memory for it; returns false where there is none.
    #[must_use]
    pub fn try_push(&mut self, data: &[u8]) -> bool {
        self.compact(data.len());
        let has_memory = self.buffer.try_reserve(data.len()).is_ok();
        if has_memory {
            self.store(data);
            self.settle();
        }
        has_memory
    }

    fn store(&mut self, data: &[u8]) {
        let start = self.buffer.len();
        self.telnet.strip(data, &mut self.buffer);
        let read = self.buffer.get(start..).unwrap_or_default();
        if self.framing == Framing::Lines || read.is_empty() {
            return;
        }
        let decided = self.next == Next::Decides && !read.starts_with(&self.prefix);
        if decided || read.ends_with(&[LF]) {
            self.framing = Framing::Lines;
            self.next = Next::Begins;
        } else {
            let read = self.buffer.split_off(start);
            self.push_unframed(read, data.len() >= limits::READ_BYTES);
        }
    }

    /// The next frame, or `None` until more bytes make one.
    pub fn next_frame(&mut self) -> Option<Frame<'_>> {
        let (found, text) = (self.found, self.head..self.head + self.length);
        match found {
            Found::Nothing => return None,
            Found::Text | Found::TooLong => self.take(self.scanned + 1),
            Found::TooLongAlready => {
                self.skipping = true;
                self.skip_all();
            }
        }
        self.settle();
        Some(match found {
            Found::Text => Frame::Text(self.buffer.get(text).unwrap_or_default()),
            Found::Nothing | Found::TooLong | Found::TooLongAlready => Frame::TooLong,
        })
    }

    /// Returns true if [`next_frame`](Self::next_frame) would give one.
    #[must_use]
    pub fn has_frame(&self) -> bool {
        self.found != Found::Nothing
    }

    /// Returns the bytes of the next frame's text, about; 0 where there is none yet.
    #[must_use]
    pub fn frame_length(&self) -> usize {
        sanitize::expanded_length(self.held().get(..self.length).unwrap_or_default())
    }

    /// Returns true if nothing is held but empty frames.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.held().is_empty()
    }

    /// Bytes held, frames and the beginning of one.
    #[must_use]
    pub fn held(&self) -> &[u8] {
        self.buffer.get(self.head..).unwrap_or_default()
    }

    /// Takes `count` of the held bytes for something else than a frame.
    pub fn skip(&mut self, count: usize) {
        self.take(self.buffer.len().min(self.head.saturating_add(count)));
        self.settle();
    }

    /// The peer ended its side in order: an unterminated last line counts as one.
    pub fn finish(&mut self) {
        self.next = Next::Begins;
        if self.held().last().is_some_and(|&last| last != LF) {
            self.buffer.push(LF);
        }
        self.settle();
    }

    /// Returns true if the last frame of an unframed peer may go on, as long as it is not quiet.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        matches!(self.next, Next::GoesOn | Next::MayGoOn)
    }

    /// It has been quiet: that frame is whole.
    pub fn end_open(&mut self) {
        if self.is_open() {
            self.next = Next::Begins;
            self.buffer.push(LF);
            self.settle();
        }
    }

    /// Returns true if exactly one character is held.
    #[must_use]
    pub fn is_one_character(&self) -> bool {
        let held = self.held();
        let characters = |chunk: Utf8Chunk<'_>| {
            chunk.valid().chars().count() + usize::from(!chunk.invalid().is_empty())
        };
        held.len() <= char::MAX.len_utf8() && held.utf8_chunks().map(characters).sum::<usize>() == 1
    }

    /// Returns true if what is held shows that the peer does not end its frames: a nickname, and a message
    /// that begins with it.
    #[must_use]
    pub fn is_glued(&self) -> bool {
        let nickname = nickname_length(self.held());
        nickname < self.held().len()
            && nickname <= self.limit
            && memchr::memchr(LF, self.held()).is_none()
    }

    /// The peer does not end its frames. Returns its nickname, which is held; from now on that and `: ` is
    /// the prefix of its messages. Where the first message was glued to the
    /// nickname (`JacobJacob: hi`), they are taken apart here.
    pub fn unframe(&mut self) -> Vec<u8> {
        let mut answer = self.buffer.split_off(self.head);
        self.take(self.head);
        // Where this comes late, the peer has finished by now, or has ended a line after all.
        let is_whole = answer.pop_if(|last| *last == LF).is_some();
        answer.pop_if(|last| is_whole && *last == CR);
        let messages = answer.split_off(nickname_length(&answer));
        self.framing = Framing::Unframed;
        self.prefix = [&answer, PREFIX_END].concat();
        self.next = Next::Decides;
        if !messages.is_empty() {
            self.push_unframed(messages, false);
        }
        if is_whole {
            self.end_open();
        }
        self.settle();
        answer
    }

    /// Stores one unframed frame as lines, one for each message that it holds. The last one may go on
    /// in the next.
    fn push_unframed(&mut self, mut frame: Vec<u8>, full: bool) {
        let before = mem::take(&mut self.next);
        if matches!(before, Next::GoesOn | Next::MayGoOn) {
            let begun = memchr::memrchr(LF, &self.buffer).map_or(0, |end| end + 1);
            let begun = self.buffer.split_off(begun);
            self.scanned = self.scanned.min(self.buffer.len());
            frame.splice(..0, begun);
        }
        let has_prefix = before == Next::GoesOn || memmem::find(&frame, &self.prefix).is_some();
        self.next = match (full, has_prefix) {
            (true, _) => Next::GoesOn,
            (false, true) => Next::Begins,
            (false, false) => Next::MayGoOn,
        };
        let goes_on = self.is_open();
        // A skipped message ends before the prefix of the next one.
        let own = frame.strip_prefix(&*self.prefix).filter(|_| !self.skipping);
        let mut rest = own.unwrap_or(&frame);
        while !rest.is_empty() {
            let end = memmem::find(rest, &self.prefix);
            let (message, glued) = rest.split_at(end.unwrap_or(rest.len()));
            self.buffer.extend(message.iter().map(|&byte| if byte == LF { b' ' } else { byte }));
            if !(goes_on && glued.is_empty()) {
                self.buffer.push(LF);
            }
            rest = glued.get(self.prefix.len()..).unwrap_or_default();
        }
    }

    /// Looks for the next frame after a change, and skips at once what is no frame: what is held does not
    /// depend on when frames are asked for, so a copy made of the [state](Self::state) holds the same.
    fn settle(&mut self) {
        (self.found, self.length) = self.find();
    }

    /// Looks at each byte once.
    #[inline] // Called as a function, it makes decoding lines of 16 bytes take 1.6 times as long.
    fn find(&mut self) -> (Found, usize) {
        while self.has_line_end() {
            let line = self.buffer.get(self.head..self.scanned).unwrap_or_default();
            let length = line.len() - usize::from(line.last() == Some(&CR));
            if mem::take(&mut self.skipping) || length == 0 {
                self.take(self.scanned + 1);
                self.take(self.head + line_ends(self.held()));
            } else if length > self.limit {
                return (Found::TooLong, 0);
            } else {
                return (Found::Text, length);
            }
        }
        let held = self.held();
        if self.skipping {
            self.skip_all();
        } else if held.strip_suffix(&[CR]).unwrap_or(held).len() > self.limit {
            return (Found::TooLongAlready, 0);
        }
        (Found::Nothing, 0)
    }

    /// Moves `scanned` to the next LF, or to the end; returns true if there is one.
    #[inline]
    fn has_line_end(&mut self) -> bool {
        let unscanned = self.buffer.get(self.scanned..).unwrap_or_default();
        let ahead = memchr::memchr(LF, unscanned);
        self.scanned += ahead.unwrap_or(unscanned.len());
        ahead.is_some()
    }

    /// Takes all but a last CR, with which the end may begin.
    fn skip_all(&mut self) {
        self.take(self.buffer.len() - usize::from(self.held().last() == Some(&CR)));
        self.scanned = self.buffer.len();
    }

    fn take(&mut self, next: usize) {
        self.head = next;
        self.scanned = next;
    }

    /// Gives back the memory of what has been taken, where little is held: its peer may say nothing more.
    pub fn give_back(&mut self) {
        if self.buffer.capacity() > 2 * KEPT_BYTES && self.held().len() <= KEPT_BYTES {
            self.compact(0);
            self.buffer.shrink_to(KEPT_BYTES);
        }
    }

    /// Forgets what has been taken, before so many bytes come. Moves only what one push left unfinished, so
    /// the work stays linear; and gives back the memory of a long frame, since most members are idle.
    fn compact(&mut self, next_bytes: usize) {
        if self.head == 0 {
            return;
        }
        if self.head == self.buffer.len() {
            self.buffer.clear();
            self.buffer.shrink_to(next_bytes.max(KEPT_BYTES));
        } else {
            self.buffer.drain(..self.head);
        }
        self.scanned -= self.head;
        self.head = 0;
    }
}

/// Returns the bytes at the beginning that are nothing but empty frames: a flood of line ends is gone
/// through at once.
fn line_ends(bytes: &[u8]) -> usize {
    let mut rest = bytes;
    while let [LF, after @ ..] | [CR, LF, after @ ..] = rest {
        rest = after;
    }
    bytes.len() - rest.len()
}

/// Stands between a nickname and a message.
const PREFIX_END: &[u8] = b": ";

/// Returns the end of the nickname in an unframed answer: a name that stands twice before the first `: `
/// is a nickname and the prefix of a message.
pub(crate) fn nickname_length(answer: &[u8]) -> usize {
    let twice = memmem::find(answer, PREFIX_END).and_then(|end| answer.get(..end));
    twice
        .map(|twice| twice.split_at(twice.len() / 2))
        .filter(|(name, again)| name == again && !name.is_empty())
        .map_or(answer.len(), |(name, _)| name.len())
}

/// Capacity that an empty decoder keeps: a read of short lines, or a long one, needs no allocation.
const KEPT_BYTES: usize = 4096;
