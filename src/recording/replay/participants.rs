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
use crate::room::facts::Fact;
use crate::wire::frame::Framing;

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
    /// Since when as a member; `None` likewise, or where it is none.
    pub joined: Option<Millis>,
    /// Its nickname.
    pub nickname: Option<String>,
    /// Its framing, as far as the room knows.
    pub framing: Framing,
    /// True if its frames wait for their turn.
    pub paused: bool,
    /// The last that it sent is no whole line.
    pub unfinished: bool,
}

impl Participant {
    /// Since when it is what it is: a member, or connected.
    #[must_use]
    pub fn since(&self) -> String {
        let since = if self.nickname.is_some() { self.joined } else { self.connected };
        since.map_or_else(|| "before the recording".into(), |since| since.to_string())
    }

    const fn new(address: SocketAddr, connected: Option<Millis>) -> Self {
        Self {
            address,
            connected,
            joined: None,
            nickname: None,
            framing: Framing::Lines,
            paused: false,
            unfinished: false,
        }
    }

    /// As a snapshot has it.
    fn resume(peer: &Peer) -> Self {
        let Peer { address, decoder, .. } = peer;
        let framing = peer.framing();
        let begun = decoder.skipping || decoder.held.last().is_some_and(|&last| last != b'\n');
        let nickname = match &peer.standing {
            Standing::Handshaking { .. } => None,
            Standing::Member { nickname, .. } => Some(nickname.as_str().into()),
        };
        let paused = peer.hearing == Hearing::Paused;
        Self {
            nickname,
            framing,
            paused,
            unfinished: framing == Framing::Lines && begun,
            ..Self::new(*address, None)
        }
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
        match event {
            Event::Accepted(id, address) => {
                self.here.entry(*id).or_insert_with(|| Participant::new(*address, Some(*now)));
            }
            Event::BytesIn(id, data) => {
                if let Some(participant) = self.here.get_mut(id).filter(|_| !data.is_empty()) {
                    let whole = participant.framing == Framing::Unframed || data.ends_with(b"\n");
                    participant.unfinished = !whole;
                }
            }
            Event::Closed(..) | Event::Clock(_) | Event::Tick | Event::Shutdown => {}
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
            if let Some(nickname) = fact.and_then(|fact| fact.kind.nickname())
                && participant.nickname.replace(nickname.clone()).is_none()
            {
                participant.joined = Some(now);
            }
            match action {
                Action::Admit(_, rendering) => {
                    participant.framing = rendering.framing();
                    participant.unfinished &= participant.framing == Framing::Lines;
                }
                Action::Pause(_) => participant.paused = true,
                Action::Resume(_) => participant.paused = false,
                Action::Send(..) | Action::Broadcast(..) | Action::Drop(_) | Action::Log(..) => {}
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
