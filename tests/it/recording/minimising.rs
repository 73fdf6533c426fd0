//! Tests that are made of recordings: the least that still shows what they are about.

use std::fs;
use std::path::Path;

use chatroom::Action;
use chatroom::recording::snapshot::Snapshot;
use chatroom::recording::transcript::{Entry, Transcript};
use quickcheck::TestResult;
use quickcheck_macros::quickcheck;

use crate::clean::clean;
use crate::minimise::incident::{End, Incident, Reading};
use crate::minimise::making::make_test;
use crate::minimise::outcome::Outcome;
use crate::minimise::scenario;
use crate::minimise::search::{Minimised, Unreached, leads_to, minimise};
use crate::oracle::played;
use crate::replays::later;
use crate::script::Script;

/// More work than any of these needs.
const WORK: u64 = 1 << 30;

/// The events of this recording, and why it is no more.
fn read(recording: &str) -> (Incident, Option<End>) {
    let mut reading = Reading::default();
    let stopped = recording.lines().find_map(|line| reading.line(line).err());
    let (incident, end) = reading.end();
    (incident, stopped.or(end.err()))
}

/// The test that is made of these events for this line.
fn keeping(events: &str, line: &str) -> String {
    let (incident, _) = read(&recorded(events));
    made(incident, &Outcome::Said(line.into()))
}

/// The test that is made of these events, where one line of what was recorded was another.
fn differing(events: &str, recorded_line: &str, another: &str) -> String {
    let recording = recorded(events);
    assert!(recording.contains(recorded_line), "{recording}");
    let (incident, end) = read(&recording.replacen(recorded_line, another, 1));
    let outcome = Outcome::differs(&incident, &end.unwrap());
    made(incident, &outcome)
}

fn made(incident: Incident, outcome: &Outcome) -> String {
    let least = minimise(incident, outcome, WORK).unwrap();
    assert!(least.complete);
    let text = scenario::written(&least.incident, outcome).unwrap();
    assert!(played(&text).is_ok());
    let (_, body) = text.split_once("\n\n").unwrap();
    body.into()
}

fn recorded(events: &str) -> String {
    events.parse::<Transcript>().unwrap().replay().to_string()
}

/// Some people whom nothing is wrong with, and one who floods.
const EVENING: &str = r"
    rate=2 burst=3
    #11 connects
    #11 -> ann\n
    #12 connects
    +0.100s #12 -> bob
    +0.400s #12 -> bob: hi
    +1.000s #11 -> hello\n
    +2.000s #15 connects
    +2.500s #15 -> cid\nfirst\nsecond\nthird\nfourth\nfifth\n
    +3.000s time passes
    +3.500s time passes
    +4.000s time passes
    +5.000s #12 is lost
    +9.000s #11 finishes";

#[test]
fn events_that_a_line_does_not_need_are_left_out() {
    insta::assert_snapshot!(keeping(EVENING, "cid: fourth"));
}

#[test]
fn a_line_of_the_log_can_be_kept() {
    insta::assert_snapshot!(keeping(EVENING, "bob left the chat! (connection lost)"));
}

#[test]
fn wait_that_must_pass_stays() {
    let events = "handshake-timeout=5000\n+3.000s ann connects\n+9.000s time passes";
    let late = "! no nickname within 5 s, connect again and send one line with it";
    insta::assert_snapshot!(keeping(events, late), @r"
        +0.000s #1 connects from 127.0.0.1:1001
                log <- Connected with 127.0.0.1:1001 (#1)
                #1 <- NICK
        +5.000s time passes
                #1 <- ! no nickname within 5 s, connect again and send one line with it\n
                #1 is dropped
                log <- Disconnected from 127.0.0.1:1001 (#1): no nickname within 5 s, connect again and send one line with it
    ");
}

#[test]
fn a_difference_is_what_is_done_now_to_those_who_stand_as_they_did() {
    let tests = [
        // Something else is said.
        differing(EVENING, "cid: first", "cid: 1st"),
        // Something was done and is not.
        differing(EVENING, "cid: first\\n\n", "cid: first\\n\n        #11 is dropped\n"),
        // Something was not done and is.
        differing(EVENING, "        #15 is paused\n", ""),
        // Nothing was to happen at that time.
        differing(
            EVENING,
            "+4.000s time passes\n",
            "+4.000s time passes\n        #15 is resumed\n",
        ),
    ];
    insta::assert_snapshot!(tests.join("\n"));
}

/// Of one that goes on from where another ended, all that is needed of that is done first; or stays.
#[test]
fn a_test_of_a_recording_that_goes_on_begins_with_an_empty_room_if_it_can() {
    let made_later = |at, line: &str| {
        let (incident, _) = read(&later(&EVENING.parse().unwrap(), at).to_string());
        made(incident, &Outcome::Said(line.into()))
    };
    let tests = [
        made_later(5, "bob left the chat! (connection lost)"),
        made_later(5, "cid: first"),
        made_later(8, "cid: fifth"),
    ];
    insta::assert_snapshot!(tests.join("\n"));
}

#[test]
fn whoever_cannot_have_the_name_has_a_number() {
    let events = "#7 connects\n#7 -> ann\\n\n#7 finishes\n#9 connects\n#9 -> ann\\n\n#9 -> bye\\n";
    let text = keeping(events, "ann: bye");
    assert!(text.starts_with("+0.000s ann connects"), "{text}");
    let (incident, _) = read(&recorded(events));
    let all = scenario::written(&incident, &Outcome::Said("ann: bye".into())).unwrap();
    let connects: Vec<_> = all.lines().filter(|line| line.contains("connects from")).collect();
    assert_eq!(
        connects,
        ["+0.000s ann connects from 127.0.0.1:1007", "+0.000s #2 connects from 127.0.0.1:1009"]
    );
}

#[test]
fn line_that_never_comes_cannot_be_kept() {
    let (incident, _) = read(&recorded(EVENING));
    let never = Outcome::Said("cid: sixth".into());
    assert_eq!(minimise(incident.clone(), &never, WORK), Err(Unreached::Never));
    let fifth = Outcome::Said("bob: hi".into());
    assert_eq!(minimise(incident, &fifth, 1000), Err(Unreached::TooLong));
    insta::assert_snapshot!(format!("{}\n{}", Unreached::Never, Unreached::TooLong), @"
        what a test is to keep does not happen in it
        it takes too long to play for a test
    ");
}

#[test]
fn test_too_long_to_be_read_is_not_written() {
    let mut events = String::from("ann connects\nann -> ann\\n\n");
    for _ in 0..40_000 {
        events += "ann -> hello hello hello\\n\n";
    }
    let (incident, _) = read(&recorded(&events));
    assert!(scenario::written(&incident, &Outcome::Said("hi".into())).is_none());
}

/// However early the search is over, what it has found leads to the outcome.
#[quickcheck]
fn minimised_recording_leads_to_the_outcome(
    script: Script,
    at: Option<usize>,
    which: usize,
    work: u32,
) -> TestResult {
    let script = script.transcript();
    let recorded = at.map_or_else(|| script.replay(), |at| later(&script, at));
    let Some((incident, outcome)) = an_outcome(&recorded, which) else {
        return TestResult::discard();
    };
    // A peer that is there at the beginning may have to come first.
    let there = incident.head.snapshot.iter().flat_map(Snapshot::peers).count();
    let all = incident.events.len() + 2 * there;
    let work = u64::from(work % 100_000);
    let Ok(Minimised { incident, complete }) = minimise(incident, &outcome, work) else {
        return TestResult::passed();
    };
    assert!(leads_to(&incident, &outcome));
    assert!(incident.events.len() <= all);
    if complete {
        for at in 0..incident.events.len() {
            let mut less = incident.clone();
            less.events.remove(at);
            assert!(!leads_to(&less, &outcome), "{at} is not needed: {incident:?}");
        }
    }
    let text = scenario::written(&incident, &outcome).unwrap();
    assert_eq!(played(&text).map(|played| played.events), Ok(incident.events.len() as u64));
    TestResult::passed()
}

/// Some line that is said, or some action that is not what was recorded.
fn an_outcome(recorded: &Transcript, which: usize) -> Option<(Incident, Outcome)> {
    let done = recorded.entries.iter().enumerate();
    let done: Vec<_> = done.filter(|(_, entry)| matches!(entry, Entry::Action(_))).collect();
    let &(at, Entry::Action(action)) = done.get(which / 2 % done.len().max(1))? else {
        return None;
    };
    if which.is_multiple_of(2) {
        let (Action::Send(_, text) | Action::Broadcast(_, text) | Action::Log(_, text)) = action
        else {
            return None;
        };
        let text = String::from_utf8(text.clone()).unwrap();
        let line = text.lines().last()?.to_owned();
        return Some((read(&recorded.to_string()).0, Outcome::Said(line)));
    }
    let mut differs = recorded.clone();
    let instead = Action::Log(chatroom::Level::Info, b"something else".to_vec());
    differs.entries.insert(at, Entry::Action(instead));
    let (incident, end) = read(&differs.to_string());
    let outcome = Outcome::differs(&incident, &end.unwrap());
    Some((incident, outcome))
}

/// However a recording was tampered with, the test that is made of it replays, and is no longer.
#[quickcheck]
fn test_of_a_tampered_recording_replays(script: Script, from: usize, to: usize) {
    let recording = recorded(&script.transcript().to_string());
    let mut lines: Vec<_> = recording.lines().collect();
    let (from, to) = (from % lines.len(), to % lines.len());
    lines.swap(from, to);
    let text = lines.join("\n");
    for recording in [text.clone(), Transcript::salvage(&text).replay().to_string()] {
        let (incident, end) = read(&recording);
        if let Some(end) = end.filter(|end| end.difference().is_some()) {
            let differs = Outcome::differs(&incident, &end);
            let nothing = incident.events.is_empty();
            assert!(nothing || leads_to(&incident, &differs), "nothing has been left out yet");
            must_be_a_test(incident.clone(), &differs);
        }
        if let Some(line) = last_line(&incident) {
            must_be_a_test(incident, &Outcome::Said(line));
        }
    }
}

/// The last line that is said, to someone or to the log.
fn last_line(incident: &Incident) -> Option<String> {
    let mut core = incident.head.room().ok()?;
    let mut last = None;
    for (now, event) in &incident.events {
        for action in core.handle(*now, event.as_bytes()) {
            if let Action::Send(_, text) | Action::Broadcast(_, text) | Action::Log(_, text) =
                action
            {
                last = clean(text).lines().last().map(Into::into);
            }
        }
    }
    last
}

fn must_be_a_test(incident: Incident, outcome: &Outcome) {
    // Everyone who is there at the beginning may have to come first.
    let there = incident.head.snapshot.iter().flat_map(Snapshot::peers).count();
    let events = incident.events.len() + 2 * there;
    let Ok(least) = minimise(incident, outcome, 100_000) else { return };
    assert!(leads_to(&least.incident, outcome), "{:?} leads to {outcome:?}", least.incident);
    assert!(least.incident.events.len() <= events);
    let Some(test) = scenario::written(&least.incident, outcome) else { return };
    clean(test.as_bytes());
    let played = played(&test).unwrap_or_else(|stop| panic!("{stop}\n{test}"));
    assert_eq!(played.events, least.incident.events.len() as u64);
}

#[test]
fn tool_writes_a_test_or_says_why_not() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("minimising");
    let _ = fs::remove_dir_all(&folder); // There is none at first.
    fs::create_dir(&folder).unwrap();
    let good = recorded("ann connects\n+1.000s ann -> Ann\\n\n+2.500s ann -> hi\\n\n");
    let (cut, _) = good.rsplit_once("        ann <= Ann: hi").unwrap();
    for (name, text) in [
        ("good.txt", good.as_str()),
        ("different.txt", &good.replace("Ann: hi", "Ann: ho")),
        ("cut.txt", cut),
        ("damaged.txt", &good.replace("ann -> hi", "ann hi")),
        ("future.txt", &good.replace("transcript 1", "transcript 2")),
    ] {
        fs::write(folder.join(name), text).unwrap();
    }
    let run = |file: &str, name: Option<&str>, keeping: Option<&str>| {
        let said = make_test(&folder.join(file), &folder, name, keeping);
        let (Ok(said) | Err(said)) = said;
        said.replace(folder.to_str().unwrap(), "tests")
    };
    let mut said: Vec<_> =
        ["good.txt", "different.txt", "cut.txt", "damaged.txt", "future.txt", "none.txt"]
            .map(|file| run(file, None, None))
            .into();
    said.push(run("good.txt", Some("../good"), Some("Ann: hi")));
    for (file, line) in [
        ("good.txt", "Ann: hello"),
        ("damaged.txt", "Ann: hi"),
        ("good.txt", "Ann: hi"),
        ("good.txt", "Ann: hi"),
    ] {
        said.push(run(file, Some("kept"), Some(line)));
    }
    said.push(fs::read_to_string(folder.join("kept.chat")).unwrap());
    insta::assert_snapshot!(said.join("\n"));
}
