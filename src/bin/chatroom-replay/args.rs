//! The flags: what is told of a recording, and how much of it.

use std::path::PathBuf;

use chatroom::Millis;
use chatroom::recording::replay::filter::Whom;
use chatroom::recording::replay::time;
use clap::Parser;

/// Runs the events of a recording through a fresh room, and compares what it does
///
/// Exits 0 if every action is the one that was written down, 1 at the first that differs. With one of
/// --show, --at and --why it also tells what happened, as far as it is the same.
///
/// A time T is as the recording has it, in seconds since the server started: 12.5 or +12.500s, or with
/// minutes and hours in front, 1:30.
#[derive(Debug, Parser)]
#[command(name = "chatroom-replay", version)]
pub(crate) struct Args {
    /// The recording
    pub(crate) file: PathBuf,

    /// Show what happened, a line for each thing that someone said or that happened to someone
    #[arg(long, group = "told")]
    pub(crate) show: bool,

    /// Tell how the room was then: who was in, and what each waited for
    #[arg(long, value_name = "T", group = "told", value_parser = time::parse)]
    pub(crate) at: Option<Millis>,

    /// Tell how this one's stays ended: by which rule, which number and which bytes; a nickname, or a
    /// connection as #7
    #[arg(long, value_name = "NICK", group = "told")]
    pub(crate) why: Option<Whom>,

    /// Print the recording with pseudonyms for nicknames, words and addresses, to give it away; the
    /// result replays exactly
    #[arg(long, group = "told")]
    pub(crate) pseudonymise: bool,

    /// Only what concerns this one: a nickname, or a connection as #7; repeatable
    #[arg(long, value_name = "NICK", requires = "show")]
    pub(crate) member: Vec<Whom>,

    /// Only what happened then or later
    #[arg(long, value_name = "T", requires = "show", value_parser = time::parse)]
    pub(crate) from: Option<Millis>,

    /// Only what happened then or before; nothing behind it is replayed
    #[arg(long, value_name = "T", requires = "show", value_parser = time::parse)]
    pub(crate) to: Option<Millis>,
}
