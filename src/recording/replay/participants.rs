//! The participants of a recording: the connected peers, and their names.
//!
//! It is learned from what happens and from what the room does about it, never from what anybody says. Of
//! a recording in which a number is used twice, which none is that a room has made, not all is known.

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
use crate::wire::frame::Framing;
use crate::wire::line::Line;
use crate::wire::rendering::Rendering;

/// The connected peers. A dropped one is known until the next step.
#[derive(Debug, Default)]
pub struct Participants {
    here: BTreeMap<ClientId, Participant>,
    /// The holder of each nickname.
    called: BTreeMap<String, ClientId>,
    /// Admitted, and not announced yet.
    joining: Option<ClientId>,
    /// Dropped by the event at hand.
    left: Vec<ClientId>,
    now: Millis,
    /// The latest action has given someone a nickname.
    has_named: bool,
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
            let participant = Participant::resume(peer);
            participants
                .called
                .extend(participant.nickname.clone().map(|nickname| (nickname, peer.id)));
            participants.here.insert(peer.id, participant);
        }
        participants
    }

    /// Takes the next event, before [the actions](Self::action) that it causes.
    pub fn step(&mut self, step: &Step) {
        for id in mem::take(&mut self.left) {
            self.forget(id);
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

    /// The next that is done about it; whom it concerns.
    pub fn action(&mut self, action: &Action<Vec<u8>>) -> Option<ClientId> {
        self.has_named = false;
        match action {
            Action::Broadcast(Rendering::Native, text) => self.announced(text),
            Action::Admit(id, rendering) => {
                let named = self.get(*id).is_some_and(|participant| participant.nickname.is_some());
                self.joining = Some(*id).filter(|_| !named).or(self.joining);
                self.change(*id, |participant| {
                    participant.framing = rendering.framing();
                    participant.unfinished &= participant.framing == Framing::Lines;
                })
            }
            Action::Pause(id) => self.change(*id, |participant| participant.paused = true),
            Action::Resume(id) => self.change(*id, |participant| participant.paused = false),
            Action::Drop(id) => {
                self.left.push(*id);
                Some(*id)
            }
            Action::Send(id, _) => Some(*id),
            Action::Broadcast(Rendering::NativeTimed | Rendering::Ascii, _) | Action::Log(..) => {
                None
            }
        }
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

    /// Returns true if the one whom the latest action concerns is called something else by it.
    #[must_use]
    pub const fn has_named(&self) -> bool {
        self.has_named
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

    fn change(&mut self, id: ClientId, change: impl FnOnce(&mut Participant)) -> Option<ClientId> {
        self.here.get_mut(&id).map(change);
        Some(id)
    }

    /// Everyone is told this; who caused it.
    fn announced(&mut self, text: &[u8]) -> Option<ClientId> {
        let line = str::from_utf8(text).ok()?.trim_end_matches('\n');
        match Line::parse(line) {
            Line::Joined { nick } => {
                let id = self.joining.take()?;
                let now = self.now;
                self.call(id, nick)?.joined = Some(now);
                Some(id)
            }
            Line::Renamed { before, now } => {
                let id = self.called.remove(before)?;
                self.call(id, now);
                Some(id)
            }
            Line::Said { nick, .. } | Line::Acted { nick, .. } | Line::Left { nick, .. } => {
                self.called.get(nick).copied()
            }
            Line::PrivateFrom { .. }
            | Line::PrivateTo { .. }
            | Line::TopicSet { .. }
            | Line::Connected
            | Line::History { .. }
            | Line::Present { .. }
            | Line::Information(_)
            | Line::Refused(_)
            | Line::Other(_) => None,
        }
    }

    fn call(&mut self, id: ClientId, nickname: &str) -> Option<&mut Participant> {
        let participant = self.here.get_mut(&id)?;
        participant.nickname = Some(nickname.into());
        self.has_named = true;
        self.called.insert(nickname.into(), id);
        Some(participant)
    }

    fn forget(&mut self, id: ClientId) {
        let nickname = self.here.remove(&id).and_then(|participant| participant.nickname);
        let Some(nickname) = nickname else { return };
        // Someone else may be called so by now.
        if self.called.get(&nickname) == Some(&id) {
            self.called.remove(&nickname);
        }
    }
}
