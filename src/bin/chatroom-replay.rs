//! Plays a transcript again, and compares.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use chatroom::shell::program::{self, Exit, Failure, cannot};
use chatroom::transcript::{Entry, Transcript, VERSION};
use clap::Parser;

/// Runs the events of a transcript through a fresh room, and compares what it does
///
/// Exits 0 if every action is the one that was written down, 1 at the first that differs.
#[derive(Debug, Parser)]
#[command(name = "chatroom-replay", version)]
struct Args {
    /// The transcript
    file: PathBuf,
}

fn main() -> ExitCode {
    let args: Args = program::arguments();
    program::end("chatroom-replay", run(&args.file))
}

fn run(path: &Path) -> Result<Exit, Failure> {
    let file = path.display();
    let bytes = fs::read(path).map_err(|error| cannot(format_args!("read {file}"), &error))?;
    let text = String::from_utf8(bytes).map_err(|_| format!("{file} is not UTF-8"))?;
    if !text.starts_with(VERSION) {
        return Err(format!("{file} does not begin with `{VERSION}`").into());
    }
    let recorded: Transcript = text.parse().map_err(|error| format!("{file}: {error}"))?;
    let replayed = recorded.replay();
    let events = recorded.entries.iter().filter(|entry| matches!(entry, Entry::Event(..))).count();
    let actions = recorded.entries.len() - events;
    if let Some(difference) = recorded.difference(&replayed) {
        return Err(format!("{file}: {difference}").into());
    }
    // A closed standard output does not change the result.
    let _ = writeln!(io::stdout(), "{file}: {events} events, {actions} actions, all the same");
    Ok(Exit::Done)
}
