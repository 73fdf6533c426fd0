//! A recording with pseudonyms for all that people said, so that it can be given away.
//!
//! [`Pseudonymiser`] reads a recording line by line, lets the same happen to a room of its own in other
//! words, and writes down what that room does: so the result replays exactly.
//!
//! ```
//! use chatroom::recording::pseudonymise::Pseudonymiser;
//!
//! let mut pseudonymiser = Pseudonymiser::new(0x5eed);
//! let mut written = String::new();
//! for line in ["chatroom transcript 1", "#1 connects from 192.0.2.7:4000", r"+1.000s #1 -> Ann\n"] {
//!     pseudonymiser.line(line, &mut written)?;
//! }
//! pseudonymiser.end(&mut written)?;
//! assert!(written.contains(" joined the chat!") && !written.contains("Ann"));
//! # Ok::<(), chatroom::recording::replay::Stop>(())
//! ```
//!
//! Letters stand for letters and digits for digits, in as many bytes, and everything else for itself: so
//! frames and limits stay the same. A word has one pseudonym in a recording, in any case and wherever it
//! is said: so a nickname is free, taken or spoken to as it was. A word or a letter that goes on in the
//! next read goes on as it would in one, since each letter depends on those before it alone, and its
//! pseudonym differs in the last byte alone.
//!
//! These stay as they are: the names of the room's commands, and as much of another word behind a slash
//! as one begins with; `nick`, `server`, `you` and `http`, since they decide what the room does; the first
//! two digits of what may be a nickname that begins with a letter, since the room itself numbers those;
//! loopback addresses; marks, symbols, and letters that have none of their kind beside them.
//!
//! Pseudonyms hide what was said from a reader, not from a cryptanalyst: the length of each word, and
//! which words are the same, can still be seen. Nicknames that only look alike ([`Nickname`]) no longer
//! do: where the room refused one for that, its pseudonym joins, until the room drops it. And a letter with
//! a mark of its own may become one that no nickname holds, or the other way round.
//!
//! [`Nickname`]: crate::room::nickname::Nickname

mod command;
mod pseudonyms;
mod shadow_room;
mod words;

use alloc::string::String;
use alloc::vec::Vec;

use self::shadow_room::ShadowRoom;
use crate::recording::replay::Stop;
use crate::recording::transcript::{Entry, ParseError, Reader, VERSION, Writer};
use crate::room::event::{Action, Event, Millis};

/// Writes a recording again, with pseudonyms. It holds a room, and at most a frame and a read for each
/// connection.
#[derive(Debug)]
pub struct Pseudonymiser {
    key: u64,
    reader: Reader,
    /// The number of lines that have been read.
    lines: usize,
    writer: Writer,
    /// `None` until the head is over.
    room: Option<ShadowRoom>,
    /// When the latest event happened.
    now: Millis,
}

impl Pseudonymiser {
    /// A pseudonymiser whose pseudonyms depend on this key: a new random one for each recording that is
    /// given away.
    #[must_use]
    pub fn new(key: u64) -> Self {
        let (reader, writer) = (Reader::default(), Writer::default());
        Self { key, reader, lines: 0, writer, room: None, now: Millis::ZERO }
    }

    /// Reads the next line, and appends to `out` what stands for it. An event is written before the room
    /// hears of it, so that one at which the room panics is there.
    ///
    /// # Errors
    ///
    /// Why nothing that follows can be used.
    pub fn line(&mut self, line: &str, out: &mut String) -> Result<(), Stop> {
        self.lines += 1;
        if self.lines == 1 && line.trim_end() != VERSION {
            return Err(Stop::NoRecording);
        }
        let entry = self.reader.line(line).map_err(|reason| self.damaged(&reason))?;
        match entry {
            // Actions follow from the events, except that the recorded room may have dropped another peer.
            Some(Entry::Action(Action::Drop(id))) => {
                if let Some(lost) = self.room(out)?.lose(id) {
                    self.happens(&lost, out);
                }
            }
            None | Some(Entry::Action(_)) => {}
            Some(Entry::Gap(bytes)) => return Err(Stop::Gap { line: self.lines, bytes }),
            Some(Entry::Behind(now, id, bytes)) => {
                self.room(out)?;
                let _ = self.writer.behind(out, now, id, bytes); // A string takes all, here and below.
            }
            Some(Entry::Event(now, event)) => {
                self.now = now;
                let event = self.room(out)?.pseudonym(now, &event.as_bytes());
                self.happens(&event, out);
            }
        }
        Ok(())
    }

    /// The recording is over.
    ///
    /// # Errors
    ///
    /// It has no head.
    pub fn end(&mut self, out: &mut String) -> Result<(), Stop> {
        if self.lines == 0 {
            return Err(Stop::NoRecording);
        }
        self.room(out).map(drop)
    }

    fn happens(&mut self, event: &Event<Vec<u8>>, out: &mut String) {
        let Self { writer, room, now, .. } = self;
        let _ = writer.event(out, *now, event);
        if let Some(room) = room {
            room.happens(*now, event, |action| _ = writer.action(out, action));
        }
    }

    /// The room, behind its head.
    fn room(&mut self, out: &mut String) -> Result<&mut ShadowRoom, Stop> {
        let room = match self.room.take() {
            Some(room) => room,
            None => {
                self.reader.room().map_err(|reason| self.damaged(&reason))?;
                let begun = ShadowRoom::begin(self.key, self.reader.head());
                let (head, room) = begun.map_err(|reason| self.damaged(&reason))?;
                let _ = self.writer.head(out, &head.settings, head.snapshot.as_ref());
                room
            }
        };
        Ok(self.room.insert(room))
    }

    fn damaged(&self, reason: &str) -> Stop {
        Stop::Damaged(ParseError::new(self.lines, reason))
    }
}

/// A mix of two numbers (the finaliser of SplitMix64).
const fn mix(a: u64, b: u64) -> u64 {
    let mut mixed = a.rotate_left(32) ^ b.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ mixed >> 31
}
