//! The common part of the programs: their arguments, and their ends.

use std::env;
use std::fmt::Display;
use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::ops::RangeInclusive;
use std::process::ExitCode;

use clap::Parser;
use clap::error::{ContextKind, ErrorKind};
use rustix::termios::tcgetwinsize;

use super::manual;

/// The port of a server that is told no other.
pub const DEFAULT_PORT: u16 = 55555;

/// The end of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// It did what it was asked to do.
    Done = 0,
    /// It failed at run time.
    Failed = 1,
    /// It was asked for something that makes no sense.
    Usage = 2,
    /// It was interrupted (128 + SIGINT, as shells say it).
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// The way in which a person starts the programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// By their names.
    Installed,
    /// With `make run`, from the source.
    Make,
}

impl Start {
    /// As this program was started: `make run` says so with the variable `CHATROOM_MAKE`.
    #[must_use]
    pub fn of_this_program() -> Self {
        if env::var_os("CHATROOM_MAKE").is_some() { Self::Make } else { Self::Installed }
    }

    /// The command that joins the server at this address.
    #[must_use]
    pub fn client(self, server: SocketAddr) -> String {
        match self {
            Self::Installed if server.is_ipv6() => format!("chatroom-client '{server}'"),
            Self::Installed => format!("chatroom-client {server}"),
            Self::Make => format!("make run BIN=client ARGS=\"{server}\""),
        }
    }

    /// The command that starts a server at this address.
    #[must_use]
    pub fn server(self, address: SocketAddr) -> String {
        let is_default = address == SocketAddr::from((Ipv4Addr::LOCALHOST, DEFAULT_PORT));
        match self {
            Self::Installed if is_default => "chatroom-server".into(),
            Self::Installed if address.is_ipv6() => format!("chatroom-server --listen '{address}'"),
            Self::Installed => format!("chatroom-server --listen {address}"),
            Self::Make if is_default => "make run".into(),
            Self::Make => format!("make run ARGS=\"--listen {address}\""),
        }
    }
}

/// Reads the arguments, or ends the program: with the help, the version or the
/// [`manual`] if asked for them, with one line on standard error if they make no sense.
#[must_use]
pub fn arguments<A: Parser>() -> A {
    let typed: Vec<_> = env::args_os().skip(1).collect();
    if let Some(text) = manual::asked(A::command(), &typed) {
        let printed = text.map_err(Failure::Usage).and_then(|text| print(&text));
        std::process::exit(i32::from(ended(A::command().get_name(), printed) as u8));
    }
    A::try_parse().unwrap_or_else(|error| {
        if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
            error.exit();
        }
        let wrong = in_the_environment(&error).unwrap_or_else(|| first_paragraph(&error));
        tell(format_args!("{}: {wrong}; try --help", A::command().get_name()));
        std::process::exit(i32::from(Exit::Usage as u8));
    })
}

/// Returns the error itself; behind it are tips and the usage.
fn first_paragraph(error: &clap::Error) -> String {
    let text = error.to_string();
    let lines: Vec<_> = text.lines().take_while(|line| !line.is_empty()).map(str::trim).collect();
    let paragraph = lines.join(" ");
    paragraph.strip_prefix("error: ").map(Into::into).unwrap_or(paragraph)
}

/// Returns the error of a value from the environment, which clap names by its flag, by its variable.
fn in_the_environment(error: &clap::Error) -> Option<String> {
    let argument = error.get(ContextKind::InvalidArg)?.to_string();
    let flag = argument.split(' ').next()?;
    let typed = env::args().any(|typed| typed.split('=').next() == Some(flag));
    let name = flag.strip_prefix("--").filter(|_| !typed)?.to_uppercase().replace('-', "_");
    let variable = format!("CHATROOM_{name}");
    env::var_os(&variable)?;
    Some(first_paragraph(error).replace(&format!("'{argument}'"), &variable))
}

/// Reads a number of a flag, or says which would make sense.
pub fn number(within: RangeInclusive<u32>) -> impl Fn(&str) -> Result<u32, String> + Clone {
    move |text| {
        let number = text.parse().ok().filter(|number| within.contains(number));
        number.ok_or_else(|| format!("give a number from {} to {}", within.start(), within.end()))
    }
}

/// Writes a line to standard error; nothing comes of it where nobody listens.
pub fn tell(line: impl Display) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// Why a program could not do what it was asked to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// It was asked for something that makes no sense.
    Usage(String),
    /// It went wrong at run time.
    RunTime(String),
}

impl From<String> for Failure {
    fn from(reason: String) -> Self {
        Self::RunTime(reason)
    }
}

/// Ends the program, with one line on standard error if it failed.
pub fn end(program: &str, result: Result<Exit, Failure>) -> ExitCode {
    ended(program, result).into()
}

fn ended(program: &str, result: Result<Exit, Failure>) -> Exit {
    let (exit, reason) = match result {
        Ok(exit) => return exit,
        Err(Failure::Usage(reason)) => (Exit::Usage, reason),
        Err(Failure::RunTime(reason)) => (Exit::Failed, reason),
    };
    tell(format_args!("{program}: {reason}"));
    exit
}

/// Writes to standard output what was asked for, all of it unless whoever reads has seen enough.
///
/// # Errors
///
/// Standard output cannot be written.
pub fn print(text: &[u8]) -> Result<Exit, Failure> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(cannot("write to standard output", &error).into())
        }
        _ => Ok(Exit::Done),
    }
}

/// Why something failed, in the few words that a person needs.
#[must_use]
pub fn reason(error: &io::Error) -> String {
    let kind = error.kind();
    if kind == io::ErrorKind::NotFound && error.raw_os_error().is_some() {
        "no such file".into()
    } else if error.raw_os_error().is_some() && is_told(kind) {
        // `address in use`, rather than `Address already in use (os error 98)`.
        kind.to_string()
    } else {
        error.to_string()
    }
}

/// Returns true if the kind says what the error does. Those that have no name say nothing.
fn is_told(kind: io::ErrorKind) -> bool {
    kind.to_string() != io::Error::from_raw_os_error(i32::MAX).kind().to_string()
}

/// `cannot <do> <what>: <reason>`.
#[must_use]
pub fn cannot(what: impl Display, error: &io::Error) -> String {
    format!("cannot {what}: {}", reason(error))
}

/// Returns the columns of the screen; 0 where they are not known.
#[must_use]
pub fn columns() -> u16 {
    tcgetwinsize(io::stdout()).map_or(0, |size| size.ws_col)
}
