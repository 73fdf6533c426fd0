//! A transcript's text, understood.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::net::{Ipv4Addr, SocketAddr};

use super::{ARROWS, Entry, Head, VERSION, quoted};
use crate::recording::snapshot::{self, Builder, Snapshot};
use crate::room::ServerCore;
use crate::room::event::{Action, ClientId, Ending, Event, Level, Millis};
use crate::room::settings::Settings;
use crate::wire::escape::unescape;
use crate::wire::rendering::Rendering;

/// Reads a transcript line by line, however long it is.
#[derive(Debug, Default)]
pub struct Reader {
    head: Head,
    names: BTreeMap<ClientId, String>,
    now: Millis,
    /// The highest number of a peer so far.
    highest: u64,
    ids: BTreeMap<String, ClientId>,
    /// The peers that a line has called by their number: no name is given to one of them.
    numbered: BTreeSet<ClientId>,
    /// The lines of a snapshot that have been read, in the midst of it.
    builder: Option<Builder>,
    /// The head is over: something has happened.
    begun: bool,
}

impl Reader {
    /// The settings in force; what has not been read of them has its default.
    #[must_use]
    pub const fn settings(&self) -> &Settings {
        &self.head.settings
    }

    /// The state of the room before what is recorded; `None` where it was empty.
    #[must_use]
    pub const fn snapshot(&self) -> Option<&Snapshot> {
        self.head.snapshot.as_ref()
    }

    /// Both.
    #[must_use]
    pub const fn head(&self) -> &Head {
        &self.head
    }

    /// The room before anything has happened.
    ///
    /// # Errors
    ///
    /// Says what is wrong with the snapshot: it has no end, or no room can be in that state.
    pub fn room(&self) -> Result<ServerCore, String> {
        if self.builder.is_some() {
            return Err("the snapshot has no end".into());
        }
        self.head.room()
    }

    /// The names of peers so far, where they are called by more than their number.
    #[must_use]
    pub const fn names(&self) -> &BTreeMap<ClientId, String> {
        &self.names
    }

    /// Reads this line; `None` for one of the head, or an empty one.
    ///
    /// # Errors
    ///
    /// Says what is wrong with it, quoting it as it is.
    pub fn line(&mut self, line: &str) -> Result<Option<Entry>, String> {
        let line = line.trim();
        if self.is_of_a_snapshot(line)? {
            return Ok(None);
        }
        if line.is_empty() || line == VERSION {
            return Ok(None);
        }
        let line = self.time(line)?;
        if line.split(' ').next().is_some_and(|word| word.contains('=') && word != "<=") {
            if self.begun || self.head.snapshot.is_some() {
                return Err("settings stand at the head, before what happened".into());
            }
            self.head.settings = line.parse()?;
            return Ok(None);
        }
        let entry = match split_at_arrow(line) {
            Some((_, arrow, data)) if let Some(rendering) = broadcast(arrow) => {
                Entry::Action(Action::Broadcast(rendering, unescape(data)?))
            }
            Some(("log", "<-", data)) => Entry::Action(Action::Log(Level::Info, unescape(data)?)),
            Some(("detail", "<-", data)) => {
                Entry::Action(Action::Log(Level::Debug, unescape(data)?))
            }
            Some((who, "<-", data)) => Entry::Action(Action::Send(self.id(who)?, unescape(data)?)),
            Some((who, _, data)) => {
                let id = self.id(who)?;
                self.event(Event::BytesIn(id, unescape(data)?))
            }
            None => self.sentence(line)?,
        };
        self.begun = true;
        Ok(Some(entry))
    }

    /// Takes a line of a snapshot; whether it is one.
    fn is_of_a_snapshot(&mut self, line: &str) -> Result<bool, String> {
        if snapshot::begins(line) && self.builder.is_none() {
            if self.begun || self.head.snapshot.is_some() {
                return Err("a snapshot stands at the head, before what happened".into());
            }
            self.builder = Some(Builder::default());
        }
        let Some(builder) = &mut self.builder else { return Ok(false) };
        if let Some(snapshot) = builder.line(line)? {
            self.builder = None;
            self.now = snapshot.now();
            self.numbered = snapshot.peers().collect();
            self.highest = self.numbered.last().map_or(0, |id| id.0);
            self.head.snapshot = Some(snapshot);
        }
        Ok(true)
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
        if let ("clock", Some(time)) = (who, what.strip_prefix("says ")) {
            return Ok(self.event(Event::Clock(time.parse()?)));
        }
        match (who, what) {
            ("time", "passes") => return Ok(self.event(Event::Tick)),
            ("operator", "stops the server") => return Ok(self.event(Event::Shutdown)),
            ("gap", size) => return gap(size).ok_or_else(|| format!("{} is no gap", quoted(line))),
            ("chatroom", _) => return Err(format!("{} is not {VERSION}", quoted(line))),
            _ => {}
        }
        if let Some(from) = what.strip_prefix("connects") {
            return self.connects(who, from.trim());
        }
        let id = self.id(who)?;
        if let Some(bytes) = what.strip_prefix("is behind by ") {
            let bytes = bytes.parse().map_err(|_| format!("{} is no number", quoted(bytes)))?;
            return Ok(Entry::Behind(self.now, id, bytes));
        }
        Ok(match what {
            "finishes" => self.event(Event::Closed(id, Ending::Finished)),
            "is gone" => self.event(Event::Closed(id, Ending::Gone)),
            "is lost" => self.event(Event::Closed(id, Ending::Lost)),
            "is unserved" => self.event(Event::Closed(id, Ending::Unserved)),
            "is too slow" => self.event(Event::Closed(id, Ending::TooSlow)),
            "is admitted with lines" => Entry::Action(Action::Admit(id, Rendering::Native)),
            "is admitted with times" => Entry::Action(Action::Admit(id, Rendering::NativeTimed)),
            "is admitted in ASCII" => Entry::Action(Action::Admit(id, Rendering::Ascii)),
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
        let (id, from) = self.newcomer(who, from)?;
        let address = match from.strip_prefix("from ") {
            Some(address) => {
                address.parse().map_err(|_| format!("{} is no address", quoted(address)))?
            }
            None => local(id),
        };
        self.highest = self.highest.max(id.0);
        if number(who).is_some() {
            self.numbered.insert(id);
        } else {
            self.ids.insert(who.into(), id);
            self.names.insert(id, who.into());
        }
        Ok(self.event(Event::Accepted(id, address)))
    }

    /// The number of whoever connects, and the rest of the line. A name gets the number after `as`, or
    /// the one after the highest of a name, or of anyone; always one that no line before has.
    fn newcomer<'a>(&self, who: &str, rest: &'a str) -> Result<(ClientId, &'a str), String> {
        if let Some(id) = number(who) {
            return Ok((id, rest));
        }
        if let Some(rest) = rest.strip_prefix("as ") {
            let (id, rest) = rest.split_once(' ').unwrap_or((rest, ""));
            let is_new =
                |id: &ClientId| !self.numbered.contains(id) && !self.names.contains_key(id);
            let id = number(id).filter(is_new);
            return Ok((
                id.ok_or("a number behind `as` is one that no line before has")?,
                rest.trim(),
            ));
        }
        let behind = |id: u64| id.checked_add(1).map(ClientId);
        let next = behind(self.names.keys().next_back().map_or(0, |id| id.0));
        let next = next.filter(|id| !self.numbered.contains(id)).or_else(|| behind(self.highest));
        Ok((next.ok_or("there is no number left for another peer")?, rest))
    }

    fn id(&mut self, who: &str) -> Result<ClientId, String> {
        let id = number(who).or_else(|| self.ids.get(who).copied());
        let id = id.ok_or_else(|| format!("{} has not connected", quoted(who)))?;
        self.highest = self.highest.max(id.0);
        if number(who).is_some() {
            self.numbered.insert(id);
        }
        Ok(id)
    }
}

/// Splits a line into the names before the first arrow, the arrow, and the data behind it.
fn split_at_arrow(line: &str) -> Option<(&str, &str, &str)> {
    let mut start = 0;
    for word in line.split(' ') {
        let may_be_arrow = word.starts_with(['-', '<']);
        if may_be_arrow && (matches!(word, "->" | "<-") || broadcast(word).is_some()) {
            let (who, rest) = line.split_at_checked(start)?;
            let (arrow, data) = rest.split_once(' ').unwrap_or((rest, ""));
            return Some((who.trim_end(), arrow, data));
        }
        start += word.len() + 1;
    }
    None
}

/// The rendering of the broadcasts behind this arrow.
fn broadcast(arrow: &str) -> Option<Rendering> {
    ARROWS.iter().find(|(_, its)| *its == arrow).map(|(rendering, _)| *rendering)
}

/// Where a peer of a hand-written transcript connects from.
fn local(id: ClientId) -> SocketAddr {
    let port = u16::try_from(id.0).unwrap_or(u16::MAX).saturating_add(1000);
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}

/// Words of letters, digits and `_ - .` that do not begin another kind of line.
fn is_name(who: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    who.chars().all(plain)
        && !matches!(
            who,
            "" | "log"
                | "detail"
                | "time"
                | "clock"
                | "operator"
                | "chatroom"
                | "gap"
                | "snapshot"
                | "end"
        )
}

fn gap(size: &str) -> Option<Entry> {
    size.strip_prefix("of ")?.strip_suffix(" bytes")?.parse().ok().map(Entry::Gap)
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
