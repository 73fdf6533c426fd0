//! The budget of the whole room: what one member is sent of the broadcasts; and who waits for it.
//!
//! When the budget is short, the sources that used most wait: those who wait are served in the order
//! of start-time fair queueing (Goyal, Vin and Cheng, SIGCOMM 1996). Each source has a virtual time
//! up to which it has been served, in eighths of a byte; a source that has been served little begins
//! at the room's, and so comes before one that has been served much.

use alloc::collections::BTreeSet;

use super::bucket::{Bucket, Quota};
use crate::event::{ClientId, Millis};
use crate::limits;
use crate::settings::Settings;

/// A virtual time: how much a source has been served, in eighths of a byte.
pub type Virtual = u64;

/// The place of one who waits: by its source's virtual time, then by when it began to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// From where its source is served next.
    pub start: Virtual,
    /// Counts those who began to wait.
    pub ticket: u64,
    /// The one who waits.
    pub id: ClientId,
}

/// The budget of the room's broadcasts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoomBudget {
    pub(crate) bucket: Bucket,
    /// Where the source that was served last began.
    pub(crate) served: Virtual,
    pub(crate) tickets: u64,
    waiting: BTreeSet<Place>,
}

impl RoomBudget {
    /// Lets a peer whose source has been served up to `finish` broadcast now; it holds `place`
    /// if it waits already. Otherwise returns its place from now on.
    pub fn ask(
        &mut self,
        now: Millis,
        id: ClientId,
        finish: Virtual,
        place: Option<Place>,
        settings: &Settings,
    ) -> Result<(), Place> {
        let start = finish.max(self.served);
        let ticket = place.map_or(self.tickets, |place| place.ticket);
        let mine = Place { start, ticket, id };
        let first = self.waiting.first().is_none_or(|first| mine <= *first);
        if first && self.ready_at(now, settings).is_none() {
            return Ok(());
        }
        if place.is_none() {
            self.tickets += 1;
        }
        self.waiting.insert(mine);
        Err(mine)
    }

    /// Goes on where a snapshot was.
    pub(crate) fn resume(&mut self, room: &crate::snapshot::Room) {
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

    /// Serves a source that has been served up to `finish`; returns from where.
    pub fn serve(&mut self, finish: Virtual) -> Virtual {
        self.served = self.served.max(finish);
        self.served
    }

    /// Where the source that was served last began.
    #[must_use]
    pub const fn served(&self) -> Virtual {
        self.served
    }

    /// When there is something left to spend: later than `now`, or `None` for at once.
    #[must_use]
    pub fn ready_at(&self, now: Millis, settings: &Settings) -> Option<Millis> {
        self.bucket.ready_at(now, quota(settings), 1)
    }

    /// When a leave may be announced: it never waits for the budget, but for a room that owes its
    /// members all that their backlog leaves to leaves.
    #[must_use]
    pub fn leaves_at(&self, now: Millis, settings: &Settings) -> Option<Millis> {
        self.bucket.owes_at_most(now, quota(settings), settings.leave_debt())
    }

    /// When [`next`](Self::next) gives someone, if nothing else happens before.
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
