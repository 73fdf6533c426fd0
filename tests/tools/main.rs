//! Makes a test of a recording: the fewest events, the shortest reads and the shortest waits that still
//! show what it is about. `make minimise FILE=incident.chat` runs it, in the folder of the project.

#![expect(clippy::expect_used, reason = "a tool that goes wrong stops there")]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "it says what it has written")]

mod minimise;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;

/// Makes a test of a recording
#[derive(Debug, Parser)]
#[command(name = "minimise")]
struct Args {
    /// The recording
    file: PathBuf,

    /// Name of the test; that of the recording unless it is given
    #[arg(long, value_name = "NAME")]
    name: Option<String>,

    /// Keep this line, which someone is sent or which the log gets
    #[arg(long, value_name = "LINE")]
    keeping: Option<String>,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let folder = Path::new("tests/it/recording/recordings");
    match minimise::making::make_test(
        &args.file,
        folder,
        args.name.as_deref(),
        args.keeping.as_deref(),
    ) {
        Ok(written) => {
            println!("{written}");
            ExitCode::SUCCESS
        }
        Err(reason) => {
            eprintln!("minimise: {reason}");
            ExitCode::FAILURE
        }
    }
}
