//! System calls that are interrupted, or fail in passing: nothing is lost, nobody is.
//!
//! Linux restarts a call by itself after SIGSTOP and SIGCONT, and hands out a connection that was
//! reset in the queue as if it were one; so strace makes the calls fail, where there is one.

use std::net::TcpStream;

use super::people::{Client, Peer, Person, Sloth, all_see, vanishes};
use crate::kernel;
use crate::programs::{self, Program, Server};

#[test]
fn a_server_and_a_client_that_were_stopped_go_on_where_they_were() {
    let server = Server::start(&[]);
    let ann = Peer::joins(server.address, "Ann");
    let bob = Client::joins(server.address, "Bob");
    ann.sees("Bob joined the chat!");
    for stopped in [&server.program, &bob.0] {
        stopped.signal("STOP");
        kernel::has_stopped(stopped.id());
        ann.says("from Ann");
        bob.says("from Bob");
        stopped.signal("CONT");
        let mut seen = [&ann as &dyn Person, &bob]
            .map(|person| [(); 2].map(|()| person.screen().next().unwrap()));
        assert_eq!(seen[0], seen[1]);
        seen[0].sort();
        assert_eq!(seen[0], ["Ann: from Ann", "Bob: from Bob"]);
    }
}

#[test]
fn connections_that_are_reset_before_they_are_accepted_harm_no_one() {
    let server = Server::start(&[]);
    let ann = Peer::joins(server.address, "Ann");
    let before = server.program.holdings();
    server.program.signal("STOP");
    kernel::has_stopped(server.program.id());
    for _ in 0..50 {
        vanishes(TcpStream::connect(server.address).unwrap());
        Sloth::joins(server.address, "Ghost").vanishes();
    }
    let bob = TcpStream::connect(server.address).unwrap();
    for _ in 0..50 {
        vanishes(TcpStream::connect(server.address).unwrap());
    }
    server.program.signal("CONT");

    let bob = Peer::is_prompted(bob);
    bob.says("Bob");
    let mut seen = ann.screen().until("Bob joined the chat!");
    drop(bob);
    seen.extend(ann.screen().until("Bob left the chat!"));
    // 20 rounds at once, and then 10 a second.
    let all_are_gone = (1..=40).any(|round| {
        ann.says(&format!("round {round}"));
        seen.extend(ann.screen().until(&format!("Ann: round {round}")));
        server.program.holdings() == before
    });
    assert!(all_are_gone, "the server holds {:?}, not {before:?}", server.program.holdings());
    // Some were heard before they were found to be gone.
    let (joins, others): (Vec<_>, Vec<_>) =
        seen.iter().partition(|line| *line == "Ghost joined the chat!");
    assert_eq!(joins.len(), others.len());
    assert!(others.iter().all(|line| line.starts_with("Ghost left the chat!")), "{others:#?}");
}

/// Every other call fails at first, as if a signal had come, or a connection had been aborted.
#[test]
fn calls_that_are_interrupted_and_connections_that_are_aborted_are_tried_again() {
    let strace = ["strace", "-D", "-f", "-qq", "-o", "/dev/null", "-e", "signal=none"];
    let often = [
        "-e",
        "inject=recvfrom:error=EINTR:when=1+2",
        "-e",
        "inject=sendto:error=EINTR:when=1+2",
        "-e",
        "inject=accept4:error=ECONNABORTED:when=1+2",
    ];
    // The second option of the first connection: that of the listener is its thread's only one.
    let once = ["-e", "inject=setsockopt:error=EINVAL:when=2"];
    if !kernel::can_run(&[&strace[..], &often, &once, &["true"]].concat()) {
        return;
    }
    let mut command = programs::server_by(&[&strace[..], &often, &once].concat());
    command.args(["--listen", "127.0.0.1:0", "--history", "0"]);
    let server = Server::run(command);
    Peer::calls(server.address).sees_the_end();
    let ann = Peer::joins(server.address, "Ann");
    let mut command = programs::client_by(&[&strace[..], &often].concat());
    command.args(["--nick", "Bob", &server.address.to_string()]);
    let bob = Client(Program::start(command));
    bob.has_joined_as("Bob");
    ann.sees("Bob joined the chat!");
    for round in 1..=10 {
        for (person, nickname) in [(&ann as &dyn Person, "Ann"), (&bob, "Bob")] {
            person.says(&format!("round {round}"));
            all_see(&[&ann, &bob], &format!("{nickname}: round {round}"));
        }
    }
    let cat = Peer::joins(server.address, "Cat");
    all_see(&[&ann, &bob], "Cat joined the chat!");
    // The first connection, and each person, has a number.
    let left = format!("Cat left the chat! (#4, {})", cat.address());
    drop(cat);
    all_see(&[&ann, &bob], "Cat left the chat!");
    let logged = server.program.stderr.until(&left);
    assert!(!logged.iter().any(|line| line.contains("cannot")), "{logged:#?}");
}
