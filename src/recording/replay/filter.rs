//! The participants of a recording, and those of them that a reader wants to be told of.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use super::Step;
use super::participants::Participants;
use crate::limits;
use crate::recording::transcript::Head;
use crate::room::event::{ClientId, Event};
use crate::view::caseless::same;
use crate::wire::sanitize;

/// Whom a reader means: a nickname, in any case, or the number of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whom {
    /// Everyone who is called so.
    Nickname(String),
    /// `#7`.
    Number(ClientId),
}

impl Whom {
    /// Returns true if this one is meant, who is called so.
    #[must_use]
    pub fn is(&self, id: ClientId, nickname: Option<&str>) -> bool {
        match self {
            Self::Nickname(meant) => nickname.is_some_and(|nickname| same(nickname, meant)),
            Self::Number(meant) => *meant == id,
        }
    }
}

impl FromStr for Whom {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.strip_prefix('#').map(str::parse) {
            Some(Ok(number)) => Ok(Self::Number(ClientId(number))),
            None if !text.trim().is_empty() => Ok(Self::Nickname(text.trim().into())),
            Some(Err(_)) | None => Err("give a nickname, or the number of a connection: #7".into()),
        }
    }
}

/// As it was given, sanitised.
impl fmt::Display for Whom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nickname(nickname) => f.write_str(&sanitize::text(nickname.as_bytes())),
            Self::Number(id) => id.fmt(f),
        }
    }
}

/// Everyone who takes part, as far as a recording has been played.
#[derive(Debug, Default)]
pub struct Filter {
    participants: Participants,
    /// The wanted participants; where there is none, everyone.
    wanted: Vec<Whom>,
    /// Those of them that have not been found.
    missing: Vec<Whom>,
    /// Connections of those that have, from their beginning to their end.
    found: BTreeSet<ClientId>,
    /// The nicknames that were seen first; one more than are told.
    nicknames: BTreeSet<String>,
}

impl Filter {
    /// Begins with those who are here when a recording begins. These are wanted; where these are none,
    /// everyone.
    #[must_use]
    pub fn new(wanted: &[Whom], head: &Head) -> Self {
        let participants = Participants::new(head);
        let here: Vec<_> = participants.iter().map(|(id, _)| id).collect();
        let (wanted, missing) = (wanted.into(), wanted.into());
        let mut filter = Self { participants, wanted, missing, ..Self::default() };
        here.into_iter().for_each(|id| filter.track(id));
        filter
    }

    /// Learns who takes part in this.
    pub fn step(&mut self, step: &Step) {
        self.participants.step(step);
        if let Step::Happened { event: Event::Accepted(id, _), .. } = step {
            self.track(*id);
        }
        for (action, fact) in step.done() {
            let id = self.participants.done(action, fact);
            let is_named = fact.is_some_and(|fact| fact.kind.nickname().is_some());
            id.filter(|_| is_named).into_iter().for_each(|id| self.track(id));
        }
    }

    fn track(&mut self, id: ClientId) {
        let nickname =
            self.participants.get(id).and_then(|participant| participant.nickname.as_deref());
        if let Some(nickname) = nickname.filter(|_| self.nicknames.len() <= limits::NAMED) {
            self.nicknames.insert(nickname.into());
        }
        self.missing.retain(|whom| !whom.is(id, nickname));
        let is_wanted = self.wanted.iter().any(|whom| whom.is(id, nickname));
        if is_wanted && self.found.len() < limits::CONNECTIONS_FOUND {
            self.found.insert(id);
        }
    }

    /// Returns true if the reader wants to be told what befalls this one, or the room.
    #[must_use]
    pub fn wants(&self, id: Option<ClientId>) -> bool {
        self.wanted.is_empty() || id.is_none_or(|id| self.found.contains(&id))
    }

    /// Returns the warning that more participants may be wanted than [`wants`](Self::wants) knows.
    #[must_use]
    pub fn cut(&self) -> Option<String> {
        let most = limits::CONNECTIONS_FOUND;
        let is_full = self.found.len() == most;
        is_full.then(|| format!("at most the first {most} connections of these are told of"))
    }

    /// Returns the error that someone who is wanted did not take part, with those who did.
    #[must_use]
    pub fn missing(&self) -> Option<String> {
        let names: Vec<_> = self.nicknames.iter().take(limits::NAMED).map(String::as_str).collect();
        let others = if self.nicknames.len() > names.len() { " and others" } else { "" };
        self.missing.first().map(|whom| match (whom, &*names) {
            (Whom::Number(id), _) => format!("there is no connection {id} in it"),
            (Whom::Nickname(_), []) => {
                format!("nobody is called {whom} in it: nobody has a nickname")
            }
            (Whom::Nickname(_), names) => {
                format!("nobody is called {whom} in it; there are {}{others}", names.join(", "))
            }
        })
    }
}
