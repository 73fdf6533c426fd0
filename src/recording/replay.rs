//! A recording, played again in a fresh room, and compared line by line.
//!
//! A recording is taken one line at a time, so that it may be longer than memory. An event is
//! played at once, and is a [`Step`]; actions are compared as their lines come. The first line that
//! differs, is damaged, or is a gap ends it: what comes after could not be the same.
//!
//! The modules below tell people about it: [show] prints what happened, [state] the room at one time,
//! and [why] explains how a stay ended. [participants] knows who is who, and [filter] whom a reader asks for.

pub mod block;
pub mod filter;
pub mod participants;
pub mod show;
pub mod state;
pub mod time;
pub mod why;

use alloc::collections::VecDeque;
use alloc::rc::Rc;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use crate::recording::transcript::{Entry, Head, ParseError, Reader, VERSION, Writer};
use crate::room::ServerCore;
use crate::room::event::{Action, ClientId, Event, Millis};
use crate::room::facts::Fact;
use crate::wire::sanitize;

/// The number of lines before a difference that are told with it.
const LINES_BEFORE: usize = 8;

/// A recording that is being played.
#[derive(Debug, Default)]
pub struct Replay {
    reader: Reader,
    core: Option<ServerCore>,
    writer: Writer,
    /// The number of lines that have been taken.
    lines: usize,
    /// The actions of the latest event.
    due: Rc<[Action<Vec<u8>>]>,
    /// The number of them that the recording has told.
    told: usize,
    /// The latest lines, as they were read.
    before: VecDeque<String>,
    played: Played,
}

/// An event or an action of a recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// This, and what the room does about it now.
    Happened {
        /// When.
        now: Millis,
        /// The event.
        event: Event<Vec<u8>>,
        /// The actions of the room.
        actions: Rc<[Action<Vec<u8>>]>,
        /// The fact of each `Send` and native `Broadcast` among them, in order.
        facts: Vec<Fact<String>>,
    },
    /// So many bytes waited for this peer.
    Behind {
        /// When.
        now: Millis,
        /// For whom.
        id: ClientId,
        /// The number of bytes.
        bytes: u64,
    },
}

impl Step {
    /// When.
    #[must_use]
    pub const fn now(&self) -> Millis {
        match self {
            Self::Happened { now, .. } | Self::Behind { now, .. } => *now,
        }
    }

    /// The actions, each with its fact where it has one.
    pub fn done(&self) -> impl Iterator<Item = (&Action<Vec<u8>>, Option<&Fact<String>>)> {
        let (actions, facts) = match self {
            Self::Happened { actions, facts, .. } => (&**actions, &**facts),
            Self::Behind { .. } => (&[][..], &[][..]),
        };
        let mut facts = facts.iter();
        actions
            .iter()
            .map(move |action| (action, action.has_fact().then(|| facts.next()).flatten()))
    }
}

/// The amount that has been played.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Played {
    /// The number of events.
    pub events: u64,
    /// The number of actions.
    pub actions: u64,
    /// When the last of it happened.
    pub until: Millis,
}

/// Why a replay is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// It does not begin as a recording does.
    NoRecording,
    /// A line means nothing, or comes where it cannot.
    Damaged(ParseError),
    /// So many bytes could not be written there when it was recorded.
    Gap {
        /// In this line, from 1.
        line: usize,
        /// The number of bytes.
        bytes: u64,
    },
    /// The room does something else now.
    Differs(Difference),
}

/// The first line in which a recording and its replay differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Which line of the recording, from 1; one more than it has, where something is missing at its end.
    pub line: usize,
    /// The lines before it.
    pub before: Vec<String>,
    /// The action then.
    pub recorded: Option<String>,
    /// The action now.
    pub replayed: Option<String>,
}

impl Replay {
    /// Takes the next line of the recording, with or without its end; what happened by it.
    ///
    /// # Errors
    ///
    /// Why it is over.
    pub fn line(&mut self, line: &str) -> Result<Option<Step>, Stop> {
        self.lines += 1;
        if self.lines == 1 && line.trim_end() != VERSION {
            return Err(Stop::NoRecording);
        }
        let damaged = |reason: String| Stop::Damaged(ParseError::new(self.lines, &reason));
        let entry = self.reader.line(line).map_err(damaged)?;
        let step = match entry {
            None => None,
            Some(Entry::Gap(bytes)) => return Err(Stop::Gap { line: self.lines, bytes }),
            Some(Entry::Behind(now, id, bytes)) => Some(Step::Behind { now, id, bytes }),
            Some(Entry::Action(action)) => {
                self.compare(Some(action))?;
                None
            }
            Some(Entry::Event(now, event)) => {
                self.compare(None)?;
                Some(self.play(now, event)?)
            }
        };
        let oldest = (self.before.len() == LINES_BEFORE).then(|| self.before.pop_front());
        let mut latest = oldest.flatten().unwrap_or_default();
        latest.clear();
        latest.push_str(line.trim_end());
        self.before.push_back(latest);
        Ok(step)
    }

    /// The recording is over; how much there was.
    ///
    /// # Errors
    ///
    /// Something is missing at its end.
    pub fn end(&mut self) -> Result<Played, Stop> {
        self.lines += 1;
        if self.lines == 1 {
            return Err(Stop::NoRecording);
        }
        self.compare(None)?;
        if self.core.is_none() {
            self.core = Some(self.begin()?);
        }
        Ok(self.played)
    }

    /// The room as it is now; `None` before anything has happened, unless that is all.
    #[must_use]
    pub const fn room(&self) -> Option<&ServerCore> {
        self.core.as_ref()
    }

    /// Returns the head of the recording.
    #[must_use]
    pub const fn head(&self) -> &Head {
        self.reader.head()
    }

    fn play(&mut self, now: Millis, event: Event<Vec<u8>>) -> Result<Step, Stop> {
        let mut core = match self.core.take() {
            Some(core) => core,
            None => self.begin()?,
        };
        let actions = core.handle(now, event.as_bytes());
        let actions: Rc<[_]> = actions.map(|action| action.map(<[u8]>::to_vec)).collect();
        let facts = core.facts().map(|fact| fact.map(Into::into)).collect();
        self.core = Some(core);
        (self.due, self.told) = (Rc::clone(&actions), 0);
        self.played.events += 1;
        self.played.actions += actions.len() as u64;
        self.played.until = now;
        Ok(Step::Happened { now, event, actions, facts })
    }

    /// The room as the recording's head has it.
    fn begin(&mut self) -> Result<ServerCore, Stop> {
        let damaged = |reason: String| Stop::Damaged(ParseError::new(self.lines, &reason));
        let core = self.reader.room().map_err(damaged)?;
        self.reader.snapshot().iter().for_each(|snapshot| self.writer.resume(snapshot));
        Ok(core)
    }

    /// Compares what was done next with what is done now: nothing more, where the recording goes on
    /// with something else.
    fn compare(&mut self, recorded: Option<Action<Vec<u8>>>) -> Result<(), Stop> {
        let replayed = self.due.get(self.told);
        if recorded.as_ref() == replayed {
            self.told += usize::from(recorded.is_some());
            recorded.iter().for_each(|action| self.writer.note(action));
            return Ok(());
        }
        Err(Stop::Differs(Difference {
            line: self.lines,
            before: self.before.iter().map(|line| sanitize::text(line.as_bytes())).collect(),
            recorded: recorded.as_ref().map(|action| self.written(action)),
            replayed: replayed.map(|action| self.written(action)),
        }))
    }

    fn written(&self, action: &Action<Vec<u8>>) -> String {
        let mut writer = self.writer.clone().with_names(self.reader.names().clone());
        let mut line = String::new();
        let _ = writer.action(&mut line, action); // A string takes all.
        line.trim().into()
    }
}

/// In one line.
impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoRecording => {
                write!(f, "it does not begin with `{VERSION}`, which is what this program reads")
            }
            Self::Damaged(error) => error.fmt(f),
            Self::Gap { line, bytes } => {
                write!(f, "line {line}: {bytes} bytes could not be written here; what follows ")?;
                f.write_str("cannot be replayed")
            }
            Self::Differs(Difference { line, .. }) => {
                write!(f, "line {line}: the room does something else now")
            }
        }
    }
}

impl core::error::Error for Stop {}

/// The lines before, and the two that differ.
impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.before.iter().try_for_each(|line| writeln!(f, "  {line}"))?;
        let told = |line: &Option<String>| line.as_deref().unwrap_or("nothing more").to_string();
        writeln!(f, "-         {}", told(&self.recorded))?;
        write!(f, "+         {}", told(&self.replayed))
    }
}

impl fmt::Display for Played {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} events and {} actions", self.events, self.actions)
    }
}
