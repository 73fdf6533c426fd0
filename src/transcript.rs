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
//! ```
//!
//! The head is the format's version and the settings. Then a line for each event, with its time,
//! and under it a line for each action that it led to. `->` is what a peer sent in one read, `<-`
//! what one peer is sent, `<=` what everyone is sent who stands in front of it. A peer is its
//! `#number`, or a name of its own, which stands for the number after the highest so far.
//! Bytes that are not printable UTF-8 are escaped as in Rust: `\n`, `\t`, `\r`, `\\`, `\xff`,
//! `\u{202e}`.
//!
//! Reading is more lenient than writing: settings that are left out have their defaults, a line
//! without a time happens when the one before it did, an address may be left out, and names in
//! front of `<=` are not checked, since they follow from the lines above.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use core::net::{Ipv4Addr, SocketAddr};
use core::str::FromStr;

use crate::escape::{Escaped, unescape};
use crate::event::{Action, ClientId, Ending, Event, Millis};
use crate::frame::Framing;
use crate::sanitize;
use crate::server::ServerCore;
use crate::settings::Settings;

/// What happened in a room, and what was done about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Transcript {
    /// The settings in force.
    pub settings: Settings,
    /// What peers are called here, other than by their number; for people to read.
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
}

/// Why a text is no transcript.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it, sanitised.
    pub reason: String,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.reason)
    }
}

impl core::error::Error for ParseError {}

/// The first line of every transcript that is written.
pub const VERSION: &str = "chatroom transcript 1";

/// Broadcasts to more than this many are to `everyone`.
const NAMED_RECIPIENTS: usize = 8;

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

    /// The same events in a fresh room. A transcript of this version of the room is equal to its
    /// replay.
    #[must_use]
    pub fn replay(&self) -> Self {
        let mut core = ServerCore::new(self.settings.clone());
        let mut replay = Self { entries: Vec::new(), ..self.clone() };
        for entry in &self.entries {
            if let Entry::Event(now, event) = entry {
                replay.record(&mut core, *now, event.as_bytes());
            }
        }
        replay
    }

    /// The first line in which the two differ, as this one and the other have it; `None` where they
    /// are equal.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Option<String> {
        let (ours, theirs) = (self.to_string(), other.to_string());
        let (mut ours, mut theirs) = (ours.lines(), theirs.lines());
        let mut event = "";
        loop {
            match (ours.next(), theirs.next()) {
                (None, None) => return None,
                (Some(one), Some(other)) if one == other => {
                    event = if one.starts_with('+') { one } else { event };
                }
                (one, other) => {
                    let quote = |line: Option<&str>| line.map(|line| quoted(line.trim()));
                    let [one, other] =
                        [one, other].map(|line| quote(line).unwrap_or("nothing".into()));
                    return Some(format!("after {}: {one} is now {other}", quoted(event)));
                }
            }
        }
    }

    /// What can be read of a text, without the lines that cannot.
    #[must_use]
    pub fn salvage(text: &str) -> Self {
        let mut parser = Parser::default();
        for line in text.lines() {
            let _ = parser.line(line.trim()); // A damaged line is left out.
        }
        parser.transcript
    }

    fn name(&self, id: ClientId) -> String {
        self.names.get(&id).cloned().unwrap_or_else(|| id.to_string())
    }

    fn write_event(&self, f: &mut fmt::Formatter<'_>, event: &Event<Vec<u8>>) -> fmt::Result {
        match event {
            Event::Accepted(id, from) => writeln!(f, "{} connects from {from}", self.name(*id)),
            Event::BytesIn(id, data) => writeln!(f, "{} ->{}", self.name(*id), Escaped(data)),
            Event::Closed(id, Ending::Finished) => writeln!(f, "{} finishes", self.name(*id)),
            Event::Closed(id, Ending::Gone) => writeln!(f, "{} is gone", self.name(*id)),
            Event::Closed(id, Ending::Lost) => writeln!(f, "{} is lost", self.name(*id)),
            Event::Closed(id, Ending::TooSlow) => writeln!(f, "{} is too slow", self.name(*id)),
            Event::Tick => f.write_str("time passes\n"),
            Event::Shutdown => f.write_str("operator stops the server\n"),
        }
    }

    fn write_action(
        &self,
        f: &mut fmt::Formatter<'_>,
        action: &Action<Vec<u8>>,
        members: &BTreeSet<ClientId>,
    ) -> fmt::Result {
        match action {
            Action::Send(id, data) => writeln!(f, "{} <-{}", self.name(*id), Escaped(data)),
            Action::Broadcast(data) => {
                writeln!(f, "{} <={}", self.recipients(members), Escaped(data))
            }
            Action::Admit(id, Framing::Lines) => {
                writeln!(f, "{} is admitted with lines", self.name(*id))
            }
            Action::Admit(id, Framing::Unframed) => {
                writeln!(f, "{} is admitted unframed", self.name(*id))
            }
            Action::Upgrade(id) => writeln!(f, "{} is upgraded to lines", self.name(*id)),
            Action::Pause(id) => writeln!(f, "{} is paused", self.name(*id)),
            Action::Resume(id) => writeln!(f, "{} is resumed", self.name(*id)),
            Action::Drop(id) => writeln!(f, "{} is dropped", self.name(*id)),
            Action::Log(data) => writeln!(f, "log <-{}", Escaped(data)),
        }
    }

    fn recipients(&self, members: &BTreeSet<ClientId>) -> String {
        match members.len() {
            0 => "nobody".into(),
            1..=NAMED_RECIPIENTS => {
                let names: Vec<_> = members.iter().map(|&id| self.name(id)).collect();
                names.join(" ")
            }
            _ => "everyone".into(),
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
            Self::Tick => Event::Tick,
            Self::Shutdown => Event::Shutdown,
        }
    }
}

impl fmt::Display for Transcript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{VERSION}\n{}\n", self.settings)?;
        let mut members = BTreeSet::new();
        for entry in &self.entries {
            match entry {
                Entry::Event(now, event) => {
                    write!(f, "{now} ")?;
                    self.write_event(f, event)?;
                }
                Entry::Action(action) => {
                    match action {
                        Action::Admit(id, _) => _ = members.insert(*id),
                        Action::Drop(id) => _ = members.remove(id),
                        Action::Send(..)
                        | Action::Broadcast(_)
                        | Action::Upgrade(_)
                        | Action::Pause(_)
                        | Action::Resume(_)
                        | Action::Log(_) => {}
                    }
                    f.write_str("        ")?;
                    self.write_action(f, action, &members)?;
                }
            }
        }
        Ok(())
    }
}

impl FromStr for Transcript {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let mut parser = Parser::default();
        for (number, line) in (1..).zip(text.lines()) {
            parser.line(line.trim()).map_err(|reason| {
                // It quotes the line, which anyone may have written.
                ParseError { line: number, reason: sanitize::text(reason.as_bytes()) }
            })?;
        }
        Ok(parser.transcript)
    }
}

#[derive(Default)]
struct Parser {
    transcript: Transcript,
    now: Millis,
    /// The highest number of a peer that has connected.
    highest: u64,
    ids: BTreeMap<String, ClientId>,
}

impl Parser {
    fn line(&mut self, line: &str) -> Result<(), String> {
        if line.is_empty() || line == VERSION {
            return Ok(());
        }
        let line = self.time(line)?;
        if line.split(' ').next().is_some_and(|word| word.contains('=') && word != "<=") {
            self.transcript.settings = line.parse()?;
            return Ok(());
        }
        let entry = match split_at_arrow(line) {
            Some((_, "<=", data)) => Entry::Action(Action::Broadcast(unescape(data)?)),
            Some(("log", "<-", data)) => Entry::Action(Action::Log(unescape(data)?)),
            Some((who, "<-", data)) => Entry::Action(Action::Send(self.id(who)?, unescape(data)?)),
            Some((who, _, data)) => self.event(Event::BytesIn(self.id(who)?, unescape(data)?)),
            None => self.sentence(line)?,
        };
        self.transcript.entries.push(entry);
        Ok(())
    }

    /// Takes the time from the front of a line, if there is one.
    fn time<'a>(&mut self, line: &'a str) -> Result<&'a str, String> {
        let Some(stamped) = line.strip_prefix('+') else { return Ok(line) };
        let (time, rest) = stamped.split_once(' ').unwrap_or((stamped, ""));
        self.now = seconds(time).ok_or_else(|| format!("+{time} is no time, such as +1.500s"))?;
        Ok(rest.trim_start())
    }

    fn event(&self, event: Event<Vec<u8>>) -> Entry {
        Entry::Event(self.now, event)
    }

    fn sentence(&mut self, line: &str) -> Result<Entry, String> {
        let (who, what) = line.split_once(' ').unwrap_or((line, ""));
        match (who, what) {
            ("time", "passes") => return Ok(self.event(Event::Tick)),
            ("operator", "stops the server") => return Ok(self.event(Event::Shutdown)),
            ("chatroom", _) => return Err(format!("{} is not {VERSION}", quoted(line))),
            _ => {}
        }
        if let Some(from) = what.strip_prefix("connects") {
            return self.connects(who, from.trim());
        }
        let id = self.id(who)?;
        Ok(match what {
            "finishes" => self.event(Event::Closed(id, Ending::Finished)),
            "is gone" => self.event(Event::Closed(id, Ending::Gone)),
            "is lost" => self.event(Event::Closed(id, Ending::Lost)),
            "is too slow" => self.event(Event::Closed(id, Ending::TooSlow)),
            "is admitted with lines" => Entry::Action(Action::Admit(id, Framing::Lines)),
            "is admitted unframed" => Entry::Action(Action::Admit(id, Framing::Unframed)),
            "is upgraded to lines" => Entry::Action(Action::Upgrade(id)),
            "is paused" => Entry::Action(Action::Pause(id)),
            "is resumed" => Entry::Action(Action::Resume(id)),
            "is dropped" => Entry::Action(Action::Drop(id)),
            _ => return Err(format!("{} is nothing that {} does", quoted(what), quoted(who))),
        })
    }

    fn connects(&mut self, who: &str, from: &str) -> Result<Entry, String> {
        if self.ids.contains_key(who) {
            return Err(format!("{} has connected before", quoted(who)));
        }
        if number(who).is_none() && !is_name(who) {
            return Err(format!("{} is no name for a peer", quoted(who)));
        }
        let id = number(who).unwrap_or(ClientId(self.highest.saturating_add(1)));
        let address = match from.strip_prefix("from ") {
            Some(address) => {
                address.parse().map_err(|_| format!("{} is no address", quoted(address)))?
            }
            None => local(id),
        };
        self.highest = self.highest.max(id.0);
        if number(who).is_none() {
            self.ids.insert(who.into(), id);
            self.transcript.names.insert(id, who.into());
        }
        Ok(self.event(Event::Accepted(id, address)))
    }

    fn id(&self, who: &str) -> Result<ClientId, String> {
        number(who)
            .or_else(|| self.ids.get(who).copied())
            .ok_or_else(|| format!("{} has not connected", quoted(who)))
    }
}

/// Who stands before the first arrow, the arrow, and the data behind it.
fn split_at_arrow(line: &str) -> Option<(&str, &str, &str)> {
    let mut start = 0;
    for word in line.split(' ') {
        if matches!(word, "->" | "<-" | "<=") {
            let (who, rest) = line.split_at_checked(start)?;
            let (arrow, data) = rest.split_once(' ').unwrap_or((rest, ""));
            return Some((who.trim_end(), arrow, data));
        }
        start += word.len() + 1;
    }
    None
}

/// Where a peer of a hand-written transcript connects from.
fn local(id: ClientId) -> SocketAddr {
    let port = u16::try_from(id.0).unwrap_or(u16::MAX).saturating_add(1000);
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}

/// Words of letters, digits and `_ - .` that do not begin another kind of line.
fn is_name(who: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    who.chars().all(plain) && !matches!(who, "" | "log" | "time" | "operator" | "chatroom")
}

fn number(who: &str) -> Option<ClientId> {
    who.strip_prefix('#')?.parse().ok().map(ClientId)
}

fn seconds(time: &str) -> Option<Millis> {
    let (seconds, millis) = time.strip_suffix('s')?.split_once('.')?;
    let millis = Some(millis).filter(|millis| millis.len() == 3)?;
    let millis: u64 = millis.parse().ok()?;
    let seconds: u64 = seconds.parse().ok()?;
    Some(Millis::new(seconds.checked_mul(1000)?.checked_add(millis)?))
}

fn quoted(text: &str) -> String {
    format!("`{}`", sanitize::text(text.as_bytes()))
}
