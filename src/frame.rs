//! Bytes to frames.
//!
//! A [`Decoder`] is pushed what reads bring and is asked for frames; "not yet" is `None`. However
//! the bytes of a line-framed peer are split over reads, the frames are the same, and the work is
//! linear in the bytes. What it holds is bounded by its user: whoever asks for frames until there
//! are none leaves at most one unfinished frame behind.
//!
//! - **Lines**: a frame ends with LF; one CR before it is dropped; empty frames are skipped. A
//!   frame of more than the limit is skipped up to its LF and reported once.
//! - **Unframed**: a frame is what one push brought. The original client begins each message with
//!   its own `nickname: `; there a frame that TCP glued is taken apart again, and the prefix is
//!   left out. Stored as lines, so that there is one way out. A push of a whole
//!   [`READ_BYTES`](limits::READ_BYTES) may have cut a message, which then goes on in the next. A push
//!   that ends with LF makes the peer line-framed for good.
//! - **Telnet** negotiation (RFC 854, 855) is removed first, and never answered.

mod telnet;

use alloc::vec::Vec;
use core::mem;
use core::ops::Range;

use memchr::memmem;
pub(crate) use telnet::Telnet;

use crate::limits;

/// How a peer marks the end of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// By LF.
    Lines,
    /// By nothing: one send is one frame (the original Python programs).
    Unframed,
}

/// What a peer said.
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
    /// What each message of an unframed peer begins with: its own nickname.
    prefix: Vec<u8>,
    /// The last message of an unframed peer may go on: the read that brought it was full.
    open: bool,
    telnet: Telnet,
    /// Bytes without telnet negotiation; before `head` they have been taken.
    buffer: Vec<u8>,
    head: usize,
    /// There is no LF in `buffer[head..scanned]`.
    scanned: usize,
    /// Inside a frame that was reported as too long.
    skipping: bool,
}

/// What a [`Decoder`] is in the midst of. The rest of what it has follows from this.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct State {
    /// `None` where frames are lines.
    pub(crate) unframed: Option<Unframed>,
    pub(crate) telnet: Telnet,
    /// Bytes without telnet negotiation that have not been taken.
    pub(crate) held: Vec<u8>,
    /// Inside a frame that was reported as too long.
    pub(crate) skipping: bool,
}

/// What is known of a peer that does not end its frames.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unframed {
    /// What stands before the `: ` of each of its messages, as it was first sent.
    pub(crate) nickname: Vec<u8>,
    /// Its last message may go on.
    pub(crate) open: bool,
}

/// The next frame, where it stands in the buffer.
enum Found {
    Text { text: Range<usize>, next: usize },
    TooLong { next: Option<usize> },
}

impl Decoder {
    /// A parser of lines of at most `limit` bytes before their LF.
    #[must_use]
    pub const fn new(limit: usize) -> Self {
        Self {
            limit,
            framing: Framing::Lines,
            prefix: Vec::new(),
            open: false,
            telnet: Telnet::Text,
            buffer: Vec::new(),
            head: 0,
            scanned: 0,
            skipping: false,
        }
    }

    /// What this is in the midst of.
    pub(crate) fn state(&self) -> State {
        let unframed = || Unframed {
            nickname: self.prefix.strip_suffix(PREFIX_END).unwrap_or_default().into(),
            open: self.open,
        };
        State {
            unframed: (self.framing == Framing::Unframed).then(unframed),
            telnet: self.telnet,
            held: self.held().into(),
            skipping: self.skipping,
        }
    }

    /// A parser of lines of at most `limit` bytes that goes on where another one was.
    ///
    /// # Errors
    ///
    /// Says why no parser could be there, as what a peer does.
    pub(crate) fn resume(limit: usize, state: &State) -> Result<Self, &'static str> {
        if !state.telnet.is_bounded() {
            return Err("is further inside a telnet subnegotiation than it can be");
        }
        let mut decoder = Self {
            telnet: state.telnet,
            buffer: state.held.clone(),
            skipping: state.skipping,
            ..Self::new(limit)
        };
        if let Some(Unframed { nickname, open }) = &state.unframed {
            if nickname.is_empty() || nickname.len() > limit || nickname.contains(&LF) {
                return Err("begins its messages with what is no answer to NICK");
            }
            decoder.framing = Framing::Unframed;
            decoder.prefix = [nickname, PREFIX_END].concat();
            decoder.open = *open;
        }
        decoder.find();
        if decoder.held() != state.held {
            return Err("holds what it would have skipped");
        }
        Ok(decoder)
    }

    /// How frames end now.
    #[must_use]
    pub const fn framing(&self) -> Framing {
        self.framing
    }

    /// Takes what one read brought.
    pub fn push(&mut self, data: &[u8]) {
        self.compact();
        let start = self.buffer.len();
        self.telnet.strip(data, &mut self.buffer);
        if self.framing == Framing::Unframed {
            let frame = self.buffer.split_off(start);
            if frame.last() == Some(&LF) {
                self.framing = Framing::Lines;
                self.buffer.extend_from_slice(&frame);
            } else {
                self.push_unframed(frame, data.len() >= limits::READ_BYTES);
            }
        }
    }

    /// The next frame, or `None` until more bytes make one.
    pub fn next_frame(&mut self) -> Option<Frame<'_>> {
        match self.find()? {
            Found::Text { text, next } => {
                self.take(next);
                Some(Frame::Text(self.buffer.get(text).unwrap_or_default()))
            }
            Found::TooLong { next: Some(next) } => {
                self.take(next);
                Some(Frame::TooLong)
            }
            Found::TooLong { next: None } => {
                self.skipping = true;
                self.take(self.buffer.len());
                Some(Frame::TooLong)
            }
        }
    }

    /// Whether [`next_frame`](Self::next_frame) would give one.
    #[must_use]
    pub fn has_frame(&mut self) -> bool {
        self.find().is_some()
    }

    /// Whether nothing is held but empty frames.
    #[must_use]
    pub fn is_empty(&mut self) -> bool {
        self.find().is_none() && self.held().is_empty()
    }

    /// Bytes held, frames and the beginning of one.
    #[must_use]
    pub fn held(&self) -> &[u8] {
        self.buffer.get(self.head..).unwrap_or_default()
    }

    /// Takes `count` of the held bytes for something else than a frame.
    pub fn skip(&mut self, count: usize) {
        self.take(self.buffer.len().min(self.head.saturating_add(count)));
    }

    /// The peer ended its side in order: an unterminated last line counts as one.
    pub fn finish(&mut self) {
        if self.held().last().is_some_and(|&last| last != LF) {
            self.buffer.push(LF);
        }
    }

    /// Whether what is held shows that the peer does not end its frames: a nickname, and a message
    /// that begins with it.
    #[must_use]
    pub fn is_glued(&self) -> bool {
        let nickname = nickname_length(self.held());
        nickname < self.held().len()
            && nickname <= self.limit
            && memchr::memchr(LF, self.held()).is_none()
    }

    /// The peer does not end its frames. What is held is its nickname, which is returned; from now
    /// on that and `: ` is the prefix of its messages. Where the first message was glued to the
    /// nickname (`JacobJacob: hi`), they are taken apart here.
    pub fn unframe(&mut self) -> Vec<u8> {
        let mut answer = self.buffer.split_off(self.head);
        self.scanned = self.head;
        let messages = answer.split_off(nickname_length(&answer));
        self.framing = Framing::Unframed;
        self.prefix = [&answer, PREFIX_END].concat();
        self.push_unframed(messages, false);
        answer
    }

    /// Stores one unframed frame as lines, one for each message that it holds. The last one may go on
    /// in the next.
    fn push_unframed(&mut self, mut frame: Vec<u8>, goes_on: bool) {
        if mem::replace(&mut self.open, goes_on) {
            let begun = memchr::memrchr(LF, &self.buffer).map_or(0, |end| end + 1);
            let begun = self.buffer.split_off(begun);
            self.scanned = self.scanned.min(self.buffer.len());
            frame.splice(..0, begun);
        }
        // What is being skipped ends before the prefix of the next message.
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

    /// Looks at each byte once; finds the same frame until it is taken.
    fn find(&mut self) -> Option<Found> {
        loop {
            let unscanned = self.buffer.get(self.scanned..).unwrap_or_default();
            let Some(ahead) = memchr::memchr(LF, unscanned) else {
                self.scanned = self.buffer.len();
                if self.skipping {
                    self.take(self.scanned);
                } else if self.scanned - self.head > self.limit {
                    return Some(Found::TooLong { next: None });
                }
                return None;
            };
            self.scanned += ahead;
            let (end, next) = (self.scanned, self.scanned + 1);
            let line = self.buffer.get(self.head..end).unwrap_or_default();
            let length = line.len() - usize::from(line.last() == Some(&CR));
            if mem::take(&mut self.skipping) || length == 0 {
                // A flood of line ends is gone through at once.
                self.take(next + line_ends(self.buffer.get(next..).unwrap_or_default()));
            } else if line.len() > self.limit {
                return Some(Found::TooLong { next: Some(next) });
            } else {
                return Some(Found::Text { text: self.head..self.head + length, next });
            }
        }
    }

    fn take(&mut self, next: usize) {
        self.head = next;
        self.scanned = next;
    }

    /// Forgets what has been taken. Moves only what one push left unfinished, so the work stays
    /// linear; and gives back the memory of a long frame, since most members are idle.
    fn compact(&mut self) {
        if self.head == self.buffer.len() {
            self.buffer.clear();
            self.buffer.shrink_to(KEPT_BYTES);
        } else {
            self.buffer.drain(..self.head);
        }
        self.scanned -= self.head;
        self.head = 0;
    }
}

/// How many bytes at the beginning are nothing but empty frames.
fn line_ends(bytes: &[u8]) -> usize {
    let mut rest = bytes;
    while let [LF, after @ ..] | [CR, LF, after @ ..] = rest {
        rest = after;
    }
    bytes.len() - rest.len()
}

/// What stands between a nickname and a message.
const PREFIX_END: &[u8] = b": ";

/// Where the nickname ends in an unframed answer: a name that stands twice before the first `: `
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
