//! The budget of the whole room: what one member is sent of the broadcasts; and who waits for it.
//!
//! When the budget is short, those who wait are served in the order of self-clocked fair queueing
//! (Golestani, INFOCOM 1994): each frame has a tag, behind its source's last one or the last one
//! served, whichever is later, by as much as it costs. So the sources that used most wait, a short
//! message goes before a long one, and nobody waits for ever.

use alloc::collections::BTreeSet;

use super::bucket::{Bucket, Quota};
use crate::limits;
use crate::room::event::{ClientId, Millis};
use crate::room::settings::Settings;

/// A virtual time, in eighths of a byte.
pub type Virtual = u64;

/// The place of one who waits: by the tag of its frame, then by when it began to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The tag of its frame.
    pub tag: Virtual,
    /// Counts those who began to wait.
    pub ticket: u64,
    /// The one who waits.
    pub id: ClientId,
}

/// The budget of the room's broadcasts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoomBudget {
    pub(crate) bucket: Bucket,
    /// The tag that was served last.
    pub(crate) served: Virtual,
    pub(crate) tickets: u64,
    waiting: BTreeSet<Place>,
}

impl RoomBudget {
    /// The place of a peer whose frame has this tag, behind those who began to wait before.
    pub const fn place(&mut self, id: ClientId, tag: Virtual) -> Place {
        let ticket = self.tickets;
        self.tickets = self.tickets.saturating_add(1); // A recording may count from anywhere.
        Place { tag, ticket, id }
    }

    /// Lets the peer in this place broadcast now.
    ///
    /// # Errors
    ///
    /// It has to wait there.
    pub fn ask(&mut self, now: Millis, place: Place, settings: &Settings) -> Result<(), Place> {
        let first = self.waiting.first().is_none_or(|first| place <= *first);
        if first && self.ready_at(now, settings).is_none() {
            self.served = self.served.max(place.tag);
            return Ok(());
        }
        self.waiting.insert(place);
        Err(place)
    }

    /// Goes on where a snapshot was.
    pub(crate) fn resume(&mut self, room: &crate::recording::snapshot::Room) {
        self.bucket = room.bucket;
        self.served = room.served;
        self.tickets = room.tickets;
    }

    /// Somebody waits in this place again, as in a snapshot; `false` where somebody does already.
    pub(crate) fn wait(&mut self, place: Place) -> bool {
        self.waiting.insert(place)
    }

    /// Nobody waits in this place any more.
    pub fn forget(&mut self, place: Place) {
        self.waiting.remove(&place);
    }

    /// Takes the one whose turn it is, where there is something left to spend.
    pub fn next(&mut self, now: Millis, settings: &Settings) -> Option<Place> {
        let first = *self.waiting.first()?;
        if self.ready_at(now, settings).is_some() {
            return None;
        }
        self.waiting.pop_first();
        Some(first)
    }

    /// Spends on a broadcast, whether there is something left or not.
    pub fn spend(&mut self, now: Millis, cost: u64, settings: &Settings) {
        self.bucket.take(now, quota(settings), cost);
    }

    /// The tag that was served last.
    #[must_use]
    pub const fn served(&self) -> Virtual {
        self.served
    }

    /// Returns the time at which there is something left to spend: later than `now`, or `None` for at once.
    #[must_use]
    pub fn ready_at(&self, now: Millis, settings: &Settings) -> Option<Millis> {
        self.bucket.ready_at(now, quota(settings), 1)
    }

    /// Returns the time at which a leave may be announced: it never waits for the budget, but for a
    /// room that owes its members all that their backlog leaves to leaves.
    #[must_use]
    pub fn leaves_at(&self, now: Millis, settings: &Settings) -> Option<Millis> {
        self.bucket.owes_at_most(now, quota(settings), settings.leave_debt())
    }

    /// Returns the time at which [`next`](Self::next) gives someone, if nothing else happens before.
    #[must_use]
    pub fn poll_timeout(&self, now: Millis, settings: &Settings) -> Option<Millis> {
        self.waiting.first()?;
        Some(self.ready_at(now, settings).unwrap_or(now))
    }
}

fn quota(settings: &Settings) -> Quota {
    if settings.rate == 0 {
        return Quota::UNLIMITED;
    }
    Quota { per_second: limits::ROOM_RATE, burst: settings.room_burst() }
}
