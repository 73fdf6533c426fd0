//! `--set`: what people would have seen with other settings.

use std::io;
use std::path::Path;

use chatroom::Settings;
use chatroom::replay::Stop;
use chatroom::replay::what_if::{Halt, WhatIf};
use chatroom::shell::lines::Lines;
use chatroom::shell::program::{self, Exit, Failure, cannot};

/// The flags of the what-if.
#[derive(Debug, clap::Args)]
pub(crate) struct Changes {
    /// Compare what people saw with what they would have seen with another setting, such as rate=2;
    /// repeatable. The settings are those at the head of a recording: times in milliseconds
    #[arg(long, value_name = "NAME=VALUE", value_parser = sensible, group = "told")]
    pub(crate) set: Vec<String>,
}

fn sensible(setting: &str) -> Result<String, String> {
    Settings::default().with(setting).map(|_| setting.into())
}

/// Prints the comparison, as far as the recording goes.
pub(crate) fn run(path: &Path, changes: &Changes) -> Result<Exit, Failure> {
    let file = path.display();
    let unread = |error: io::Error| cannot(format_args!("read {file}"), &error);
    let mut lines = Lines::open(path).map_err(unread)?;
    let mut what_if = WhatIf::new(&changes.set, None).map_err(Failure::Usage)?;
    let mut halt = None;
    while let (None, Some(line)) = (&halt, lines.read().map_err(unread)?) {
        halt = what_if.line(line).err();
    }
    let (comparison, end) = what_if.end();
    match halt.or(end.err().map(Halt::Stop)) {
        Some(halt @ (Halt::TooMuch | Halt::Stop(Stop::NoRecording))) => {
            Err(format!("{file}: {halt}").into())
        }
        Some(Halt::Stop(stop)) => {
            program::print(format!("{comparison}\n").as_bytes())?;
            Err(format!("{file}: {stop}").into())
        }
        None => program::print(format!("{comparison}\n").as_bytes()),
    }
}
