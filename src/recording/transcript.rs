//! The one format of what happened: scenario, snapshot, recording and fuzz seed.
//!
//! ```text
//! chatroom transcript 1
//! rate=10 burst=20 backlog=1048576 max-members=960 max-per-address=32 handshake-timeout=30000 history=20 motd=
//!
//! +0.000s ann connects from 127.0.0.1:1001
//!         log <- Connected with 127.0.0.1:1001
//!         ann <- NICK
//! +1.500s ann -> ann\n
//!         log <- Nickname of the client is ann!
//!         ann is admitted with lines
//!         ann <= ann joined the chat!\n
//!         ann <- Connected to the server!\n
//!         ann <- # 1 here: ann\n
//! ```
//!
//! The head is the format's version and the settings. Then a line for each event, with its time,
//! and under it a line for each action that it led to. `->` is what a peer sent in one read, `<-`
//! what one peer is sent, `<=` what everyone is sent who stands in front of it, `<~` the same in
//! ASCII to those who are sent that, and `<@` with its time. `clock says 2026-11-27T05:44:58.123Z` tells the
//! room the time of day. A peer is its `#number`, or has a name: `ann connects as #7` gives it, and without
//! `as` it is the name of the number after the highest named.
//! Bytes that are not printable UTF-8 are escaped as in Rust: `\n`, `\t`, `\r`, `\\`, `\xff`,
//! `\u{202e}`.
//!
//! Two kinds of line decide nothing. `+1.500s ann is behind by 65536` is how many bytes wait for her to
//! take them, each time that it is twice as many; `gap of 4096 bytes` is where a recording could not be
//! written, behind which nothing can be replayed.
//!
//! Reading is more lenient than writing: settings that are left out have their defaults, a line
//! without a time happens when the one before it did, an address may be left out, and names in
//! front of `<=` or `<~` are not checked, since they follow from the lines above.

mod head;
mod reader;
mod writer;

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

pub use self::head::Head;
pub use self::reader::Reader;
pub use self::writer::Writer;
use crate::recording::snapshot::Snapshot;
use crate::room::ServerCore;
use crate::room::event::{Action, ClientId, Event, Millis};
use crate::room::settings::Settings;
use crate::wire::rendering::Rendering;
use crate::wire::sanitize;

/// The events of a room, and the actions that they caused.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Transcript {
    /// The settings in force.
    pub settings: Settings,
    /// The state of the room before; `None` where it was empty.
    pub snapshot: Option<Snapshot>,
    /// The names of peers here, other than their number; for people to read.
    pub names: BTreeMap<ClientId, String>,
    /// Events, each followed by its actions.
    pub entries: Vec<Entry>,
}

/// A line of a transcript.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// This happened, at that time.
    Event(Millis, Event<Vec<u8>>),
    /// This was done.
    Action(Action<Vec<u8>>),
    /// So many bytes that this peer was sent wait to be taken. Nothing that decides anything: it tells
    /// how a peer came to be too slow.
    Behind(Millis, ClientId, u64),
    /// So many bytes of a recording could not be written: what follows is not all that happened.
    Gap(u64),
}

/// The mark of a broadcast in each rendering.
const ARROWS: [(Rendering, &str); Rendering::ALL.len()] =
    [(Rendering::Native, "<="), (Rendering::NativeTimed, "<@"), (Rendering::Ascii, "<~")];

/// Why a text is no transcript.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// The line, from 1.
    pub line: usize,
    /// The fault, sanitised.
    pub reason: String,
}

impl ParseError {
    /// The error of this line, from 1, with its reason, which may quote the line as it is.
    #[must_use]
    pub fn new(line: usize, reason: &str) -> Self {
        // Anyone may have written it.
        Self { line, reason: sanitize::text(reason.as_bytes()) }
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.reason)
    }
}

impl core::error::Error for ParseError {}

/// The first line of every transcript that is written.
pub const VERSION: &str = "chatroom transcript 1";

impl Transcript {
    /// A transcript in which nothing has happened.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self { settings, ..Self::default() }
    }

    /// Lets this happen to `core`, and writes down what it does.
    pub fn record(&mut self, core: &mut ServerCore, now: Millis, event: Event<&[u8]>) {
        self.entries.push(Entry::Event(now, event.clone().map(<[u8]>::to_vec)));
        let actions = core.handle(now, event);
        self.entries.extend(actions.map(|action| Entry::Action(action.map(<[u8]>::to_vec))));
    }

    /// The room before anything has happened here.
    ///
    /// # Errors
    ///
    /// Says what is wrong with the snapshot: no room can be in that state.
    pub fn room(&self) -> Result<ServerCore, String> {
        Head::new(self.settings.clone(), self.snapshot.clone()).room()
    }

    /// The same events in a fresh room. A transcript of this version of the room is equal to its
    /// replay.
    #[must_use]
    pub fn replay(&self) -> Self {
        let mut replay = Self { entries: Vec::new(), ..self.clone() };
        let Ok(mut core) = self.room() else { return replay };
        for entry in &self.entries {
            match entry {
                Entry::Event(now, event) => replay.record(&mut core, *now, event.as_bytes()),
                Entry::Behind(..) => replay.entries.push(entry.clone()),
                Entry::Action(_) => {}
                Entry::Gap(_) => break,
            }
        }
        replay
    }

    /// Reads a text, without the lines that cannot be read.
    #[must_use]
    pub fn salvage(text: &str) -> Self {
        let mut reader = Reader::default();
        let entries = text.lines().filter_map(|line| reader.line(line).ok().flatten()).collect();
        Self::read(reader, entries)
    }

    fn read(reader: Reader, entries: Vec<Entry>) -> Self {
        Self {
            settings: reader.settings().clone(),
            snapshot: reader.snapshot().cloned(),
            names: reader.names().clone(),
            entries,
        }
    }
}

impl Event<Vec<u8>> {
    /// The same event with its bytes borrowed.
    #[must_use]
    pub fn as_bytes(&self) -> Event<&[u8]> {
        match self {
            Self::BytesIn(id, data) => Event::BytesIn(*id, data),
            Self::Accepted(id, address) => Event::Accepted(*id, *address),
            Self::Closed(id, ending) => Event::Closed(*id, *ending),
            Self::Clock(time) => Event::Clock(*time),
            Self::Tick => Event::Tick,
            Self::Shutdown => Event::Shutdown,
        }
    }
}

impl fmt::Display for Transcript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut writer = Writer::new(self.names.clone());
        writer.head(f, &self.settings, self.snapshot.as_ref())?;
        self.entries.iter().try_for_each(|entry| writer.entry(f, entry))
    }
}

impl FromStr for Transcript {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let mut reader = Reader::default();
        let mut entries = Vec::new();
        for (number, line) in (1..).zip(text.lines()) {
            let entry = reader.line(line).map_err(|reason| ParseError::new(number, &reason))?;
            entries.extend(entry);
        }
        let last = text.lines().count();
        reader.room().map_err(|reason| ParseError::new(last, &reason))?;
        Ok(Self::read(reader, entries))
    }
}

fn quoted(text: &str) -> String {
    format!("`{}`", sanitize::text(text.as_bytes()))
}
