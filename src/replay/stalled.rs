//! Members that take nothing more, and when what waits for them is too much.

use alloc::collections::{BTreeMap, BTreeSet};

use crate::event::{Action, ClientId};

/// Some members that take nothing more. As in the shell, broadcasts are a log, and each has a place in
/// it: the one at which it is too slow.
#[derive(Debug)]
pub(super) struct Stalled {
    backlog: i64,
    /// How many bytes have been broadcast.
    log: i64,
    places: BTreeMap<ClientId, i64>,
    next: BTreeSet<(i64, ClientId)>,
}

impl Stalled {
    /// Nobody, where more than `backlog` bytes are too much.
    pub(super) fn new(backlog: usize) -> Self {
        Self { backlog: length(backlog), log: 0, places: BTreeMap::new(), next: BTreeSet::new() }
    }

    /// This one takes nothing more from here on, and so many bytes wait for it.
    pub(super) fn add(&mut self, id: ClientId, waiting: usize) {
        self.set(id, self.log.saturating_add(self.backlog).saturating_sub(length(waiting)));
    }

    /// This is done.
    pub(super) fn action(&mut self, action: &Action<&[u8]>) {
        match action {
            Action::Broadcast(data) => self.log += length(data.len()),
            Action::Send(id, data) => {
                if let Some(&place) = self.places.get(id) {
                    self.set(*id, place.saturating_sub(length(data.len())));
                }
            }
            Action::Drop(id) => self.remove(*id),
            Action::Admit(..)
            | Action::Upgrade(_)
            | Action::Pause(_)
            | Action::Resume(_)
            | Action::Log(_) => {}
        }
    }

    /// One for whom too much waits, who is forgotten.
    pub(super) fn too_slow(&mut self) -> Option<ClientId> {
        let &(_, id) = self.next.first().filter(|&&(place, _)| place < self.log)?;
        self.remove(id);
        Some(id)
    }

    fn set(&mut self, id: ClientId, place: i64) {
        self.remove(id);
        self.places.insert(id, place);
        self.next.insert((place, id));
    }

    fn remove(&mut self, id: ClientId) {
        if let Some(place) = self.places.remove(&id) {
            self.next.remove(&(place, id));
        }
    }
}

fn length(bytes: usize) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}
