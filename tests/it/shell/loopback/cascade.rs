//! A cascade ends: when a crowd is gone at once, each leave is told once to everyone who remains,
//! though each of these lines is for all, and so makes others too slow in turn.

use std::collections::BTreeSet;
use std::net::TcpStream;

use chatroom::shell::server::raise_descriptor_limit;

use super::people::{Peer, Person, all_see, stalls, vanishes};
use crate::programs::Server;

const CROWD: usize = 1000;

/// The descriptors that other tests may have open meanwhile, and the number of tests that have a
/// crowd.
const OTHERS: usize = 500;
const CROWDS: usize = 2;

/// As many as this process may have descriptors for; the server has as many.
#[expect(clippy::print_stderr, reason = "it says that a test was cut down")]
fn crowd() -> usize {
    let crowd = CROWD.min(raise_descriptor_limit().saturating_sub(OTHERS) / CROWDS);
    if crowd < CROWD {
        eprintln!("cut down: descriptors for {crowd} of {CROWD} members");
    }
    crowd
}

/// Ann and Bob, who read, and a crowd that does not.
fn joins(server: &Server) -> (Peer, Peer, Vec<TcpStream>) {
    let (ann, bob) = (Peer::joins(server.address, "Ann"), Peer::joins(server.address, "Bob"));
    ann.sees("Bob joined the chat!");
    let crowd: Vec<_> =
        (1..=crowd()).map(|number| stalls(server.address, &format!("Sloth{number}"))).collect();
    for person in [&ann, &bob] {
        crowd.iter().for_each(|_| {
            let line = person.screen().next().unwrap();
            assert!(line.ends_with(" joined the chat!"), "{line}");
        });
    }
    (ann, bob, crowd)
}

/// Each of the crowd is among these lines once.
#[track_caller]
fn assert_each_once(lines: &[String], crowd: usize, gone: &str) {
    let names: BTreeSet<_> = lines.iter().filter_map(|line| line.strip_suffix(gone)).collect();
    let crowd: Vec<_> = (1..=crowd).map(|number| format!("Sloth{number}")).collect();
    assert_eq!(lines.len(), crowd.len());
    assert!(names == crowd.iter().map(String::as_str).collect(), "{lines:#?}");
}

#[test]
fn of_a_crowd_that_is_too_slow_at_once_each_leaves_once_for_all_who_remain() {
    const GONE: &str = " left the chat! (too slow)";
    // A backlog that holds what is said while they come.
    let server = Server::start(&["--rate", "0", "--history", "0", "--backlog", "65536"]);
    let (ann, bob, crowd) = joins(&server);
    let filler = format!("{}\n", "x".repeat(4000)).repeat(16);
    // Round by round, so that nobody else is ever behind.
    let mut gone = Vec::new();
    for _ in 1..=20 {
        ann.sends(filler.as_bytes());
        ann.says("done");
        let [told, same] = [&ann, &bob].map(|person| {
            let told = person.screen().until("Ann: done").into_iter();
            told.filter(|line| line.ends_with(GONE)).collect::<Vec<_>>()
        });
        assert!(told == same, "Ann and Bob are not told the same");
        gone.extend(told);
        if gone.len() >= crowd.len() {
            break;
        }
    }
    assert_each_once(&gone, crowd.len(), GONE);
    talk_on(&ann, &bob);
}

#[test]
fn of_a_crowd_that_is_reset_at_once_each_leaves_once_for_all_who_remain() {
    const GONE: &str = " left the chat! (connection lost)";
    let server = Server::start(&["--history", "0"]);
    let (ann, bob, crowd) = joins(&server);
    let count = crowd.len();
    crowd.into_iter().for_each(vanishes);
    let [told, same] = [&ann, &bob]
        .map(|person| (0..count).map(|_| person.screen().next().unwrap()).collect::<Vec<_>>());
    assert!(told == same, "Ann and Bob are not told the same");
    assert_each_once(&told, count, GONE);
    talk_on(&ann, &bob);
}

/// Nobody else is here, nothing more has been said, and they can talk.
#[track_caller]
fn talk_on(ann: &Peer, bob: &Peer) {
    ann.says("/who");
    ann.sees("# 2 here: Ann, Bob");
    bob.says("still here?");
    all_see(&[ann, bob], "Bob: still here?");
}
