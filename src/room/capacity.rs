//! Giving way, when the room or its memory is full.

use alloc::collections::BTreeMap;

use super::{Handshake, ServerCore, State};
use crate::limits;
use crate::room::budgets::Source;
use crate::room::event::ClientId;
use crate::room::facts::{Error, LeaveReason, Reply};
use crate::room::log_record::Wait;

impl ServerCore {
    /// Makes room for a newcomer from this source, in a room that is full; whether somebody gave
    /// way. First one without a nickname, then the newest of a source with too many seats.
    pub(super) fn make_room(&mut self, newcomer: Source) -> bool {
        if let Some(id) = self.idle_newcomer(newcomer) {
            self.turn_away(id, Error::Full);
            return true;
        }
        if let Some(id) = self.newest_of_the_largest(newcomer) {
            self.next_to_give_way = self.now + limits::GIVE_WAY_EVERY;
            self.send(id, Reply::TurnedAway(Error::GaveWay));
            self.leave(id, LeaveReason::GaveWay);
            return true;
        }
        false
    }

    /// Finds a peer without a nickname whose source has more connections than the newcomer's will have; or
    /// as many, if it has had the time to choose. Of several, the source with most connections loses one,
    /// and then the oldest. Peers that have answered, and wait for a budget, do not give way.
    fn idle_newcomer(&self, newcomer: Source) -> Option<ClientId> {
        let least = if newcomer.has_account() { self.sources.connections(newcomer) + 1 } else { 1 };
        let oldest = self.handshaking.iter().take(limits::GIVE_WAY_AMONG);
        let mut found = None;
        for &id in oldest {
            let Some(peer) = self.peers.get(&id) else { continue };
            let State::Handshaking(Handshake { since, .. }) = peer.state else { continue };
            if peer.booking.is_some() {
                continue;
            }
            let connections = self.sources.connections(peer.source).max(1);
            let had_time = self.now.since(since) >= limits::GIVE_WAY_AFTER;
            let gives_way = connections > least || connections == least && had_time;
            if gives_way && found.is_none_or(|(most, _)| connections > most) {
                found = Some((connections, id));
            }
        }
        found.map(|(_, id)| id)
    }

    /// The newest connection of the source with most of them, if that is more than an eighth of the
    /// seats and not the newcomer's, and nobody has given way for a while.
    fn newest_of_the_largest(&self, newcomer: Source) -> Option<ClientId> {
        if self.now < self.next_to_give_way {
            return None;
        }
        let (largest, connections) = self.sources.largest()?;
        // A single connection never gives way to a single one.
        let share = (self.settings.max_members / limits::GIVE_WAY_SHARE).max(1);
        if newcomer.is_in(largest) || connections as usize <= share {
            return None;
        }
        let mut newest = self.peers.iter().rev();
        newest.find(|(_, peer)| peer.source.is_in(largest)).map(|(&id, _)| id)
    }

    /// Bounds what is held for all peers together: past that, the one that holds most of the source that
    /// does is no longer read from, and dropped if it was not.
    pub(super) fn bound_held(&mut self) {
        if self.held <= self.settings.memory / limits::HELD_PART {
            return;
        }
        let mut sources = BTreeMap::<_, usize>::new();
        for (&id, peer) in &self.peers {
            *sources.entry(peer.source.sender(id)).or_default() += peer.counted;
        }
        let Some((&source, _)) = sources.iter().max_by_key(|(_, held)| **held) else { return };
        let of_source = self.peers.iter().filter(|(id, peer)| peer.source.sender(**id) == source);
        let most = of_source.max_by_key(|(_, peer)| peer.counted);
        let Some((&id, paused)) = most.map(|(id, peer)| (id, peer.paused || peer.finished)) else {
            return;
        };
        if paused {
            self.send(id, Reply::TurnedAway(Error::Flooding));
            self.leave(id, LeaveReason::Flooding);
        } else if let Some(peer) = self.peers.get_mut(&id) {
            peer.unread_until = Some(self.now + limits::HELD_PAUSE);
            self.pause(id, Wait::Memory);
            self.set_timer(id, Some(self.now + limits::HELD_PAUSE));
        }
    }
}
