//! The room's state, out and in again.

use alloc::format;
use alloc::string::String;

use super::leaving::Leaving;
use super::{Handshake, Peer, ServerCore, State};
use crate::limits;
use crate::recording::snapshot::{self, Gone, Hearing, Room, Snapshot, Standing};
use crate::room::budgets::room::Place;
use crate::room::budgets::{Mailbox, Source};
use crate::room::event::{ClientId, Millis};
use crate::room::settings::Settings;
use crate::room::wall_time::WallTime;
use crate::wire::frame::{Decoder, Framing};

impl ServerCore {
    /// All that the room knows now, other than its settings.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        let members = self.roster.members().filter_map(|(id, nickname)| {
            let peer = self.peers.get(&id)?;
            let State::Member { bucket, .. } = peer.state else { return None };
            let nickname = nickname.clone();
            let standing = Standing::Member { nickname, bucket };
            Some(peer.snapshot(id, self.now, standing, self.correspondent(id)))
        });
        let handshaking = self.peers.iter().filter_map(|(&id, peer)| match &peer.state {
            State::Handshaking(handshake) => {
                let standing = Standing::Handshaking(handshake.clone());
                Some(peer.snapshot(id, self.now, standing, None))
            }
            State::Member { .. } => None,
        });
        let gone = self.leaving.iter().filter_map(|leaving| {
            let nickname = self.roster.kept(leaving.number)?.clone();
            Some(Gone { nickname, reason: leaving.reason.clone(), owner: leaving.owner })
        });
        let reserved = self.reservations.iter().filter_map(|(number, reservation)| {
            Some((self.roster.kept(number)?.clone(), *reservation))
        });
        let served = self.room.served();
        let used = self
            .sources
            .accounts()
            .map(|(prefix, account)| (prefix, account.used(self.now, served)));
        Snapshot {
            now: self.now,
            closing: self.closing,
            clock: self.clock,
            topic: self.topic.clone(),
            said: self.history.count(),
            history: self.history.entries().cloned().collect(),
            log: self.log.clone(),
            room: Room {
                bucket: self.room.bucket,
                served,
                tickets: self.room.tickets,
                next_to_give_way: self.next_to_give_way,
            },
            accounts: used.filter(|(_, account)| !account.is_idle(self.now, served)).collect(),
            gone: gone.collect(),
            reserved: reserved.collect(),
            peers: members.chain(handshaking).collect(),
        }
    }

    /// A room with these settings that goes on where another one with the same settings was. Its
    /// memory is linear in the snapshot's.
    ///
    /// # Errors
    ///
    /// Says in one line, safe to show, why no room with these settings could be there.
    pub fn resume(settings: Settings, snapshot: &Snapshot) -> Result<Self, String> {
        let mut core = Self::new(settings);
        core.now = snapshot.now;
        core.closing = snapshot.closing;
        core.clock = snapshot.clock;
        core.actions.time = core.wall_time();
        if core.clock.is_some_and(|(at, time)| at > core.now || time == WallTime::UNKNOWN) {
            return Err(
                "the clock was told later than the snapshot was taken, or tells nothing".into()
            );
        }
        core.topic.clone_from(&snapshot.topic);
        if !snapshot.log.could_be(snapshot.now) {
            return Err("the log counts no lines, or for longer than a second".into());
        }
        core.log = snapshot.log.clone();
        core.history = core
            .history
            .resume(snapshot.said, &snapshot.history)
            .ok_or("more chat lines are kept than the room keeps, or than have been said")?;
        core.room.resume(&snapshot.room);
        core.next_to_give_way = snapshot.room.next_to_give_way;
        let mut before = None;
        for (prefix, account) in &snapshot.accounts {
            let (now, served) = (core.now, snapshot.room.served);
            let counts = account.used(now, served) == *account && !account.is_idle(now, served);
            if !counts || before.replace(*prefix) >= Some(*prefix) {
                return Err(
                    "a source has used nothing, or stands behind one that it is before".into()
                );
            }
            *core.sources.account(*prefix) = *account;
        }
        core.keep(snapshot)?;
        for peer in &snapshot.peers {
            core.resume_peer(peer).map_err(|why| format!("{} {why}", peer.id))?;
        }
        core.resume_correspondents(&snapshot.peers);
        // Such as a budget that is said to be in use, and has refilled.
        if core.snapshot() != *snapshot {
            return Err("something in it is not so at its time, or does not follow".into());
        }
        Ok(core)
    }

    /// Keeps the nicknames of those who are not here.
    fn keep(&mut self, snapshot: &Snapshot) -> Result<(), String> {
        let full = "a nickname is kept that is taken, or one too many";
        let mut until = Millis::ZERO;
        for (nickname, reservation) in &snapshot.reserved {
            let source = Source::of(reservation.owner.address);
            let taken = self.roster.holders(nickname).next().is_some();
            let many = self.sources.reserves_too_much(source, &self.settings).is_some()
                || self.reservations.len() >= limits::RESERVATIONS;
            let latest = self.now + limits::RESERVED_FOR;
            if taken || many || reservation.until < until || reservation.until > latest {
                return Err(full.into());
            }
            until = reservation.until;
            let number = self.roster.keep(nickname.clone());
            self.sources.reserve(source);
            self.reservations.add(number, *reservation);
        }
        for Gone { nickname, reason, owner } in &snapshot.gone {
            if self.roster.holders(nickname).next().is_some() {
                return Err(full.into());
            }
            let number = self.roster.keep_form(nickname.clone());
            let number = number.ok_or("two who are gone are shown alike in ASCII")?;
            let (reason, owner) = (reason.clone(), *owner);
            self.leaving.push_back(Leaving { id: None, number, reason, owner });
        }
        Ok(())
    }

    /// Lets a peer of a snapshot be here. Says why it cannot be, as what it does.
    fn resume_peer(&mut self, peer: &snapshot::Peer) -> Result<(), &'static str> {
        if self.closing {
            return Err("is here, and the room is closing");
        }
        if self.peers.contains_key(&peer.id) {
            return Err("is here twice");
        }
        if self.peers.len() >= self.settings.max_members {
            return Err("is one more than the room takes");
        }
        let source = Source::of(peer.address.ip());
        if !self.sources.resume(source, &self.settings) {
            return Err("is one more than its address may have here");
        }
        let mut decoder = Decoder::resume(limits::FRAME_BYTES, &peer.decoder)?;
        check(peer, &mut decoder, self.now)?;
        let place = peer.place.map(|(tag, ticket)| Place { tag, ticket, id: peer.id });
        if place.is_some_and(|place| !self.room.wait(place)) {
            return Err("waits where another one does");
        }
        let state = self.stand(peer)?;
        self.timers.extend(peer.wake.map(|at| (at, peer.id)));
        let counted = decoder.held().len();
        self.held += counted;
        let here = Peer {
            address: peer.address,
            source,
            decoder,
            counted,
            state,
            token: peer.token,
            timed: peer.timed,
            wake: peer.wake,
            paused: peer.hearing == Hearing::Paused,
            booking: peer.booking,
            place,
            served: peer.served,
            unread_until: peer.unread_until,
            finished: peer.hearing.has_finished(),
            heard_until: peer.hearing.until(),
        };
        if let Some(rendering) = here.member_rendering() {
            self.audience.add(rendering);
        }
        self.peers.insert(peer.id, here);
        Ok(())
    }
}

impl ServerCore {
    /// Lets a peer of a snapshot choose, or be a member.
    fn stand(&mut self, peer: &snapshot::Peer) -> Result<State, &'static str> {
        match &peer.standing {
            Standing::Handshaking(handshake) => {
                self.handshaking.insert(peer.id);
                Ok(State::Handshaking(handshake.clone()))
            }
            Standing::Member { nickname, bucket } => {
                let nickname = self.roster.check(peer.id, nickname.clone(), |_| false);
                let nickname = nickname.map_err(|_| "is called what someone above is called")?;
                let member = self.roster.resume(peer.id, nickname);
                let member = member.ok_or("is shown in ASCII as someone above is")?;
                let mailbox = peer.mailbox.clone();
                Ok(State::Member { member, bucket: *bucket, mailbox, correspondent: None })
            }
        }
    }

    /// Lets members reply to those who wrote to them, now that all are here.
    fn resume_correspondents(&mut self, peers: &[snapshot::Peer]) {
        for peer in peers {
            let sender =
                peer.correspondent.and_then(|sender| match self.peers.get(&sender)?.state {
                    State::Member { member, .. } => Some(member),
                    State::Handshaking(_) => None,
                });
            if let Some(Peer { state: State::Member { correspondent, .. }, .. }) =
                self.peers.get_mut(&peer.id)
            {
                *correspondent = sender;
            }
        }
    }
}

/// A peer with a waiting frame is not read from, and wakes or waits for the room.
fn check(peer: &snapshot::Peer, decoder: &mut Decoder, now: Millis) -> Result<(), &'static str> {
    if decoder.held().len() > limits::HELD_BYTES {
        return Err("holds more than it may");
    }
    if peer.mailbox.used(now) != peer.mailbox
        || !peer.is_member() && !peer.mailbox.senders.is_empty()
    {
        return Err("was told what does not count");
    }
    let waits = decoder.has_frame()
        || matches!(peer.standing, Standing::Handshaking(Handshake { unframed: true, .. }));
    let unread = peer.unread_until.is_some();
    match peer.standing {
        Standing::Handshaking(_) if decoder.framing() == Framing::Unframed => {
            Err("is choosing, and has answered")
        }
        Standing::Handshaking(Handshake { refusals: limits::NICKNAME_REFUSALS.., .. }) => {
            Err("has been refused too often to be here")
        }
        Standing::Handshaking(Handshake { deadline, .. })
            if !waits && !unread && peer.wake.is_none_or(|wake| wake > deadline) =>
        {
            Err("is choosing, and does not wake in time")
        }
        Standing::Handshaking(_) | Standing::Member { .. } => match peer.hearing {
            Hearing::Open if waits || unread => Err("is read from, and a line of it waits"),
            Hearing::Open => Ok(()),
            Hearing::Paused if !waits && !unread => {
                Err("is not read from, and no line of it waits")
            }
            Hearing::Finished | Hearing::Gone(_) if !waits => {
                Err("is not read from, and no line of it waits")
            }
            Hearing::Paused | Hearing::Finished | Hearing::Gone(_) => {
                let wakes = peer.wake.is_some() || peer.place.is_some();
                if wakes { Ok(()) } else { Err("waits, and does not wake") }
            }
        },
    }
}

impl Peer {
    fn snapshot(
        &self,
        id: ClientId,
        now: Millis,
        standing: Standing,
        correspondent: Option<ClientId>,
    ) -> snapshot::Peer {
        let mailbox = match &self.state {
            State::Handshaking(_) => Mailbox::default(),
            State::Member { mailbox, .. } => mailbox.used(now),
        };
        snapshot::Peer {
            id,
            address: self.address,
            decoder: self.decoder.state(),
            standing,
            hearing: self.hearing(),
            booking: self.booking,
            place: self.place.map(|place| (place.tag, place.ticket)),
            served: self.served,
            unread_until: self.unread_until,
            token: self.token,
            mailbox,
            correspondent,
            timed: self.timed,
            wake: self.wake,
        }
    }

    /// A pause does not matter any more once it has finished.
    fn hearing(&self) -> Hearing {
        match self.heard_until {
            Some(until) => Hearing::Gone(until),
            None if self.finished => Hearing::Finished,
            None if self.paused => Hearing::Paused,
            None => Hearing::Open,
        }
    }
}
