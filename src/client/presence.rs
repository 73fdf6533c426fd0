//! The people who are here, and one's own nickname, learned from what the server says.

use alloc::string::String;
use alloc::vec::Vec;

use crate::limits;
use crate::wire::line::{Line, is_nick};

/// The nicknames of those who are here, as far as they have shown.
#[derive(Debug)]
pub struct Presence {
    /// Those who have shown latest come last.
    names: Vec<String>,
    /// Those who said something before one came, and may be here still, the latest last.
    before: Vec<String>,
    me: Option<String>,
    /// The lines about one's own arrival that are still to come.
    arrival: Arrival,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Arrival {
    /// The first who joins is oneself.
    Joins,
    /// The next line may tell a nickname that was mended.
    Named,
    Done,
}

impl Presence {
    /// Nobody yet; oneself with the nickname that is asked for, if that is known.
    #[must_use]
    pub const fn new(me: Option<String>) -> Self {
        Self { names: Vec::new(), before: Vec::new(), me, arrival: Arrival::Done }
    }

    /// Begins anew: the room has admitted the client, which had asked for this nickname.
    pub fn arrive(&mut self, nickname: Option<&str>) {
        self.names.clear();
        self.before.clear();
        self.me = nickname.map(Into::into);
        self.arrival = Arrival::Joins;
    }

    /// One's own nickname.
    #[must_use]
    pub fn me(&self) -> Option<&str> {
        self.me.as_deref()
    }

    /// Those who are known to be here, whoever has shown latest first; at most
    /// [`PRESENT_NAMES`](limits::PRESENT_NAMES).
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().rev().map(String::as_str)
    }

    /// Learns from a line that tells what happens now.
    pub fn learn(&mut self, line: &Line<&str>) {
        let arrival = core::mem::replace(&mut self.arrival, Arrival::Done);
        match *line {
            Line::Joined { nick } => {
                if arrival == Arrival::Joins {
                    self.me = Some(nick.into());
                }
                self.add(nick);
            }
            Line::Connected => self.arrival = Arrival::Named,
            Line::Information(text) if arrival == Arrival::Named => {
                let coerced = text.strip_prefix("you are ").and_then(|it| it.strip_suffix(" here"));
                self.me = coerced.map(Into::into).or(self.me.take());
            }
            Line::Said { nick, .. } | Line::Acted { nick, .. } => self.add(nick),
            Line::PrivateFrom { nick, .. } | Line::PrivateTo { nick, .. } => self.add(nick),
            Line::TopicSet { nick, .. } => self.add(nick),
            Line::Left { nick, .. } => self.remove(nick),
            Line::Renamed { before, now } => {
                self.remove(before);
                self.add(now);
                if self.me() == Some(before) {
                    self.me = Some(now.into());
                }
            }
            Line::Present { nicks, .. } => self.present(nicks),
            Line::History { .. } | Line::Information(_) | Line::Refused(_) | Line::Other(_) => {}
        }
    }

    /// Those who may be spoken to: who is known to be here, and behind them who said something before.
    pub fn known(&self) -> impl Iterator<Item = &str> {
        let before = self.before.iter().rev().filter(|before| !self.names.contains(before));
        self.names().chain(before.map(String::as_str))
    }

    /// Remembers who said something before one came.
    pub fn remember(&mut self, line: &Line<&str>) {
        let (Line::Said { nick, .. } | Line::Acted { nick, .. }) = *line else { return };
        self.before.retain(|name| name != nick);
        if self.before.len() < limits::PRESENT_NAMES {
            self.before.push(nick.into());
        }
    }

    /// The answer to `/who`, in joining order; the last may be followed by ` and 7 more`. No more of it
    /// is looked at than can be known.
    fn present(&mut self, nicks: &str) {
        if !nicks.ends_with(" more") {
            self.names.clear();
        }
        let first_words = nicks.split(", ").filter_map(|nick| nick.split(' ').next());
        let named = first_words.take(limits::PRESENT_NAMES).filter(|nick| is_nick(nick));
        named.for_each(|nick| self.add(nick));
    }

    fn add(&mut self, nick: &str) {
        // A speaker often goes on speaking.
        if self.names.last().is_some_and(|name| name == nick) {
            return;
        }
        self.remove(nick);
        if self.names.len() >= limits::PRESENT_NAMES {
            self.names.remove(0);
        }
        self.names.push(nick.into());
    }

    fn remove(&mut self, nick: &str) {
        self.names.retain(|name| name != nick);
        self.before.retain(|name| name != nick);
    }
}
