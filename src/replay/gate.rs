//! What members send while they are paused: as in the shell, it is read when they are resumed.

use alloc::collections::{BTreeMap, BTreeSet, VecDeque};
use alloc::vec::Vec;

use crate::event::{Action, ClientId, Ending, Event};
use crate::limits;
use crate::snapshot::{Hearing, Snapshot, Standing};

/// Who is paused, and what has not been read of them.
#[derive(Debug, Default)]
pub(super) struct Gate {
    held: BTreeMap<ClientId, Held>,
    /// Those of them who are read again.
    open: BTreeSet<ClientId>,
    bytes: usize,
}

#[derive(Debug, Default)]
struct Held {
    /// Reads since the pause, which the shell had done by then.
    ahead: usize,
    events: VecDeque<Event<Vec<u8>>>,
}

impl Gate {
    /// Whoever is paused in this state of the room, is.
    pub(super) fn resume(&mut self, snapshot: &Snapshot) {
        let paused = snapshot.peers.iter().filter(|peer| match &peer.standing {
            Standing::Member { hearing, .. } => *hearing == Hearing::Paused,
            Standing::Choosing { .. } => false,
        });
        self.held.extend(paused.map(|peer| (peer.id, Held::default())));
    }

    /// How many bytes it holds.
    pub(super) const fn bytes(&self) -> usize {
        self.bytes
    }

    /// What of this happens now: nothing, where it is still to be read.
    pub(super) fn pass(&mut self, event: Event<Vec<u8>>) -> Option<Event<Vec<u8>>> {
        let Some((id, held)) = event.peer().and_then(|id| Some((id, self.held.get_mut(&id)?)))
        else {
            return Some(event);
        };
        match &event {
            Event::BytesIn(..) | Event::Closed(_, Ending::Finished) => {
                if held.events.is_empty() && held.ahead < limits::READS_AHEAD {
                    held.ahead += 1;
                    return Some(event);
                }
                self.bytes += size(&event);
                held.events.push_back(event);
                None
            }
            // It is gone, with what was still to be read but for its last words.
            Event::Closed(_, Ending::Gone) => {
                let lost = held.events.split_off(held.events.len().min(1));
                self.bytes = self.bytes.saturating_sub(lost.iter().map(size).sum());
                self.bytes += size(&event);
                held.events.push_back(event);
                self.open.insert(id);
                None
            }
            Event::Closed(_, Ending::Lost | Ending::TooSlow)
            | Event::Accepted(..)
            | Event::Tick
            | Event::Shutdown => Some(event),
        }
    }

    /// This is done.
    pub(super) fn action<B>(&mut self, action: &Action<B>) {
        match action {
            Action::Pause(id) => {
                self.held.entry(*id).or_default().ahead = 0;
                self.open.remove(id);
            }
            Action::Resume(id) => _ = self.open.insert(*id),
            Action::Drop(id) => self.forget(*id),
            Action::Send(..)
            | Action::Broadcast(_)
            | Action::Admit(..)
            | Action::Upgrade(_)
            | Action::Log(_) => {}
        }
    }

    /// What is read next of those who are read again.
    pub(super) fn next(&mut self) -> Option<Event<Vec<u8>>> {
        while let Some(&id) = self.open.first() {
            if let Some(event) = self.held.get_mut(&id).and_then(|held| held.events.pop_front()) {
                self.bytes = self.bytes.saturating_sub(size(&event));
                return Some(event);
            }
            self.forget(id);
        }
        None
    }

    fn forget(&mut self, id: ClientId) {
        self.open.remove(&id);
        let held = self.held.remove(&id);
        let bytes = held.iter().flat_map(|held| &held.events).map(size).sum();
        self.bytes = self.bytes.saturating_sub(bytes);
    }
}

fn size(event: &Event<Vec<u8>>) -> usize {
    let bytes = if let Event::BytesIn(_, data) = event { data.len() } else { 0 };
    bytes + size_of::<Event<Vec<u8>>>()
}
