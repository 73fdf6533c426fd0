//! A machine that has little left: descriptors, time to end, someone who reads the log.

use std::fs;
use std::io::ErrorKind;
use std::net::TcpStream;
use std::path::Path;

use super::people::{Peer, Person, all_see};
use super::recording::directory;
use crate::programs::{self, Lines, Server};

/// 64 of the descriptors are a reserve.
#[test]
fn few_descriptors_make_a_small_room_that_goes_on_and_has_room_again() {
    const MEMBERS: usize = 80 - 64;
    let mut command = programs::server_within(80);
    command.args(["--listen", "127.0.0.1:0", "--history", "0"]);
    let server = Server::run(command);
    let ann = Peer::joins(server.address, "Ann");
    let mut guests: Vec<_> = (2..=MEMBERS)
        .map(|number| Peer::joins(server.address, &format!("Guest{number}")))
        .collect();

    // More at once than there are descriptors; none of them closes its side.
    let callers: Vec<_> = (1..=100).map(|_| Peer::calls(server.address)).collect();
    for caller in &callers {
        caller.sees("! the room is full, try later");
        caller.sees_the_end();
    }
    ann.says("still here?");
    ann.screen().until("Ann: still here?");
    for guest in &guests {
        guest.screen().until("Ann: still here?");
    }

    for number in 2..=4 {
        drop(guests.remove(0));
        ann.sees(&format!("Guest{number} left the chat!"));
    }
    for nickname in ["Bob", "Cat", "Dan"] {
        let newcomer = Peer::joins_when_there_is_a_seat(server.address, nickname);
        ann.sees(&format!("{nickname} joined the chat!"));
        guests.push(newcomer);
    }
    Peer::calls(server.address).sees("! the room is full, try later");
}

#[test]
fn a_server_that_waits_for_someone_to_close_refuses_newcomers_at_once() {
    // It waits for half a second. On a busy machine that may be over before a newcomer asks, who then
    // learns nothing.
    let waited = (1..=20).any(|_| {
        let mut server = Server::start(&[]);
        // She has got all, and does not close her side.
        let ann = Peer::joins(server.address, "Ann");
        server.program.signal("TERM");
        ann.sees("# the server is shutting down");
        let error = TcpStream::connect(server.address).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
        let waits = server.program.runs();
        assert_eq!(server.program.exit_code(), 0);
        waits
    });
    assert!(waited, "the server never waited, so that this asked nothing");
}

/// The recording tells what was logged.
#[test]
fn log_that_nobody_reads_stops_nobody_and_tells_later_how_many_lines_were_lost() {
    // 1024 lines wait for whoever reads the log.
    const MORE_THAN_WAIT: usize = 1100;
    let directory = directory("unread log");
    let mut command = programs::server();
    command.current_dir(&directory).args(["--record", "room.chat", "--history", "0", "-v"]);
    command.args(["--listen", "127.0.0.1:0", "--rate", "1000", "--burst", "1"]);
    let (mut server, log) = Server::run_unread(command);
    // And the settings.
    let logged = || 1 + recorded_log_lines(&directory.join("room.chat"));
    let (ann, bob) = (Peer::joins(server.address, "Ann"), Peer::joins(server.address, "Bob"));
    ann.sees("Bob joined the chat!");
    while logged() < MORE_THAN_WAIT {
        // The second is over the rate: its sender is read more slowly, and then again.
        for member in [&ann, &bob] {
            member.sends(b"x\nx\n");
        }
        for _ in 0..4 {
            assert!(ann.screen().next().unwrap().ends_with(": x"));
        }
        let cat = Peer::joins(server.address, "Cat");
        ann.sees("Cat joined the chat!");
        drop(cat);
        ann.sees("Cat left the chat!");
    }

    let log = Lines::of(log);
    let (mut read, waiting) = (Vec::new(), logged());
    while lines_told_of(&read) < waiting {
        read.push(log.next().unwrap());
    }
    server.program.signal("TERM");
    ann.screen().until("# the server is shutting down");
    drop((ann, bob));
    read.extend(log.rest());
    assert_eq!(read.last().map(String::as_str), Some("Shutting down"));
    assert_eq!(server.program.exit_code(), 0);
    assert_eq!(lines_told_of(&read), logged());
    assert!(read.iter().any(|line| line.ends_with(LOST)), "this log is too short to be lost");
}

/// The end of a line that tells how many others were lost.
const LOST: &str = " lines of this log were lost: it was not read";

/// Counts the lines in what was read of a log, and those that it says were lost. Blank lines are
/// not the server's.
fn lines_told_of(log: &[String]) -> usize {
    let told = |line: &String| match line.strip_suffix(LOST) {
        Some(lost) => lost.parse().unwrap(),
        None => usize::from(!line.trim().is_empty()),
    };
    log.iter().map(told).sum()
}

/// Counts the lines of the log that a recording tells of.
fn recorded_log_lines(recording: &Path) -> usize {
    let recording = fs::read(recording).unwrap();
    let recording = String::from_utf8_lossy(&recording);
    let is_logged = |line: &str| ["log <- ", "detail <- "].iter().any(|it| line.starts_with(it));
    recording.lines().filter(|line| is_logged(line.trim_start())).count()
}

#[test]
fn verbose_log_tells_the_settings_and_pauses() {
    let server = Server::start(&["-v", "--rate", "20", "--burst", "1", "--max-members", "7"]);
    let log = &server.program.stderr;
    let settings = log.next().unwrap();
    assert!(settings.starts_with("Settings are rate=20 burst=1 backlog="), "{settings}");
    assert!(settings.contains(" max-members=7 "), "{settings}");
    let ann = Peer::joins(server.address, "Ann");
    let address = ann.address();
    log.expect(&format!("Connected with {address} (#1)"));
    log.expect(&format!("Nickname of the client is Ann! (#1, {address})"));
    ann.sends(b"one\ntwo\nthree\n");
    log.expect(&format!("Ann is paused: its own rate (#1, {address})"));
    log.expect(&format!("Ann is resumed (#1, {address})"));
    for line in ["Ann: one", "Ann: two", "Ann: three"] {
        all_see(&[&ann], line);
    }
}
