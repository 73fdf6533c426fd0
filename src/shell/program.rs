//! What the programs have in common: how they read their arguments, and how they end.

#![expect(clippy::print_stderr, reason = "a program says in one line why it failed")]

use std::fmt::Display;
use std::io;
use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

/// How a program ends.
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

/// Reads the arguments, or ends the program: with the help or the version if asked for them, with
/// one line on standard error if they make no sense.
#[must_use]
pub fn arguments<A: Parser>() -> A {
    A::try_parse().unwrap_or_else(|error| {
        if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
            error.exit();
        }
        eprintln!("{}: {}; try --help", A::command().get_name(), first_paragraph(&error));
        std::process::exit(i32::from(Exit::Usage as u8));
    })
}

/// What is wrong; behind it are tips and the usage.
fn first_paragraph(error: &clap::Error) -> String {
    let text = error.to_string();
    let lines: Vec<_> = text.lines().take_while(|line| !line.is_empty()).map(str::trim).collect();
    let paragraph = lines.join(" ");
    paragraph.strip_prefix("error: ").map(Into::into).unwrap_or(paragraph)
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
    let (exit, reason) = match result {
        Ok(exit) => return exit.into(),
        Err(Failure::Usage(reason)) => (Exit::Usage, reason),
        Err(Failure::RunTime(reason)) => (Exit::Failed, reason),
    };
    eprintln!("{program}: {reason}");
    exit.into()
}

/// Why something failed, in the few words that a person needs.
#[must_use]
pub fn reason(error: &io::Error) -> String {
    match error.kind() {
        // `address in use`, rather than `Address already in use (os error 98)`.
        kind if error.raw_os_error().is_some() && is_told(kind) => kind.to_string(),
        _ => error.to_string(),
    }
}

/// Whether the kind says what the error does. Those that have no name say nothing.
fn is_told(kind: io::ErrorKind) -> bool {
    kind.to_string() != io::Error::from_raw_os_error(i32::MAX).kind().to_string()
}

/// `cannot <do> <what>: <reason>`.
#[must_use]
pub fn cannot(what: impl Display, error: &io::Error) -> String {
    format!("cannot {what}: {}", reason(error))
}
