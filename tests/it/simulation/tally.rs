//! The events that the seeds have made happen: a simulation in which nothing happens finds nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::iter::Sum;

use chatroom::client::Exit;
use chatroom::recording::transcript::Entry;
use chatroom::{Action, Ending, Event, Rendering};

use super::world::World;

/// The number of times each kind of event happened.
#[derive(Default)]
pub(super) struct Tally(BTreeMap<&'static str, u64>);

const KINDS: [&str; 26] = [
    "seeds",
    "events",
    "connections",
    "refused at once",
    "admitted with lines",
    "admitted with times",
    "admitted in ASCII",
    "upgraded to lines",
    "lines to all",
    "lines with times",
    "lines in ASCII",
    "private lines",
    "renamed",
    "refusals",
    "paused",
    "finished",
    "gone",
    "lost",
    "too slow",
    "events too late",
    "clock stepped back",
    "steps of the clock",
    "stopped",
    "clients that left",
    "clients that were refused",
    "clients that were cut off",
];

impl Tally {
    /// Counts what happened in this world.
    pub(super) fn add(&mut self, world: &World) {
        self.count("seeds");
        for exit in world.exits() {
            self.count(match exit {
                Exit::Left => "clients that left",
                Exit::Refused(_) => "clients that were refused",
                Exit::ServerClosed => "clients that were cut off",
                Exit::Failed(_) => unreachable!("only in a session"),
            });
        }
        let (mut gone, mut ascii) = (BTreeSet::new(), BTreeSet::new());
        let mut latest = chatroom::Millis::ZERO;
        for entry in &world.room().played.entries {
            match entry {
                Entry::Event(now, event) => {
                    self.count("events");
                    if *now < latest {
                        self.count("clock stepped back");
                    }
                    latest = latest.max(*now);
                    if let Event::BytesIn(id, _) | Event::Closed(id, _) = event
                        && gone.contains(id)
                    {
                        self.count("events too late");
                    }
                    self.event(event);
                }
                Entry::Behind(..) | Entry::Gap(_) => {}
                Entry::Action(action) => {
                    match action {
                        Action::Drop(id) => _ = gone.insert(*id),
                        Action::Admit(id, Rendering::Ascii) => _ = ascii.insert(*id),
                        Action::Admit(id, Rendering::Native | Rendering::NativeTimed)
                            if ascii.remove(id) =>
                        {
                            self.count("upgraded to lines");
                            continue;
                        }
                        Action::Admit(..)
                        | Action::Send(..)
                        | Action::Broadcast(..)
                        | Action::Pause(_)
                        | Action::Resume(_)
                        | Action::Log(..) => {}
                    }
                    self.action(action);
                }
            }
        }
    }

    fn event(&mut self, event: &Event<Vec<u8>>) {
        match event {
            Event::Accepted(..) => self.count("connections"),
            Event::Closed(_, Ending::Finished) => self.count("finished"),
            Event::Closed(_, Ending::Gone) => self.count("gone"),
            Event::Closed(_, Ending::Lost | Ending::Unserved) => self.count("lost"),
            Event::Closed(_, Ending::TooSlow) => self.count("too slow"),
            Event::Shutdown => self.count("stopped"),
            Event::Clock(_) => self.count("steps of the clock"),
            Event::BytesIn(..) | Event::Tick => {}
        }
    }

    fn action(&mut self, action: &Action<Vec<u8>>) {
        match action {
            Action::Send(_, text) if text.starts_with(b"[you to ") => self.count("private lines"),
            Action::Send(_, text) if text.starts_with(b"! the room is full") => {
                self.count("refused at once");
            }
            Action::Send(_, text) if text.starts_with(b"! ") => self.count("refusals"),
            Action::Broadcast(_, text) if contains(text, " is now known as ") => {
                self.count("renamed")
            }
            Action::Broadcast(Rendering::Native, _) => self.count("lines to all"),
            Action::Broadcast(Rendering::NativeTimed, _) => self.count("lines with times"),
            Action::Broadcast(Rendering::Ascii, _) => self.count("lines in ASCII"),
            Action::Admit(_, Rendering::Native) => self.count("admitted with lines"),
            Action::Admit(_, Rendering::NativeTimed) => self.count("admitted with times"),
            Action::Admit(_, Rendering::Ascii) => self.count("admitted in ASCII"),
            Action::Pause(_) => self.count("paused"),
            Action::Send(..) | Action::Resume(_) | Action::Drop(_) | Action::Log(..) => {}
        }
    }

    fn count(&mut self, kind: &'static str) {
        assert!(KINDS.contains(&kind), "{kind} is in the table");
        *self.0.entry(kind).or_default() += 1;
    }

    /// The kinds that have not happened at all.
    pub(super) fn missing(&self) -> Vec<&'static str> {
        KINDS.into_iter().filter(|kind| !self.0.contains_key(kind)).collect()
    }
}

fn contains(text: &[u8], part: &str) -> bool {
    String::from_utf8_lossy(text).contains(part)
}

impl Sum for Tally {
    fn sum<I: Iterator<Item = Self>>(tallies: I) -> Self {
        let mut sum = Self::default();
        for (kind, count) in tallies.flat_map(|tally| tally.0) {
            *sum.0.entry(kind).or_default() += count;
        }
        sum
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        KINDS.iter().try_for_each(|kind| {
            writeln!(f, "{:>12} {kind}", self.0.get(kind).copied().unwrap_or(0))
        })
    }
}
