//! The fuzzers' inputs, replayed with a stable compiler; and made, from the scenarios.

use std::fs;
use std::mem;
use std::path::{Path, PathBuf};

use chatroom::recording::transcript::{Entry, Transcript};
use chatroom::{Event, Millis};

use crate::peer::plan::{THEN, Then};
use crate::{frames, hostile_recording, oracle, peer};

/// Set by `make corpus`: what is missing is written.
const UPDATE: &str = "UPDATE_CORPUS";

#[test]
fn no_kept_input_breaks_the_frame_parser() {
    for input in kept("frame") {
        frames::check_input(&fs::read(input).unwrap());
    }
}

#[test]
fn no_kept_input_breaks_a_promise_of_the_room() {
    for input in kept("script") {
        oracle::check_input(&fs::read(input).unwrap());
    }
}

#[test]
fn no_kept_input_lets_a_peer_speak_for_another() {
    for input in kept("peer") {
        peer::check_input(&fs::read(input).unwrap());
    }
}

#[test]
fn no_kept_input_breaks_what_is_made_of_a_recording() {
    for input in kept("recording") {
        hostile_recording::check_input(&fs::read(input).unwrap());
    }
}

#[test]
fn every_scenario_is_in_the_corpus() {
    let snapshots = files(&root("tests/it/room/scenarios/snapshots"));
    assert!(snapshots.len() > 40, "where are the scenarios?");
    for snapshot in snapshots {
        let text = fs::read_to_string(&snapshot).unwrap();
        let Some((_, transcript)) = text.split_once("\n---\n") else { continue };
        // Some snapshots leave out what is too long to read.
        let Ok(recording) = transcript.parse::<Transcript>() else { continue };
        let name = snapshot.file_stem().unwrap().to_str().unwrap();
        let name = name.rsplit("__").next().unwrap();
        must_hold(&root("fuzz/corpus/recording").join(name), recording.to_string().as_bytes());
        let events = events(recording);
        must_hold(&root("fuzz/corpus/script").join(name), events.to_string().as_bytes());
        must_hold(&root("fuzz/corpus/frame").join(name), &bytes_in(&events));
        must_hold(&root("fuzz/corpus/peer").join(name), &one_peer(name, &events));
    }
}

fn must_hold(file: &Path, content: &[u8]) {
    if std::env::var_os(UPDATE).is_some() {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, content).unwrap();
    }
    let kept = fs::read(file).unwrap_or_default();
    assert!(kept == content, "{} is missing or old: run `make corpus`", file.display());
}

/// The transcript without what the room did.
fn events(mut transcript: Transcript) -> Transcript {
    transcript.entries.retain(|entry| matches!(entry, Entry::Event(..)));
    transcript
}

/// All that peers sent, cut after three bytes, then after one, again and again.
fn bytes_in(transcript: &Transcript) -> Vec<u8> {
    let mut bytes = vec![2, 2, 0];
    for entry in &transcript.entries {
        if let Entry::Event(_, Event::BytesIn(_, data)) = entry {
            bytes.extend_from_slice(data);
        }
    }
    bytes
}

/// All that peers sent and did, as if they were one.
fn one_peer(name: &str, transcript: &Transcript) -> Vec<u8> {
    let (mut cuts, mut bytes) = (Vec::new(), Vec::new());
    let mut before = Millis::ZERO;
    for entry in &transcript.entries {
        let Entry::Event(now, event) = entry else { continue };
        let passed = now.since(mem::replace(&mut before, *now)).as_millis();
        let then = match event {
            Event::Closed(_, ending) => Then::Ends(*ending),
            Event::Accepted(..)
            | Event::BytesIn(..)
            | Event::Clock(_)
            | Event::Tick
            | Event::Shutdown => {
                let known = [30_000, 1000, 250, 50].into_iter().find(|&time| passed >= time);
                known.map_or(Then::Nothing, Then::Time)
            }
        };
        if let Some((_, last)) = cuts.last_mut().filter(|(_, last)| *last == Then::Nothing) {
            *last = then;
        }
        if let Event::BytesIn(_, data) = event {
            cuts.extend(data.chunks(200).map(|chunk| (chunk.len(), Then::Nothing)));
            bytes.extend_from_slice(data);
        }
    }
    cuts.truncate(usize::from(u8::MAX));
    let flags = name.bytes().fold(0, |flags: u8, byte| flags.wrapping_mul(31).wrapping_add(byte));
    let mut input = vec![flags, u8::try_from(cuts.len()).unwrap()];
    for (length, then) in cuts {
        let number = THEN.iter().position(|known| *known == then).unwrap();
        input.extend([length, number].map(|byte| u8::try_from(byte).unwrap()));
    }
    input.extend(bytes);
    input
}

fn kept(target: &str) -> Vec<PathBuf> {
    let inputs = files(&root("fuzz/corpus").join(target));
    assert!(!inputs.is_empty(), "a corpus is kept for {target}");
    inputs
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries =
        fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}
