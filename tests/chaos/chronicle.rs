//! The room's broadcasts, once: the first honest member that sees a broadcast appends it, and every
//! other must see the same there. An appended broadcast must make sense.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

use chatroom::limits;

use crate::fault::{Fault, Promise, shown};
use crate::honest::{self, LONGEST_DELAY};

/// The one sequence of broadcasts, and how far each honest member has come in it.
pub(crate) struct Chronicle(Mutex<Record>);

struct Record {
    /// The broadcasts that each honest member has seen.
    seen: Vec<u64>,
    /// Those that not all of them have seen yet; the number of the first.
    waiting: VecDeque<Box<str>>,
    first: u64,
    room: Room,
}

/// The people here, as the broadcasts tell it.
struct Room {
    honest: usize,
    /// Messages a second of each; 0 is no limit.
    rate: u32,
    present: BTreeMap<String, Author>,
    /// Everyone who has joined since the beginning.
    joined: BTreeSet<String>,
    /// The last number of each who has left and was promised to be heard to the end.
    heard: BTreeMap<String, u64>,
    owed: Vec<(String, u64)>,
    /// The number of members that left, by the reason.
    leaves: BTreeMap<String, usize>,
    /// Names that nobody may have.
    forged: BTreeSet<String>,
}

/// Someone who is here.
#[derive(Clone, Copy)]
struct Author {
    since: Instant,
    /// The number of the last line that it numbered.
    last: u64,
}

/// The beginning of the names of those who must be heard to the end.
pub(crate) const HEARD: &str = "heard";

impl Chronicle {
    /// So many honest members are in the room, and no one else.
    pub(crate) fn of(honest: usize, rate: u32) -> Self {
        let forged = (0..honest).flat_map(honest::forgeries).collect();
        let present = (0..honest).map(|number| (honest::name(number), Author::new())).collect();
        let (joined, heard, owed, leaves) = Default::default();
        Self(Mutex::new(Record {
            seen: vec![0; honest],
            waiting: VecDeque::new(),
            first: 0,
            room: Room { honest, rate, present, joined, heard, owed, leaves, forged },
        }))
    }

    /// This honest member sees this broadcast.
    pub(crate) fn sees(&self, member: usize, line: &str) -> Result<(), Fault> {
        self.record().sees(member, line)
    }

    /// Notes a peer that has ended its side in order after so many lines, all of which were taken.
    pub(crate) fn owes(&self, name: String, lines: u64) {
        self.record().room.owed.push((name, lines));
    }

    /// Returns true if someone of this name has joined.
    pub(crate) fn saw(&self, name: &str) -> bool {
        self.record().room.joined.contains(name)
    }

    /// The people here besides the honest members.
    pub(crate) fn strangers(&self) -> Vec<String> {
        let record = self.record();
        let honest: BTreeSet<_> = (0..record.room.honest).map(honest::name).collect();
        record.room.present.keys().filter(|name| !honest.contains(*name)).cloned().collect()
    }

    /// The number of lines compared, of all honest members together.
    pub(crate) fn verified(&self) -> u64 {
        self.record().seen.iter().sum()
    }

    /// The number of members that left so, such as ` (too slow)`.
    pub(crate) fn left(&self, how: &str) -> usize {
        self.record().room.leaves.get(how).copied().unwrap_or(0)
    }

    /// Everyone who was to be heard to the end was, now that everyone has left.
    pub(crate) fn settles(&self) -> Result<(), Fault> {
        let mut record = self.record();
        for (name, lines) in std::mem::take(&mut record.room.owed) {
            let heard = record.room.heard.get(&name).copied().unwrap_or(0);
            if heard != lines {
                return Err(Promise::NoCost.broken(format!(
                    "{name} said {lines} lines and ended its side in order, and {heard} were heard"
                )));
            }
        }
        Ok(())
    }

    fn record(&self) -> MutexGuard<'_, Record> {
        self.0.lock().unwrap()
    }
}

impl Record {
    fn sees(&mut self, member: usize, line: &str) -> Result<(), Fault> {
        let at = (self.seen[member] - self.first) as usize;
        match self.waiting.get(at) {
            None => {
                self.room.follows(line)?;
                self.waiting.push_back(line.into());
            }
            Some(known) if **known == *line => {}
            Some(known) => {
                return Err(Promise::OneOrder.broken(format!(
                    "{} saw {} where others saw {}, after {} lines that were the same{}",
                    honest::name(member),
                    shown(line),
                    shown(known),
                    self.seen[member],
                    if self.waiting.iter().skip(at).any(|later| **later == *line) {
                        ": it lost a line"
                    } else {
                        ""
                    }
                )));
            }
        }
        self.seen[member] += 1;
        while self.seen.iter().all(|&seen| seen > self.first) {
            self.waiting.pop_front();
            self.first += 1;
        }
        Ok(())
    }
}

impl Room {
    /// The next broadcast is this one.
    fn follows(&mut self, line: &str) -> Result<(), Fault> {
        match Broadcast::parse(line) {
            Some(Broadcast::Said(name, text)) => self.said(name, text, line),
            Some(Broadcast::Joined(name)) => self.joined(name, Author::new(), line),
            Some(Broadcast::Left(name, how)) => self.left(name, how, line),
            Some(Broadcast::Renamed(before, now)) => {
                let Some(author) = self.present.remove(before) else {
                    return Err(nobody(before, line));
                };
                self.joined(now, author, line)
            }
            None => Err(Promise::NoForgery.broken(format!("nobody can say {}", shown(line)))),
        }
    }

    fn said(&mut self, name: &str, text: &str, line: &str) -> Result<(), Fault> {
        let Some(author) = self.present.get_mut(name) else { return Err(nobody(name, line)) };
        let last = author.last;
        if let Some(member) = honest::number(name, self.honest)
            && !honest::may_say(member, last + 1, text)
        {
            return Err(Promise::OneOrder
                .broken(format!("{} is not what {name} said after its line {last}", shown(line))));
        }
        if let Some(number) = numbered(text) {
            if number != last + 1 {
                return Err(Promise::OneOrder.broken(format!(
                    "{name} was heard to say its line {number} after its line {last}"
                )));
            }
            author.last = number;
            let time = author.since.elapsed();
            if self.rate > 0 && number > most_lines(self.rate, time) {
                return Err(Promise::NoCost.broken(format!(
                    "{name} was heard to say {number} lines in {:.1} s, more than its rate",
                    time.as_secs_f64()
                )));
            }
        }
        Ok(())
    }

    fn joined(&mut self, name: &str, author: Author, line: &str) -> Result<(), Fault> {
        if self.forged.contains(name) {
            return Err(Promise::NoForgery.broken(format!("{} was let pass", shown(line))));
        }
        self.joined.insert(name.into());
        if self.present.insert(name.into(), author).is_some() {
            return Err(
                Promise::OneOrder.broken(format!("{}: twice, without a leave", shown(line)))
            );
        }
        Ok(())
    }

    fn left(&mut self, name: &str, how: &str, line: &str) -> Result<(), Fault> {
        let Some(author) = self.present.remove(name) else { return Err(nobody(name, line)) };
        if honest::number(name, self.honest).is_some() {
            return Err(Promise::NoCost.broken(format!("{}, which it had not", shown(line))));
        }
        if name.starts_with(HEARD) {
            self.heard.insert(name.into(), author.last);
        }
        let how = if how.starts_with(" (quit: ") { " (quit)" } else { how };
        *self.leaves.entry(how.into()).or_default() += 1;
        Ok(())
    }
}

impl Author {
    fn new() -> Self {
        Self { since: Instant::now(), last: 0 }
    }
}

/// The most lines that may be heard of someone after so long, and after lines that come late.
fn most_lines(rate: u32, time: Duration) -> u64 {
    let late = LONGEST_DELAY + time;
    u64::from(limits::BURST) + u64::from(rate) * (late.as_secs() + 1)
}

fn nobody(name: &str, line: &str) -> Fault {
    let what = format!("{}, where nobody is called {}", shown(line), shown(name));
    Promise::OneOrder.broken(what)
}

/// `n=17 …` is 17.
fn numbered(text: &str) -> Option<u64> {
    text.strip_prefix("n=")?.split(' ').next()?.parse().ok()
}

/// A line that everyone is sent; names have neither white space nor `:` nor `*`.
enum Broadcast<'a> {
    Said(&'a str, &'a str),
    Joined(&'a str),
    Left(&'a str, &'a str),
    Renamed(&'a str, &'a str),
}

impl<'a> Broadcast<'a> {
    fn parse(line: &'a str) -> Option<Self> {
        if let Some(action) = line.strip_prefix("* ") {
            let (name, text) = action.split_once(' ')?;
            return Some(Self::Said(name, text));
        }
        let (name, rest) = line.split_once(' ')?;
        if let Some(name) = name.strip_suffix(':') {
            return Some(Self::Said(name, rest));
        }
        if rest == "joined the chat!" {
            return Some(Self::Joined(name));
        }
        if let Some(how) = rest.strip_prefix("left the chat!") {
            return Some(Self::Left(name, how));
        }
        let now = rest.strip_prefix("is now known as ")?;
        (!now.contains(' ')).then_some(Self::Renamed(name, now))
    }
}
