//! Recordings played again, line by line.

use chatroom::recording::replay::{Played, Replay, Step, Stop};
use chatroom::recording::transcript::{Entry, Transcript, Writer};
use chatroom::shell::catch_panic::catch_panic;
use chatroom::{ClientId, Millis, ServerCore};
use quickcheck_macros::quickcheck;

use crate::hostile_recording;
use crate::oracle::{self, played};
use crate::script::Script;

#[quickcheck]
fn recorded_room_does_the_same_again(script: Script) {
    let recorded = oracle::check(&script.transcript());
    assert!(played(&recorded.to_string()).is_ok());
}

/// A recorder writes a recording that is played down as it was: with how many bytes wait for someone
/// now and then, which a replay passes on.
#[quickcheck]
fn the_record_of_a_replay_is_the_recording(
    script: Script,
    at: Option<usize>,
    behind: Vec<(usize, u64, u16)>,
) {
    let whole = || script.transcript().replay();
    let mut recorded = at.map_or_else(whole, |at| second_half(&script, at));
    for (at, id, bytes) in behind {
        let events = recorded.entries.iter().enumerate();
        let times = events.filter_map(|(at, entry)| match entry {
            Entry::Event(now, _) => Some((at, *now)),
            Entry::Action(_) | Entry::Behind(..) | Entry::Gap(_) => None,
        });
        let times: Vec<_> = times.collect();
        let Some((at, now)) = times.get(at % times.len().max(1)).copied() else { continue };
        recorded.entries.insert(at, Entry::Behind(now, ClientId(id), bytes.into()));
    }
    recorded.names.clear(); // As a server records.
    let recording = recorded.to_string();
    assert_eq!(recorded_again(&recording), recording);
}

/// With what one line of it says on another.
#[quickcheck]
fn nothing_that_is_made_of_a_recording_harms_anyone(
    script: Script,
    at: Option<usize>,
    from: usize,
    to: usize,
) {
    let whole = || script.transcript().replay();
    let recording = at.map_or_else(whole, |at| second_half(&script, at)).to_string();
    let mut lines: Vec<_> = recording.lines().collect();
    let (from, to) = (from % lines.len(), to % lines.len());
    lines.swap(from, to);
    hostile_recording::check_input(lines.join("\n").as_bytes());
}

/// The recorder's record of a replay.
fn recorded_again(recording: &str) -> String {
    let mut replay = Replay::default();
    let mut steps = Vec::new();
    for line in recording.lines() {
        steps.extend(replay.line(line).unwrap());
    }
    let mut writer = Writer::default();
    let mut again = String::new();
    let head = replay.head();
    writer.head(&mut again, &head.settings, head.snapshot.as_ref()).unwrap();
    for step in steps {
        match step {
            Step::Happened { now, event, actions, .. } => {
                writer.event(&mut again, now, &event).unwrap();
                actions.iter().for_each(|action| writer.action(&mut again, action).unwrap());
            }
            Step::Behind { now, id, bytes } => {
                writer.behind(&mut again, now, id, bytes).unwrap();
            }
        }
    }
    again
}

/// The lines of a recording, without one of those that say what was done, or with another twice.
#[quickcheck]
fn every_line_of_what_was_done_counts(script: Script, which: usize) {
    let recorded = oracle::check(&script.transcript()).to_string();
    let done: Vec<_> = (0..).zip(recorded.lines()).filter(|(_, it)| it.starts_with(' ')).collect();
    let Some((at, line)) = done.get(which % done.len().max(1)).copied() else { return };
    let mut lines: Vec<_> = recorded.lines().collect();
    lines.remove(at);
    assert!(matches!(played(&lines.join("\n")), Err(Stop::Differs(_))), "without {line}");
    lines.insert(at, line);
    lines.insert(at, line);
    assert!(matches!(played(&lines.join("\n")), Err(Stop::Differs(_))), "twice {line}");
}

#[test]
fn the_first_difference_is_told_with_the_lines_before_it() {
    let head = "chatroom transcript 1\n";
    let room = "ann connects\nlog <- Connected with 127.0.0.1:1001 (#1)\nann <- NICK\n";
    let differs = |text: &str| match played(&[head, text].concat()) {
        Err(Stop::Differs(it)) => format!("line {}\n{it}", it.line),
        other => panic!("{other:?}"),
    };
    assert_eq!(
        played(&[head, room].concat()),
        Ok(Played { events: 1, actions: 2, until: Millis::ZERO })
    );
    let told: Vec<_> = [
        room.replace("NICK", "NICE"),
        room.replace("ann <- NICK\n", "+1.000s time passes"),
        room.replace("ann <- NICK\n", ""),
        room.replace("ann <- NICK\n", "ann <- NICK\nann is dropped"),
    ]
    .iter()
    .map(|text| differs(text))
    .collect();
    insta::assert_snapshot!(told.join("\n\n"));
}

#[test]
fn recording_that_cannot_be_replayed_says_why() {
    let told: Vec<_> = [
        "",
        "+1.000s time passes",
        "chatroom transcript 1\nann sings",
        "chatroom transcript 1\n+1.000s time passes\ngap of 12 bytes\n+2.000s time passes",
    ]
    .iter()
    .map(|text| played(text).unwrap_err().to_string())
    .collect();
    insta::assert_snapshot!(told.join("\n"), @"
        it does not begin with `chatroom transcript 1`, which is what this program reads
        it does not begin with `chatroom transcript 1`, which is what this program reads
        line 2: `ann` has not connected
        line 3: 12 bytes could not be written here; what follows cannot be replayed
    ");
}

/// A recording that says how many bytes wait is played as one that does not.
#[test]
fn how_many_bytes_wait_changes_nothing() {
    let text = "chatroom transcript 1\n+1.000s time passes\n+1.000s #7 is behind by 4096\n";
    assert_eq!(played(text).map(|played| played.events), Ok(1));
    let transcript: Transcript = text.parse().unwrap();
    assert_eq!(transcript.replay(), transcript);
}

/// The events from some point on, with the state of the room at that point at its head.
fn second_half(script: &Script, at: usize) -> Transcript {
    later(&script.transcript(), at)
}

/// Of these events those from some point on, likewise.
pub(crate) fn later(script: &Transcript, at: usize) -> Transcript {
    let mut core = ServerCore::new(script.settings.clone());
    let (before, after) = script.entries.split_at(at % (script.entries.len() + 1));
    let mut forgotten = Transcript::new(script.settings.clone());
    let mut play = |entries: &[Entry], recorded: &mut Transcript| {
        for entry in entries {
            let Entry::Event(now, event) = entry else { unreachable!() };
            recorded.record(&mut core, *now, event.as_bytes());
        }
        core.snapshot()
    };
    let snapshot = play(before, &mut forgotten);
    let mut recorded =
        Transcript { snapshot: Some(snapshot), ..Transcript::new(script.settings.clone()) };
    play(after, &mut recorded);
    recorded
}

#[quickcheck]
fn a_recording_that_goes_on_is_replayed_alone(script: Script, at: usize) {
    let recorded = second_half(&script, at);
    let written = recorded.to_string();
    let played = played(&written).unwrap_or_else(|stop| panic!("{stop}\n{written}"));
    assert_eq!(played.events + played.actions, recorded.entries.len() as u64);
    let read: Transcript = written.parse().unwrap();
    assert_eq!(read.replay().to_string(), written, "a record of the replay is the recording");
}

#[test]
fn a_snapshot_stands_at_the_head_and_is_whole() {
    let head = "chatroom transcript 1\n";
    let snapshot = "snapshot at +1.500s\nroom {\"said\":57}\nend of snapshot\n";
    let told: Vec<_> = [
        [head, snapshot].concat(),
        [head, "snapshot at +1.500s\nroom {\"said\":57}\n"].concat(),
        [head, snapshot, snapshot].concat(),
        [head, "+0.000s time passes\n", snapshot].concat(),
        [head, snapshot, "rate=1\n"].concat(),
        [head, "snapshot at noon\n"].concat(),
        [head, "snapshot at +1.000s\nnothing\nend of snapshot\n"].concat(),
    ]
    .iter()
    .map(|text| {
        let read =
            text.parse::<Transcript>().map_or_else(|error| error.to_string(), |_| "read".into());
        let played = played(text).map_or_else(|stop| stop.to_string(), |played| played.to_string());
        format!("{read}\n{played}")
    })
    .collect();
    insta::assert_snapshot!(told.join("\n\n"));
}

#[test]
fn a_panic_is_caught_and_told_in_one_line_with_its_place() {
    assert_eq!(catch_panic(|| 7), Ok(7));
    for _ in 0..2 {
        let told = catch_panic(|| panic!("one\n\x1b[2Jtwo")).map(|()| 0).unwrap_err();
        let place = told.strip_prefix("one [2Jtwo (tests/it/recording/replays.rs:").unwrap();
        assert!(place.ends_with(')'), "{told}");
    }
}
