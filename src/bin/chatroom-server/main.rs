//! The chat room's server.

mod args;

use std::io::{self, IsTerminal, Write};
use std::net::SocketAddr;
use std::process::ExitCode;

use chatroom::shell::program::{self, Exit, Failure, Start, cannot};
use chatroom::shell::server::Server;
use chatroom::shell::server::invitation::{invitation, outside_addresses};
use chatroom::shell::server::machine::Limits;
use chatroom::shell::{logger, server};

use args::Args;

fn main() -> ExitCode {
    program::end("chatroom-server", run(&program::arguments()))
}

fn run(args: &Args) -> Result<Exit, Failure> {
    let signals = |error: io::Error| cannot("handle signals", &error);
    server::outlive_full_files().map_err(signals)?;
    let _logger = logger::start(args.log_level()).map_err(|error| cannot("log", &error))?;
    let settings = args.settings(Limits::of_this_process().room())?;
    log::debug!("Settings are {settings}");
    let mut server = Server::bind(&args.listen, settings)
        .map_err(|(address, error)| cannot(format_args!("listen on {address}"), &error))?;
    server.record(&args.recording())?;
    server.stop_on_signals().map_err(signals)?;
    tell_how_to_join(&server.addresses().collect::<Vec<_>>());
    server.run().map_err(|error| cannot("run", &error))?;
    Ok(Exit::Done)
}

/// Says where the server listens; and to a person, how to join it. A closed standard output does not
/// hurt the server.
fn tell_how_to_join(listening: &[SocketAddr]) {
    let mut lines: Vec<_> =
        listening.iter().map(|address| format!("Server is listening on {address}")).collect();
    let start = Start::of_this_program();
    // A program that reads them gets what it always got.
    if io::stdout().is_terminal() || start == Start::Make {
        lines.extend(invitation(listening, &outside_addresses(), start));
    }
    for line in lines {
        let _ = writeln!(io::stdout(), "{line}");
    }
    let _ = io::stdout().flush();
}
