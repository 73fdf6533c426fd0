//! The chat room's client, in its plain form.

use std::io::{self, IsTerminal};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use chatroom::client::{Exit as Ended, Options};
use chatroom::shell::client;
use chatroom::shell::program::{self, Exit, Failure, cannot};
use clap::Parser;
use clap::builder::FalseyValueParser;
use signal_hook::consts::SIGINT;
use signal_hook::flag;

/// Joins a chat room: lines in, lines out, in a terminal or a pipe
///
/// What you type is said to everyone; /help lists the commands. The end of input leaves, once the
/// server has taken every line.
#[derive(Debug, Parser)]
#[command(name = "chatroom-client", version)]
struct Args {
    /// Host and port of the server; the port may be left out
    #[arg(
        value_name = "ADDR",
        env = "CHATROOM_SERVER",
        hide_env_values = true,
        default_value = "127.0.0.1:55555",
        value_parser = client::address
    )]
    address: String,

    /// Nickname to join with; you are asked for one otherwise
    #[arg(
        long,
        value_name = "NAME",
        env = "CHATROOM_NICK",
        hide_env_values = true,
        value_parser = client::nickname
    )]
    nick: Option<String>,

    /// Speak to the original Python server: no line ends, ASCII only
    #[arg(long, env = "CHATROOM_LEGACY", hide_env_values = true, value_parser = FalseyValueParser::new())]
    legacy: bool,
}

fn main() -> ExitCode {
    program::end("chatroom-client", run(program::arguments()))
}

fn run(args: Args) -> Result<Exit, Failure> {
    let can_ask = io::stdin().is_terminal();
    if args.nick.is_none() && !can_ask {
        return Err(Failure::Usage(
            "no nickname and no one to ask: give it with --nick NAME".into(),
        ));
    }
    let at_once = Arc::new(AtomicBool::new(true));
    flag::register_conditional_shutdown(SIGINT, i32::from(Exit::Interrupted as u8), at_once)
        .map_err(|error| cannot("handle signals", &error))?;
    let stream = client::connect(&args.address)
        .map_err(|error| cannot(format_args!("connect to {}", args.address), &error))?;
    let options = Options { nickname: args.nick, can_ask, legacy: args.legacy };
    match client::run(stream, options) {
        Ok(Ended::Left) => Ok(Exit::Done),
        Ok(Ended::Refused(reason)) => Err(reason.into()),
        Ok(Ended::ServerClosed) => Err(Failure::RunTime("the server closed the connection".into())),
        // Whoever read our output has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(Exit::Done),
        Err(error) => Err(cannot("go on", &error).into()),
    }
}
