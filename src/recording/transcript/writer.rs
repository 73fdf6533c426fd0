//! Events and actions to a transcript's text.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use core::fmt::{self, Write};

use super::{ARROWS, Entry, VERSION};
use crate::recording::snapshot::Snapshot;
use crate::room::event::{Action, ClientId, Ending, Event, Level, Millis};
use crate::room::settings::Settings;
use crate::wire::escape::Escaped;
use crate::wire::rendering::Rendering;

/// Broadcasts to more than this many are to `everyone` of their rendering.
const NAMED_RECIPIENTS: usize = 8;

/// Writes a transcript line by line, as it happens.
#[derive(Clone, Debug, Default)]
pub struct Writer {
    names: BTreeMap<ClientId, String>,
    /// The highest number of a named peer that has connected: the next one goes without saying.
    highest_named: u64,
    /// The members of each rendering, in the order of [`ARROWS`].
    members: [BTreeSet<ClientId>; Rendering::ALL.len()],
    /// The names in front of a broadcast, which change less often than they are written.
    recipients: [String; Rendering::ALL.len()],
}

impl Writer {
    /// A writer that calls peers by these names, and the others by their number.
    #[must_use]
    pub const fn new(names: BTreeMap<ClientId, String>) -> Self {
        let recipients = [const { String::new() }; Rendering::ALL.len()];
        let members = [const { BTreeSet::new() }; Rendering::ALL.len()];
        Self { names, highest_named: 0, members, recipients }
    }

    /// The same, with these names.
    #[must_use]
    pub fn with_names(self, names: BTreeMap<ClientId, String>) -> Self {
        let mut writer = Self { names, ..self };
        writer.tell_recipients();
        writer
    }

    /// Knows that this was done, which is not written here.
    pub fn note<B>(&mut self, action: &Action<B>) {
        let (id, rendering) = match action {
            Action::Admit(id, rendering) => (*id, Some(rendering)),
            Action::Drop(id) => (*id, None),
            Action::Send(..)
            | Action::Broadcast(..)
            | Action::Pause(_)
            | Action::Resume(_)
            | Action::Log(..) => return,
        };
        let mut changed = false;
        for ((its, _), members) in ARROWS.iter().zip(&mut self.members) {
            let is_member = rendering == Some(its);
            changed |= if is_member { members.insert(id) } else { members.remove(&id) };
        }
        if changed {
            self.tell_recipients();
        }
    }

    /// Writes the head: the settings in force, and the state of the room where it was not empty.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn head(
        &mut self,
        out: &mut impl Write,
        settings: &Settings,
        snapshot: Option<&Snapshot>,
    ) -> fmt::Result {
        writeln!(out, "{VERSION}\n{settings}\n")?;
        let Some(snapshot) = snapshot else { return Ok(()) };
        self.resume(snapshot);
        writeln!(out, "{snapshot}")
    }

    /// Knows that the room was in this state, which is not written here.
    pub fn resume(&mut self, snapshot: &Snapshot) {
        for ((rendering, _), members) in ARROWS.iter().zip(&mut self.members) {
            *members =
                snapshot.members().filter(|(_, its)| its == rendering).map(|(id, _)| id).collect();
        }
        self.tell_recipients();
    }

    /// Writes that this happened, at that time.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn event<B: AsRef<[u8]>>(
        &mut self,
        out: &mut impl Write,
        now: Millis,
        event: &Event<B>,
    ) -> fmt::Result {
        write!(out, "{now} ")?;
        match event {
            Event::Accepted(id, from) => {
                write!(out, "{} connects ", self.name(*id))?;
                if self.names.contains_key(id) {
                    if self.highest_named.checked_add(1) != Some(id.0) {
                        write!(out, "as {id} ")?;
                    }
                    self.highest_named = self.highest_named.max(id.0);
                }
                writeln!(out, "from {from}")
            }
            Event::BytesIn(id, data) => {
                write!(out, "{} ->", self.name(*id))?;
                write_bytes(out, data)
            }
            Event::Closed(id, Ending::Finished) => writeln!(out, "{} finishes", self.name(*id)),
            Event::Closed(id, Ending::Gone) => writeln!(out, "{} is gone", self.name(*id)),
            Event::Closed(id, Ending::Lost) => writeln!(out, "{} is lost", self.name(*id)),
            Event::Closed(id, Ending::Unserved) => writeln!(out, "{} is unserved", self.name(*id)),
            Event::Closed(id, Ending::TooSlow) => writeln!(out, "{} is too slow", self.name(*id)),
            Event::Clock(time) => writeln!(out, "clock says {time}"),
            Event::Tick => out.write_str("time passes\n"),
            Event::Shutdown => out.write_str("operator stops the server\n"),
        }
    }

    /// Writes that this was done.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn action<B: AsRef<[u8]>>(
        &mut self,
        out: &mut impl Write,
        action: &Action<B>,
    ) -> fmt::Result {
        self.note(action);
        out.write_str("        ")?;
        match action {
            Action::Send(id, data) => {
                write!(out, "{} <-", self.name(*id))?;
                write_bytes(out, data)
            }
            Action::Broadcast(rendering, data) => {
                let of_all = ARROWS.iter().zip(&self.recipients);
                for ((_, arrow), recipients) in of_all.filter(|((its, _), _)| its == rendering) {
                    out.write_str(if recipients.is_empty() { "nobody " } else { recipients })?;
                    out.write_str(arrow)?;
                }
                write_bytes(out, data)
            }
            Action::Admit(id, rendering) => {
                let how = match rendering {
                    Rendering::Native => "with lines",
                    Rendering::NativeTimed => "with times",
                    Rendering::Ascii => "in ASCII",
                };
                writeln!(out, "{} is admitted {how}", self.name(*id))
            }
            Action::Pause(id) => writeln!(out, "{} is paused", self.name(*id)),
            Action::Resume(id) => writeln!(out, "{} is resumed", self.name(*id)),
            Action::Drop(id) => writeln!(out, "{} is dropped", self.name(*id)),
            Action::Log(level, data) => {
                out.write_str(match level {
                    Level::Info => "log <-",
                    Level::Debug => "detail <-",
                })?;
                write_bytes(out, data)
            }
        }
    }

    /// Writes that so many bytes wait for this peer to take them.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn behind(
        &self,
        out: &mut impl Write,
        now: Millis,
        id: ClientId,
        bytes: u64,
    ) -> fmt::Result {
        writeln!(out, "{now} {} is behind by {bytes}", self.name(id))
    }

    /// Writes that so many bytes are missing.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn gap(out: &mut impl Write, bytes: u64) -> fmt::Result {
        writeln!(out, "gap of {bytes} bytes")
    }

    /// Writes a line.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn entry(&mut self, out: &mut impl Write, entry: &Entry) -> fmt::Result {
        match entry {
            Entry::Event(now, event) => self.event(out, *now, event),
            Entry::Action(action) => self.action(out, action),
            Entry::Behind(now, id, bytes) => self.behind(out, *now, *id, *bytes),
            Entry::Gap(bytes) => Self::gap(out, *bytes),
        }
    }

    fn name(&self, id: ClientId) -> Name<'_> {
        Name(id, self.names.get(&id))
    }

    fn tell_recipients(&mut self) {
        let Self { names, members, recipients, .. } = self;
        for (members, recipients) in members.iter().zip(recipients) {
            recipients.clear();
            if members.len() > NAMED_RECIPIENTS {
                recipients.push_str("everyone ");
                continue;
            }
            for id in members {
                let _ = write!(recipients, "{} ", Name(*id, names.get(id))); // A string takes all.
            }
        }
    }
}

/// Writes bytes to the end of a line.
fn write_bytes(out: &mut impl Write, data: &impl AsRef<[u8]>) -> fmt::Result {
    Escaped(data.as_ref()).write_to(out)?;
    out.write_str("\n")
}

/// The name of a peer in a transcript.
struct Name<'a>(ClientId, Option<&'a String>);

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.1 {
            Some(name) => f.write_str(name),
            None => self.0.fmt(f),
        }
    }
}
