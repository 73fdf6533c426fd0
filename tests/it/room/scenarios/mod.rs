//! Events in a room, told as transcripts: a test is its events, its snapshot all that the room did.
//! One more or one less action, and it fails.

mod ascii;
mod budgets;
mod commands;
mod framing;
mod joining;
mod leaving;
mod limits;
mod nicknames;
mod resuming;
mod talking;
mod text;
mod times;

use chatroom::recording::transcript::Transcript;

use crate::oracle;

/// The whole transcript of these events.
fn played(script: &str) -> Transcript {
    oracle::check(&script.parse().unwrap_or_else(|error| panic!("{error} of {script}")))
}
