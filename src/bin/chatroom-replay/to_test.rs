//! `--to-test`: the least of a recording that still shows what it is about, as a test.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use chatroom::limits;
use chatroom::replay::Stop;
use chatroom::replay::incident::{Incident, Reading};
use chatroom::replay::minimise::{Minimised, minimise};
use chatroom::replay::outcome::Outcome;
use chatroom::replay::scenario;
use chatroom::shell::lines::Lines;
use chatroom::shell::program::{Exit, Failure, cannot};

/// Where `make test` looks for recordings.
const KEPT: &str = "tests/it/recordings";

/// The flags for a test.
#[derive(Debug, clap::Args)]
pub(crate) struct Test {
    /// Write the least of the recording that still differs, or that still keeps what --keeping says, to
    /// tests/it/recordings/NAME.chat, where it is a test
    #[arg(long, value_name = "NAME", value_parser = name, group = "told")]
    pub(crate) to_test: Option<String>,

    /// What a test is to keep: a line that someone is sent or that the log gets
    #[arg(long, value_name = "LINE", requires = "to_test")]
    keeping: Option<String>,
}

/// What a file can be called, and a person type.
fn name(text: &str) -> Result<String, &'static str> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let fits = !text.is_empty() && text.len() <= 100 && text.chars().all(plain);
    fits.then(|| text.into()).ok_or("give a name of letters, digits, _ and -")
}

/// Writes the test, and says what is in it.
pub(crate) fn run(path: &Path, name: &str, test: &Test) -> Result<Exit, Failure> {
    let file = path.display();
    let target = PathBuf::from(KEPT).join(name).with_extension("chat");
    if !Path::new(KEPT).is_dir() {
        return Err(format!("there is no {KEPT} here: run it where the project is").into());
    }
    if target.exists() {
        let target = target.display();
        return Err(format!("{target} is there already: give another name, or remove it").into());
    }
    let (reading, stop) = read(path)?;
    let (incident, end) = reading.end();
    let stop = stop.or(end.err());
    let outcome = outcome(path, test, &incident, stop.as_ref())?;
    let all = incident.events.len();
    let least = minimise(incident, &outcome, limits::MINIMISING_BYTES).map_err(|why| {
        let stop = stop.map_or(String::new(), |stop| format!(", as far as it goes: {stop}"));
        format!("{file}: {why}{stop}")
    })?;
    let text = scenario::written(&least.incident, &outcome).ok_or_else(|| {
        let (left, most) = (least.incident.events.len(), limits::SCENARIO_BYTES >> 20);
        format!("{file}: the {left} events that it needs are more than {most} MiB")
    })?;
    write(&target, &text)?;
    let told = told(&target, &least, all);
    let _ = writeln!(io::stdout(), "{told}"); // A closed standard output does not change the result.
    Ok(Exit::Done)
}

fn outcome(
    path: &Path,
    test: &Test,
    incident: &Incident,
    stop: Option<&Stop>,
) -> Result<Outcome, Failure> {
    let file = path.display();
    match (&test.keeping, stop) {
        (Some(line), _) => Ok(Outcome::Said(line.clone())),
        (None, Some(Stop::Differs(difference))) => Ok(Outcome::differs(incident, difference)),
        (None, Some(stop)) => Err(format!("{file}: {stop}").into()),
        (None, None) => Err(Failure::Usage(format!(
            "{file} replays as it was: say with --keeping which line a test is to keep, such as \
             --keeping 'ann left the chat! (too slow)'"
        ))),
    }
}

/// All of a recording that can be used, and why it is no more.
fn read(path: &Path) -> Result<(Reading, Option<Stop>), Failure> {
    let file = path.display();
    let unread = |error: io::Error| cannot(format_args!("read {file}"), &error);
    let mut lines = Lines::open(path).map_err(unread)?;
    let mut reading = Reading::default();
    while let Some(line) = lines.read().map_err(unread)? {
        if let Err(stop) = reading.line(line) {
            return Ok((reading, Some(stop)));
        }
        if reading.is_full() {
            let most = limits::INCIDENT_BYTES >> 20;
            return Err(format!("{file}: a test is made of {most} MiB at most").into());
        }
    }
    Ok((reading, None))
}

fn write(target: &Path, text: &str) -> Result<(), Failure> {
    let written = File::create_new(target).and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| cannot(format_args!("write {}", target.display()), &error).into())
}

fn told(target: &Path, least: &Minimised, all: usize) -> String {
    let (target, left) = (target.display(), least.incident.events.len());
    let early = if least.complete { "" } else { "; some more may not be needed" };
    format!("{target}: {left} of {all} events{early}")
}
