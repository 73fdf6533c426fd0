//! The least of an incident that still leads to an outcome.
//!
//! Ever smaller runs of events are left out while the outcome stays (delta debugging: Zeller and
//! Hildebrandt, 2002); first those of whole peers, then any. The remaining events are made shorter and
//! sooner in the same way. Each try plays all that is left in a fresh room, so there is a bound on what
//! is played in all.

use std::borrow::Borrow;
use std::fmt;

use chatroom::recording::transcript::Head;
use chatroom::{Action, ClientId, Event, Millis, Settings, Snapshot};

use super::incident::{Incident, TimedEvent, with_peers, without_history};
use super::outcome::{Outcome, Standing};

/// The rest of an incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Minimised {
    /// The incident: its last event leads to the outcome.
    pub(crate) incident: Incident,
    /// True if nothing of it can be left out; else the search was over before.
    pub(crate) complete: bool,
}

/// Why there is nothing to minimise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unreached {
    /// The outcome does not come of it.
    Never,
    /// It takes too long to play.
    TooLong,
}

/// The cost of an event, however small, in bytes that are gone through in the same time.
const EVENT_COST: u64 = 256;

/// The cost of looking at an event and leaving it out.
const LEFT_OUT_COST: u64 = 16;

impl fmt::Display for Unreached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Never => "what a test is to keep does not happen in it",
            Self::TooLong => "it takes too long to play for a test",
        })
    }
}

impl std::error::Error for Unreached {}

/// The bound on all that is played has been reached.
#[derive(PartialEq, Eq)]
struct Spent;

/// Plays what is left, again and again.
struct Trials<'a> {
    outcome: &'a Outcome,
    /// The bytes that may be gone through.
    work: u64,
}

/// The least of this incident that leads to this outcome, found by going through at most `work` bytes.
///
/// # Errors
///
/// It does not lead to that.
pub(crate) fn minimise(
    mut incident: Incident,
    outcome: &Outcome,
    work: u64,
) -> Result<Minimised, Unreached> {
    let mut trials = Trials { outcome, work };
    match trials.reached(&incident.head, incident.events.iter()) {
        Ok(Some(last)) => incident.events.truncate(last + 1),
        Ok(None) => return Err(Unreached::Never),
        Err(Spent) => return Err(Unreached::TooLong),
    }
    if incident.head.snapshot.is_some() && !outcome.is_silence() {
        let empty = incident.starting_empty();
        if trials.holds(&empty.head, empty.events.iter()) == Ok(true) {
            incident = empty;
        }
    }
    let complete = loop {
        let before = incident.clone();
        if trials.reduce(&mut incident).is_err() {
            break false;
        }
        if incident == before {
            break true;
        }
    };
    Ok(Minimised { incident, complete })
}

/// Returns true if this incident leads to this outcome.
pub(crate) fn leads_to(incident: &Incident, outcome: &Outcome) -> bool {
    let mut trials = Trials { outcome, work: u64::MAX };
    trials.holds(&incident.head, incident.events.iter()).unwrap_or(false)
}

impl Trials<'_> {
    /// Everything once. The findings up to the moment that it is spent stay.
    fn reduce(&mut self, incident: &mut Incident) -> Result<(), Spent> {
        self.fewer_peers(incident)?;
        self.fewer_events(incident)?;
        // An absent action cannot tell of which bytes, and when, it would be.
        if self.outcome.is_silence() {
            return Ok(());
        }
        self.plainer_head(incident)?;
        self.shorter_reads(incident)?;
        self.shorter_waits(incident)?;
        if let Some(last) = self.reached(&incident.head, incident.events.iter())? {
            incident.events.truncate(last + 1);
        }
        Ok(())
    }

    fn fewer_peers(&mut self, incident: &mut Incident) -> Result<(), Spent> {
        let Incident { head, events } = incident;
        let last = events.last().and_then(|(_, event)| event.peer());
        let present = head.snapshot.iter().flat_map(Snapshot::peers);
        let peers = events.iter().filter_map(|(_, event)| event.peer()).chain(present);
        let mut peers: Vec<_> = peers.filter(|id| Some(*id) != last).collect();
        peers.sort_unstable();
        peers.dedup();
        let stays = |id, peers: &[ClientId]| Some(id) == last || peers.binary_search(&id).is_ok();
        let befalls = |(_, event): &TimedEvent, peers: &[ClientId]| {
            event.peer().is_none_or(|id| stays(id, peers))
        };
        let result = fewer(&mut peers, |peers| {
            self.spend(LEFT_OUT_COST * events.len() as u64)?;
            let head = with_peers(head, |id| stays(id, peers));
            self.holds(&head, events.iter().filter(|timed| befalls(timed, peers)))
        });
        events.retain(|timed| befalls(timed, &peers));
        *head = with_peers(head, |id| stays(id, &peers));
        result
    }

    fn fewer_events(&mut self, incident: &mut Incident) -> Result<(), Spent> {
        let Incident { head, events } = incident;
        let Some((last, others)) = events.split_last() else { return Ok(()) };
        let mut kept: Vec<_> = others.iter().collect();
        let result = fewer(&mut kept, |kept| {
            self.spend(LEFT_OUT_COST * kept.len() as u64)?;
            self.holds(head, kept.iter().copied().chain([last]))
        });
        *events = kept.into_iter().chain([last]).cloned().collect();
        result
    }

    fn plainer_head(&mut self, incident: &mut Incident) -> Result<(), Spent> {
        let Incident { head, events } = incident;
        let usual = Head::new(Settings::default(), head.snapshot.clone());
        if usual != *head && self.holds(&usual, events.iter())? {
            *head = usual;
        }
        let quiet = without_history(head);
        if quiet != *head && self.holds(&quiet, events.iter())? {
            *head = quiet;
        }
        Ok(())
    }

    fn shorter_reads(&mut self, incident: &mut Incident) -> Result<(), Spent> {
        let Incident { head, events } = incident;
        for at in 0..events.len() {
            let Some((_, Event::BytesIn(_, data))) = events.get(at) else { continue };
            let mut data = data.clone();
            // A peer that ends its lines still does; without that the room takes it for another
            // program.
            let ends = data.ends_with(b"\n");
            let result = fewer(&mut data, |less| {
                self.spend(less.len() as u64)?;
                if less.is_empty() || less.ends_with(b"\n") != ends {
                    return Ok(false);
                }
                set_bytes(events, at, less);
                self.holds(head, events.iter())
            });
            set_bytes(events, at, &data);
            result?;
        }
        Ok(())
    }

    fn shorter_waits(&mut self, incident: &mut Incident) -> Result<(), Spent> {
        let Incident { head, events } = incident;
        let mut waits = waits(events);
        for at in 0..waits.len() {
            let mut wait = waits.get(at).copied().unwrap_or(0);
            let result = least(&mut wait, |less| {
                set_wait(&mut waits, events, at, less);
                self.holds(head, events.iter())
            });
            set_wait(&mut waits, events, at, wait);
            result?;
        }
        Ok(())
    }

    /// Returns true if these events lead to the outcome.
    fn holds(
        &mut self,
        head: &Head,
        events: impl Iterator<Item: Borrow<TimedEvent>>,
    ) -> Result<bool, Spent> {
        self.reached(head, events).map(|reached| reached.is_some())
    }

    /// Which of these events leads to the outcome.
    fn reached(
        &mut self,
        head: &Head,
        events: impl Iterator<Item: Borrow<TimedEvent>>,
    ) -> Result<Option<usize>, Spent> {
        self.spend(head.bytes() as u64)?;
        let Ok(mut core) = head.room() else { return Ok(None) };
        let mut standing = Standing::of_all(head);
        let mut events = events.enumerate().peekable();
        while let Some((number, timed)) = events.next() {
            let (now, event) = timed.borrow();
            let actions: Vec<_> = core.handle(*now, event.as_bytes()).collect();
            let texts = actions.iter().map(|action| match action {
                Action::Send(_, text) | Action::Broadcast(_, text) | Action::Log(_, text) => {
                    text.len()
                }
                Action::Admit(..) | Action::Pause(_) | Action::Resume(_) | Action::Drop(_) => 0,
            });
            let read = if let Event::BytesIn(_, data) = event { data.len() } else { 0 };
            self.spend(EVENT_COST + (read + texts.sum::<usize>()) as u64)?;
            let is_last = events.peek().is_none();
            if self.outcome.is_reached(&standing, &actions, is_last) {
                return Ok(Some(number));
            }
            standing.event(event);
            actions.iter().for_each(|action| standing.action(action));
        }
        Ok(None)
    }

    fn spend(&mut self, work: u64) -> Result<(), Spent> {
        self.work = self.work.checked_sub(work).ok_or(Spent)?;
        Ok(())
    }
}

/// Leaves out ever shorter runs of these items, while the rest is enough.
///
/// # Errors
///
/// Those of `is_enough`. The items left out stay out.
pub(crate) fn fewer<T: Clone, E>(
    items: &mut Vec<T>,
    mut is_enough: impl FnMut(&[T]) -> Result<bool, E>,
) -> Result<(), E> {
    let mut length = items.len().div_ceil(2);
    while length > 0 {
        let mut start = 0;
        while start < items.len() {
            let mut less = items.clone();
            less.drain(start..(start + length).min(items.len()));
            if is_enough(&less)? {
                *items = less;
            } else {
                start += length;
            }
        }
        length /= 2;
    }
    Ok(())
}

/// Makes this number 0, or smaller by halves, while that is enough.
fn least<E>(number: &mut u64, mut is_enough: impl FnMut(u64) -> Result<bool, E>) -> Result<(), E> {
    let mut too_small = None;
    loop {
        let less = too_small.map_or(0, |small| small + (*number - small) / 2);
        if less == *number || Some(less) == too_small {
            return Ok(());
        }
        if is_enough(less)? {
            *number = less;
        } else {
            too_small = Some(less);
        }
    }
}

fn set_bytes(events: &mut [TimedEvent], at: usize, bytes: &[u8]) {
    if let Some((_, Event::BytesIn(_, data))) = events.get_mut(at) {
        *data = bytes.to_vec();
    }
}

/// The time of each event after the one before it.
fn waits(events: &[TimedEvent]) -> Vec<u64> {
    let mut before = Millis::ZERO;
    let wait = |(now, _): &TimedEvent| {
        let wait = now.since(before);
        before = before.max(*now);
        wait.as_millis()
    };
    events.iter().map(wait).collect()
}

/// Makes one of them another, and every event come after its wait.
fn set_wait(waits: &mut [u64], events: &mut [TimedEvent], at: usize, wait: u64) {
    waits.get_mut(at).into_iter().for_each(|before| *before = wait);
    let mut now = Millis::ZERO;
    for ((at, _), wait) in events.iter_mut().zip(waits) {
        now = now + Millis::new(*wait);
        *at = now;
    }
}
