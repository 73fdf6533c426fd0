//! Text to a snapshot, line by line.

use alloc::format;
use alloc::string::String;
use core::mem;
use core::str::{FromStr, Split};

use super::{FIRST, Hearing, LAST, NEXT, Peer, Snapshot, Standing};
use crate::escape::unescape;
use crate::event::ClientId;
use crate::frame::{self, Telnet, Unframed};
use crate::journal::Window;
use crate::nickname::Nickname;
use crate::rate::Bucket;
use crate::sanitize::{self, quoted};

/// Reads a snapshot whose lines come one by one. What it holds is linear in them.
///
/// ```
/// use chatroom::Millis;
/// use chatroom::snapshot::{Builder, begins};
///
/// let mut builder = Builder::default();
/// assert!(begins("snapshot at +1.500s"));
/// assert_eq!(builder.line("snapshot at +1.500s"), Ok(None));
/// assert_eq!(builder.line("lines said: 57"), Ok(None));
/// let snapshot = builder.line("end of snapshot")?.expect("that was all of it");
/// assert_eq!(snapshot.now(), Millis::new(1500));
/// # Ok::<(), String>(())
/// ```
#[derive(Debug, Default)]
pub struct Builder {
    /// `None` before its first line.
    snapshot: Option<Snapshot>,
}

impl Builder {
    /// Takes the next line; white space around it does not matter. The last one gives the snapshot,
    /// after which another may begin.
    ///
    /// Lines that contradict each other are told by [`resume`](crate::ServerCore::resume).
    ///
    /// # Errors
    ///
    /// Says in one line, sanitised, what is wrong with this one, which is then left out.
    pub fn line(&mut self, line: &str) -> Result<Option<Snapshot>, String> {
        let line = line.trim();
        let Some(snapshot) = &mut self.snapshot else {
            let now = after(FIRST, line)?.parse()?;
            self.snapshot = Some(Snapshot { now, ..Snapshot::default() });
            return Ok(None);
        };
        if line == LAST {
            return Ok(mem::take(&mut self.snapshot).map(in_order));
        }
        if line.starts_with('#') {
            snapshot.tell_of_peer(line)?;
        } else {
            snapshot.tell_of_room(line)?;
        }
        Ok(None)
    }
}

/// Reads what `Display` writes. Empty lines do not matter.
impl FromStr for Snapshot {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut lines = text.lines().filter(|line| !line.trim().is_empty());
        let mut builder = Builder::default();
        for line in lines.by_ref() {
            if let Some(snapshot) = builder.line(line)? {
                let more = lines.next();
                return more.map_or(Ok(snapshot), |more| Err(nothing_like(more)));
            }
        }
        Err(format!("the snapshot has no `{LAST}`"))
    }
}

/// Whoever wrote it by hand may have named someone who chooses first.
fn in_order(mut snapshot: Snapshot) -> Snapshot {
    snapshot.peers.sort_by_key(|peer| (!peer.is_member()).then_some(peer.id));
    snapshot
}

impl Snapshot {
    fn tell_of_room(&mut self, line: &str) -> Result<(), String> {
        if line == "the room is closing" {
            once(&mut self.closing, true)
        } else if let Some(count) = line.strip_prefix("lines said: ") {
            once(&mut self.said, number(count)?)
        } else if let Some(text) = line.strip_prefix("said ") {
            self.history.push(chat_line(text)?);
            Ok(())
        } else if let Some(window) = line.strip_prefix("log lines about ") {
            let (of, window) = window.split_once(": ").ok_or_else(|| nothing_like(line))?;
            let (lines, ends) = window.split_once(", until ").ok_or_else(|| nothing_like(line))?;
            let slot = self.journal.window(of).ok_or_else(|| nothing_like(line))?;
            once(slot, Window { ends: ends.parse()?, lines: number(lines)? })
        } else {
            Err(nothing_like(line))
        }
    }

    fn tell_of_peer(&mut self, line: &str) -> Result<(), String> {
        let (id, what) = line.split_once(' ').ok_or_else(|| nothing_like(line))?;
        let id = id.parse()?;
        if let Some(peer) = what.strip_prefix("from ") {
            self.peers.push(read_peer(id, peer)?);
            return Ok(());
        }
        let peer = self.peers.last_mut().filter(|peer| peer.id == id);
        let peer = peer.ok_or_else(|| format!("{id} does not stand above this"))?;
        tell_of_decoder(&mut peer.decoder, what)
    }
}

fn tell_of_decoder(decoder: &mut frame::State, what: &str) -> Result<(), String> {
    if let Some(bytes) = what.strip_prefix("holds ") {
        once(&mut decoder.held, unescape(bytes)?)
    } else if what == "skips the rest of its line" {
        once(&mut decoder.skipping, true)
    } else if let Some(at) = what.strip_prefix("is amid a telnet ") {
        once(&mut decoder.telnet, telnet(at)?)
    } else if let Some(unframed) = what.strip_prefix("is unframed") {
        let (next, nickname) =
            unframed.split_once(" and begins with ").ok_or_else(|| nothing_like(what))?;
        let next = NEXT.iter().find(|(_, told)| *told == next).ok_or_else(|| nothing_like(what))?.0;
        once(&mut decoder.unframed, Some(Unframed { nickname: unescape(nickname)?, next }))
    } else {
        Err(nothing_like(what))
    }
}

fn telnet(at: &str) -> Result<Telnet, String> {
    if let Some(skipped) = at.strip_prefix("subnegotiation of ") {
        Ok(Telnet::Sub(number(skipped)?))
    } else if let Some(skipped) = at.strip_prefix("command in a subnegotiation of ") {
        Ok(Telnet::SubCommand(number(skipped)?))
    } else {
        match at {
            "command" => Ok(Telnet::Command),
            "option" => Ok(Telnet::Option),
            _ => Err(nothing_like(at)),
        }
    }
}

/// `ADDRESS is STANDING`, with or without a `wakes at TIME`.
fn read_peer(id: ClientId, text: &str) -> Result<Peer, String> {
    let (address, what) = text.split_once(" is ").ok_or_else(|| nothing_like(text))?;
    let address = address.parse().map_err(|_| format!("{} is no address", quoted(address)))?;
    let mut clauses = what.split(", ");
    let (standing, next) = read_standing(&mut clauses)?;
    let wake = next.map(|clause| after("wakes at ", clause)?.parse()).transpose()?;
    match clauses.next() {
        None => Ok(Peer { id, address, decoder: frame::State::default(), standing, wake }),
        Some(more) => Err(nothing_like(more)),
    }
}

/// With the clause behind it, if there is one.
fn read_standing<'a>(clauses: &mut Split<'a, &str>) -> Result<(Standing, Option<&'a str>), String> {
    let mut next = || clauses.next().unwrap_or_default();
    let first = next();
    if let Some(deadline) = first.strip_prefix("choosing until ") {
        let (deadline, refusals) = (deadline.parse()?, number(after("refusals: ", next())?)?);
        return Ok((Standing::Choosing { deadline, refusals }, clauses.next()));
    }
    let nickname = nickname(after("called ", first)?)?;
    let full = after("full at ", next())?;
    let full = full.strip_suffix(" us").ok_or_else(|| nothing_like(full))?;
    let bucket = Bucket::resume(number(full)?);
    let (hearing, next) = match clauses.next() {
        Some("paused") => (Hearing::Paused, clauses.next()),
        Some("finished") => (Hearing::Finished, clauses.next()),
        Some(clause) => match clause.strip_prefix("heard until ") {
            Some(until) => (Hearing::Gone(until.parse()?), clauses.next()),
            None => (Hearing::Open, Some(clause)),
        },
        None => (Hearing::Open, None),
    };
    Ok((Standing::Member { nickname, bucket, hearing }, next))
}

fn nickname(text: &str) -> Result<Nickname, String> {
    let bytes = unescape(text)?;
    let name = str::from_utf8(&bytes).ok();
    let nickname = name.and_then(|name| Nickname::parse(name).ok());
    let nickname = nickname.filter(|nickname| Some(nickname.as_str()) == name);
    nickname.ok_or_else(|| format!("{} is no nickname", quoted(text)))
}

/// A line as the room says it: safe to show, with its line end.
fn chat_line(text: &str) -> Result<String, String> {
    let line = String::from_utf8(unescape(text)?).ok().filter(|line| {
        let said = line.strip_suffix('\n').unwrap_or_default();
        !said.is_empty() && sanitize::text(said.as_bytes()) == said
    });
    line.ok_or_else(|| format!("{} is no line that a room says", quoted(text)))
}

/// What stands behind `begin`.
fn after<'a>(begin: &str, text: &'a str) -> Result<&'a str, String> {
    let end = text.strip_prefix(begin);
    end.ok_or_else(|| format!("{} does not begin with `{begin}`", quoted(text)))
}

fn number<T: FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("{} is no number", quoted(text)))
}

/// A fact that has been told is not told again.
fn once<T: Default + PartialEq>(slot: &mut T, fact: T) -> Result<(), String> {
    if *slot != T::default() {
        return Err("this has been said above".into());
    }
    *slot = fact;
    Ok(())
}

fn nothing_like(text: &str) -> String {
    format!("{} is nothing that a snapshot says", quoted(text))
}
