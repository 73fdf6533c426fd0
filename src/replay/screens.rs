//! What was on the screens of those who took part: the bytes that they were sent, through a
//! [`ClientCore`](crate::client::ClientCore) each.
//!
//! A recording does not say which bytes someone has taken; so a screen shows all that was sent, in one
//! write for each event. Whoever never ends its frames is sent them so too, without the last line end and
//! in ASCII, and is taken for our client with `--legacy`.

mod screen;

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::mem;

use self::screen::Screen;
use super::Step;
use super::people::{People, Person};
use crate::event::{Action, ClientId, Event, Millis};
use crate::frame::Framing;
use crate::limits;
use crate::message::PROMPT;
use crate::snapshot::Snapshot;
use crate::transcript::Head;
use crate::view::{Row, Style};

/// All screens, as far as a recording has been played.
#[derive(Debug, Default)]
pub struct Screens {
    people: People,
    screens: BTreeMap<ClientId, Screen>,
    /// Who is admitted.
    members: BTreeSet<ClientId>,
    /// Whose client tells frames apart by time, since it was sent them without their ends.
    unframed: BTreeSet<ClientId>,
    ended: Vec<Page>,
    /// How many have no screen here.
    without: u64,
    now: Millis,
}

/// What was on a screen in the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Whose it is.
    pub id: ClientId,
    /// It had a nickname.
    pub is_member: bool,
    /// Whose, from when to when, and how many lines there were.
    pub headline: String,
    /// The latest lines, the client's own words behind `-- `.
    pub lines: Vec<String>,
}

impl Page {
    /// As rows, all but the first indented.
    #[must_use]
    pub fn rows(&self) -> Vec<Row> {
        let headline = Row::default().with(Style::Plain, &self.headline);
        let line = |line: &String| Row::behind(Style::Plain, "  ").with(Style::Plain, line);
        [headline].into_iter().chain(self.lines.iter().map(line)).collect()
    }
}

impl Screens {
    /// Those of whoever is here when a recording begins, which are empty. `wants` says whose are kept.
    #[must_use]
    pub fn new(head: &Head, wants: impl Fn(ClientId) -> bool) -> Self {
        let now = head.snapshot.as_ref().map_or(Millis::ZERO, Snapshot::now);
        let mut screens = Self { people: People::new(head), now, ..Self::default() };
        let here: Vec<_> = screens.people.iter().map(|(id, person)| (id, person.clone())).collect();
        for (id, Person { nickname, framing, .. }) in here {
            screens.appears(id, &wants);
            screens.change(id, |screen, now| screen.is_sent(now, PROMPT.as_bytes()));
            if nickname.is_some() {
                screens.is_admitted(id, framing);
                screens.change(id, Screen::has_joined);
            }
        }
        screens
    }

    /// Shows this to those who are sent something; the screens of those who are dropped by it. `wants`
    /// says whose screens are kept.
    #[must_use]
    pub fn step(&mut self, step: &Step, wants: impl Fn(ClientId) -> bool) -> Vec<Page> {
        self.people.step(step);
        self.now = step.now();
        match step {
            Step::Behind { now, id, bytes } => {
                if let Some(screen) = self.screens.get_mut(id) {
                    screen.behind = Some((*now, *bytes));
                }
            }
            Step::Happened { event, actions, .. } => {
                self.time_passes();
                self.happened(event, wants);
                actions.iter().for_each(|action| self.done(action));
                self.writes();
            }
        }
        mem::take(&mut self.ended)
    }

    /// The recording is over; the screens of those who are still here.
    #[must_use]
    pub fn end(mut self) -> Vec<Page> {
        let now = self.now;
        // What was sent to one that knows no line ends has come by then.
        self.now = now + limits::LEGACY_QUIET;
        self.time_passes();
        let until = format!(", still here at {now}");
        self.screens.iter().map(|(id, screen)| self.page(*id, screen, &until)).collect()
    }

    /// That there were more screens at once than are kept.
    #[must_use]
    pub fn left_out(&self) -> Option<String> {
        let (without, most) = (self.without, limits::SCREENS);
        let told = format!("{without} more had no screen here: {most} are kept at once");
        (without > 0).then_some(told)
    }

    fn happened(&mut self, event: &Event<Vec<u8>>, wants: impl Fn(ClientId) -> bool) {
        match event {
            Event::Accepted(id, _) => self.appears(*id, wants),
            // What was typed answers the prompt; of what is said later, the screen is shown the echo.
            Event::BytesIn(id, data) if !self.members.contains(id) => {
                self.change(*id, |screen, now| screen.types(now, data));
            }
            Event::BytesIn(..) | Event::Closed(..) | Event::Tick | Event::Shutdown => {}
        }
    }

    fn done(&mut self, action: &Action<Vec<u8>>) {
        self.people.action(action);
        match action {
            Action::Send(id, text) => self.change(*id, |screen, now| screen.is_sent(now, text)),
            Action::Broadcast(text) => {
                for id in &self.members {
                    if let Some(screen) = self.screens.get_mut(id) {
                        screen.is_sent(self.now, text);
                    }
                }
            }
            Action::Admit(id, framing) => self.is_admitted(*id, *framing),
            Action::Upgrade(id) => self.change(*id, Screen::is_upgraded),
            Action::Drop(id) => {
                if let Some(mut screen) = self.screens.remove(id) {
                    screen.ends(self.now);
                    let until = format!(" to {}", self.now);
                    self.ended.push(self.page(*id, &screen, &until));
                }
                self.members.remove(id);
                self.unframed.remove(id);
            }
            Action::Pause(_) | Action::Resume(_) | Action::Log(_) => {}
        }
    }
    fn appears(&mut self, id: ClientId, wants: impl Fn(ClientId) -> bool) {
        if self.screens.contains_key(&id) || !wants(id) {
            return;
        }
        if self.screens.len() < limits::SCREENS {
            self.screens.insert(id, Screen::default());
        } else {
            self.without = self.without.saturating_add(1);
        }
    }

    fn is_admitted(&mut self, id: ClientId, framing: Framing) {
        self.members.insert(id);
        if framing == Framing::Unframed {
            self.unframed.insert(id);
            self.change(id, Screen::is_unframed);
        }
    }

    fn change(&mut self, id: ClientId, change: impl FnOnce(&mut Screen, Millis)) {
        if let Some(screen) = self.screens.get_mut(&id) {
            change(screen, self.now);
        }
    }

    /// Ends the frames of those who tell them apart by time alone.
    fn time_passes(&mut self) {
        for id in &self.unframed {
            if let Some(screen) = self.screens.get_mut(id) {
                screen.time_passes(self.now);
            }
        }
    }

    /// Sends to those without line ends what this event has led to.
    fn writes(&mut self) {
        for id in &self.unframed {
            if let Some(screen) = self.screens.get_mut(id) {
                screen.is_written(self.now);
            }
        }
    }

    fn page(&self, id: ClientId, screen: &Screen, until: &str) -> Page {
        let is_member = self.members.contains(&id);
        let headline = match self.people.person(id) {
            Some(person) => {
                let address = person.address;
                let who = match &person.nickname {
                    Some(nickname) => format!("{nickname} ({id} from {address})"),
                    None => format!("{id} from {address}"),
                };
                format!("{who}, from {}{until}: {screen}", person.since())
            }
            None => format!("{id}{until}: {screen}"),
        };
        Page { id, is_member, headline, lines: screen.lines() }
    }
}
