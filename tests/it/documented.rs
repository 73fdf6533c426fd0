//! The numbers that README.md and the guide, `src/lib.rs`, state are those of `limits`.

use std::fs;

use chatroom::limits;
use chatroom::shell::client::config::{Bell, PartialConfig, Settings};

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;

#[test]
fn the_readme_states_the_limits() {
    let unread = limits::BACKLOG_BYTES / MIB;
    let history = limits::HISTORY_BYTES / KIB;
    let silence = limits::HANDSHAKE_TIMEOUT.as_millis() / 1000;
    let ghost = limits::LAST_WORDS.as_millis() / 60_000;
    let (queue, patience) =
        (limits::RECORD_QUEUE_BYTES / MIB, limits::LAST_RECORD.as_millis() / 1000);
    let (least, most) = (limits::LEAST_RECORD_BYTES, limits::MOST_RECORD_BYTES);
    let (burst, rate) = (limits::BURST, limits::RATE);
    let each = limits::CONNECTIONS_PER_ADDRESS;
    let per_address = |bytes: u64| bytes * u64::from(each) / KIB as u64;
    let settings = chatroom::Settings::default();
    let (room, private) = (settings.room_burst() / 1024, settings.private_burst() / 1024);
    let reserved = limits::RESERVED_FOR.as_millis() / 60_000;
    let handshake = settings.longest_handshake().as_millis() / 60_000;
    for stated in [
        format!("| a line | {} bytes |", limits::FRAME_BYTES),
        format!("| a nickname | {} characters |", limits::NICKNAME_CHARS),
        format!("| messages | {burst} at once, then {rate} a second |"),
        format!("| what you leave unread | {unread} MiB |"),
        format!("{each} per address, {} new ones a second after {} |", each / 4, each * 2),
        format!("| silence before a nickname | {silence} s; {handshake} min in all |"),
        format!(
            "{} KiB a second after {} KiB; {} bytes and its text a message, {} KiB a join, {} KiB a rename",
            per_address(limits::SOURCE_RATE),
            per_address(limits::SOURCE_BURST),
            limits::FACT_BYTES,
            limits::JOIN_COST / 1024,
            limits::RENAME_COST / 1024
        ),
        format!("| {} KiB a second after {room} KiB |", limits::ROOM_RATE / 1024),
        format!("| {} KiB a second after {private} KiB, a quarter", limits::PRIVATE_RATE / 1024),
        format!(
            "| history and answers to an address | {} KiB a second after {} MiB |",
            per_address(limits::SHOWN_RATE),
            per_address(limits::SHOWN_BURST) / 1024
        ),
        format!(
            "| bytes from an address | {} KiB a second after {} MiB |",
            per_address(limits::INPUT_RATE),
            per_address(limits::INPUT_BURST) / 1024
        ),
        format!("A member that can read {} KiB a second", limits::SLOWEST_READER / 1024),
        format!("| a nickname whose connection was lost | {reserved} min, {each} for an address |"),
        format!("| last words | {} bytes |", limits::QUIT_BYTES),
        format!("of which {} from one address |", limits::LOG_LINES_PER_SOURCE),
        format!("| what is said by one who has closed its connection | {ghost} min more,"),
        format!("| what is recorded | {queue} MiB wait for the disk |"),
        format!("While {queue} MiB wait for it, or it is full,"),
        format!("With `--record-max BYTES` ({least} to {most}), a file"),
        format!("`CHATROOM_RECORD_MAX` | {} |", limits::RECORD_FILE_BYTES),
        format!("`CHATROOM_RECORD_KEEP` | {} |", limits::RECORD_FILES),
        format!(
            "With `--record-keep N` ({} to {})",
            limits::LEAST_RECORD_FILES,
            limits::MOST_RECORD_FILES
        ),
        format!("waits for it for at most {patience} seconds."),
        format!("| the log | {0} lines a second about connections, {0} about", limits::LOG_LINES),
        format!("| {} | chat lines that a newcomer is shown", limits::HISTORY_LINES),
        format!("chat lines that a newcomer is shown, of at most {history} KiB |"),
        format!("text that a newcomer is shown, at most {} bytes |", limits::MOTD_BYTES),
    ] {
        states(&stated);
    }
}

/// Up to a KiB for each member.
#[test]
fn guide_states_the_formula_of_the_worst_case() {
    states("35 MiB + 12 × backlog + members × (12 KiB + 192 KiB) + memory / 4");
    guide_states("35 MiB + 12 × backlog + members × (12 KiB + 192 KiB) + memory / 4");
    for (members, backlog) in [(0, 0), (0, MIB), (1, 0), (1000, 0), (960, MIB)] {
        let memory = 1024 * MIB;
        let stated = 35 * MIB + 12 * backlog + members * (12 + 192) * KIB + memory / 4;
        let real = limits::worst_case_bytes(members, backlog, memory);
        assert!(real <= stated, "{real} is stated as {stated}");
        let own = members * (2 * limits::HELD_BYTES + 4 * backlog);
        let slack = memory / 4 - own.min(memory / 4) + MIB;
        assert!(stated - real <= slack, "{real} is stated as {stated}");
    }
}

#[test]
fn guide_states_the_memory_of_a_recording() {
    guide_states("48 MiB + 3 × state                   with --record");
    guide_states("48 MiB + 10 × state + 3 × BYTES      with --record-ring BYTES");
    guide_states("state = 1 MiB + members × (260 KiB + 1 KiB)");
    for (members, bytes) in [(0, 0), (1, MIB), (960, 1024 * MIB)] {
        let state = MIB + members * (260 * KIB + KIB);
        let (file, ring) = (48 * MIB + 3 * state, 48 * MIB + 3 * bytes + 10 * state);
        let close = |stated: usize, real: usize| stated <= real && real < stated + stated / 100;
        assert!(close(file, limits::recording_bytes(members, true, None)), "{file}");
        assert!(close(ring, limits::recording_bytes(members, false, Some(bytes))), "{ring}");
        assert!(close(file + ring, limits::recording_bytes(members, true, Some(bytes))));
        assert_eq!(limits::recording_bytes(members, false, None), 0);
    }
}

/// So that none is changed by accident.
#[test]
fn undocumented_limits_are_these() {
    assert_eq!(limits::SERVER_LINE_BYTES, 64 * KIB);
    assert_eq!(limits::CONFIG_BYTES, 64 * KIB);
    assert_eq!(limits::OUTPUT_BUDGET, 256 * KIB);
    assert_eq!(limits::EVENT_BYTES, 1752 * KIB);
    assert_eq!(limits::SCROLLBACK_BYTES, 4 * MIB);
    assert_eq!((limits::TYPED_LINES, limits::PASTED_LINES), (1000, 5));
    assert_eq!(limits::PRESENT_NAMES, 1000);
    assert_eq!((limits::SHOWN_BYTES, limits::SHOWN_LINES, limits::NAMED), (1000, 20, 20));
    assert_eq!(limits::QUOTED_BYTES, 200);
    assert_eq!(limits::CONNECTIONS_FOUND, 100_000);
    assert_eq!((limits::IGNORED_NAMES, limits::UNHEARD_LINES), (100, 100));
}

#[test]
fn the_readmes_configuration_file_can_be_read() {
    let readme = readme();
    let (_, file) = readme.split_once("```toml\n").unwrap();
    let given = PartialConfig::from_toml(file.split("```").next().unwrap().as_bytes()).unwrap();
    let settings = Settings::default().with(given);
    assert_eq!(settings.nick.as_deref(), Some("Jacob"));
    assert_eq!(settings.bell, Bell::Mention);
}

fn states(text: &str) {
    assert!(readme().contains(text), "README.md does not say {text}");
}

fn guide_states(text: &str) {
    let guide = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/src/lib.rs")).unwrap();
    assert!(guide.contains(text), "src/lib.rs does not say {text}");
}

fn readme() -> String {
    fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap()
}
