//! The events of a recording, all in memory, of which a test can be made.

use alloc::vec::Vec;

use super::{Played, Replay, Step, Stop};
use crate::event::{Event, Millis};
use crate::limits;
use crate::snapshot::Standing;
use crate::transcript::Head;

/// Something happens, at a time.
pub type Moment = (Millis, Event<Vec<u8>>);

/// Events, and the room in which they happen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Incident {
    /// The settings in force, and the state of the room before.
    pub head: Head,
    /// What happens.
    pub events: Vec<Moment>,
}

impl Incident {
    /// The same from an empty room, to which everyone who is there comes first.
    pub(super) fn starting_empty(&self) -> Self {
        let Some(snapshot) = &self.head.snapshot else { return self.clone() };
        let mut events = Vec::new();
        for peer in &snapshot.peers {
            events.push((snapshot.now, Event::Accepted(peer.id, peer.address)));
            if let Standing::Member { nickname, .. } = &peer.standing {
                let answer = [nickname.as_str(), "\n"].concat();
                events.push((snapshot.now, Event::BytesIn(peer.id, answer.into_bytes())));
            }
        }
        events.extend(self.events.iter().cloned());
        Self { head: Head::new(self.head.settings.clone(), None), events }
    }
}

/// Reads an incident from a recording.
#[derive(Debug, Default)]
pub struct Reading {
    replay: Replay,
    events: Vec<Moment>,
    bytes: usize,
}

impl Reading {
    /// Takes the next line of the recording.
    ///
    /// # Errors
    ///
    /// Why it is over. What happened before can be used.
    pub fn line(&mut self, line: &str) -> Result<(), Stop> {
        self.bytes += line.len();
        if let Some(Step::Happened { now, event, .. }) = self.replay.line(line)? {
            self.events.push((now, event));
        }
        Ok(())
    }

    /// Whether that is more than can be made a test of: [`limits::INCIDENT_BYTES`].
    #[must_use]
    pub const fn is_full(&self) -> bool {
        self.bytes > limits::INCIDENT_BYTES
    }

    /// The recording is over: what happened; and how much was played, or what is missing at its end.
    pub fn end(mut self) -> (Incident, Result<Played, Stop>) {
        let head = self.replay.head().clone();
        (Incident { head, events: self.events }, self.replay.end())
    }
}
