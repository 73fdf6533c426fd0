//! From the connection to a nickname.

use alloc::string::String;
use alloc::vec::Vec;
use core::net::SocketAddr;

use super::{Handshake, Peer, ServerCore, State};
use crate::limits;
use crate::room::budgets::sources::Refusal;
use crate::room::budgets::{Bucket, Mailbox, Source};
use crate::room::event::{Action, ClientId};
use crate::room::facts::{Error, Reply, RoomEvent};
use crate::room::log_record::{Record, Wait};
use crate::room::nickname::Nickname;
use crate::room::reservations;
use crate::room::roster::{Holder, MemberId};
use crate::wire::detect;
use crate::wire::frame::{Decoder, Framing};
use crate::wire::rendering::Rendering;
use crate::wire::sanitize;

impl State {
    /// The state of a new member.
    fn member(member: MemberId) -> Self {
        Self::Member {
            member,
            bucket: Bucket::default(),
            mailbox: Mailbox::default(),
            correspondent: None,
        }
    }
}

impl ServerCore {
    pub(super) fn accepted(&mut self, id: ClientId, address: SocketAddr) {
        if self.peers.contains_key(&id) {
            return; // The shell's mistake; the peer that is here comes first.
        }
        self.log((id, address), Record::Connected);
        let source = Source::of(address.ip());
        if let Err(error) = self.admit_connection(source) {
            self.log((id, address), Record::Disconnected(Some(error)));
            if matches!(error, Error::TooManyFromAddress | Error::TooOftenFromAddress) {
                self.log.advise(address, self.settings.max_per_address, &mut self.actions);
            }
            self.send(id, Reply::TurnedAway(error));
            self.actions.push(Action::Drop(id));
            return;
        }
        let handshake = Handshake {
            since: self.now,
            deadline: self.now + self.settings.handshake_timeout,
            quiet_at: None,
            refusals: 0,
            bucket: Bucket::default(),
            ends_lines: false,
            unframed: false,
        };
        let deadline = handshake.deadline;
        let unread_until = self.sources.unread_until(self.now, source, &self.settings);
        let peer = Peer {
            address,
            source,
            decoder: Decoder::new(limits::FRAME_BYTES),
            counted: 0,
            state: State::Handshaking(handshake),
            token: None,
            timed: false,
            wake: None,
            paused: false,
            booking: None,
            place: None,
            served: 0,
            unread_until,
            finished: false,
            heard_until: None,
        };
        self.peers.insert(id, peer);
        self.handshaking.insert(id);
        self.set_timer(id, Some(deadline));
        self.send(id, Reply::Prompt);
        if let Some(until) = unread_until {
            self.pause(id, Wait::Input);
            self.set_timer(id, Some(until));
        }
    }

    /// Counts one more connection from this source, or says why there is no room for it.
    fn admit_connection(&mut self, source: Source) -> Result<(), Error<'static>> {
        if self.closing {
            return Err(Error::Closing);
        }
        let served = self.room.served();
        self.sources.check(self.now, source, served, &self.settings).map_err(|refusal| {
            match refusal {
                Refusal::TooMany => Error::TooManyFromAddress,
                Refusal::TooOften => Error::TooOftenFromAddress,
                Refusal::TooManySources => Error::Full,
            }
        })?;
        self.sources.connect(self.now, source, &self.settings);
        if self.peers.len() >= self.settings.max_members && !self.make_room(source) {
            return Err(Error::Full);
        }
        self.sources.count(source);
        Ok(())
    }

    /// Takes note of a read of a peer that had sent `held` bytes of its answer to `NICK` before. A peer that
    /// has begun its first answer without ending it is looked at again soon; if it had sent some of it
    /// before, it is a person who types, and ends lines. A peer that speaks another protocol is turned away.
    pub(super) fn hear_answer(&mut self, id: ClientId, held: usize, data: &[u8]) {
        let Some(peer) = self.peers.get_mut(&id) else { return };
        let State::Handshaking(Handshake {
            deadline, since, ends_lines, quiet_at, unframed, ..
        }) = &mut peer.state
        else {
            return;
        };
        // It waited for its turn, and has ended its line meanwhile.
        *unframed &= memchr::memchr(b'\n', peer.decoder.held()).is_none();
        // A refused peer has ended a line.
        if !*ends_lines {
            if let Some(error) = detect::foreign_protocol(peer.decoder.held()) {
                return self.turn_away(id, error);
            }
            // It has said more, as only one does that never ends its frames.
            *unframed |= peer.decoder.is_glued();
        }
        let end = *since + self.settings.longest_handshake();
        *deadline = (self.now + self.settings.handshake_timeout).min(end);
        let holds = peer.decoder.held().len();
        if held > 0 && held == holds {
            return; // That was telnet negotiation.
        }
        let has_end = |bytes| memchr::memchr(b'\n', bytes).is_some();
        let ended = has_end(data) || has_end(peer.decoder.held());
        let is_first = held == 0 && !*ends_lines && !ended;
        let soon = if peer.decoder.is_one_character() {
            limits::UNFRAMED_AFTER_A_KEY
        } else {
            limits::UNFRAMED_AFTER
        };
        *quiet_at = (is_first && holds > 0).then(|| self.now + soon);
    }

    /// Takes note that a handshaking peer has ended a line, by LF or as telnet does.
    pub(super) fn note_line_end(&mut self, id: ClientId) {
        if let Some(Peer { state: State::Handshaking(Handshake { ends_lines, .. }), .. }) =
            self.peers.get_mut(&id)
        {
            *ends_lines = true;
        }
    }

    /// A line in answer to `NICK`. An answer that shows nothing is refused: as many as there may be
    /// of these end the connection, too.
    pub(super) fn answered(&mut self, id: ClientId, text: &str) {
        if let Some(token) = text.strip_prefix("/resume ") {
            return self.spend_token(id, token.trim());
        }
        if text.trim_end() == "/times" {
            return self.ask_for_times(id);
        }
        let nickname = Nickname::parse(text)
            .and_then(|nickname| self.roster.check(id, nickname, |holder| self.opens(id, holder)));
        match nickname {
            Ok(nickname) => self.admit(id, nickname, false),
            Err(refused) => self.refuse(id, Error::Nickname(&refused)),
        }
    }

    /// From now on each line that this peer is sent begins with its time.
    pub(super) fn ask_for_times(&mut self, id: ClientId) {
        let Some(peer) = self.peers.get_mut(&id) else { return };
        let before = peer.member_rendering();
        peer.timed = true;
        if let (Some(before), Some(now)) = (before, peer.member_rendering())
            && before != now
        {
            self.audience.remove(before);
            self.audience.add(now);
            self.actions.push(Action::Admit(id, now));
        }
    }

    /// A token, which may take back the nickname that follows.
    fn spend_token(&mut self, id: ClientId, token: &str) {
        let hash = reservations::spent(token);
        let Some(peer) = self.peers.get_mut(&id) else { return };
        if let State::Member { .. } = peer.state {
            return;
        }
        match (hash, peer.token) {
            (Some(_), None) => peer.token = hash,
            (None, _) => self.refuse(id, Error::NoToken),
            (Some(_), Some(_)) => self.refuse(id, Error::SecondToken),
        }
    }

    /// Returns true if this peer may take a nickname from its holder.
    pub(super) fn opens(&self, id: ClientId, holder: Holder) -> bool {
        let Some(peer) = self.peers.get(&id) else { return false };
        let token = peer.spent_token();
        match holder {
            Holder::Kept(number) => {
                let address = peer.address.ip().to_canonical();
                self.reservations.owner(number).is_some_and(|owner| owner.is(address, token))
            }
            Holder::Member(member) => self.peers.get(&member).is_some_and(|holder| {
                let is_member = matches!(holder.state, State::Member { .. });
                is_member && holder.token.is_some() && holder.token == token
            }),
        }
    }

    /// Asks a line-framed peer again, but not for ever.
    pub(super) fn refuse(&mut self, id: ClientId, error: Error<'_>) {
        let Some(peer) = self.peers.get_mut(&id) else { return };
        let State::Handshaking(Handshake { refusals, quiet_at, unframed, .. }) = &mut peer.state
        else {
            return;
        };
        *refusals += 1;
        // It is asked again, as only one can be that ends its lines.
        (*quiet_at, *unframed) = (None, false);
        if *refusals < limits::NICKNAME_REFUSALS {
            self.answer(id, Reply::AskAgain(error));
        } else {
            self.answer(id, Reply::Error(error));
            self.turn_away(id, Error::TooManyNicknames);
        }
    }

    /// The answer to `NICK` has had no line end for too long, or never will have: its sender never
    /// ends its frames.
    pub(super) fn admit_unframed(&mut self, id: ClientId) {
        let Some(peer) = self.peers.get_mut(&id) else { return };
        if let State::Handshaking(Handshake { unframed, .. }) = &mut peer.state {
            *unframed = false;
        }
        if peer.decoder.held().is_empty() {
            return;
        }
        let mut answer = String::new();
        // It has any length, and a nickname is cut.
        _ = sanitize::push_frame(&peer.decoder.unframe(), usize::MAX, &mut answer);
        let kept = |holder: Holder| matches!(holder, Holder::Kept(_)) && self.opens(id, holder);
        let nickname = self.roster.first_free(Nickname::coerce(&answer), kept);
        let coerced = nickname.as_str() != answer.trim();
        self.admit(id, nickname, coerced);
    }

    /// A member from here on. Where the nickname is `coerced`, it did not choose that. It may be one
    /// that is its own already: kept for it, or its lost connection's.
    fn admit(&mut self, id: ClientId, name: Nickname, coerced: bool) {
        self.set_timer(id, None);
        self.handshaking.remove(&id);
        if let Some(lost) = self.release_own(id, &name) {
            return self.replace(id, lost);
        }
        self.log_of(id, Record::Nickname(&name));
        let member = self.roster.join(id, name);
        self.is_member(id, State::member(member));
        self.show_history(id);
        let Some(name) = self.roster.nickname(member) else { return };
        // A member who sees ASCII would not know the number of its form.
        let numbered = name.number().is_some() && self.rendering(id) == Rendering::Ascii;
        let told = (coerced || numbered).then(|| name.clone());
        let joined = RoomEvent::Joined(name.into());
        let joined = self.actions.broadcast(Some(id), joined, self.audience);
        self.charge_broadcast(joined, limits::JOIN_COST);
        self.welcome(id, told.as_ref());
    }

    /// Frees what is kept of a nickname that a peer is about to take, and has been checked; returns
    /// the other member that has it, if one does.
    pub(super) fn release_own(&mut self, id: ClientId, name: &Nickname) -> Option<ClientId> {
        let token = self.peers.get(&id).and_then(Peer::spent_token);
        if token.is_none() && !self.roster.keeps_any() {
            return None; // Nothing can be its own.
        }
        let holders: Vec<_> = self.roster.holders(name).collect();
        let mut other = None;
        for holder in holders {
            match holder {
                Holder::Kept(number) => self.release(number),
                Holder::Member(member) => {
                    other = other.or(Some(member).filter(|other| *other != id))
                }
            }
        }
        other
    }

    /// Puts a member's new connection in the place of its old one, whose loss the room has not noticed.
    /// Nobody else hears of it.
    fn replace(&mut self, id: ClientId, lost: ClientId) {
        self.send(lost, Reply::TurnedAway(Error::Replaced));
        let Some(Peer {
            state: State::Member { member, bucket, mailbox, correspondent, .. }, ..
        }) = self.remove(lost)
        else {
            return;
        };
        let Some(name) = self.roster.replace(member, id) else { return };
        let name = name.clone();
        self.log_of(id, Record::Resumed(&name));
        self.is_member(id, State::Member { member, bucket, mailbox, correspondent });
        self.show_history(id);
        self.answer(id, Reply::Joined((&name).into()));
        self.welcome(id, None);
    }

    fn is_member(&mut self, id: ClientId, state: State) {
        let Some(peer) = self.peers.get_mut(&id) else { return };
        (peer.state, peer.token) = (state, None);
        let rendering = peer.rendering();
        self.audience.add(rendering);
        self.actions.push(Action::Admit(id, rendering));
    }

    fn welcome(&mut self, id: ClientId, coerced: Option<&Nickname>) {
        self.answer(id, Reply::Welcome);
        if let Some(name) = coerced {
            self.answer(id, Reply::YouAre(name.into()));
        }
        // The original client knows no such line.
        let rendering = self.rendering(id);
        if rendering.framing() == Framing::Lines {
            let members = self.roster.nicknames().len();
            let named = members <= limits::WELCOME_NAMES && self.may_be_shown(id);
            let here = if named { Reply::Names(&self.roster) } else { Reply::Count(members) };
            let bytes = self.actions.send(id, here, rendering);
            self.shown(id, bytes);
        }
        if !self.topic.is_empty() {
            let bytes = self.actions.send(id, Reply::Topic(&self.topic), rendering);
            self.shown(id, bytes);
        }
        if !self.motd.is_empty() {
            let motd = Reply::MessageOfTheDay(&self.motd);
            let bytes = self.actions.send(id, motd, rendering);
            self.shown(id, bytes);
        }
    }

    /// Shows a newcomer the latest messages, as many as its source may still be shown.
    fn show_history(&mut self, id: ClientId) {
        let Some(peer) = self.peers.get(&id) else { return };
        let rendering = peer.rendering();
        let most = self.sources.may_be_shown(self.now, peer.source, &self.settings);
        let shown = self.history.latest(usize::try_from(most).unwrap_or(usize::MAX), rendering);
        if shown.is_empty() {
            return;
        }
        let bytes = self.actions.send(id, Reply::History(shown), rendering);
        self.sources.show(self.now, peer.source, bytes, &self.settings);
    }

    /// Says why, and closes, a connection that is no member.
    pub(super) fn turn_away(&mut self, id: ClientId, error: Error<'static>) {
        self.send(id, Reply::TurnedAway(error));
        if let Some(peer) = self.remove(id) {
            self.log((id, peer.address), Record::Disconnected(Some(error)));
        }
    }
}
