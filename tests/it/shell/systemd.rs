//! The systemd unit: it names only what the server knows, and gives it enough.

use std::fs;
use std::path::Path;
use std::process::Command;

use chatroom::limits;

use crate::kernel;
use crate::programs::{self, Program};

/// Members that the unit allows.
pub(crate) const MEMBERS: usize = 1000;

/// The memory that the kernel keeps for a member, which counts as the unit's: unsent bytes, at most 4
/// MiB by default (tcp(7), `tcp_wmem`), bytes that have not been read, and a thread and a socket (some
/// 30 KiB).
const KERNEL_BYTES: usize = (4096 + 256) * 1024;

/// Threads that read from no one: room, log, recording, signals, and one for each listener.
const OWN_THREADS: usize = 16;

/// The unit that `make install` installs, with this directory for programs.
fn unit(programs: &str) -> String {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/packaging/chatroom-server.service");
    fs::read_to_string(file).unwrap().replace("@BINDIR@", programs)
}

/// The value of this directive, which the unit has once.
pub(crate) fn value(name: &str) -> String {
    let unit = unit("/usr/local/bin");
    let mut values = unit.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix('='));
    let value = values.next().unwrap();
    assert_eq!(values.next(), None);
    value.into()
}

/// The same as a number, without its unit.
pub(crate) fn number(name: &str) -> usize {
    value(name).trim_end_matches('M').parse().unwrap()
}

#[test]
fn unit_names_only_flags_and_variables_of_the_server() {
    let mut command = programs::server();
    command.arg("--help");
    let help = Program::start(command).ends().stdout.join("\n");
    let is_of_a_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    let unit = unit("/usr/local/bin");
    let names: Vec<_> = unit
        .split(|c| !is_of_a_name(c))
        .filter(|word| word.starts_with("CHATROOM_") || word.starts_with("--"))
        .filter(|word| !["--now", "--help"].contains(word))
        .collect();
    assert!(names.contains(&"CHATROOM_LISTEN"), "{names:?}");
    for name in names {
        let known = if name.starts_with("--") { name.into() } else { format!("[env: {name}]") };
        assert!(help.contains(&known), "the server does not know {name}");
    }
    assert_eq!(value("ExecStart"), "/usr/local/bin/chatroom-server");
    assert_eq!(value("Environment"), format!("CHATROOM_MAX_MEMBERS={MEMBERS}"));
}

#[test]
fn unit_gives_the_server_enough() {
    let recording = limits::recording_bytes(MEMBERS, true, Some(16 << 20));
    let needed =
        limits::worst_case_bytes(MEMBERS, limits::BACKLOG_BYTES, number("MemoryMax") << 20)
            + MEMBERS * KERNEL_BYTES
            + recording;
    assert!(number("MemoryMax") << 20 >= needed, "{} MiB are needed", needed >> 20);
    assert_eq!(number("LimitNOFILE"), MEMBERS + limits::RESERVED_DESCRIPTORS);
    assert_eq!(number("TasksMax"), number("LimitNOFILE") + OWN_THREADS);
    let end = limits::LAST_BYTES + limits::LINGER;
    assert!(number("TimeoutStopSec") as u64 * 1000 >= 4 * end.as_millis());
}

#[test]
fn systemd_accepts_the_unit() {
    if !kernel::can_run(&["systemd-analyze", "--version"]) {
        return;
    }
    let programs = Path::new(env!("CARGO_BIN_EXE_chatroom-server")).parent().unwrap();
    let file = concat!(env!("CARGO_TARGET_TMPDIR"), "/chatroom-server.service");
    // This test need not have installed the manual page.
    let unit = unit(programs.to_str().unwrap()).replace("Documentation=", "# ");
    fs::write(file, unit).unwrap();
    let verify = Command::new("systemd-analyze").args(["verify", file]).output().unwrap();
    let said = String::from_utf8(verify.stderr).unwrap();
    // It also reads units of this machine.
    let of_ours = said.lines().filter(|line| line.contains("chatroom")).collect::<Vec<_>>();
    assert_eq!(of_ours, [""; 0]);
    assert!(verify.status.success(), "{said}");
}
