//! The same events in a room with other settings, beside one with those that were in force.
//!
//! Three things are not in the events, since the shell decides them, and are made up for:
//!
//! - *Time.* The other room is told that time has passed when that is due there, as the shell would do,
//!   unless the recorded room was told too late as well.
//! - *Pauses.* What someone sends who is paused there, and was not, is read when that is over.
//! - *The backlog.* With a lower one, a member is too slow when more than that are first told to wait for
//!   it. With a higher one, a member that was too slow stays, and takes nothing more: what it is sent
//!   waits, until that is too much. What a recording does not tell is whether it would have taken some of
//!   it after all, or what waited for it between two times that it was told.
//!
//! Nobody behaves in another way than was recorded. What still waits for its turn when the recording
//! ends is not said.

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::comparison::Comparison;
use super::gate::Gate;
use super::seen::Seen;
use super::stalled::Stalled;
use super::{Played, Replay, Step, Stop};
use crate::event::{Action, ClientId, Ending, Event, Millis};
use crate::limits;
use crate::server::ServerCore;
use crate::settings::Settings;
use crate::transcript::Head;

/// A recording that is played in two rooms.
#[derive(Debug)]
pub struct WhatIf {
    changes: Vec<String>,
    /// Only what this member sees is compared.
    member: Option<String>,
    most: usize,
    replay: Replay,
    recorded: Seen,
    instead: Option<Room>,
    /// Whoever the recorded room has dropped.
    gone: BTreeSet<ClientId>,
}

/// Why a what-if is over before its recording is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Halt {
    /// The recording cannot be replayed any further.
    Stop(Stop),
    /// People would have seen more than can be kept.
    TooMuch,
}

/// The other room.
#[derive(Debug)]
struct Room {
    core: ServerCore,
    seen: Seen,
    /// The backlogs that were in force, and that are now.
    recorded_backlog: usize,
    backlog: usize,
    stalled: Stalled,
    gate: Gate,
}

impl WhatIf {
    /// With these settings instead, each as [`Settings::with`] takes it; for all, or only for whoever joins
    /// with the nickname `member`.
    ///
    /// # Errors
    ///
    /// What is wrong with one of the settings.
    pub fn new(changes: &[String], member: Option<String>) -> Result<Self, String> {
        Self::with_limit(changes, member, limits::SEEN_BYTES)
    }

    /// The same, where what is seen in each room is at most `most` bytes.
    ///
    /// # Errors
    ///
    /// What is wrong with one of the settings.
    pub fn with_limit(
        changes: &[String],
        member: Option<String>,
        most: usize,
    ) -> Result<Self, String> {
        changed(&Settings::default(), changes)?;
        Ok(Self {
            changes: changes.to_vec(),
            recorded: Seen::new(member.clone(), most),
            member,
            most,
            replay: Replay::default(),
            instead: None,
            gone: BTreeSet::new(),
        })
    }

    /// Takes the next line of the recording.
    ///
    /// # Errors
    ///
    /// Why it is over.
    pub fn line(&mut self, line: &str) -> Result<(), Halt> {
        let mut due = self.replay.room().and_then(ServerCore::poll_timeout);
        match self.replay.line(line).map_err(Halt::Stop)? {
            None => {}
            Some(Step::Happened { now, event, actions }) => {
                if self.instead.is_none() {
                    due = self.begin();
                }
                let Some(instead) = &mut self.instead else { return Ok(()) };
                self.recorded.event(&event);
                actions.iter().for_each(|action| self.recorded.action(now, action));
                instead.time_passes(due, now);
                // Whoever the recorded room has dropped did nothing more: its connection was closed.
                let is_gone = event.peer().is_some_and(|id| self.gone.contains(&id));
                let drops = |action: &Action<_>| matches!(action, Action::Drop(_));
                self.gone.extend(actions.iter().filter(|it| drops(it)).filter_map(Action::peer));
                instead.happens(now, if is_gone { Event::Tick } else { event });
            }
            Some(Step::Behind { now, id, bytes }) => {
                if let Some(instead) = &mut self.instead {
                    instead.behind(now, id, bytes);
                }
            }
        }
        if self.recorded.is_full() || self.instead.as_ref().is_some_and(Room::is_full) {
            return Err(Halt::TooMuch);
        }
        Ok(())
    }

    /// Before anything happens, both rooms are in the same state; when time is due in the recorded one.
    fn begin(&mut self) -> Option<Millis> {
        let Head { settings: recorded, snapshot } = self.replay.head();
        let changed = changed(recorded, &self.changes);
        let (Ok(core), Ok(settings)) = (self.replay.head().room(), changed) else { return None };
        let due = core.poll_timeout();
        let seen = Seen::new(self.member.clone(), self.most);
        let mut instead = Room::new(core, recorded, settings, seen);
        if let Some(snapshot) = snapshot {
            self.recorded.resume(snapshot);
            instead.seen.resume(snapshot);
            instead.gate.resume(snapshot);
        }
        self.instead = Some(instead);
        due
    }

    /// The recording is over: what people have seen, and would have seen instead; and how much was played,
    /// or what is missing at its end.
    pub fn end(mut self) -> (Comparison, Result<Played, Stop>) {
        let instead = self.instead.map(|room| room.seen).unwrap_or_default();
        let names = self.replay.names().clone();
        let comparison = Comparison::new(self.changes.join(" "), names, self.recorded, instead);
        (comparison, self.replay.end())
    }
}

fn changed(settings: &Settings, changes: &[String]) -> Result<Settings, String> {
    changes.iter().try_fold(settings.clone(), |settings, change| settings.with(change))
}

impl Room {
    fn new(mut core: ServerCore, recorded: &Settings, settings: Settings, seen: Seen) -> Self {
        let backlog = settings.backlog;
        core.change(settings);
        Self {
            core,
            seen,
            recorded_backlog: recorded.backlog,
            backlog,
            stalled: Stalled::new(backlog),
            gate: Gate::default(),
        }
    }

    /// Time passes until the next thing happens, of which the recorded room was told when that was
    /// `due` there.
    fn time_passes(&mut self, due: Option<Millis>, next: Millis) {
        let before = |at: &Millis| *at < next && due.is_none_or(|due| *at < due);
        while let Some(at) = self.core.poll_timeout().filter(before) {
            self.handle(at, &Event::Tick);
            self.settle(at);
        }
    }

    fn happens(&mut self, now: Millis, event: Event<Vec<u8>>) {
        match event {
            Event::Closed(id, Ending::TooSlow) if self.backlog > self.recorded_backlog => {
                self.seen.event(&event);
                self.stalled.add(id, self.recorded_backlog + 1);
            }
            Event::Accepted(..)
            | Event::BytesIn(..)
            | Event::Closed(..)
            | Event::Tick
            | Event::Shutdown => {
                if let Some(event) = self.gate.pass(event) {
                    self.handle(now, &event);
                }
            }
        }
        self.settle(now);
    }

    fn behind(&mut self, now: Millis, id: ClientId, bytes: u64) {
        if self.backlog < self.recorded_backlog && bytes > self.backlog as u64 {
            self.handle(now, &Event::Closed(id, Ending::TooSlow));
            self.settle(now);
        }
    }

    /// Lets happen what the shell would bring about now.
    fn settle(&mut self, now: Millis) {
        let slow = |id| Event::Closed(id, Ending::TooSlow);
        while let Some(event) = self.stalled.too_slow().map(slow).or_else(|| self.gate.next()) {
            self.handle(now, &event);
        }
    }

    fn handle(&mut self, now: Millis, event: &Event<Vec<u8>>) {
        self.seen.event(event);
        for action in self.core.handle(now, event.as_bytes()) {
            self.seen.action(now, &action);
            self.stalled.action(&action);
            self.gate.action(&action);
        }
    }

    const fn is_full(&self) -> bool {
        self.seen.is_full() || self.gate.bytes() > limits::SEEN_BYTES
    }
}

impl fmt::Display for Halt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stop(stop) => stop.fmt(f),
            Self::TooMuch => {
                let most = limits::SEEN_BYTES >> 20;
                write!(
                    f,
                    "people would have seen more than {most} MiB of lines, which is too much "
                )?;
                f.write_str("to compare: give --member NICK to compare what one of them saw")
            }
        }
    }
}

impl core::error::Error for Halt {}
