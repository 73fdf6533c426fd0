//! The participants of a recording: the connected peers, and their names.
//!
//! It is learned from events, actions and facts, never from what anybody says. Of a recording in which a
//! number is used twice, which none is that a room has made, not all is known.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::mem;
use core::net::SocketAddr;

use super::Step;
use crate::recording::snapshot::{Hearing, Peer, Standing};
use crate::recording::transcript::Head;
use crate::room::event::{Action, ClientId, Event, Millis};
use crate::room::facts::{Fact, FactKind};

/// The connected peers. A dropped one is known until the next step.
#[derive(Debug, Default)]
pub struct Participants {
    here: BTreeMap<ClientId, Participant>,
    /// Dropped by the event at hand.
    left: Vec<ClientId>,
    now: Millis,
}

/// A connected peer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Participant {
    /// Where from.
    pub address: SocketAddr,
    /// Since when; `None` for since before the recording.
    pub connected: Option<Millis>,
    /// Since when as a member, likewise, and under which nickname it became one.
    pub joined: Option<(Option<Millis>, String)>,
    /// Its nickname, as a member.
    pub nickname: Option<String>,
    /// True if its frames wait for their turn.
    pub paused: bool,
}

impl Participant {
    /// Since when it is what it is: a member, or connected.
    #[must_use]
    pub fn since(&self) -> String {
        let since = self.joined.as_ref().map_or(self.connected, |(joined, _)| *joined);
        since.map_or_else(|| "before the recording".into(), |since| since.to_string())
    }

    /// This fact about it came to be.
    pub(super) fn hears(&mut self, now: Millis, fact: &FactKind<String>) {
        if let Some(nickname) = fact.nickname() {
            self.joined.get_or_insert_with(|| (Some(now), nickname.clone()));
            self.nickname = Some(nickname.clone());
        }
    }

    pub(super) const fn new(address: SocketAddr, connected: Option<Millis>) -> Self {
        Self { address, connected, joined: None, nickname: None, paused: false }
    }

    /// As a snapshot has it.
    pub(super) fn resume(peer: &Peer) -> Self {
        let nickname: Option<String> = match &peer.standing {
            Standing::Handshaking(_) => None,
            Standing::Member { nickname, .. } => Some(nickname.as_str().into()),
        };
        let joined = nickname.clone().map(|nickname| (None, nickname));
        let paused = peer.hearing == Hearing::Paused;
        Self { joined, nickname, paused, ..Self::new(peer.address, None) }
    }
}

impl Participants {
    /// The peers that are connected when a recording begins.
    #[must_use]
    pub fn new(head: &Head) -> Self {
        let mut participants = Self::default();
        for peer in head.snapshot.iter().flat_map(|snapshot| &snapshot.peers) {
            participants.here.insert(peer.id, Participant::resume(peer));
        }
        participants
    }

    /// Takes the next event, before [what is done](Self::done) about it.
    pub fn step(&mut self, step: &Step) {
        for id in mem::take(&mut self.left) {
            self.here.remove(&id);
        }
        let Step::Happened { now, event, .. } = step else { return };
        self.now = *now;
        if let Event::Accepted(id, address) = event {
            self.here.entry(*id).or_insert_with(|| Participant::new(*address, Some(*now)));
        }
    }

    /// The next action about it, with its fact; returns the connection that it concerns.
    pub fn done(
        &mut self,
        action: &Action<Vec<u8>>,
        fact: Option<&Fact<String>>,
    ) -> Option<ClientId> {
        let id = fact.map_or_else(|| action.peer(), |fact| fact.id)?;
        let now = self.now;
        if let Action::Drop(_) = action {
            self.left.push(id);
        }
        if let Some(participant) = self.here.get_mut(&id) {
            fact.iter().for_each(|fact| participant.hears(now, &fact.kind));
            match action {
                Action::Pause(_) => participant.paused = true,
                Action::Resume(_) => participant.paused = false,
                Action::Send(..)
                | Action::Broadcast(..)
                | Action::Admit(..)
                | Action::Drop(_)
                | Action::Log(..) => {}
            }
        }
        Some(id)
    }

    /// Returns a peer that is here.
    #[must_use]
    pub fn get(&self, id: ClientId) -> Option<&Participant> {
        self.here.get(&id)
    }

    /// Everyone who is here, by number.
    pub fn iter(&self) -> impl Iterator<Item = (ClientId, &Participant)> {
        self.here.iter().map(|(id, participant)| (*id, participant))
    }

    /// Returns the name by which a reader knows this peer: its nickname, or its number and address.
    #[must_use]
    pub fn label(&self, id: ClientId) -> String {
        match self.get(id) {
            Some(Participant { nickname: Some(nickname), .. }) => nickname.clone(),
            Some(participant) => format!("{id} ({})", participant.address.ip()),
            None => format!("{id} (gone)"),
        }
    }
}
