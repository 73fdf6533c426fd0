//! From a recording's file to the file of a test.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use chatroom::shell::lines::Lines;
use chatroom::shell::program::cannot;

use super::incident::{End, Incident, Reading};
use super::outcome::Outcome;
use super::search::{Minimised, minimise};
use super::{INCIDENT_BYTES, MINIMISING_BYTES, SCENARIO_BYTES, scenario};

/// Writes the least of the recording `path` that still differs, or in which `keeping` is still sent or
/// logged, to `NAME.chat` in `folder`; says what is in it. The name is the recording's unless given.
///
/// # Errors
///
/// Why no test is written, in a line.
pub(crate) fn make_test(
    path: &Path,
    folder: &Path,
    name: Option<&str>,
    keeping: Option<&str>,
) -> Result<String, String> {
    let file = path.display();
    let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let name = name.unwrap_or(stem);
    if !is_name(name) {
        return Err(format!(
            "`{name}` is no name for a test: give one of letters, digits, _ and -"
        ));
    }
    let target = folder.join(name).with_extension("chat");
    if target.exists() {
        let target = target.display();
        return Err(format!("{target} is there already: give another name, or remove it"));
    }
    let (incident, end) = read(path)?;
    let outcome = outcome(path, keeping, &incident, end.as_ref())?;
    let all = incident.events.len();
    let least = minimise(incident, &outcome, MINIMISING_BYTES).map_err(|why| {
        let stop = end.map_or(String::new(), |end| format!(", as far as it goes: {}", end.stop));
        format!("{file}: {why}{stop}")
    })?;
    let text = scenario::written(&least.incident, &outcome).ok_or_else(|| {
        let (left, most) = (least.incident.events.len(), SCENARIO_BYTES >> 20);
        format!("{file}: the {left} events that it needs are more than {most} MiB")
    })?;
    let written = File::create_new(&target).and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| cannot(format_args!("write {}", target.display()), &error))?;
    Ok(summary(&target, &least, all))
}

/// Returns true if a file can be called so, and a person type it.
fn is_name(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    !text.is_empty() && text.len() <= 100 && text.chars().all(plain)
}

fn outcome(
    path: &Path,
    keeping: Option<&str>,
    incident: &Incident,
    end: Option<&End>,
) -> Result<Outcome, String> {
    let file = path.display();
    match (keeping, end) {
        (Some(line), _) => Ok(Outcome::Said(line.into())),
        (None, Some(end)) if end.difference().is_some() => Ok(Outcome::differs(incident, end)),
        (None, Some(end)) => Err(format!("{file}: {}", end.stop)),
        (None, None) => Err(format!(
            "{file} replays as it was: say which line a test is to keep, such as \
             KEEPING='ann left the chat! (too slow)'"
        )),
    }
}

/// All of a recording that can be used, and why it is no more.
fn read(path: &Path) -> Result<(Incident, Option<End>), String> {
    let file = path.display();
    let unread = |error: io::Error| cannot(format_args!("read {file}"), &error);
    let mut lines = Lines::open(path).map_err(unread)?;
    let mut reading = Reading::default();
    let mut stopped = None;
    while let (None, Some(line)) = (&stopped, lines.read().map_err(unread)?) {
        stopped = reading.line(line).err();
        if reading.is_full() {
            let most = INCIDENT_BYTES >> 20;
            return Err(format!("{file}: a test is made of {most} MiB at most"));
        }
    }
    let (incident, end) = reading.end();
    Ok((incident, stopped.or(end.err())))
}

fn summary(target: &Path, least: &Minimised, all: usize) -> String {
    let (target, left) = (target.display(), least.incident.events.len());
    let early = if least.complete { "" } else { "; some more may not be needed" };
    format!("{target}: {left} of {all} events{early}")
}
