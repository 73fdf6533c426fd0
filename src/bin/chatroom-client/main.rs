//! The chat room's client.

mod args;
mod person;

use std::io::{self, IsTerminal};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use chatroom::client::{Exit as Ended, Options, SessionOptions};
use chatroom::shell::client::config::{Settings, Surroundings};
use chatroom::shell::client::conversation::Conversation;
use chatroom::shell::client::output::Output;
use chatroom::shell::client::run;
use chatroom::shell::client::terminal;
use chatroom::shell::program::{self, Exit, Failure, cannot};
use chatroom::view::ViewOptions;
use signal_hook::consts::SIGINT;
use signal_hook::flag;

use args::Args;

fn main() -> ExitCode {
    program::end("chatroom-client", run(program::arguments()))
}

fn run(args: Args) -> Result<Exit, Failure> {
    let print_config = args.print_config;
    let settings = args.settings()?;
    if print_config {
        return program::print(settings.to_string().as_bytes());
    }
    let has_person = io::stdin().is_terminal();
    if settings.nick.is_none() && (!has_person || settings.json) {
        return Err(Failure::Usage(
            "no nickname and no one to ask: give it with --nick NAME".into(),
        ));
    }
    let here = Surroundings::of_standard_output();
    let colored = settings.color.shows(here);
    let options = options(&settings, has_person);
    if has_person && here.terminal && !here.dumb && !settings.plain && !settings.json {
        let history = settings.history_path(std::env::home_dir().as_deref());
        if let Some(file) = &history {
            terminal::begin_history(file).map_err(|error| {
                cannot(format_args!("write the history file {}", file.display()), &error)
            })?;
        }
        return ended(person::edits(&settings, options, colored, history));
    }
    let output = match (settings.json, settings.plain || here.terminal) {
        (true, _) => Output::Json,
        (false, true) => Output::Plain { colored },
        (false, false) => Output::Lines,
    };
    let at_once = Arc::new(AtomicBool::new(true));
    flag::register_conditional_shutdown(SIGINT, i32::from(Exit::Interrupted as u8), at_once)
        .map_err(|error| cannot("handle signals", &error))?;
    let mut conversation = Conversation::new(options, output);
    let begun = conversation.read_standard_input();
    ended(begun.and_then(|()| conversation.hold()).map(Some))
}

fn options(settings: &Settings, has_person: bool) -> run::Options {
    let client = Options {
        nickname: settings.nick.clone(),
        can_ask: has_person && !settings.json,
        legacy: settings.legacy,
        times: !settings.legacy,
    };
    let reconnect = has_person && !settings.no_reconnect;
    run::Options {
        address: settings.server.clone(),
        session: SessionOptions { client, reconnect, seed: seed() },
        view: ViewOptions { time: settings.time, presence: settings.presence, bell: settings.bell },
    }
}

/// Returns its exit; `None` where it was interrupted.
fn ended(exit: io::Result<Option<Ended>>) -> Result<Exit, Failure> {
    match exit {
        Ok(None) => Ok(Exit::Interrupted),
        Ok(Some(Ended::Left)) => Ok(Exit::Done),
        Ok(Some(Ended::Refused(reason) | Ended::Failed(reason))) => Err(reason.into()),
        Ok(Some(Ended::ServerClosed)) => {
            Err(Failure::RunTime("the server closed the connection".into()))
        }
        // The reader of our output has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(Exit::Done),
        Err(error) => Err(cannot("write what is said", &error).into()),
    }
}

/// Two clients that lost the same server do not come back at the same moment.
fn seed() -> u64 {
    u64::from(std::process::id())
}
