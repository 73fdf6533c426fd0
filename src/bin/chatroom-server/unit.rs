//! `--print-systemd-unit`: a unit that runs this program with the flags that it was given.

use std::env;
use std::fs;
use std::io::{self, Write};
use std::path::{self, Path, PathBuf};

use chatroom::shell::program::{Exit, Failure, cannot, tell};
use chatroom::shell::systemd::{MEMBERS, Unit};
use clap::CommandFactory;
use clap::parser::ValueSource;

use crate::args::Args;

/// Prints it, and warns of a program that it hides.
pub(crate) fn print(args: &Args) -> Result<Exit, Failure> {
    let unit = unit(args)?;
    let text = unit.text().map_err(Failure::Usage)?;
    // All of it or an error: half a unit is a unit, too.
    let mut stdout = io::stdout().lock();
    stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
        .map_err(|error| cannot("write the unit", &error))?;
    if unit.hides_its_program() {
        tell(format_args!(
            "chatroom-server: the unit hides the directory of {}: install it elsewhere, with \
             make install PREFIX=/usr/local, and print the unit again",
            unit.program
        ));
    }
    Ok(Exit::Done)
}

fn unit(args: &Args) -> Result<Unit, Failure> {
    let program = env::current_exe().map_err(|error| cannot("find this program", &error))?;
    // A unit for a message of the day that cannot be shown would not start.
    args.message_of_the_day()?;
    let motd = args.motd.as_deref().map(full_path).transpose();
    let motd = motd.map_err(|error| cannot("find the message of the day", &error))?;
    let mut arguments = given();
    let max_members = args.max_members.unwrap_or(MEMBERS);
    if args.max_members.is_none() {
        arguments.extend(["--max-members".into(), max_members.to_string()]);
    }
    Ok(Unit {
        program: text_of(program)?,
        arguments,
        motd: motd.map(text_of).transpose()?,
        record: args.record.clone().map(text_of).transpose()?,
        record_ring: args.record_ring,
        low_port: args.listen.iter().any(|address| (1..1024).contains(&address.port())),
        max_members: max_members as usize,
        backlog: args.backlog,
    })
}

/// As the unit names a file, whose service has another working directory: absolute and without `..`.
/// A link stays one, since what it leads to may change.
fn full_path(file: &Path) -> io::Result<PathBuf> {
    let file = path::absolute(file)?;
    let (Some(directory), Some(name)) = (file.parent(), file.file_name()) else { return Ok(file) };
    Ok(fs::canonicalize(directory)?.join(name))
}

fn text_of(path: PathBuf) -> Result<String, Failure> {
    path.into_os_string().into_string().map_err(|path| {
        Failure::Usage(format!("a systemd unit cannot hold a path that is not UTF-8: {path:?}"))
    })
}

/// The flags that were given, here or in the environment, which the service does not have; but for
/// the files, which have places of their own.
fn given() -> Vec<String> {
    let command = Args::command();
    let matches = command.clone().get_matches();
    let mut given = Vec::new();
    for flag in command.get_arguments() {
        let (Some(name), id) = (flag.get_long(), flag.get_id().as_str()) else { continue };
        let source = matches.value_source(id);
        let is_given = source.is_some_and(|source| source != ValueSource::DefaultValue);
        if !is_given || ["motd", "record", "print_systemd_unit"].contains(&id) {
            continue;
        }
        if !flag.get_action().takes_values() {
            given.extend(matches.get_flag(id).then(|| format!("--{name}")));
            continue;
        }
        for value in matches.get_raw(id).into_iter().flatten() {
            given.extend([format!("--{name}"), value.to_string_lossy().into_owned()]);
        }
    }
    given
}
