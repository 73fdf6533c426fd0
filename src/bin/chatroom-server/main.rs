//! The chat room's server.

mod args;

use std::io::{self, Write};
use std::process::ExitCode;

use chatroom::shell::machine::Limits;
use chatroom::shell::program::{self, Exit, Failure, cannot};
use chatroom::shell::server::Server;
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
    for address in server.addresses() {
        // A closed standard output does not hurt the server.
        let _ = writeln!(io::stdout(), "Server is listening on {address}");
    }
    let _ = io::stdout().flush();
    server.run().map_err(|error| cannot("run", &error))?;
    Ok(Exit::Done)
}
