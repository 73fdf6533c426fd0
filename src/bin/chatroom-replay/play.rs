//! A recording's file, played to its end.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::Path;

use chatroom::Millis;
use chatroom::recording::replay::filter::{Filter, Whom};
use chatroom::recording::replay::time;
use chatroom::recording::replay::{Played, Replay, Step, Stop};
use chatroom::shell::catch_panic::catch_panic;
use chatroom::shell::lines::Lines;
use chatroom::shell::program::{Exit, Failure, cannot};
use chatroom::wire::sanitize;

/// Why a recording is over before its end.
#[derive(Debug)]
pub(crate) enum Over {
    /// It cannot be read.
    Unread(io::Error),
    /// It cannot be replayed.
    Stopped(Stop),
    /// The room panics.
    Panicked(String),
    /// The one who is asked for is not in it.
    Unknown(String),
    /// Its output cannot be written.
    Unwritten(io::Error),
}

/// A recording that is being played.
#[derive(Debug)]
pub(crate) struct Recording {
    /// The replay as it is now; the head has been read.
    pub(crate) replay: Replay,
    lines: Lines,
    /// Nothing that happened later is played.
    until: Option<Millis>,
    /// The number of lines that have been read.
    number: u64,
    /// The first step, behind the head.
    first: Option<Step>,
}

impl Recording {
    /// A recording, of which the head is read, and of which nothing is played that happened after `until`.
    pub(crate) fn open(path: &Path, until: Option<Millis>) -> Result<Self, Over> {
        let lines = Lines::open(path).map_err(Over::Unread)?;
        let mut recording =
            Self { lines, replay: Replay::default(), until, number: 0, first: None };
        recording.first = recording.next()?;
        Ok(recording)
    }

    /// Plays it to its end, and hands over each step, with the replay as it is then.
    pub(crate) fn play(
        &mut self,
        mut step: impl FnMut(&Step, &Replay) -> io::Result<()>,
    ) -> Result<Played, Over> {
        let mut happened = self.first.take();
        while let Some(now) = happened {
            step(&now, &self.replay).map_err(Over::Unwritten)?;
            happened = self.next()?;
        }
        self.replay.end().map_err(Over::Stopped)
    }

    /// The next step.
    fn next(&mut self) -> Result<Option<Step>, Over> {
        while let Some(line) = self.lines.read().map_err(Over::Unread)? {
            if self.until.is_some_and(|until| time(line).is_some_and(|time| time > until)) {
                break;
            }
            self.number += 1;
            let panicked = |reason: String| panic_at(self.number, line, &reason);
            let happened = catch_panic(|| self.replay.line(line)).map_err(panicked)?;
            if let Some(happened) = happened.map_err(Over::Stopped)? {
                return Ok(Some(happened));
            }
        }
        Ok(None)
    }
}

/// When what a line tells has happened, where it says so.
fn time(line: &str) -> Option<Millis> {
    let time = line.trim_start().split(' ').next()?;
    time::parse(time).ok().filter(|_| time.starts_with('+'))
}

/// The participants of a recording, as far as it can be replayed. All who are wanted are among them.
pub(crate) fn filter(path: &Path, wanted: &[Whom]) -> Result<Filter, Over> {
    let mut recording = Recording::open(path, None)?;
    let mut filter = Filter::new(wanted, recording.replay.head());
    let end = recording.play(|step, _| {
        filter.step(step);
        Ok(())
    });
    match (end, filter.missing()) {
        (Err(over), Some(_)) => Err(over),
        (Ok(_), Some(missing)) => Err(Over::Unknown(missing)),
        // Why it ended early is told when it is played again.
        (_, None) => Ok(filter),
    }
}

impl Over {
    /// Ends the program for this reason, once all else has been written. Where the room does something else
    /// now, the lines around that go to standard output.
    pub(crate) fn told(self, path: &Path) -> Result<Exit, Failure> {
        let file = path.display();
        let reason = match self {
            // The reader has seen enough.
            Self::Unwritten(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                return Ok(Exit::Done);
            }
            Self::Unwritten(error) => cannot("write to standard output", &error),
            Self::Unread(error) => cannot(format_args!("read {file}"), &error),
            Self::Unknown(reason) | Self::Panicked(reason) => format!("{file}: {reason}"),
            Self::Stopped(stop) => {
                if let Stop::Differs(difference) = &stop {
                    let mut around = String::new();
                    let _ = write!(around, "{difference}"); // A string takes all.
                    let _ = writeln!(io::stdout(), "{around}");
                }
                format!("{file}: {stop}")
            }
        };
        Err(reason.into())
    }
}

/// As much of a line as tells which it is.
const TOLD_CHARS: usize = 80;

/// Why it is over: the room panics at this line.
pub(crate) fn panic_at(number: u64, line: &str, reason: &str) -> Over {
    let mut line = sanitize::text(line.trim().as_bytes());
    if let Some((end, _)) = line.char_indices().nth(TOLD_CHARS) {
        line.truncate(end);
        line.push('…');
    }
    Over::Panicked(format!("line {number}: the room panics at `{line}`: {reason}"))
}
