//! The tools for a recording: shown for people, asked about, explained.

mod hostile;
mod program;
mod show;
mod state;
mod why;

use chatroom::ServerCore;
use chatroom::recording::replay::{Replay, Step, Stop};
use chatroom::recording::transcript::Head;

/// A recording in which much goes wrong.
const INCIDENT: &str = include_str!("../recordings/incident.chat");

/// Plays a recording, and hands over each step, with how it begins and the room then; how it ends.
fn played(text: &str, mut step: impl FnMut(&Step, &Head, &ServerCore)) -> Result<(), Stop> {
    let mut replay = Replay::default();
    for line in text.lines() {
        if let Some(happened) = replay.line(line)? {
            step(&happened, replay.head(), replay.room().unwrap());
        }
    }
    replay.end().map(drop)
}

/// The rest of a recording from the first line that begins so, behind the state of the room then.
fn from(line: &str, text: &str) -> String {
    let at = text.find(&format!("\n{line}")).unwrap() + 1;
    let (before, rest) = text.split_at(at);
    let mut replay = Replay::default();
    for line in before.lines() {
        replay.line(line).unwrap();
    }
    let snapshot = replay.room().unwrap().snapshot();
    let head: Vec<_> = text.lines().take(2).collect();
    format!("{}\n\n{snapshot}{rest}", head.join("\n"))
}
