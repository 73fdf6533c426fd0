//! The release server beside everyone who could hurt it: honest members talk and verify what they
//! see, while hostile peers of every kind do what they can; and the server is looked at from outside.
//! `make chaos T=30` runs it, `make chaos ACT=knocks` one act of it.
//!
//! It ends with a table of what was seen, or with exit code 1 and the promise that was broken. Then one
//! source after the other attacks, in a network of the run's own, with a row of figures for each. The
//! same seed has the same mix, though not the same moments.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a run that goes wrong stops there"
)]
#![expect(clippy::disallowed_types, clippy::disallowed_methods, reason = "a run takes its time")]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "it says what was seen")]

mod act;
mod cast;
mod chance;
mod choice;
mod chronicle;
mod end;
mod fault;
mod honest;
mod kinds;
mod peer;
mod play;
mod process;
mod server;
mod sources;
mod stop;
mod table;
mod watch;

use std::env;
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

use crate::choice::Choice;
use chatroom::shell::server::raise_descriptor_limit;

/// Seconds of hostilities; whoever is in the room needs some more to come, to be looked at and to go.
const SECONDS: u64 = 10;

/// The most seconds of an act of one source: by then all bursts are spent.
const SOURCE_SECONDS: u64 = 10;

/// The descriptors for a thousand connections and all others.
const OPEN_FILES: usize = 1500;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("chaos: {why}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let seconds = number("CHAOS_SECONDS")?.unwrap_or(SECONDS).max(1);
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    let seed = number("CHAOS_SEED")?.unwrap_or(now.as_millis() as u64 % 1_000_000);
    let open_files = raise_descriptor_limit();
    if open_files < OPEN_FILES {
        return Err(format!("{open_files} open files are too few, {OPEN_FILES} are needed"));
    }
    let choice = Choice::from_environment()?;
    if sources::is_inside() {
        return sources::play(&choice, Duration::from_secs(seconds.min(SOURCE_SECONDS)));
    }
    println!("chaos: {seconds} s with seed {seed}");
    play_peers(&choice, seconds, seed)?;
    if sources::names().any(|act| choice.has(sources::GROUP, act)) {
        sources::enter()
    } else {
        Ok(())
    }
}

/// Peers of every kind, from loopback.
fn play_peers(choice: &Choice, seconds: u64, seed: u64) -> Result<(), String> {
    let mut reports = Vec::new();
    for act in play::ACTS.iter().filter(|act| choice.has(play::GROUP, act.name)) {
        let time = Duration::from_secs(seconds) * act.share / 100;
        let report = act.plays(time, seed);
        let report =
            report.map_err(|fault| format!("{fault} (act `{}`, seed {seed})", act.name))?;
        reports.push((act.name, report));
    }
    if reports.is_empty() {
        return Ok(());
    }
    println!("{}", table::Table(&reports));
    if reports.len() < play::ACTS.len() {
        // Some kinds play in one act only.
        return Ok(());
    }
    match table::asked_nothing(&reports) {
        None => Ok(()),
        Some(what) => Err(format!("this run asked nothing: {what} (seed {seed})")),
    }
}

/// A number in the environment, if there is anything.
fn number(name: &str) -> Result<Option<u64>, String> {
    match env::var(name) {
        Ok(text) if !text.is_empty() => {
            text.parse().map(Some).map_err(|_| format!("{name} is no number, but {text}"))
        }
        Ok(_) | Err(_) => Ok(None),
    }
}
