//! The events of a recording, all in memory, of which a test can be made.

use chatroom::recording::replay::participants::Participants;
use chatroom::recording::replay::{Difference, Played, Replay, Step, Stop};
use chatroom::recording::transcript::{Entry, Head, Reader};
use chatroom::{Action, ClientId, Event, Millis, Snapshot};

use super::INCIDENT_BYTES;

/// An event, and when it happens.
pub(crate) type TimedEvent = (Millis, Event<Vec<u8>>);

/// Events, and the room in which they happen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Incident {
    /// The settings in force, and the state of the room before.
    pub(crate) head: Head,
    /// The events.
    pub(crate) events: Vec<TimedEvent>,
}

impl Incident {
    /// The same from an empty room, to which everyone who is there comes first.
    pub(super) fn starting_empty(&self) -> Self {
        let Some(snapshot) = &self.head.snapshot else { return self.clone() };
        let participants = Participants::new(&self.head);
        let mut events = Vec::new();
        for id in snapshot.peers() {
            let Some(participant) = participants.get(id) else { continue };
            events.push((snapshot.now(), Event::Accepted(id, participant.address)));
            if let Some(nickname) = &participant.nickname {
                let answer = [nickname, "\n"].concat();
                events.push((snapshot.now(), Event::BytesIn(id, answer.into_bytes())));
            }
        }
        events.extend(self.events.iter().cloned());
        Self { head: Head::new(self.head.settings.clone(), None), events }
    }
}

/// The same head, with only some of those who are in its snapshot.
pub(super) fn with_peers(head: &Head, stays: impl Fn(ClientId) -> bool) -> Head {
    let peer = |line: &str| {
        let line = line.trim_start().strip_prefix(r#"peer {"id":""#)?;
        line.split('"').next()?.parse().ok()
    };
    with_lines(head, |line| peer(line).is_none_or(&stays))
}

/// The same head, with none of the history in its snapshot.
pub(super) fn without_history(head: &Head) -> Head {
    with_lines(head, |line| !line.trim_start().starts_with("said "))
}

/// The same head, with only these lines of its snapshot.
fn with_lines(head: &Head, stays: impl Fn(&str) -> bool) -> Head {
    let shorter = |snapshot: &Snapshot| {
        let text = snapshot.to_string();
        let lines: Vec<_> = text.lines().filter(|line| stays(line)).collect();
        lines.join("\n").parse().expect("a snapshot may hold fewer peers, and less of the history")
    };
    Head::new(head.settings.clone(), head.snapshot.as_ref().map(shorter))
}

/// Reads an incident from a recording.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    replay: Replay,
    reader: Reader,
    events: Vec<TimedEvent>,
    bytes: usize,
    /// The actions that were recorded after the latest event.
    actions: Vec<Action<Vec<u8>>>,
}

/// Why a recording is no longer played, and what was recorded there.
#[derive(Debug)]
pub(crate) struct End {
    /// Why it is over.
    pub(crate) stop: Stop,
    /// The recorded action that differs; `None` where nothing more was recorded.
    recorded: Option<Box<Action<Vec<u8>>>>,
    /// The number of actions of the same event before it.
    pub(super) same: usize,
}

impl End {
    /// Whom what was recorded there concerns, if it is one connection.
    pub(super) fn concerns(&self) -> Option<ClientId> {
        self.recorded.as_deref().and_then(Action::peer)
    }

    /// The difference, if it is one.
    pub(crate) const fn difference(&self) -> Option<&Difference> {
        if let Stop::Differs(difference) = &self.stop { Some(difference) } else { None }
    }
}

impl Reading {
    /// Takes the next line of the recording.
    ///
    /// # Errors
    ///
    /// Why it is over. The events before it can be used.
    pub(crate) fn line(&mut self, line: &str) -> Result<(), End> {
        self.bytes += line.len();
        // The replay says what is wrong with it.
        let entry = self.reader.line(line).ok().flatten();
        let recorded = match entry {
            Some(Entry::Action(action)) => Some(action),
            Some(Entry::Event(..) | Entry::Behind(..) | Entry::Gap(_)) | None => None,
        };
        let step = self.replay.line(line);
        let step = step.map_err(|stop| self.stopped(stop, recorded.clone()))?;
        self.actions.extend(recorded);
        if let Some(Step::Happened { now, event, .. }) = step {
            self.events.push((now, event));
            self.actions.clear();
        }
        Ok(())
    }

    fn stopped(&self, stop: Stop, recorded: Option<Action<Vec<u8>>>) -> End {
        End { stop, recorded: recorded.map(Box::new), same: self.actions.len() }
    }

    /// Returns true if that is more than can be made a test of: [`INCIDENT_BYTES`].
    pub(crate) const fn is_full(&self) -> bool {
        self.bytes > INCIDENT_BYTES
    }

    /// The recording is over: what happened; and how much was played, or what is missing at its end.
    pub(crate) fn end(mut self) -> (Incident, Result<Played, End>) {
        let head = self.replay.head().clone();
        let end = self.replay.end().map_err(|stop| self.stopped(stop, None));
        (Incident { head, events: self.events }, end)
    }
}
