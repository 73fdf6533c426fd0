//! The program, asked to show and to explain.

use std::{fs, io};

use chatroom::Millis;
use chatroom::recording::replay::time;
use insta::assert_snapshot;

use super::{INCIDENT, from};
use crate::cli::run_each;
use crate::programs::replay;

#[test]
fn recording_is_shown_as_far_as_it_replays() {
    let directory = env!("CARGO_TARGET_TMPDIR");
    let lines: Vec<_> = INCIDENT.lines().take(25).collect();
    let begin = lines.join("\n") + "\n";
    let different = begin.replace("#2 <- Connected", "#2 <- Disconnected");
    let gap = begin.clone() + "gap of 4096 bytes\n+60.000s time passes\n";
    let later = from("+20.000s", INCIDENT);
    let (snapshot, _) = later.split_once("\n+20.000s").unwrap();
    for (name, text) in [
        ("whole.chat", INCIDENT),
        ("begin.chat", &*begin),
        ("other.chat", &different),
        ("gap.chat", &gap),
        ("snapshot.chat", snapshot),
    ] {
        fs::write(format!("{directory}/{name}"), format!("{}\n", text.trim_end())).unwrap();
    }
    assert_snapshot!(run_each(
        replay,
        &[
            "begin.chat --show",
            "begin.chat --show --from 3 --to 0:06.5",
            "begin.chat --show --member BOB --member #1 --from +6.000s",
            "whole.chat --show --member bob --from 50",
            "begin.chat --why ann",
            "begin.chat --show --member cid",
            "begin.chat --why #3",
            "begin.chat --show --to 3 --member ann",
            "other.chat --show --from 6",
            "other.chat --show --from 6 --member ann",
            "other.chat --show --member cid",
            "other.chat --why ann",
            "other.chat --show --to 5",
            "gap.chat --why cid",
            "gap.chat --why bob",
            "snapshot.chat --show",
            "snapshot.chat --at 15.0",
            "snapshot.chat --at 14.999",
            "snapshot.chat --why cid",
            "snapshot.chat --show --member #6",
            "begin.chat --at 0",
            "other.chat --at 100",
            "none.chat --show",
            "none.chat --show --member ann",
        ]
    ));
}

#[cfg(target_os = "linux")]
#[test]
fn whoever_reads_what_is_shown_may_see_enough_and_a_full_disk_is_told() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/recording/recordings/incident.chat");
    for asked in [&["--show"][..], &["--at", "20"], &["--why", "bob"]] {
        let (seen, shown) = io::pipe().unwrap();
        drop(seen);
        let output = replay().arg(file).args(asked).stdout(shown).output().unwrap();
        assert_eq!((output.status.code(), output.stderr), (Some(0), vec![]), "{asked:?}");
        let full = fs::File::options().write(true).open("/dev/full").unwrap();
        let output = replay().arg(file).args(asked).stdout(full).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.starts_with("chatroom-replay: cannot write to standard output: "), "{said}");
        assert_eq!((output.status.code(), said.lines().count()), (Some(1), 1), "{asked:?}");
    }
}

#[test]
fn a_time_is_typed_as_it_is_printed_or_shorter() {
    for (typed, time) in [
        ("0", 0),
        ("12", 12_000),
        ("12.5", 12_500),
        ("12.05s", 12_050),
        ("+12.500s", 12_500),
        ("1:30", 90_000),
        ("90:00.001", 5_400_001),
        ("2:00:01.5", 7_201_500),
        ("18446744073709551.615", u64::MAX),
    ] {
        assert_eq!(time::parse(typed), Ok(Millis::new(time)), "{typed}");
    }
    for typed in [
        "",
        "+",
        "s",
        ".",
        "1.",
        ".5",
        "-1",
        "+-1",
        "1e3",
        "1.2345",
        "1:60",
        "1:2:60",
        "1:60:1",
        "1:2:3:4",
        ":1",
        "1:",
        "x",
        "1.+5",
        "18446744073709551.616",
        "99999999999999999999",
        "307445734561825861:0",
    ] {
        assert!(time::parse(typed).is_err(), "{typed}");
    }
}

/// Each of the examples in README.md and the modules, run where the recording is.
#[test]
fn documentation_shows_what_is_shown() {
    let root = env!("CARGO_MANIFEST_DIR");
    let files = ["README.md", "src/recording/replay/show.rs", "src/recording/replay/state.rs"];
    for file in files {
        let text = fs::read_to_string(format!("{root}/{file}")).unwrap();
        let without_margin = |line: &str| {
            let shown = line.strip_prefix("//! ").or_else(|| line.strip_prefix("    "));
            format!("{}\n", shown.unwrap_or_default())
        };
        let text: String = text.lines().map(without_margin).collect();
        let (_, example) = text.split_once("\n$ chatroom-replay incident.chat ").unwrap();
        let (arguments, rest) = example.split_once('\n').unwrap();
        let mut command = replay();
        command.current_dir(format!("{root}/tests/it/recording/recordings")).arg("incident.chat");
        let output = command.args(arguments.split(' ')).output().unwrap();
        let shown = String::from_utf8(output.stdout).unwrap();
        assert!(rest.starts_with(&shown) && !shown.is_empty(), "{arguments}:\n{shown}");
    }
}
