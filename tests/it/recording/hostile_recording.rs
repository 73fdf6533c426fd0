//! Properties of all that is made of a recording that anyone may have written. Shared by the properties,
//! the corpus and the fuzz target.

use chatroom::recording::pseudonymise::Pseudonymiser;
use chatroom::recording::replay::{Replay, Stop};
use chatroom::recording::transcript::Transcript;

use crate::clean::clean;
use crate::tellers;

/// Takes an input as a recording, first as it is, then with what the room does about what can be read of
/// it.
pub(crate) fn check_input(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    check(&text);
    check(&Transcript::salvage(&text).replay().to_string());
}

fn check(recording: &str) {
    tellers::check(recording);
    let mut replay = Replay::default();
    let stop = recording.lines().find_map(|line| replay.line(line).err());
    if let Some(stop) = stop.or_else(|| replay.end().err()) {
        must_be_told(&stop);
    }
    pseudonymise(recording);
}

/// As much of it as is written with pseudonyms replays.
fn pseudonymise(recording: &str) {
    let mut pseudonymiser = Pseudonymiser::new(0);
    let mut written = String::new();
    let read = recording.lines().try_for_each(|line| pseudonymiser.line(line, &mut written));
    if let Err(stop) = read.and_then(|()| pseudonymiser.end(&mut written)) {
        lines(&stop.to_string(), 1);
    }
    let mut replay = Replay::default();
    for line in written.lines() {
        replay.line(line).unwrap_or_else(|stop| panic!("{stop}\n{written}"));
    }
    if !written.is_empty() {
        replay.end().unwrap_or_else(|stop| panic!("{stop}\n{written}"));
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
