//! The systemd unit that the server prints: what stands in it, that nothing else can get into it, and
//! that it is enough for the server.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::Command;

use chatroom::limits;
use chatroom::shell::systemd::Unit;
use insta::assert_snapshot;
use quickcheck::{Arbitrary, Gen};
use quickcheck_macros::quickcheck;

use crate::kernel;
use crate::programs::{self, Outcome, Program};

/// A unit as most will be.
fn unit() -> Unit {
    Unit {
        program: "/usr/local/bin/chatroom-server".into(),
        arguments: ["--listen", "0.0.0.0:55555", "--max-members", "1000"].map(Into::into).into(),
        motd: None,
        record: None,
        record_ring: None,
        low_port: false,
        max_members: 1000,
        backlog: limits::BACKLOG_BYTES,
    }
}

#[test]
fn a_unit_gives_the_server_what_it_needs_and_nothing_else() {
    assert_snapshot!(unit().text().unwrap());
}

#[test]
fn a_unit_with_a_message_of_the_day_and_a_low_port() {
    let arguments = ["--listen", "[::]:23", "--max-members", "50", "--backlog", "65536"];
    let unit = Unit {
        arguments: arguments.map(Into::into).into(),
        motd: Some("/etc/chat room/100% welcome.txt".into()),
        low_port: true,
        max_members: 50,
        backlog: 65536,
        ..unit()
    };
    assert_snapshot!(unit.text().unwrap());
}

#[test]
fn a_unit_that_records_has_a_directory_for_it_and_a_new_name_at_each_start() {
    let arguments = ["--record-ring", "1048576"].map(Into::into).into();
    let (record, record_ring) = (Some("room.chat".into()), Some(1 << 20));
    assert_snapshot!(Unit { arguments, record, record_ring, ..unit() }.text().unwrap());
}

#[test]
fn memory_for_what_is_recorded_is_asked_for() {
    let memory = |record: Option<&str>, record_ring| {
        let text = Unit { record: record.map(Into::into), record_ring, ..unit() }.text().unwrap();
        value(&text, "MemoryMax").trim_end_matches('M').parse::<usize>().unwrap()
    };
    let (none, file) = (memory(None, None), memory(Some("room.chat"), None));
    let ring = memory(None, Some(1 << 30));
    let more = |file, ring| limits::recording_bytes(1000, file, ring).div_ceil(1 << 20);
    assert!((more(true, None) - 1..=more(true, None)).contains(&(file - none)));
    assert!((more(false, Some(1 << 30)) - 1..=more(false, Some(1 << 30))).contains(&(ring - none)));
    assert!(file > none && ring - none > 3 * 1024, "{none}, {file}, {ring}");
}

#[test]
fn what_no_unit_can_hold_is_refused_in_one_line() {
    let with_program = |program: &str| Unit { program: program.into(), ..unit() };
    let with_argument = |argument: &str| Unit { arguments: vec![argument.into()], ..unit() };
    let with_motd = |motd: &str| Unit { motd: Some(motd.into()), ..unit() };
    let with_record = |name: &str| Unit { record: Some(name.into()), ..unit() };
    let refused = [
        with_program("/opt/a\nb"),
        with_program("/opt/\"a\""),
        with_program("/opt/it's"),
        with_program("/opt/a\\b"),
        with_program("/opt/$HOME"),
        with_argument("a\nExecStartPre=/bin/sh"),
        with_argument("a\u{7}"),
        with_argument("\u{202e}txt.exe"),
        with_motd("/etc/motd\nUser=root"),
        with_motd("/etc/motd\\"),
        with_motd("/etc/motd "),
        with_record("/srv/room.chat"),
        with_record("chats/room.chat"),
        with_record("room.chat/"),
        with_record(".."),
        with_record("."),
        with_record(""),
        with_record("room\n.chat"),
    ];
    let refused = refused.map(|unit| unit.text().unwrap_err());
    assert_snapshot!(refused.join("\n"));
}

#[test]
fn a_program_that_its_unit_would_not_find_is_told() {
    let hidden = |program: &str| Unit { program: program.into(), ..unit() }.hides_its_program();
    assert!(hidden("/root/.cargo/bin/chatroom-server") && hidden("/tmp/chatroom-server"));
    assert!(!hidden("/usr/local/bin/chatroom-server") && !hidden("/opt/home/chatroom-server"));
}

/// Text of what means something to systemd; one in a few can be held by no unit.
#[derive(Clone, Debug)]
struct Hostile(String);

impl Arbitrary for Hostile {
    fn arbitrary(g: &mut Gen) -> Self {
        const PARTS: [&str; 24] = [
            "a",
            "é",
            " ",
            "  ",
            "%",
            "%h",
            "%%",
            "$",
            "$X",
            "${X}",
            "$$",
            "\"",
            "'",
            "\\",
            "\\n",
            "\\x41",
            ";",
            "#",
            ":",
            "=",
            "[Service]",
            "\t",
            "\nUser=root",
            "\u{202e}",
        ];
        let count = usize::arbitrary(g) % 6;
        Self((0..count).map(|_| *g.choose(&PARTS).unwrap()).collect())
    }

    fn shrink(&self) -> Box<dyn Iterator<Item = Self>> {
        Box::new(self.0.shrink().map(Self))
    }
}

#[quickcheck]
fn no_program_becomes_a_line_or_a_word_of_its_own(name: Hostile) {
    check(&Unit { program: format!("/opt/{}", name.0), ..unit() });
}

#[quickcheck]
fn no_argument_becomes_a_line_or_a_word_of_its_own(one: Hostile, other: Hostile) {
    check(&Unit { arguments: vec![one.0, other.0], ..unit() });
}

#[quickcheck]
fn no_message_of_the_day_becomes_a_line_or_a_word_of_its_own(name: Hostile) {
    check(&Unit { motd: Some(format!("/etc/{}", name.0)), ..unit() });
}

#[quickcheck]
fn no_recording_becomes_a_line_or_a_word_of_its_own(name: Hostile) {
    check(&Unit { record: Some(name.0), ..unit() });
}

/// It is refused, in a line; or nothing is in it but what is in others, and what was to be in it.
fn check(hostile: &Unit) {
    let text = match hostile.text() {
        Ok(text) => text,
        Err(refusal) => return assert!(!refusal.contains(char::is_control), "{refusal}"),
    };
    let motd = hostile.motd.as_ref().map(|_| "/etc/motd".into());
    let record = hostile.record.as_ref().map(|_| "room.chat".into());
    let plain = Unit { motd, record, ..unit() }.text().unwrap();
    assert_eq!(but_for_values(&text), but_for_values(&plain));

    let mut expected = vec![hostile.program.clone()];
    expected.extend_from_slice(&hostile.arguments);
    if let Some(motd) = &hostile.motd {
        expected.extend(["--motd", "<CREDENTIALS_DIRECTORY>/motd"].map(Into::into));
        let credential = value(&text, "LoadCredential").strip_prefix("motd:").unwrap();
        assert_eq!(&specified(credential), motd);
    }
    if let Some(name) = &hostile.record {
        expected.extend(["--record".into(), format!("{name}.<INVOCATION_ID>")]);
    }
    assert_eq!(words(value(&text, "ExecStart")), expected);
}

/// What stands behind this name.
pub(crate) fn value<'a>(unit: &'a str, name: &str) -> &'a str {
    let mut values = unit.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix('='));
    let value = values.next().unwrap();
    assert_eq!(values.next(), None);
    value
}

/// All lines, without what comes from outside.
fn but_for_values(unit: &str) -> Vec<&str> {
    let outside = ["ExecStart=", "LoadCredential=motd:"];
    let cut = |line| outside.into_iter().find(|&name| str::starts_with(line, name)).unwrap_or(line);
    unit.lines().map(cut).collect()
}

/// The words of a command line, as systemd.syntax(7) and systemd.service(5) take it apart. A
/// variable is shown as `<NAME>`. What the unit has no need for is not understood.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = line.chars().peekable();
    while let Some(first) = rest.next() {
        let mut word = String::new();
        if first == '"' {
            loop {
                match rest.next().expect("a quote ends") {
                    '"' => break,
                    '\\' => word.push(rest.next_if(|c| "\"\\".contains(*c)).expect("an escape")),
                    c => word.push(c),
                }
            }
        } else {
            word.push(first);
            word.extend(std::iter::from_fn(|| rest.next_if(|c| *c != ' ')));
            assert!(!word.contains(['"', '\'', '\\', '\t', ';']), "{word:?} in {line}");
        }
        assert!(rest.next().is_none_or(|c| c == ' '), "{line}");
        words.push(with_variables(&specified(&word)));
    }
    words
}

/// With the specifiers in it resolved, of which there are none but `%%`.
fn specified(text: &str) -> String {
    let parts: Vec<_> = text.split("%%").collect();
    assert!(!parts.iter().any(|part| part.contains('%')), "{text}");
    parts.join("%")
}

/// With the variables in it shown, and `$$` resolved.
fn with_variables(word: &str) -> String {
    let shown = |part: &str| {
        let shown = ["CREDENTIALS_DIRECTORY", "INVOCATION_ID"]
            .iter()
            .fold(part.into(), |part: String, name| {
                part.replace(&format!("${{{name}}}"), &format!("<{name}>"))
            });
        assert!(!shown.contains('$'), "{word}");
        shown
    };
    word.split("$$").map(shown).collect::<Vec<_>>().join("$")
}

/// What the server prints when it is asked for its unit with these flags, in this environment.
pub(crate) fn printed(flags: &[&str], environment: &[(&str, &str)]) -> Outcome {
    let mut command = programs::server();
    command.current_dir(env!("CARGO_TARGET_TMPDIR")).arg("--print-systemd-unit").args(flags);
    command.envs(environment.iter().copied());
    Program::start(command).ends()
}

#[test]
fn the_flags_that_were_given_are_those_of_the_unit_and_nothing_is_listened_to() {
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    fs::write(concat!(env!("CARGO_TARGET_TMPDIR"), "/unit-motd.txt"), "Welcome!").unwrap();
    let directory = fs::canonicalize(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let directory = directory.to_str().unwrap();
    let unit = printed(
        &["--listen", &taken, "--motd", "./../tmp/unit-motd.txt", "-q", "--record", "a b.chat"],
        &[("CHATROOM_RATE", "5"), ("CHATROOM_LISTEN", "[::1]:1"), ("CHATROOM_VERBOSE", "0")],
    );
    assert_eq!(unit.code, 0, "{unit}");
    let text = unit.stdout.join("\n");
    let mut words = words(value(&text, "ExecStart"));
    assert_eq!(Path::new(&words.remove(0)), Path::new(env!("CARGO_BIN_EXE_chatroom-server")));
    let expected = format!(
        "--listen {taken} --rate 5 --quiet --max-members 1000 --motd <CREDENTIALS_DIRECTORY>/motd \
         --record a b.chat.<INVOCATION_ID>"
    );
    assert_eq!(words.join(" "), expected);
    assert_eq!(value(&text, "LoadCredential"), format!("motd:{directory}/unit-motd.txt"));
    assert_eq!(value(&text, "CapabilityBoundingSet"), "");
}

#[test]
fn a_port_below_1024_is_the_only_reason_for_a_capability() {
    let unit = printed(&["--listen", "0.0.0.0:1024", "--listen", "[::]:1023"], &[]);
    let text = unit.stdout.join("\n");
    assert_eq!(value(&text, "CapabilityBoundingSet"), "CAP_NET_BIND_SERVICE");
    assert_eq!(value(&text, "AmbientCapabilities"), "CAP_NET_BIND_SERVICE");
}

#[test]
fn a_unit_that_would_not_start_or_is_not_all_written_is_an_error() {
    let unit = printed(&["--motd", "no-such-motd.txt"], &[]);
    let reason = "chatroom-server: cannot read no-such-motd.txt: no such file";
    assert_eq!(unit.to_string(), format!("exit code 1\n--- stdout\n--- stderr\n{reason}"));

    fs::write(concat!(env!("CARGO_TARGET_TMPDIR"), "/motd\\"), "Welcome!").unwrap();
    let unit = printed(&["--motd", "motd\\"], &[]);
    assert_eq!((unit.code, unit.stdout.len()), (2, 0), "{unit}");

    let mut command = programs::server_by(&["sh", "-c", "exec \"$0\" \"$@\" >/dev/full"]);
    command.arg("--print-systemd-unit");
    let unit = Program::start(command).ends();
    let reason = "chatroom-server: cannot write the unit: no storage space";
    assert_eq!(unit.to_string(), format!("exit code 1\n--- stdout\n--- stderr\n{reason}"));
}

#[test]
fn systemd_finds_nothing_wrong_with_a_unit() {
    if !kernel::can_run(&["systemd-analyze", "--version"]) {
        return;
    }
    let file = concat!(env!("CARGO_TARGET_TMPDIR"), "/chatroom-server.service");
    fs::write(concat!(env!("CARGO_TARGET_TMPDIR"), "/100% $HOME \"motd\".txt"), "Hi!").unwrap();
    let record = ["--record", "100% $HOME \"a b\".chat", "--record-ring", "131072"];
    let other = ["--listen", "[fe80::1%1]:80", "--motd", "100% $HOME \"motd\".txt"];
    for flags in [&[][..], &other, &record] {
        let unit = printed(flags, &[]);
        assert_eq!(unit.code, 0, "{unit}");
        fs::write(file, unit.stdout.join("\n") + "\n").unwrap();
        let verify = Command::new("systemd-analyze").args(["verify", file]).output().unwrap();
        let said = String::from_utf8(verify.stderr).unwrap();
        // Of units of this machine, too.
        let of_ours = said.lines().filter(|line| line.contains("chatroom")).collect::<Vec<_>>();
        assert_eq!(of_ours, [""; 0]);
        assert!(verify.status.success(), "{said}");
    }
}
