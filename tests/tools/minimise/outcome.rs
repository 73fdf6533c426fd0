//! The finding that a test made of an incident is to show.

use std::collections::BTreeMap;

use chatroom::recording::replay::participants::{Participant, Participants};
use chatroom::recording::transcript::Head;
use chatroom::{Action, ClientId, Event, ServerCore, Settings};

use super::incident::{End, Incident};

/// The result of some events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Someone is sent this line, or the log gets it.
    Said(String),
    /// The room does what it does now, and not what was recorded.
    Differs(Turn),
}

/// The room's present answer at a difference.
///
/// A recording tells what its room did about all that happened, and not what it would have done about
/// less. So all that can be asked for is what this room does; and that those whom it concerns stand as
/// they did, lest it be done for another reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Turn {
    /// The actions that may come before it.
    before: Vec<Action<Vec<u8>>>,
    /// `None` where nothing more is done.
    now: Option<Action<Vec<u8>>>,
    concerned: BTreeMap<ClientId, Stand>,
}

/// Everyone's standing with the room.
#[derive(Debug, Default)]
pub(crate) struct Standing(BTreeMap<ClientId, Stand>);

/// One person's standing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Stand {
    connected: bool,
    admitted: bool,
    paused: bool,
    dropped: bool,
}

impl Outcome {
    /// The result of this incident's last event, which differs from what was recorded.
    pub(crate) fn differs(incident: &Incident, end: &End) -> Self {
        // It has been played, so that there is such a room.
        let mut core =
            incident.head.room().unwrap_or_else(|_| ServerCore::new(Settings::default()));
        let (mut standing, mut done) = (Standing::of_all(&incident.head), Vec::new());
        let last = incident.events.len().saturating_sub(1);
        for (number, (now, event)) in incident.events.iter().enumerate() {
            let actions = core.handle(*now, event.as_bytes());
            if number < last {
                standing.event(event);
                actions.for_each(|action| standing.action(&action));
            } else {
                done = actions.map(|action| action.map(<[u8]>::to_vec)).collect();
            }
        }
        let now = done.get(end.same).cloned();
        done.truncate(end.same);
        // Nothing is done for many reasons; so all whom anything is done to count.
        let others = done.iter().filter(|_| now.is_none());
        let told = now.iter().chain(others).filter_map(Action::peer);
        let befalls = incident.events.last().and_then(|(_, event)| event.peer());
        let ids = told.chain(befalls).chain(end.concerns());
        let concerned = ids.map(|id| (id, standing.of(id))).collect();
        Self::Differs(Turn { before: done, now, concerned })
    }

    /// Returns true if it is that nothing more is done.
    pub(crate) const fn is_silence(&self) -> bool {
        matches!(self, Self::Differs(Turn { now: None, .. }))
    }

    /// Returns true if it comes of an event, which is the last or not, leads to these actions, and
    /// before which everyone stands like that.
    pub(crate) fn is_reached(
        &self,
        standing: &Standing,
        actions: &[Action<&[u8]>],
        is_last: bool,
    ) -> bool {
        match self {
            Self::Said(line) => actions.iter().any(|action| says(action, line)),
            Self::Differs(turn) => is_last && turn.is_taken(standing, actions),
        }
    }

    /// The same, for those who have other numbers now.
    pub(crate) fn renumbered(&self, numbers: &BTreeMap<ClientId, ClientId>) -> Self {
        let number = |id: ClientId| numbers.get(&id).copied().unwrap_or(id);
        let action = |action: &Action<Vec<u8>>| match action.peer() {
            Some(id) => with_peer(action.clone(), number(id)),
            None => action.clone(),
        };
        match self {
            Self::Said(line) => Self::Said(line.clone()),
            Self::Differs(turn) => Self::Differs(Turn {
                before: turn.before.iter().map(action).collect(),
                now: turn.now.as_ref().map(action),
                concerned: turn.concerned.iter().map(|(id, it)| (number(*id), *it)).collect(),
            }),
        }
    }
}

fn says(action: &Action<&[u8]>, line: &str) -> bool {
    match action {
        Action::Send(_, text) | Action::Broadcast(_, text) | Action::Log(_, text) => {
            text.split(|byte| *byte == b'\n').any(|said| said == line.as_bytes())
        }
        Action::Admit(..) | Action::Pause(_) | Action::Resume(_) | Action::Drop(_) => false,
    }
}

impl Turn {
    fn is_taken(&self, standing: &Standing, actions: &[Action<&[u8]>]) -> bool {
        if self.concerned.iter().any(|(id, stand)| standing.of(*id) != *stand) {
            return false;
        }
        let mut before = self.before.iter();
        let mut more = actions.iter().map(|action| action.clone().map(<[u8]>::to_vec));
        // The first that was not done before it.
        let first = more.find(|action| before.all(|known| known != action));
        first == self.now
    }
}

impl Standing {
    /// Everyone's standing when a recording begins so.
    pub(super) fn of_all(head: &Head) -> Self {
        let stand = |participant: &Participant| Stand {
            connected: true,
            admitted: participant.nickname.is_some(),
            paused: participant.paused,
            dropped: false,
        };
        Self(
            Participants::new(head)
                .iter()
                .map(|(id, participant)| (id, stand(participant)))
                .collect(),
        )
    }

    fn of(&self, id: ClientId) -> Stand {
        self.0.get(&id).copied().unwrap_or_default()
    }

    pub(crate) fn event<B>(&mut self, event: &Event<B>) {
        if let Event::Accepted(id, _) = event {
            self.0.entry(*id).or_default().connected = true;
        }
    }

    pub(crate) fn action<B>(&mut self, action: &Action<B>) {
        let Some(stand) = action.peer().and_then(|id| self.0.get_mut(&id)) else { return };
        match action {
            Action::Admit(..) => stand.admitted = true,
            Action::Pause(_) => stand.paused = true,
            Action::Resume(_) => stand.paused = false,
            Action::Drop(_) => stand.dropped = true,
            Action::Send(..) | Action::Broadcast(..) | Action::Log(..) => {}
        }
    }
}

/// The same action, concerning this peer instead.
fn with_peer<B>(action: Action<B>, peer: ClientId) -> Action<B> {
    match action {
        Action::Send(_, data) => Action::Send(peer, data),
        Action::Broadcast(rendering, data) => Action::Broadcast(rendering, data),
        Action::Admit(_, rendering) => Action::Admit(peer, rendering),
        Action::Pause(_) => Action::Pause(peer),
        Action::Resume(_) => Action::Resume(peer),
        Action::Drop(_) => Action::Drop(peer),
        Action::Log(level, data) => Action::Log(level, data),
    }
}
