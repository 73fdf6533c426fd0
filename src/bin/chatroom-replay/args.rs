//! The flags: what is told of a recording, and how much of it.

use std::path::PathBuf;

use chatroom::Millis;
use chatroom::replay::cast::Whom;
use chatroom::replay::time;
use clap::{Parser, ValueEnum};

use crate::{to_test, what_if};

/// Runs the events of a recording through a fresh room, and compares what it does
///
/// Exits 0 if every action is the one that was written down, 1 at the first that differs. With one of
/// --show, --at, --why and --screens it also tells what happened, as far as it is the same.
///
/// A time T is as the recording has it, in seconds since the server started: 12.5 or +12.500s, or with
/// minutes and hours in front, 1:30.
#[derive(Debug, Parser)]
#[command(name = "chatroom-replay", version)]
pub(crate) struct Args {
    /// The recording
    pub(crate) file: PathBuf,

    /// Show what happened: a line for each thing, or a column for each member
    #[arg(long, value_name = "HOW", value_enum, num_args = 0..=1, require_equals = true,
        default_missing_value = "lines", group = "told", group = "shown")]
    pub(crate) show: Option<How>,

    /// Tell how the room was then: who was in, and what each waited for
    #[arg(long, value_name = "T", group = "told", value_parser = time::parse)]
    pub(crate) at: Option<Millis>,

    /// Tell how this one's stays ended: by which rule, which number and which bytes; a nickname, or a
    /// connection as #7
    #[arg(long, value_name = "NICK", group = "told")]
    pub(crate) why: Option<Whom>,

    /// Show what was on the screen of each member when it left, or in the end
    #[arg(long, group = "told", group = "shown")]
    pub(crate) screens: bool,

    /// Only what concerns this one: a nickname, or a connection as #7; repeatable
    #[arg(long, value_name = "NICK", requires = "shown")]
    pub(crate) member: Vec<Whom>,

    /// Only what happened then or later
    #[arg(long, value_name = "T", requires = "show", value_parser = time::parse)]
    pub(crate) from: Option<Millis>,

    /// Only what happened then or before; nothing behind it is replayed
    #[arg(long, value_name = "T", requires = "shown", value_parser = time::parse)]
    pub(crate) to: Option<Millis>,

    /// Show it at the pace at which it happened
    #[arg(long, requires = "show")]
    pub(crate) follow: bool,

    /// So many times as fast, from 0.01 to 1000
    #[arg(long, value_name = "N", requires = "follow", default_value_t = 1.0,
        value_parser = speed)]
    pub(crate) speed: f64,

    #[command(flatten)]
    pub(crate) what_if: what_if::Changes,

    #[command(flatten)]
    pub(crate) test: to_test::Test,
}

/// How what happened is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum How {
    /// A line for each thing that someone said, or that befell someone
    Lines,
    /// A column for each member, as many as fit
    Columns,
}

fn speed(text: &str) -> Result<f64, String> {
    let speed = text.parse().ok().filter(|speed| (0.01..=1000.0).contains(speed));
    speed.ok_or_else(|| "give a number from 0.01 to 1000".into())
}
