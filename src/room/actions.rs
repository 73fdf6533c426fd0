//! The list of actions that one event leads to, in memory that is used again for the next.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::{Display, Write};
use core::ops::Range;
use core::slice;

use crate::limits;
use crate::room::event::{Action, ClientId, Level};
use crate::room::facts::{Fact, FactKind, Reply, RoomEvent};
use crate::room::wall_time::WallTime;
use crate::wire::native::Render;
use crate::wire::rendering::{LineWriter, Rendering};

/// Actions being collected. The bytes of all of them stand in one buffer.
#[derive(Debug, Default)]
pub(crate) struct ActionList {
    actions: Vec<Action<Range<usize>>>,
    text: String,
    /// The fact of each `Send` and native `Broadcast`, in their order; the words of all of them stand in
    /// one buffer.
    facts: Vec<Fact<Range<usize>>>,
    words: String,
    /// The time of day, which the lines of some renderings begin with.
    pub(crate) time: WallTime,
}

impl ActionList {
    /// Appends a `Send` of this in a rendering; returns of how many bytes.
    pub(crate) fn send(&mut self, id: ClientId, reply: Reply<'_>, rendering: Rendering) -> usize {
        let kind = match reply {
            Reply::Prompt => FactKind::Prompt,
            Reply::AskAgain(error) => FactKind::AskedAgain(self.keep(error)),
            Reply::Welcome => FactKind::Welcome,
            Reply::Joined(name) => FactKind::Resumed(self.keep(name)),
            Reply::History(_) => FactKind::History,
            Reply::MessageOfTheDay(_) => FactKind::MessageOfTheDay,
            Reply::PrivateFrom(from, ..) => FactKind::PrivateFrom(from),
            Reply::PrivateTo(to, ..) => FactKind::PrivateTo(to),
            Reply::YouAre(_)
            | Reply::Topic(_)
            | Reply::Names(_)
            | Reply::Count(_)
            | Reply::Help => FactKind::Answered,
            Reply::Error(_) => FactKind::Refused,
            Reply::TurnedAway(error) => FactKind::TurnedAway(error),
        };
        self.facts.push(Fact { id: Some(id), kind });
        let range = self.render(&reply, rendering);
        self.actions.push(Action::Send(id, range.clone()));
        range.len()
    }

    /// Appends a `Broadcast` of this, which `id` causes, in each rendering that is in use; returns how
    /// many bytes the longest of them has.
    pub(crate) fn broadcast(
        &mut self,
        id: Option<ClientId>,
        event: RoomEvent<'_>,
        audience: Audience,
    ) -> usize {
        let kind = match event {
            RoomEvent::Joined(name) => FactKind::Joined(self.keep(name)),
            RoomEvent::Said(..) => FactKind::Said,
            RoomEvent::Acted(..) => FactKind::Acted,
            RoomEvent::Renamed(_, now) => FactKind::Renamed(self.keep(now)),
            RoomEvent::Left(_, reason) => FactKind::Left(reason.map(|words| self.keep(words))),
            RoomEvent::Topic(..) => FactKind::Topic,
            RoomEvent::Closing => FactKind::Closing,
        };
        self.facts.push(Fact { id, kind });
        let mut longest = 0;
        for rendering in audience.renderings() {
            let range = self.render(&event, rendering);
            longest = longest.max(range.len());
            self.actions.push(Action::Broadcast(rendering, range));
        }
        longest
    }

    /// Appends a `Log` of what `text` displays.
    pub(crate) fn log(&mut self, level: Level, text: impl Display) {
        let start = self.text.len();
        // Writing to a string fails only where a `Display` says so; none of ours does.
        let _ = write!(self.text, "{text}");
        self.actions.push(Action::Log(level, start..self.text.len()));
    }

    /// Appends an action without bytes.
    pub(crate) fn push(&mut self, action: Action<Range<usize>>) {
        self.actions.push(action);
    }

    /// Returns the bytes of their text.
    pub(crate) const fn bytes(&self) -> usize {
        self.text.len()
    }

    /// Forgets them all. One large answer does not keep its memory.
    pub(crate) fn clear(&mut self) {
        self.actions.clear();
        self.facts.clear();
        for text in [&mut self.text, &mut self.words] {
            text.clear();
            text.shrink_to(KEPT_BYTES);
        }
    }

    /// All that was collected, in order.
    pub(crate) fn iter(&self) -> Actions<'_> {
        Actions { actions: self.actions.iter(), text: self.text.as_bytes() }
    }

    /// The facts among them, in order.
    pub(crate) fn facts(&self) -> impl Iterator<Item = Fact<&str>> {
        let words = |range| self.words.get(range).unwrap_or_default();
        self.facts.iter().map(move |fact| fact.clone().map(words))
    }

    /// Keeps the words of a fact.
    fn keep(&mut self, words: impl Display) -> Range<usize> {
        let start = self.words.len();
        // Likewise.
        let _ = write!(self.words, "{words}");
        start..self.words.len()
    }

    fn render(&mut self, fact: &impl Render, rendering: Rendering) -> Range<usize> {
        let start = self.text.len();
        // Likewise.
        let _ = fact.render(&mut LineWriter::new(&mut self.text, rendering, self.time));
        start..self.text.len()
    }
}

/// The members of each rendering other than the native one, by number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Audience {
    timed: usize,
    ascii: usize,
}

impl Audience {
    /// The renderings of a broadcast: the native one, and each other that has members.
    fn renderings(self) -> impl Iterator<Item = Rendering> {
        Rendering::ALL.into_iter().filter(move |rendering| match rendering {
            Rendering::Native => true,
            Rendering::NativeTimed => self.timed > 0,
            Rendering::Ascii => self.ascii > 0,
        })
    }

    /// Counts a member more with this rendering.
    pub(crate) const fn add(&mut self, rendering: Rendering) {
        match rendering {
            Rendering::Native => {}
            Rendering::NativeTimed => self.timed += 1,
            Rendering::Ascii => self.ascii += 1,
        }
    }

    /// Counts one less.
    pub(crate) const fn remove(&mut self, rendering: Rendering) {
        match rendering {
            Rendering::Native => {}
            Rendering::NativeTimed => self.timed = self.timed.saturating_sub(1),
            Rendering::Ascii => self.ascii = self.ascii.saturating_sub(1),
        }
    }
}

/// Bytes of text that are kept for the next event: a full turn.
const KEPT_BYTES: usize = limits::OUTPUT_BUDGET;

/// The actions after one event, in order. They are borrowed from the core, so the shell does them
/// before the next event.
#[derive(Clone, Debug)]
#[must_use = "the room has decided these; whoever skips one breaks it"]
pub struct Actions<'a> {
    actions: slice::Iter<'a, Action<Range<usize>>>,
    text: &'a [u8],
}

impl<'a> Iterator for Actions<'a> {
    type Item = Action<&'a [u8]>;

    fn next(&mut self) -> Option<Self::Item> {
        let action = self.actions.next()?.clone();
        Some(action.map(|range| self.text.get(range).unwrap_or_default()))
    }
}
