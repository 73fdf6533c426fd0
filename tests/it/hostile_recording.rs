//! What must hold of a recording that anyone may have written, in all that is made of it. Shared by the
//! properties, the corpus and the fuzz target.

use chatroom::Action;
use chatroom::replay::incident::{Incident, Reading};
use chatroom::replay::minimise::{leads_to, minimise};
use chatroom::replay::outcome::Outcome;
use chatroom::replay::what_if::WhatIf;
use chatroom::replay::{Replay, Stop, scenario};
use chatroom::snapshot::Snapshot;
use chatroom::transcript::Transcript;

use crate::clean::clean;
use crate::tellers;

/// The most bytes of lines that are compared.
const SEEN: usize = 64 * 1024;

/// The most bytes that are gone through to minimise.
const WORK: u64 = 100_000;

/// Other settings: all that delays, and all that turns away.
const CHANGES: [&[&str]; 2] =
    [&["rate=1", "burst=1", "history=1"], &["max-members=1", "backlog=4096", "motd=be kind"]];

/// Takes an input as a recording, first as it is, then with what the room does about what can be read of
/// it.
pub(crate) fn check_input(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    check(&text);
    check(&Transcript::salvage(&text).replay().to_string());
}

fn check(recording: &str) {
    tellers::check(recording);
    for changes in CHANGES {
        compare(recording, changes);
    }
    let mut reading = Reading::default();
    let stop = recording.lines().find_map(|line| reading.line(line).err());
    let (incident, end) = reading.end();
    let stop = stop.or(end.err());
    stop.iter().for_each(must_be_told);
    if let Some(Stop::Differs(difference)) = &stop {
        let differs = Outcome::differs(&incident, difference);
        let nothing = incident.events.is_empty();
        assert!(nothing || leads_to(&incident, &differs), "nothing has been left out yet");
        make_a_test(incident.clone(), &differs);
    }
    if let Some(line) = last_line(&incident) {
        make_a_test(incident, &Outcome::Said(line));
    }
}

fn must_be_told(stop: &Stop) {
    lines(&stop.to_string(), 1);
    if let Stop::Differs(difference) = stop {
        lines(&difference.to_string(), 16);
    }
}

/// Panics unless these are lines that a terminal can be shown, and at most so many.
fn lines(text: &str, most: usize) {
    let count = text.split('\n').inspect(|line| _ = clean(line.as_bytes())).count();
    assert!(count <= most, "{count} lines: {text:?}");
}

fn compare(recording: &str, changes: &[&str]) {
    let changes: Vec<_> = changes.iter().map(ToString::to_string).collect();
    let mut what_if = WhatIf::with_limit(&changes, None, SEEN).unwrap();
    if let Some(halt) = recording.lines().find_map(|line| what_if.line(line).err()) {
        lines(&halt.to_string(), 1);
    }
    let compared = what_if.end().0.to_string();
    lines(&compared, SEEN);
    // Each line of each room once, with its neighbours, heads and names.
    assert!(compared.len() < 32 * SEEN, "{} bytes", compared.len());
}

/// What is said last: to someone, or to the log.
fn last_line(incident: &Incident) -> Option<String> {
    let mut core = incident.head.room().ok()?;
    let mut last = None;
    for (now, event) in &incident.events {
        for action in core.handle(*now, event.as_bytes()) {
            if let Action::Send(_, text) | Action::Broadcast(text) | Action::Log(text) = action {
                last = clean(text).lines().last().map(Into::into);
            }
        }
    }
    last
}

fn make_a_test(incident: Incident, outcome: &Outcome) {
    // Whoever is there at the beginning may have to come first.
    let there = incident.head.snapshot.iter().flat_map(Snapshot::peers).count();
    let events = incident.events.len() + 2 * there;
    let Ok(least) = minimise(incident, outcome, WORK) else { return };
    assert!(leads_to(&least.incident, outcome), "{:?} leads to {outcome:?}", least.incident);
    assert!(least.incident.events.len() <= events);
    let Some(test) = scenario::written(&least.incident, outcome) else { return };
    lines(&test, usize::MAX);
    let mut replay = Replay::default();
    for line in test.lines() {
        replay.line(line).unwrap_or_else(|stop| panic!("{stop}\n{test}"));
    }
    let played = replay.end().unwrap_or_else(|stop| panic!("{stop}\n{test}"));
    assert_eq!(played.events, least.incident.events.len() as u64);
}
