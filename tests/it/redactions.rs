//! Stand-ins for what people said, and a room that takes them for it.

use chatroom::recorder::{Recorder, Ring};
use chatroom::redact::Redaction;
use chatroom::transcript::{Entry, Transcript};
use chatroom::{Action, ClientId, Event, Millis, ServerCore};
use quickcheck_macros::quickcheck;

use crate::oracle::{self, played};
use crate::script::Script;

const KEY: u64 = 0x5eed;

/// What a recording of this is, when it is redacted.
fn redacted(recorded: &Transcript, key: u64) -> Transcript {
    let mut redaction = Redaction::new(key);
    let settings = redaction.settings(&recorded.settings);
    let mut core = ServerCore::new(settings.clone());
    let mut redacted = Transcript::new(settings);
    redacted.names.clone_from(&recorded.names);
    for entry in &recorded.entries {
        let Entry::Event(now, event) = entry else { continue };
        let event = redaction.event(*now, &event.as_bytes());
        let before = redacted.entries.len();
        redacted.record(&mut core, *now, event.as_bytes());
        for entry in &redacted.entries[before..] {
            if let Entry::Action(action) = entry {
                redaction.note(action);
            }
        }
    }
    redacted
}

/// What was done to whom, without the words.
fn decisions(transcript: &Transcript) -> Vec<String> {
    let told = |entry: &Entry| match entry {
        Entry::Event(now, event) => format!("{now} {:?}", event.clone().map(|data| data.len())),
        Entry::Action(Action::Log(_)) => "log".into(),
        Entry::Action(action) => format!("{:?}", action.clone().map(drop)),
        Entry::Behind(..) | Entry::Gap(_) => format!("{entry:?}"),
    };
    let address = |line: String| match line.split_once("Accepted(") {
        Some((_, rest)) => rest.split(',').next().unwrap().to_owned(),
        None => line,
    };
    transcript.entries.iter().map(told).map(address).collect()
}

/// Cyrillic letters that look like others.
fn holds_what_only_looks_alike(script: &Script) -> bool {
    let bytes = |entry: &Entry| match entry {
        Entry::Event(_, Event::BytesIn(_, data)) => data.clone(),
        Entry::Event(..) | Entry::Action(_) | Entry::Behind(..) | Entry::Gap(_) => Vec::new(),
    };
    let all: Vec<_> = script.transcript().entries.iter().flat_map(bytes).collect();
    all.iter().any(|byte| (0xd0..=0xd3).contains(byte))
}

#[quickcheck]
fn the_room_decides_as_it_did_and_the_replay_is_exact(script: Script) {
    let recorded = oracle::check(&script.transcript());
    let redacted = redacted(&recorded, KEY);
    assert!(played(&redacted.to_string()).is_ok());
    if !holds_what_only_looks_alike(&script) {
        let [before, after] = [&recorded, &redacted].map(decisions);
        for (at, (before, after)) in before.iter().zip(&after).enumerate() {
            assert_eq!(before, after, "at {at}:\n{recorded}\n{redacted}");
        }
        assert_eq!(before.len(), after.len());
    }
}

fn shown(text: &str) -> String {
    redacted(&text.parse().unwrap(), KEY).to_string()
}

#[test]
fn a_conversation_keeps_its_shape_and_loses_its_words() {
    insta::assert_snapshot!(shown(
        r"
        motd= Wipe your feet!
        ann connects from 192.0.2.7:1001
        ann -> Ann\n
        bob connects from 192.0.2.7:1002
        bob -> bo
        bob -> b\n
        ann -> hello Bob, my number is 555-1234\n
        bob -> /msg ann psst\n
        bob -> /nick ann\n
        bob -> /nick Robert2\n
        ann -> Robert2: see /etc/passwd\n
        bob -> //shrug \u{af}\\_(ツ)_/\u{af}\n
        cid connects from [2001:db8::7]:1003
        cid -> Zoë
        +0.300s time passes
        cid -> Zoë: привет, 世界Zoë: zweite
        cid -> Zoë: /me winkt
        dan connects from 127.0.0.1:1004
        dan -> server\n
        ann -> /home/ann/secret /quitted 4711\n
        ann -> AKIA1234567890 is the key of Robert2\n
        ann -> /nick Ann1984\n
        dan -> GET / HTTP/1.1\r\nHost: secret.example\r\n
        eve connects from 192.0.2.8:1005
        eve -> GET /?token=secret HTTP/1.1\r\n
        "
    ));
}

#[test]
fn another_key_has_other_stand_ins() {
    let recorded: Transcript = "ann connects\nann -> Ann\\nhello\\n".parse().unwrap();
    assert_eq!(redacted(&recorded, 1), redacted(&recorded, 1));
    assert_ne!(redacted(&recorded, 1), redacted(&recorded, 2));
}

/// Each letter has one stand-in where it stands, and no two the same.
#[quickcheck]
fn no_two_words_have_one_stand_in(key: u64, start: String) {
    let start: String = start.chars().filter(|c| c.is_alphanumeric()).take(5).collect();
    let stand_ins: std::collections::BTreeSet<_> = ('a'..='z')
        .chain('а'..='я')
        .map(|letter| {
            let said = format!("{start}{letter}\n");
            let transcript: Transcript = "ann connects".parse().unwrap();
            let mut redaction = Redaction::new(key);
            let Entry::Event(_, event) = &transcript.entries[0] else { unreachable!() };
            redaction.event(Millis::ZERO, &event.as_bytes());
            let id = ClientId(1);
            let Event::BytesIn(_, said) =
                redaction.event(Millis::ZERO, &Event::BytesIn(id, said.as_bytes()))
            else {
                unreachable!()
            };
            said
        })
        .collect();
    assert_eq!(stand_ins.len(), 26 + 32);
}

/// Whatever is said, a recorder that has stand-ins for it records a room that does the same again.
#[quickcheck]
fn what_is_recorded_in_other_words_is_replayed(script: Script, key: u64) {
    let script = script.transcript();
    let mut core = ServerCore::new(script.settings.clone());
    let (settings, redaction) = (script.settings.clone(), Some(Redaction::new(key)));
    let mut recorder = Recorder::new(settings, redaction, None, Some(Ring::new(2048)));
    for entry in &script.entries {
        let Entry::Event(now, event) = entry else { continue };
        if recorder.is_full() {
            recorder.begin(core.snapshot());
        }
        recorder.event(*now, &event.as_bytes());
        recorder.actions(core.handle(*now, event.as_bytes()));
    }
    let latest = recorder.latest().unwrap().to_string();
    played(&latest).unwrap_or_else(|stop| panic!("{stop}\n{latest}"));
}
