//! From the connection to a nickname.

use alloc::string::String;
use core::net::SocketAddr;

use super::{Peer, ServerCore, State};
use crate::event::{Action, ClientId};
use crate::frame::{Decoder, Framing};
use crate::limits;
use crate::message::{Error, Notice, PROMPT, Record};
use crate::nickname::Nickname;
use crate::rate::Bucket;
use crate::sanitize;

impl ServerCore {
    pub(super) fn accepted(&mut self, id: ClientId, address: SocketAddr) {
        if self.peers.contains_key(&id) {
            return; // The shell's mistake; the peer that is here comes first.
        }
        let refused = if self.closing {
            Some(Error::Closing)
        } else if self.peers.len() >= self.settings.max_members {
            Some(Error::Full)
        } else if !self.addresses.admit(address.ip(), self.settings.max_per_address) {
            Some(Error::TooManyFromAddress)
        } else {
            None
        };
        self.journal.log(self.now, Record::Connected(address), &mut self.actions);
        if let Some(error) = refused {
            let record = Record::Disconnected(address, Some(error));
            self.journal.log(self.now, record, &mut self.actions);
            self.actions.send(id, Notice::Error(error));
            self.actions.push(Action::Drop(id));
            return;
        }
        let deadline = self.now + self.settings.handshake_timeout;
        let peer = Peer {
            address,
            decoder: Decoder::new(limits::FRAME_BYTES),
            state: State::Choosing { deadline, refusals: 0 },
            wake: None,
            paused: false,
            finished: false,
            heard_until: None,
        };
        self.peers.insert(id, peer);
        self.set_timer(id, Some(deadline));
        self.actions.send(id, PROMPT);
    }

    /// A peer that has begun an answer to the first `NICK` without ending it is looked at again soon. If
    /// it had sent some of it before, which was `held`, it is a person who types, and ends lines.
    pub(super) fn expect_line_end(&mut self, id: ClientId, held: usize, data: &[u8]) {
        let Some(peer) = self.peers.get(&id) else { return };
        let State::Choosing { deadline, refusals } = peer.state else { return };
        let holds = peer.decoder.held().len();
        if held > 0 && held == holds {
            return; // That was telnet negotiation.
        }
        let is_first = held == 0 && refusals == 0 && memchr::memchr(b'\n', data).is_none();
        let soon = if peer.decoder.is_one_character() {
            limits::UNFRAMED_AFTER_A_KEY
        } else {
            limits::UNFRAMED_AFTER
        };
        let begun = is_first && holds > 0;
        self.set_timer(id, Some(if begun { deadline.min(self.now + soon) } else { deadline }));
    }

    /// What has come of a peer's answer to the first `NICK`; none of whoever was refused, who is known
    /// to end lines.
    pub(super) fn first_answer(&self, id: ClientId) -> Option<&Decoder> {
        let peer = self.peers.get(&id)?;
        match peer.state {
            State::Choosing { refusals: 0, .. } => Some(&peer.decoder),
            State::Choosing { .. } | State::Member { .. } => None,
        }
    }

    /// A line in answer to `NICK`. A line that shows nothing is none.
    pub(super) fn answered(&mut self, id: ClientId, text: &str) {
        if sanitize::first_visible(text).is_none() {
            return;
        }
        match Nickname::parse(text).and_then(|nickname| self.roster.check(id, nickname)) {
            Ok(nickname) => self.admit(id, nickname, Framing::Lines, None),
            Err(refused) => self.refuse(id, Error::Nickname(&refused)),
        }
    }

    /// Asks a line-framed peer again, but not for ever.
    pub(super) fn refuse(&mut self, id: ClientId, error: Error<'_>) {
        let Some(peer) = self.peers.get_mut(&id) else { return };
        let State::Choosing { refusals, .. } = &mut peer.state else { return };
        *refusals += 1;
        if *refusals < limits::NICKNAME_REFUSALS {
            self.actions.send(id, format_args!("{}{PROMPT}", Notice::Error(error)));
        } else {
            self.actions.send(id, Notice::Error(error));
            self.turn_away(id, Error::TooManyNicknames);
        }
    }

    /// The answer to `NICK` has had no line end for too long, or never will have: its sender never
    /// ends its frames.
    pub(super) fn admit_unframed(&mut self, id: ClientId) {
        let Some(peer) = self.peers.get_mut(&id) else { return };
        if peer.decoder.held().is_empty() {
            return;
        }
        let mut answer = String::new();
        // It has any length, and a nickname is cut.
        _ = sanitize::push_frame(&peer.decoder.unframe(), usize::MAX, &mut answer);
        let nickname = self.roster.first_free(Nickname::coerce(&answer));
        let coerced = (nickname.as_str() != answer.trim()).then_some(nickname.clone());
        self.admit(id, nickname, Framing::Unframed, coerced);
        self.take_turns(id);
    }

    /// A member from here on. `coerced` is a nickname that it did not choose.
    pub(super) fn admit(
        &mut self,
        id: ClientId,
        name: Nickname,
        framing: Framing,
        coerced: Option<Nickname>,
    ) {
        self.set_timer(id, None);
        let Some(peer) = self.peers.get_mut(&id) else { return };
        self.journal.log(self.now, Record::Nickname(&name), &mut self.actions);
        self.actions.push(Action::Admit(id, framing));
        if !self.history.is_empty() {
            self.actions.send(id, Notice::History(&self.history));
        }
        self.actions.broadcast(Notice::Joined(&name));
        self.actions.send(id, Notice::Connected);
        if let Some(name) = coerced {
            self.actions.send(id, Notice::YouAre(&name));
        }
        if !self.motd.is_empty() {
            self.actions.send(id, Notice::MessageOfTheDay(&self.motd));
        }
        let seat = self.roster.join(id, name);
        peer.state = State::Member { seat, bucket: Bucket::default() };
    }

    /// Says why, and closes, a connection that is no member.
    pub(super) fn turn_away(&mut self, id: ClientId, error: Error<'_>) {
        self.actions.send(id, Notice::Error(error));
        if let Some(peer) = self.remove(id) {
            let record = Record::Disconnected(peer.address, Some(error));
            self.journal.log(self.now, record, &mut self.actions);
        }
    }
}
