//! A disk that is full, or hangs, while a server records: the room goes on, what is missing is told in
//! the recording with its size and in the log once, and no event is cut in two.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::people::{Peer, Person};
use super::recording::{directory, ends, recorded, recorded_by, replayed, replays};
use crate::kernel;
use crate::programs::{self, Program, Server};

/// The flags that record here; the last events are recorded too, and all of it fits.
const FLAGS: [&str; 8] =
    ["--record", "room.chat", "--record-ring", "1048576", "--rate", "0", "--history", "0"];

const CANNOT: &str = "cannot record to room.chat: ";
const IS_MISSING: &str = "; what happens is missing there for now";

/// From now on every file of this server may be so long, in bytes or `unlimited`.
fn may_write(server: &Server, most: &str) {
    let (id, limit) = (server.program.id().to_string(), format!("--fsize={most}:"));
    let set = Command::new("prlimit").args(["--pid", &id, &limit]).status();
    assert!(set.unwrap().success());
}

/// Ann says so many lines, and sees them.
#[track_caller]
fn talks(ann: &Peer, lines: usize, text: &str) {
    for number in 1..=lines {
        ann.says(&format!("{number} {text}"));
        ann.sees(&format!("Ann: {number} {text}"));
    }
}

/// Writes what happened last, which is all, to a file, and returns it.
#[track_caller]
fn all(server: &Server, directory: &Path) -> String {
    server.program.signal("USR1");
    server.program.stderr.until("what happened last is in room.chat.ring-1");
    replays(&directory.join("room.chat.ring-1"))
}

/// The recording is what happened, but for gaps of the size that it says; returns those. It goes on
/// behind what is compared.
#[track_caller]
fn is_all_but_gaps(recording: &str, all: &str) -> Vec<usize> {
    let (mut gaps, mut rest) = (vec![], all);
    let mut text = String::new();
    for line in recording.split_inclusive('\n') {
        let Some(gap) = line.strip_prefix("gap of ") else {
            text.push_str(line);
            continue;
        };
        let gap = gap.strip_suffix(" bytes\n").unwrap().parse().unwrap();
        rest = &rest.strip_prefix(&text).expect("this happened")[gap..];
        text.clear();
        gaps.push(gap);
    }
    assert!(text.starts_with(rest), "{rest} is missing");
    gaps
}

#[test]
fn gap_of_a_full_disk_is_told_with_its_size_once_there_is_room() {
    let directory = directory("full disk");
    let mut server = recorded(&directory, &FLAGS);
    let ann = Peer::joins(server.address, "Ann");
    may_write(&server, "1");
    talks(&ann, 100, "while there is no room");
    let log = &server.program.stderr;
    log.until(&format!("{CANNOT}file too large{IS_MISSING}"));
    // The last events cannot be written either, and no useless file is left behind.
    server.program.signal("USR1");
    log.expect("cannot write what happened last to room.chat.ring-1: file too large");
    assert_eq!(fs::read_dir(&directory).unwrap().count(), 1);

    may_write(&server, "unlimited");
    talks(&ann, 1, "when there is room again");
    let again = log.next().unwrap();
    let all = all(&server, &directory);
    ends(&mut server, &[&ann]);
    let log = &server.program.stderr;
    log.expect("Shutting down");
    log.expect_end();

    let recording = fs::read_to_string(directory.join("room.chat")).unwrap();
    let gaps = is_all_but_gaps(&recording, &all);
    let [gap] = gaps[..] else { panic!("{gaps:?}") };
    assert_eq!(again, format!("recording to room.chat again; {gap} bytes are missing there"));
    let replayed = replayed(&directory.join("room.chat"));
    assert_eq!(replayed.code, 1);
    let told = format!("{gap} bytes could not be written here");
    assert!(replayed.stderr[0].contains(&told), "{replayed}");
}

/// There is room for less than an event, again and again.
#[test]
fn event_that_a_disk_takes_in_part_is_cut_off_again() {
    let directory = directory("part");
    let mut server = recorded_by(&["prlimit", "--fsize=1000:"], &directory, &FLAGS);
    let ann = Peer::joins(server.address, "Ann");
    talks(&ann, 50, "while there is no room");
    for most in 11..20 {
        may_write(&server, &format!("{most}00"));
        talks(&ann, 3, "while there is hardly any");
    }
    may_write(&server, "unlimited");
    talks(&ann, 1, "when there is room again");
    let all = all(&server, &directory);
    ends(&mut server, &[&ann]);
    let recording = fs::read_to_string(directory.join("room.chat")).unwrap();
    assert_ne!(is_all_but_gaps(&recording, &all), [0; 0]);
}

#[test]
fn gap_at_the_end_is_logged_and_the_file_is_whole() {
    let directory = directory("end");
    let mut server = recorded(&directory, &FLAGS);
    let ann = Peer::joins(server.address, "Ann");
    may_write(&server, "1");
    talks(&ann, 10, "while there is no room");
    ends(&mut server, &[&ann]);
    server.program.stderr.until("what happened last is missing in room.chat");
    server.program.stderr.expect_end();
    replays(&directory.join("room.chat"));
}

#[test]
fn a_disk_that_does_not_take_the_first_line_is_an_error_and_leaves_no_file() {
    let directory = directory("nothing");
    let mut command = programs::server_by(&["prlimit", "--fsize=10:"]);
    command.current_dir(&directory).args(["--listen", "127.0.0.1:0"]).args(FLAGS);
    assert_eq!(
        Program::start(command).ends().to_string(),
        format!("exit code 1\n--- stdout\n--- stderr\nchatroom-server: {CANNOT}file too large")
    );
    assert_eq!(fs::read_dir(&directory).unwrap().count(), 0);
}

/// A server whose writes to its recording take so long each, in microseconds, but for that of the head;
/// `None` where that cannot be.
fn recorded_slowly(directory: &Path, time: u32) -> Option<Server> {
    let file = directory.join("room.chat");
    let strace = ["strace", "-D", "-f", "-qq", "-o", "/dev/null", "-e", "signal=none"];
    let delay = format!("inject=write:delay_enter={time}:when=2+");
    let delay = ["-e", "trace=write", "-e", &delay, "-P", file.to_str().unwrap()];
    let launcher = [&strace[..], &delay].concat();
    let can = kernel::can_run(&[&launcher[..], &["true"]].concat());
    can.then(|| recorded_by(&launcher, directory, &FLAGS))
}

#[test]
fn queue_of_a_slow_disk_is_written_at_the_end() {
    let directory = directory("slow disk");
    let Some(mut server) = recorded_slowly(&directory, 300_000) else { return };
    let ann = Peer::joins(server.address, "Ann");
    talks(&ann, 10, "while it is slow");
    ends(&mut server, &[&ann]);
    let recording = replays(&directory.join("room.chat"));
    assert!(recording.contains("operator stops the server"), "{recording}");
}

/// More than what may wait is recorded, each line as it came and as it was sent.
#[test]
fn a_disk_that_hangs_holds_up_neither_the_room_nor_its_end() {
    let directory = directory("hanging disk");
    let Some(mut server) = recorded_slowly(&directory, 60_000_000) else { return };
    let tracer = kernel::tracer(server.program.id());
    let ann = Peer::joins(server.address, "Ann");
    let lines = format!("{}\n", "x".repeat(4000)).repeat(100);
    for round in 1..=12 {
        ann.sends(lines.as_bytes());
        ann.says(&format!("round {round}"));
        ann.screen().until(&format!("Ann: round {round}"));
    }
    let log = &server.program.stderr;
    log.until(&format!("{CANNOT}the disk is too slow{IS_MISSING}"));
    server.program.signal("TERM");
    log.until("what happened last is missing in room.chat");
    // A traced program does not end while its call is delayed. The result of that call is cut off
    // somewhere.
    kernel::is_let_go_by(tracer);
    assert_eq!(server.program.exit_code(), 0);
}
