//! Text to a snapshot, line by line.

mod absent;

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use core::iter::Peekable;
use core::mem;
use core::str::{FromStr, Split};

use self::absent::{account, read_gone, reserved};
use super::{FIRST, Hearing, LAST, NEXT, Peer, Room, Snapshot, Standing};
use crate::limits;
use crate::room::budgets::{Booking, Bucket, Mailbox};
use crate::room::event::ClientId;
use crate::room::facts::Name;
use crate::room::history::Entry;
use crate::room::log_limiter::{Topic, Window};
use crate::room::nickname::{Nickname, number_of_form};
use crate::room::reservations::TokenHash;
use crate::wire::escape::unescape;
use crate::wire::frame::{self, Telnet, Unframed};
use crate::wire::line::Line;
use crate::wire::sanitize::{self, quoted};

/// Reads a snapshot whose lines come one by one. Its memory is linear in them.
///
/// ```
/// use chatroom::Millis;
/// use chatroom::recording::snapshot::{Builder, begins};
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

/// Sorts the peers: a snapshot written by hand may name one without a nickname first.
fn in_order(mut snapshot: Snapshot) -> Snapshot {
    snapshot.peers.sort_by_key(|peer| (!peer.is_member()).then_some(peer.id));
    snapshot
}

impl Snapshot {
    fn tell_of_room(&mut self, line: &str) -> Result<(), String> {
        if line == "the room is closing" {
            once(&mut self.closing, true)
        } else if let Some(clock) = line.strip_prefix("the clock was ") {
            let (clock, at) = clock.split_once(" at ").ok_or_else(|| nothing_like(line))?;
            once(&mut self.clock, Some((at.parse()?, clock.parse()?)))
        } else if let Some(text) = line.strip_prefix("the topic is ") {
            once(&mut self.topic, topic(text)?)
        } else if let Some(count) = line.strip_prefix("lines said: ") {
            once(&mut self.said, number(count)?)
        } else if let Some(text) = line.strip_prefix("said ") {
            self.history.push(entry(text)?);
            Ok(())
        } else if let Some(form) = line.strip_prefix("shown as ") {
            let entry = self.history.last_mut().ok_or_else(|| nothing_like(line))?;
            let Name { text, number } = entry.name();
            let form = number_of_form(text, form)
                .filter(|_| number.is_none())
                .ok_or_else(|| no_form(form))?;
            entry.set_number(form);
            Ok(())
        } else if let Some(time) = line.strip_prefix("at ") {
            let entry = self.history.last_mut().ok_or_else(|| nothing_like(line))?;
            once(entry.time_mut(), time.parse()?)
        } else if let Some(window) = line.strip_prefix("log lines about ") {
            let (of, counts) = window.split_once(": ").ok_or_else(|| nothing_like(line))?;
            let (of, source) = match of.split_once(" from ") {
                Some((of, source)) => (of, Some(source)),
                None => (of, None),
            };
            let topic = Topic::ALL.into_iter().find(|topic| topic.name() == of);
            let window = self.log.windows.entry(topic.ok_or_else(|| nothing_like(line))?);
            if let Some(source) = source {
                window.or_default().sources.insert(source.parse()?, number(counts)?);
                return Ok(());
            }
            let [logged, left_out, ends] = clauses(counts, ["", "left out: ", "until "])?;
            let (logged, left_out) = (number(logged)?, number(left_out)?);
            let (ends, sources) = (ends.parse()?, BTreeMap::new());
            once(window.or_default(), Window { ends, logged, left_out, sources })
        } else if line == "the log has advised" {
            once(&mut self.log.advised, true)
        } else if let Some(used) = line.strip_prefix("room has used ") {
            let [nanos, served, tickets] = clauses(used, ["", "served ", "tickets "])?;
            let next_to_give_way = self.room.next_to_give_way;
            let bucket = Bucket::resume(number(nanos)?);
            let (served, tickets) = (number(served)?, number(tickets)?);
            self.room = Room { bucket, served, tickets, next_to_give_way };
            Ok(())
        } else if let Some(time) = line.strip_prefix("a member gives way from ") {
            once(&mut self.room.next_to_give_way, time.parse()?)
        } else if let Some(source) = line.strip_prefix("source ") {
            self.accounts.push(account(source)?);
            Ok(())
        } else if let Some(gone) = line.strip_prefix("gone ") {
            self.gone.push(read_gone(gone)?);
            Ok(())
        } else if let Some(kept) = line.strip_prefix("kept ") {
            self.reserved.push(reserved(kept)?);
            Ok(())
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
        if peer.tell(what)? { Ok(()) } else { tell_of_decoder(&mut peer.decoder, what) }
    }
}

impl Peer {
    /// Returns true if this is told of its budgets, its token or its last private message, which then are
    /// so.
    fn tell(&mut self, what: &str) -> Result<bool, String> {
        if let Some(form) = what.strip_prefix("is shown as ") {
            let Standing::Member { nickname, .. } = &mut self.standing else {
                return Err(nothing_like(what));
            };
            give_form(nickname, form)?;
        } else if let Some(booking) = what.strip_prefix("is booked at ") {
            let (due, cost) = booking.split_once(" for ").ok_or_else(|| nothing_like(what))?;
            let booking = Booking { due: due.parse()?, cost: number(cost)? };
            once(&mut self.booking, Some(booking))?;
        } else if let Some(place) = what.strip_prefix("waits from ") {
            let (start, ticket) = place.split_once(" as ").ok_or_else(|| nothing_like(what))?;
            once(&mut self.place, Some((number(start)?, number(ticket)?)))?;
        } else if let Some(served) = what.strip_prefix("was served up to ") {
            once(&mut self.served, number(served)?)?;
        } else if let Some(until) = what.strip_prefix("is not read before ") {
            once(&mut self.unread_until, Some(until.parse()?))?;
        } else if let Some(hash) = what.strip_prefix("has the token ") {
            let hash = TokenHash::parse(hash).ok_or_else(|| nothing_like(what))?;
            once(&mut self.token, Some(hash))?;
        } else if let Some(sender) = what.strip_prefix("would reply to ") {
            once(&mut self.correspondent, Some(sender.parse()?))?;
        } else if what == "is sent times" {
            once(&mut self.timed, true)?;
        } else if let Some(told) = what.strip_prefix("was told ") {
            let mut parts = told.split(", by ");
            let all = Bucket::resume(number(parts.next().unwrap_or_default())?);
            let mut mailbox = Mailbox { all, ..Mailbox::default() };
            for part in parts {
                let (sender, nanos) = part.split_once(' ').ok_or_else(|| nothing_like(part))?;
                mailbox.senders.insert(sender.parse()?, Bucket::resume(number(nanos)?));
            }
            once(&mut self.mailbox, mailbox)?;
        } else {
            return Ok(false);
        }
        Ok(true)
    }
}

/// The values of clauses that stand in this order, each behind its name.
fn clauses<'a, const N: usize>(text: &'a str, names: [&str; N]) -> Result<[&'a str; N], String> {
    let mut clauses = text.split(", ");
    let mut values = [""; N];
    for (value, name) in values.iter_mut().zip(names) {
        *value = after(name, clauses.next().unwrap_or_default())?;
    }
    clauses.next().map_or(Ok(values), |more| Err(nothing_like(more)))
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
    let mut clauses = what.split(", ").peekable();
    let standing = read_standing(&mut clauses)?;
    let hearing = match clauses.peek().copied() {
        Some("paused") => Hearing::Paused,
        Some("finished") => Hearing::Finished,
        Some(clause) => match clause.strip_prefix("heard until ") {
            Some(until) => Hearing::Gone(until.parse()?),
            None => Hearing::Open,
        },
        None => Hearing::Open,
    };
    if hearing != Hearing::Open {
        clauses.next();
    }
    let wake = clauses.next().map(|clause| after("wakes at ", clause)?.parse()).transpose()?;
    if let Some(more) = clauses.next() {
        return Err(nothing_like(more));
    }
    let decoder = frame::State::default();
    Ok(Peer {
        id,
        address,
        decoder,
        standing,
        hearing,
        booking: None,
        place: None,
        served: 0,
        unread_until: None,
        token: None,
        mailbox: Mailbox::default(),
        correspondent: None,
        timed: false,
        wake,
    })
}

fn read_standing(clauses: &mut Peekable<Split<'_, &str>>) -> Result<Standing, String> {
    let first = clauses.next().unwrap_or_default();
    if let Some(times) = first.strip_prefix("choosing since ") {
        let (since, deadline) = times.split_once(" until ").ok_or_else(|| nothing_like(first))?;
        let refusals = number(after("refusals: ", clauses.next().unwrap_or_default())?)?;
        let quiet_at = clauses.next_if(|clause| clause.starts_with("quiet at "));
        let quiet_at = quiet_at.map(|clause| after("quiet at ", clause)?.parse()).transpose()?;
        let full = clauses.next_if(|clause| clause.starts_with("full at "));
        let full = full.map(|clause| number(after("full at ", clause)?)).transpose()?;
        let bucket = full.map(Bucket::resume).unwrap_or_default();
        let ends_lines = clauses.next_if_eq(&"ends lines").is_some();
        let unframed = clauses.next_if_eq(&"unframed").is_some();
        let (since, deadline) = (since.parse()?, deadline.parse()?);
        return Ok(Standing::Handshaking {
            since,
            deadline,
            quiet_at,
            refusals,
            bucket,
            ends_lines,
            unframed,
        });
    }
    let nickname = nickname(after("called ", first)?)?;
    let full = after("full at ", clauses.next().unwrap_or_default())?;
    Ok(Standing::Member { nickname, bucket: Bucket::resume(number(full)?) })
}

fn nickname(text: &str) -> Result<Nickname, String> {
    let bytes = unescape(text)?;
    let name = str::from_utf8(&bytes).ok();
    let nickname = name.and_then(|name| Nickname::parse(name).ok());
    let nickname = nickname.filter(|nickname| Some(nickname.as_str()) == name);
    nickname.ok_or_else(|| format!("{} is no nickname", quoted(text)))
}

/// Gives a nickname, which has no number yet, this form in ASCII.
fn give_form(nickname: &mut Nickname, form: &str) -> Result<(), String> {
    let number = number_of_form(nickname.as_str(), form).filter(|_| nickname.number().is_none());
    nickname.set_number(Some(number.ok_or_else(|| no_form(form))?));
    Ok(())
}

fn no_form(form: &str) -> String {
    format!("{} is no form of that nickname, or its second", quoted(form))
}

/// A message as the room says it: safe to show, with its line end.
fn entry(text: &str) -> Result<Entry, String> {
    let line = String::from_utf8(unescape(text)?).unwrap_or_default();
    let said = line.strip_suffix('\n').filter(|said| sanitize::text(said.as_bytes()) == *said);
    let entry = said.and_then(|said| Line::parse(said).entry());
    entry.ok_or_else(|| format!("{} is no message that a room says", quoted(text)))
}

/// A topic as a member can set it: safe to show, and of one line.
fn topic(text: &str) -> Result<String, String> {
    let topic = String::from_utf8(unescape(text)?).unwrap_or_default();
    let could_be = topic.len() <= limits::TOPIC_BYTES
        && topic.trim() == topic
        && sanitize::first_visible(&topic).is_some()
        && sanitize::text(topic.as_bytes()) == topic;
    if could_be { Ok(topic) } else { Err(format!("{} is no topic", quoted(text))) }
}

/// Returns the text behind `begin`.
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
