//! The room's state, out and in again.

use alloc::format;
use alloc::string::String;

use super::{Peer, ServerCore, State};
use crate::event::ClientId;
use crate::frame::{Decoder, Framing};
use crate::limits;
use crate::settings::Settings;
use crate::snapshot::{self, Hearing, Snapshot, Standing};

impl ServerCore {
    /// All that the room knows now, other than its settings.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        let members = self.roster.members().filter_map(|(id, nickname)| {
            let peer = self.peers.get(&id)?;
            let State::Member { bucket, .. } = peer.state else { return None };
            let nickname = nickname.clone();
            let standing = Standing::Member { nickname, bucket, hearing: peer.hearing() };
            Some(peer.snapshot(id, standing))
        });
        let choosing = self.peers.iter().filter_map(|(&id, peer)| match peer.state {
            State::Choosing { deadline, refusals } => {
                Some(peer.snapshot(id, Standing::Choosing { deadline, refusals }))
            }
            State::Member { .. } => None,
        });
        Snapshot {
            now: self.now,
            closing: self.closing,
            said: self.history.count(),
            history: self.history.lines().map(Into::into).collect(),
            journal: self.journal,
            peers: members.chain(choosing).collect(),
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
        if !snapshot.journal.could_be(snapshot.now) {
            return Err("the log counts no lines, or for longer than a second".into());
        }
        core.journal = snapshot.journal;
        core.history = core
            .history
            .resume(snapshot.said, &snapshot.history)
            .ok_or("more chat lines are kept than the room keeps, or than have been said")?;
        for peer in &snapshot.peers {
            core.seat(peer).map_err(|why| format!("{} {why}", peer.id))?;
        }
        Ok(core)
    }

    /// Lets a peer of a snapshot be here. Says why it cannot be, as what it does.
    fn seat(&mut self, peer: &snapshot::Peer) -> Result<(), &'static str> {
        if self.closing {
            return Err("is here, and the room is closing");
        }
        if self.peers.contains_key(&peer.id) {
            return Err("is here twice");
        }
        if self.peers.len() >= self.settings.max_members {
            return Err("is one more than the room takes");
        }
        if !self.addresses.admit(peer.address.ip(), self.settings.max_per_address) {
            return Err("is one more than its address may have here");
        }
        let mut decoder = Decoder::resume(limits::FRAME_BYTES, &peer.decoder)?;
        check(peer, &mut decoder)?;
        let (state, hearing) = match &peer.standing {
            Standing::Choosing { deadline, refusals } => {
                (State::Choosing { deadline: *deadline, refusals: *refusals }, Hearing::Open)
            }
            Standing::Member { nickname, bucket, hearing } => {
                let nickname = self.roster.check(peer.id, nickname.clone());
                let nickname = nickname.map_err(|_| "is called what someone above is called")?;
                let seat = self.roster.join(peer.id, nickname);
                (State::Member { seat, bucket: *bucket }, *hearing)
            }
        };
        self.timers.extend(peer.wake.map(|at| (at, peer.id)));
        let here = Peer {
            address: peer.address,
            decoder,
            state,
            wake: peer.wake,
            paused: hearing == Hearing::Paused,
            finished: hearing.has_finished(),
            heard_until: hearing.until(),
        };
        self.peers.insert(peer.id, here);
        Ok(())
    }
}

/// Whoever has a frame that waits is a member that is not read from and wakes; nobody else has one.
fn check(peer: &snapshot::Peer, decoder: &mut Decoder) -> Result<(), &'static str> {
    if decoder.held().len() > limits::HELD_BYTES {
        return Err("holds more than it may");
    }
    let waits = decoder.has_frame();
    match peer.standing {
        Standing::Choosing { .. } if waits || decoder.framing() == Framing::Unframed => {
            Err("is choosing, and has answered")
        }
        Standing::Choosing { refusals: limits::NICKNAME_REFUSALS.., .. } => {
            Err("has been refused too often to be here")
        }
        Standing::Choosing { deadline, .. } if peer.wake.is_none_or(|wake| wake > deadline) => {
            Err("is choosing, and does not wake in time")
        }
        Standing::Member { hearing: Hearing::Open, .. } if waits => {
            Err("is read from, and a line of it waits")
        }
        Standing::Member { hearing: Hearing::Open, .. } | Standing::Choosing { .. } => Ok(()),
        Standing::Member { .. } if !waits => Err("is not read from, and no line of it waits"),
        Standing::Member { .. } if peer.wake.is_none() => Err("waits, and does not wake"),
        Standing::Member { .. } => Ok(()),
    }
}

impl Peer {
    fn snapshot(&self, id: ClientId, standing: Standing) -> snapshot::Peer {
        snapshot::Peer {
            id,
            address: self.address,
            decoder: self.decoder.state(),
            standing,
            wake: self.wake,
        }
    }

    /// Whether it is paused does not matter any more once it has finished.
    fn hearing(&self) -> Hearing {
        match self.heard_until {
            Some(until) => Hearing::Gone(until),
            None if self.finished => Hearing::Finished,
            None if self.paused => Hearing::Paused,
            None => Hearing::Open,
        }
    }
}
