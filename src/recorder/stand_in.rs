//! A room to which the same happens in other words, so that what is recorded of it can be replayed.

use alloc::vec::Vec;

use crate::event::{Action, ClientId, Ending, Event, Millis};
use crate::redact::Redaction;
use crate::server::ServerCore;
use crate::settings::Settings;
use crate::snapshot::Snapshot;

/// A room, and the stand-ins for what is said in it.
#[derive(Debug)]
pub(super) struct StandIn {
    redaction: Redaction,
    room: ServerCore,
    /// What is about to happen to it.
    event: Option<(Millis, Event<Vec<u8>>)>,
}

impl StandIn {
    /// An empty room; `settings` are those that it has.
    pub(super) fn new(redaction: Redaction, settings: Settings) -> Self {
        Self { redaction, room: ServerCore::new(settings), event: None }
    }

    /// What stands for this, which is about to happen.
    pub(super) fn event(&mut self, now: Millis, event: &Event<&[u8]>) -> &Event<Vec<u8>> {
        &self.event.insert((now, self.redaction.event(now, event))).1
    }

    /// It happens; tells each thing that the room does.
    pub(super) fn happens(&mut self, mut tell: impl FnMut(&Action<&[u8]>)) {
        let Some((now, event)) = self.event.take() else { return };
        for action in self.room.handle(now, event.as_bytes()) {
            self.redaction.note(&action);
            tell(&action);
        }
    }

    /// This peer, which the room itself has dropped, is to go here too, if it is here still: it had a
    /// stand-in that was not refused.
    pub(super) fn lose(&mut self, now: Millis, id: ClientId) -> Option<&Event<Vec<u8>>> {
        let lost = self.redaction.knows(id).then_some((now, Event::Closed(id, Ending::Lost)))?;
        Some(&self.event.insert(lost).1)
    }

    /// The state of the room.
    pub(super) fn snapshot(&self) -> Snapshot {
        self.room.snapshot()
    }
}
