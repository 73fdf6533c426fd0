//! A machine that has little left: descriptors, time to end, someone who reads the log.

use std::io::ErrorKind;
use std::net::TcpStream;

use super::people::{Peer, Person, all_see};
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

#[test]
fn a_log_that_nobody_reads_stops_nobody_and_says_later_what_was_lost() {
    // Two lines of some 33 bytes for each in each round: a pipe holds 64 KiB, and 1024 lines wait
    // for it.
    const MEMBERS: usize = 10;
    const ROUNDS: usize = 200;
    let mut command = programs::server();
    command.args(["--listen", "127.0.0.1:0", "-v", "--rate", "1000", "--burst", "1"]);
    let (mut server, log) = Server::run_unread(command);
    let members: Vec<_> = (1..=MEMBERS)
        .map(|number| Peer::joins(server.address, &format!("member{number}")))
        .collect();
    let ann = &members[0];
    ann.screen().until(&format!("member{MEMBERS} joined the chat!"));
    for round in 1..=ROUNDS {
        // The second is over the rate: its sender is read more slowly, and then again.
        members.iter().for_each(|member| member.sends(b"x\nx\n"));
        for line in 1..=2 * MEMBERS {
            assert!(ann.screen().next().is_some(), "line {line} of round {round}");
        }
    }

    // The settings; each came and has a nickname.
    let expected = 1 + 2 * MEMBERS + 2 * MEMBERS * ROUNDS;
    let log = Lines::of(log);
    let (mut logged, mut lost) = (0, 0);
    while logged + lost < expected {
        let line = log.next().unwrap();
        match line.strip_suffix(" lines of this log were lost: it was not read") {
            Some(lines) => lost += lines.parse::<usize>().unwrap(),
            None => logged += 1,
        }
    }
    assert_eq!(logged + lost, expected);
    assert!(lost > 0, "this log is too short to be lost");
    server.program.signal("TERM");
    ann.screen().until("# the server is shutting down");
    drop(members);
    log.expect("Shutting down");
    log.expect_end();
    assert_eq!(server.program.exit_code(), 0);
}

#[test]
fn a_verbose_log_tells_the_settings_and_who_is_read_more_slowly() {
    let server = Server::start(&["-v", "--rate", "20", "--burst", "1", "--max-members", "7"]);
    let log = &server.program.stderr;
    let settings = log.next().unwrap();
    assert!(settings.starts_with("Settings are rate=20 burst=1 backlog="), "{settings}");
    assert!(settings.contains(" max-members=7 "), "{settings}");
    let ann = Peer::joins(server.address, "Ann");
    log.expect(&format!("Connected with {}", ann.address()));
    log.expect("Nickname of the client is Ann!");
    ann.sends(b"one\ntwo\nthree\n");
    log.expect("#1 says more than its rate and is read more slowly");
    log.expect("#1 is read again");
    for line in ["Ann: one", "Ann: two", "Ann: three"] {
        all_see(&[&ann], line);
    }
}
