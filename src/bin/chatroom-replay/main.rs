//! Plays a recording again, and compares.

mod to_test;
mod what_if;

use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use chatroom::replay::{Replay, Stop};
use chatroom::shell::caught::caught;
use chatroom::shell::lines::Lines;
use chatroom::shell::program::{self, Exit, Failure, cannot};
use clap::Parser;

/// Runs the events of a recording through a fresh room, and compares what it does
///
/// Exits 0 if every action is the one that was written down, 1 at the first that differs.
#[derive(Debug, Parser)]
#[command(name = "chatroom-replay", version)]
struct Args {
    /// The recording
    file: PathBuf,

    #[command(flatten)]
    what_if: what_if::Changes,

    #[command(flatten)]
    test: to_test::Test,
}

fn main() -> ExitCode {
    let args: Args = program::arguments();
    program::end("chatroom-replay", run(&args))
}

fn run(args: &Args) -> Result<Exit, Failure> {
    if !args.what_if.set.is_empty() {
        return what_if::run(&args.file, &args.what_if);
    }
    if let Some(name) = &args.test.to_test {
        return to_test::run(&args.file, name, &args.test);
    }
    compare(&args.file)
}

/// Compares every action with the one that was written down.
fn compare(path: &Path) -> Result<Exit, Failure> {
    let file = path.display();
    let unread = |error: io::Error| cannot(format_args!("read {file}"), &error);
    let mut lines = Lines::open(path).map_err(unread)?;
    let mut replay = Replay::default();
    let mut number = 0_u64;
    while let Some(line) = lines.read().map_err(unread)? {
        number += 1;
        let panicked = |reason| format!("{file}: line {number}: the room panics: {reason}");
        let step = caught(|| replay.line(line)).map_err(panicked)?;
        step.map_err(|stop| stopped(path, &stop))?;
    }
    let played = replay.end().map_err(|stop| stopped(path, &stop))?;
    // A closed standard output does not change the result.
    let _ = writeln!(io::stdout(), "{file}: {played}, all the same");
    Ok(Exit::Done)
}

/// Why it is over, in one line; where the room does something else now, the lines around that go to
/// standard output.
fn stopped(path: &Path, stop: &Stop) -> Failure {
    if let Stop::Differs(difference) = stop {
        let mut around = String::new();
        let _ = write!(around, "{difference}"); // A string takes all.
        let _ = writeln!(io::stdout(), "{around}");
    }
    format!("{}: {stop}", path.display()).into()
}
