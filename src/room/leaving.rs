//! The end of a member, as the others hear of it, and what remains of it.
//!
//! A leave does not wait for the room's budget. But thousands of leaves at once can be more than a
//! member's backlog has room for; then the rest are announced a little later, in their order. Until
//! then, and for two minutes more where the connection was lost, the nickname stays taken.

use alloc::collections::VecDeque;
use alloc::string::String;

use super::{Peer, ServerCore, State};
use crate::limits;
use crate::room::budgets::Source;
use crate::room::event::{ClientId, Ending, Millis};
use crate::room::facts::{LeaveReason, RoomEvent};
use crate::room::log_record::Record;
use crate::room::reservations::{Owner, Reservation};

/// A member that is gone, and not announced as that yet.
#[derive(Debug)]
pub(super) struct Leaving {
    /// Its connection; `None` where it was gone before the room went on from a snapshot.
    pub(super) id: Option<ClientId>,
    /// Under this number its nickname is kept.
    pub(super) number: u64,
    pub(super) reason: LeaveReason<String>,
    /// For whom the nickname stays kept after that.
    pub(super) owner: Option<Owner>,
}

/// The queue of those who are announced next.
pub(super) type LeavingQueue = VecDeque<Leaving>;

impl ServerCore {
    /// Ends a peer, and tells those who remain if it was a member.
    pub(super) fn leave(&mut self, id: ClientId, reason: LeaveReason<&str>) {
        let Some(peer) = self.remove(id) else { return };
        let Peer { address, token, state: State::Member { member, .. }, .. } = peer else {
            return self.log((id, peer.address), Record::Disconnected(None));
        };
        let Some(number) = self.roster.leave(member) else { return };
        if let Some(nickname) = self.roster.kept(number) {
            let left = Record::Left(nickname, reason);
            self.log.log(self.now, (id, address), left, &mut self.actions);
        }
        let owner = Owner { address: address.ip().to_canonical(), hash: token };
        let owner = Some(owner).filter(|_| was_lost(reason));
        if self.leaving.is_empty() && self.room.leaves_at(self.now, &self.settings).is_none() {
            self.announce_leave(Some(id), number, reason, owner);
        } else {
            let reason = reason.map(Into::into);
            self.leaving.push_back(Leaving { id: Some(id), number, reason, owner });
        }
    }

    /// Announces those leaves that the room has room for now.
    pub(super) fn announce_leaves(&mut self) {
        while !self.leaving.is_empty() && self.room.leaves_at(self.now, &self.settings).is_none() {
            let Some(Leaving { id, number, reason, owner }) = self.leaving.pop_front() else {
                return;
            };
            self.announce_leave(id, number, reason.as_deref(), owner);
        }
    }

    /// Returns the time of the next leave to announce, if nothing else happens before.
    pub(super) fn announces_at(&self) -> Option<Millis> {
        self.leaving.front()?;
        Some(self.room.leaves_at(self.now, &self.settings).unwrap_or(self.now))
    }

    /// Announces that the one is gone whose nickname is kept under this number.
    fn announce_leave(
        &mut self,
        id: Option<ClientId>,
        number: u64,
        reason: LeaveReason<&str>,
        owner: Option<Owner>,
    ) {
        let Some(nickname) = self.roster.kept(number) else { return };
        let left = RoomEvent::Left(nickname.into(), reason);
        let bytes = self.actions.broadcast(id, left, self.audience);
        // Its source paid when it joined.
        self.room.spend(self.now, bytes as u64, &self.settings);
        match owner {
            Some(owner) => {
                self.roster.release_form(number);
                self.reserve(number, owner);
            }
            None => self.roster.release(number),
        }
    }

    /// Keeps a nickname for its owner. Where its source, or the room, has too many, the oldest that no
    /// token opens is free instead; but none that a token opens, so that nobody behind the same address
    /// can push out a neighbour's.
    fn reserve(&mut self, number: u64, owner: Owner) {
        let source = Source::of(owner.address);
        while let Some(prefix) = self.sources.reserves_too_much(source, &self.settings) {
            let of_source = |kept: &Reservation| Source::of(kept.owner.address).is_in(prefix);
            if !self.release_oldest(|kept| kept.owner.hash.is_none() && of_source(kept)) {
                self.roster.release(number);
                return;
            }
        }
        if self.reservations.len() >= limits::RESERVATIONS
            && !self.release_oldest(|kept| kept.owner.hash.is_none())
        {
            self.roster.release(number);
            return;
        }
        self.sources.reserve(source);
        let until = self.now + limits::RESERVED_FOR;
        self.reservations.add(number, Reservation { owner, until });
    }

    /// The nickname that is kept under this number is free again.
    pub(super) fn release(&mut self, number: u64) {
        if let Some(Reservation { owner, .. }) = self.reservations.remove(number) {
            self.sources.unreserve(Source::of(owner.address));
            self.roster.release(number);
        }
    }

    /// Frees the nicknames whose time is over.
    pub(super) fn release_nicknames(&mut self) {
        let now = self.now;
        while self.reservations.poll_timeout().is_some_and(|until| until <= now) {
            self.release_oldest(|_| true);
        }
    }

    /// Frees the oldest nickname that is kept so; whether there was one.
    fn release_oldest(&mut self, wanted: impl Fn(&Reservation) -> bool) -> bool {
        let oldest = self.reservations.iter().find(|(_, kept)| wanted(kept));
        let number = oldest.map(|(number, _)| number);
        number.map(|number| self.release(number)).is_some()
    }
}

/// Returns true if a connection ended against its member's will.
fn was_lost(reason: LeaveReason<&str>) -> bool {
    match reason {
        LeaveReason::Ended(Ending::Finished | Ending::Gone) | LeaveReason::Quit(_) => false,
        LeaveReason::Ended(Ending::Lost | Ending::Unserved | Ending::TooSlow)
        | LeaveReason::Flooding
        | LeaveReason::GaveWay => true,
    }
}
