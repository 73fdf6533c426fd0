//! Recordings that are written again with pseudonyms.

use std::collections::BTreeSet;
use std::fs;
use std::net::{IpAddr, Ipv6Addr};

use chatroom::limits;
use chatroom::recording::pseudonymise::Pseudonymiser;
use chatroom::recording::replay::Stop;
use chatroom::recording::transcript::{Entry, Transcript};
use chatroom::{Action, Event};
use quickcheck_macros::quickcheck;

use crate::oracle::{self, played};
use crate::programs::{Program, replay};
use crate::replays::later;
use crate::script::Script;

const KEY: u64 = 0x5eed;

/// The recording with pseudonyms, as far as it can be used, and why it is no more.
fn written(recording: &str, key: u64) -> (String, Result<(), Stop>) {
    let mut pseudonymiser = Pseudonymiser::new(key);
    let mut out = String::new();
    let read = recording.lines().try_for_each(|line| pseudonymiser.line(line, &mut out));
    let end = read.and_then(|()| pseudonymiser.end(&mut out));
    (out, end)
}

/// The recording with pseudonyms, which can be used to its end.
fn pseudonymised(recording: &str, key: u64) -> String {
    let (out, end) = written(recording, key);
    assert_eq!(end, Ok(()), "{recording}");
    out
}

/// The actions on each peer, without the words.
fn decisions(transcript: &Transcript) -> Vec<String> {
    let told = |entry: &Entry| match entry {
        Entry::Event(now, event) => format!("{now} {:?}", event.clone().map(|data| data.len())),
        Entry::Action(Action::Log(..)) => "log".into(),
        Entry::Action(action) => format!("{:?}", action.clone().map(drop)),
        Entry::Behind(..) | Entry::Gap(_) => format!("{entry:?}"),
    };
    let address = |line: String| match line.split_once("Accepted(") {
        Some((_, rest)) => rest.split(',').next().unwrap().to_owned(),
        None => line,
    };
    transcript.entries.iter().map(told).map(address).collect()
}

/// The IPv6 address that connects.
fn address(entry: &Entry) -> Option<Ipv6Addr> {
    let Entry::Event(_, Event::Accepted(_, address)) = entry else { return None };
    match address.ip() {
        IpAddr::V6(ip) => Some(ip),
        IpAddr::V4(_) => None,
    }
}

/// Cyrillic letters that look like others, and marks, which compose with one letter and not with
/// another.
fn holds_what_only_looks_alike(script: &Script) -> bool {
    let bytes = |entry: &Entry| match entry {
        Entry::Event(_, Event::BytesIn(_, data)) => data.clone(),
        Entry::Event(..) | Entry::Action(_) | Entry::Behind(..) | Entry::Gap(_) => Vec::new(),
    };
    let all: Vec<_> = script.transcript().entries.iter().flat_map(bytes).collect();
    all.iter().any(|byte| (0xd0..=0xd3).contains(byte) || (0xcc..=0xcd).contains(byte))
}

#[quickcheck]
fn room_decides_as_recorded_and_the_result_replays(script: Script, key: u64) {
    let recorded = oracle::check(&script.transcript());
    let written = pseudonymised(&recorded.to_string(), key);
    assert!(played(&written).is_ok());
    if !holds_what_only_looks_alike(&script) {
        let written: Transcript = written.parse().unwrap();
        let [before, after] = [&recorded, &written].map(decisions);
        for (at, (before, after)) in before.iter().zip(&after).enumerate() {
            assert_eq!(before, after, "at {at}:\n{recorded}\n{written}");
        }
        assert_eq!(before.len(), after.len());
    }
}

#[quickcheck]
fn recording_that_goes_on_from_a_state_replays_with_pseudonyms(
    script: Script,
    at: usize,
    key: u64,
) {
    let recorded = later(&script.transcript(), at);
    let written = pseudonymised(&recorded.to_string(), key);
    let played = played(&written).unwrap_or_else(|stop| panic!("{stop}\n{recorded}\n{written}"));
    let events = |transcript: &Transcript| {
        transcript.entries.iter().filter(|entry| matches!(entry, Entry::Event(..))).count() as u64
    };
    assert!(played.events >= events(&recorded), "{recorded}\n{written}");
    // The same members and connections, in the same order.
    let [before, after] = [&recorded, &written.parse().unwrap()].map(|transcript| {
        let snapshot = transcript.snapshot.as_ref().unwrap();
        (snapshot.now(), snapshot.peers().collect::<Vec<_>>(), snapshot.members().count())
    });
    assert_eq!(before, after);
}

/// With what one line of it says on another; whatever can be used of it replays.
#[quickcheck]
fn tampered_recording_replays_with_pseudonyms_as_far_as_it_can_be_used(
    script: Script,
    at: Option<usize>,
    from: usize,
    to: usize,
) {
    let whole = || script.transcript().replay();
    let recording = at.map_or_else(whole, |at| later(&script.transcript(), at)).to_string();
    let mut lines: Vec<_> = recording.lines().collect();
    let (from, to) = (from % lines.len(), to % lines.len());
    lines.swap(from, to);
    let (out, end) = written(&lines.join("\n"), KEY);
    if end.is_ok() || !out.is_empty() {
        played(&out).unwrap_or_else(|stop| panic!("{stop}\n{out}"));
    }
}

/// Words that are said, names and addresses of a conversation, in every place that a recording has.
const SECRETS: [&str; 23] = [
    "jonathan",
    "kaushik",
    "meghana",
    "zo\u{eb}lla",
    "marmalade",
    "blueprint",
    "passphrase",
    "raspberry",
    "farewell",
    "whispered",
    "nobodyhome",
    "doormat",
    "skyscraper",
    "caf\u{e9}table",
    "\u{43f}\u{440}\u{438}\u{432}\u{435}\u{442}",
    "\u{4e16}\u{754c}",
    "90210",
    "4711",
    "\u{664}\u{662}\u{661}\u{660}\u{669}",
    "192.0.2",
    "2001:db8",
    ":40123",
    "unfinished",
];

const CONVERSATION: &str = r"
    rate=1 burst=2 motd= Doormat welcomes you
    #1 connects from 192.0.2.7:40123
    #1 -> Jonathan\n
    #2 connects from [2001:db8::7]:40123
    #2 -> Kaus
    #2 -> hik\n
    #3 connects from 192.0.2.9:40123
    #3 -> Zo\xc3\xablla
    +0.300s #3 -> Zo\xc3\xablla: caf\xc3\xa9table
    +1.000s #1 -> marmalade 90210\n/me whispered blueprint\n/nick Meghana\n/msg kaushik passphrase \xd9\xa4\xd9\xa2\xd9\xa1\xd9\xa0\xd9\xa9\n
    +1.000s #2 -> \xff\xfd\x03rasp\xff\xf1berry 4711\nunfini
    +1.100s #4 connects from 192.0.2.10:40123
    +1.100s #4 -> Nobodyhome
    +1.200s #5 connects from 192.0.2.11:40123
    +1.200s #5 -> Zed\n\xd0
    +1.200s #5 -> \xbf
    +1.200s #5 -> \xd1
    +1.200s #5 -> \x80\xd0
    +1.200s #5 -> \xb8\xd0\xb2\xd0\xb5\xd1
    +1.200s #5 -> \x82 \xe4
    +1.200s #5 -> \xb8
    +1.200s #5 -> \x96\xe7\x95
    +1.200s #5 -> \x8c\n
    +3.000s time passes
    +4.000s time passes
    +5.000s #3 -> Zo\xc3\xablla: /topic skyscraper
    +9.000s #2 -> shed \xd0\xbf\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82 \xe4\xb8\x96\xe7\x95\x8c\n/quit farewell\n";

/// Wherever the recording begins, with a state at its head or not.
#[test]
fn none_of_the_words_names_and_addresses_remains() {
    let whole: Transcript = CONVERSATION.parse().unwrap();
    let all = whole.replay().to_string().to_lowercase();
    let unescaped = |text: &str| {
        let bytes = chatroom::wire::escape::unescape(text.trim_end()).unwrap();
        String::from_utf8_lossy(&bytes).to_lowercase()
    };
    let holds = |text: &str, secret: &str| {
        text.lines()
            .any(|line| line.to_lowercase().contains(secret) || unescaped(line).contains(secret))
    };
    for secret in ["jonathan", "marmalade", "blueprint", "caf\u{e9}table", "192.0.2", "2001:db8"] {
        assert!(holds(&all, secret), "{secret} is not said");
    }
    for at in 0..=whole.entries.len() {
        let recorded = if at == 0 { whole.replay() } else { later(&whole, at) };
        for key in 0..5 {
            let written = pseudonymised(&recorded.to_string(), key);
            assert!(played(&written).is_ok());
            for secret in SECRETS {
                assert!(!holds(&written, secret), "{secret} from {at} with {key}:\n{written}");
            }
        }
    }
}

/// A peer's name in a transcript that was written by hand is no secret of the room, and may be one.
#[test]
fn names_of_peers_are_numbers() {
    let recorded: Transcript = "ann connects\nann -> bob\\n\n".parse().unwrap();
    assert!(!pseudonymised(&recorded.replay().to_string(), KEY).contains("ann"));
}

#[test]
fn another_key_makes_other_pseudonyms() {
    let recorded: Transcript = "ann connects\nann -> Ann\\nhello\\n".parse().unwrap();
    let recorded = recorded.replay().to_string();
    assert_eq!(pseudonymised(&recorded, 1), pseudonymised(&recorded, 1));
    assert_ne!(pseudonymised(&recorded, 1), pseudonymised(&recorded, 2));
}

/// Each letter has one pseudonym where it stands, and no two the same.
#[quickcheck]
fn no_two_words_have_one_pseudonym(key: u64, start: String) {
    let start: String = start.chars().filter(|c| c.is_alphanumeric()).take(5).collect();
    let words = ('a'..='z').chain('\u{430}'..='\u{44f}').map(|letter| {
        let mut transcript: Transcript = "#1 connects".parse().unwrap();
        let said = format!("{start}{letter}\n").into_bytes();
        let now = chatroom::Millis::ZERO;
        transcript.entries.push(Entry::Event(now, Event::BytesIn(chatroom::ClientId(1), said)));
        let written: Transcript = pseudonymised(&transcript.to_string(), key).parse().unwrap();
        let said = written.entries.into_iter().find_map(|entry| match entry {
            Entry::Event(_, Event::BytesIn(_, said)) => Some(said),
            Entry::Event(..) | Entry::Action(_) | Entry::Behind(..) | Entry::Gap(_) => None,
        });
        said.unwrap()
    });
    let words: BTreeSet<_> = words.collect();
    assert_eq!(words.len(), 26 + 32);
}

/// The room counts an IPv6 address with its /64, /56 and /48: they stay apart, and as near.
#[quickcheck]
fn no_two_sources_of_an_ipv6_site_have_one_pseudonym(key: u64, other: u8) {
    let prefix = |address: &Ipv6Addr, length: u32| address.to_bits() >> (128 - length);
    for (length, shift) in [(56, 72), (64, 64), (128, 0)] {
        let site = 0x2001_0db8_0007_u128 << 80 | u128::from(other) << 16;
        let addresses: Vec<_> =
            (0..=u8::MAX).map(|low| Ipv6Addr::from_bits(site | u128::from(low) << shift)).collect();
        let connects = addresses.iter().enumerate();
        let connects = connects.map(|(id, ip)| format!("#{id} connects from [{ip}]:5\n"));
        let recorded: Transcript = connects.collect::<String>().parse().unwrap();
        let written = pseudonymised(&recorded.replay().to_string(), key);
        let written: Transcript = written.parse().unwrap();
        let pseudonyms: Vec<_> = written.entries.iter().filter_map(address).collect();
        let sources = pseudonyms.iter().map(|address| prefix(address, length));
        assert_eq!(sources.collect::<BTreeSet<_>>().len(), addresses.len());
        let around = if length == 128 { 64 } else { length - 8 };
        let around = pseudonyms.iter().map(|address| prefix(address, around));
        assert_eq!(around.collect::<BTreeSet<_>>().len(), 1);
    }
}

#[test]
fn recording_with_a_gap_or_damage_is_written_up_to_there() {
    let recorded: Transcript = "#1 connects\n#1 -> Ann\\n\n".parse().unwrap();
    let recorded = recorded.replay().to_string();
    let whole = pseudonymised(&recorded, KEY);
    for (more, stop) in [("gap of 7 bytes", "7 bytes"), ("#1 sings", "`sings`")] {
        let (out, end) = written(&[&recorded, more, "\n#1 -> hi\\n"].concat(), KEY);
        assert_eq!(out, whole);
        let told = end.unwrap_err().to_string();
        let line = recorded.lines().count() + 1;
        assert!(told.starts_with(&format!("line {line}: {stop}")), "{told}");
    }
    assert_eq!(written("", KEY), (String::new(), Err(Stop::NoRecording)));
    assert_eq!(written("hello\n", KEY), (String::new(), Err(Stop::NoRecording)));
}

/// And so does what a peer says that never connects.
#[test]
fn endless_answer_replays_with_pseudonyms() {
    let mut recording = String::from("chatroom transcript 1\n\n#1 connects\n#9 -> Ann\\n\n");
    let read = "a".repeat(2 * limits::READ_BYTES);
    (0..50).for_each(|_| recording += &format!("#1 -> {read}\n"));
    assert!(played(&pseudonymised(&recording, KEY)).is_ok());
}

#[test]
fn program_prints_what_replays_and_nothing_that_was_said() {
    let root = env!("CARGO_MANIFEST_DIR");
    let mut command = replay();
    command
        .arg(format!("{root}/tests/it/recording/recordings/incident.chat"))
        .arg("--pseudonymise");
    let printed = Program::start(command).ends();
    assert_eq!((printed.code, printed.stderr), (0, vec![]));
    let printed = printed.stdout.join("\n") + "\n";
    for word in ["everybody", "Jacob", "192.0.2"] {
        assert!(!printed.contains(word), "{word}");
    }
    let file = concat!(env!("CARGO_TARGET_TMPDIR"), "/pseudonyms.chat");
    fs::write(file, printed).unwrap();
    let mut command = replay();
    command.arg(file);
    let outcome = Program::start(command).ends();
    assert_eq!(outcome.code, 0, "{outcome}");
}

fn shown(text: &str) -> String {
    let recorded: Transcript = text.parse().unwrap();
    let written = pseudonymised(&recorded.replay().to_string(), KEY);
    assert!(played(&written).is_ok());
    written
}

#[test]
fn conversation_keeps_its_shape_and_loses_its_words() {
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
