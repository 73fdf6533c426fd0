//! Plays a recording again, and compares; shows and explains it.

mod args;
mod output;
mod play;
mod pseudonymise;
mod tell;

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use chatroom::shell::program::{self, Exit, Failure};

use args::Args;
use play::{Over, Recording};

fn main() -> ExitCode {
    let args: Args = program::arguments();
    program::end("chatroom-replay", run(&args))
}

fn run(args: &Args) -> Result<Exit, Failure> {
    let done = if args.show {
        tell::show(args)
    } else if let Some(at) = args.at {
        tell::at(args, at)
    } else if let Some(whom) = &args.why {
        tell::why(args, whom)
    } else if args.pseudonymise {
        pseudonymise::run(&args.file)
    } else {
        compare(&args.file)
    };
    done.map_or_else(|over| over.told(&args.file), |()| Ok(Exit::Done))
}

/// Compares every action with the one that was written down.
fn compare(path: &Path) -> Result<(), Over> {
    let played = Recording::open(path, None)?.play(|_, _| Ok(()))?;
    // A closed standard output does not change the result.
    let _ = writeln!(io::stdout(), "{}: {played}, all the same", path.display());
    Ok(())
}
