//! A machine that has none left: no descriptor, no thread. The room goes on, and newcomers come in
//! as soon as there are some again.

use std::io::{self, ErrorKind, Read};
use std::net::TcpStream;
use std::time::Duration;

use super::people::{Peer, Person, all_see};
use crate::kernel;
use crate::programs::{self, OVERDUE, Server};

/// The process has no descriptor left (errno(3)).
const EMFILE: i32 = 24;

/// More members may come than there are descriptors, so that the kernel refuses them, not the room.
#[test]
fn without_descriptors_the_room_goes_on_at_ease_and_those_who_wait_come_in_later() {
    let mut command = programs::server_within(80);
    command.args(["--listen", "127.0.0.1:0", "--max-members", "1000"]);
    let server = Server::run(command);
    let log = &server.program.stderr;
    log.expect("the open-file limit allows 16 members, not 1000");
    let (ann, bob) = (Peer::joins(server.address, "Ann"), Peer::joins(server.address, "Bob"));
    ann.sees("Bob joined the chat!");

    let callers: Vec<_> = (0..100).map(|_| TcpStream::connect(server.address).unwrap()).collect();
    let last = TcpStream::connect(server.address).unwrap();
    log.until(&format!("cannot accept: {} for now", io::Error::from_raw_os_error(EMFILE)));

    // A second at least: 20 rounds at once, and then 10 a second.
    let before = kernel::processor_time(server.program.id());
    converse(&ann, &bob, 30);
    let taken = kernel::processor_time(server.program.id()) - before;
    assert!(taken < Duration::from_millis(250), "{taken:?} of processor time in a second");
    ann.says("/nick Anna");
    all_see(&[&ann, &bob], "Ann is now known as Anna");
    let logged = log.until("Ann is now known as Anna");
    assert!(!logged.iter().any(|line| line.contains("cannot")), "{logged:#?}");

    drop(callers);
    let cat = Peer::is_prompted(last);
    cat.says("Cat");
    ann.sees("Cat joined the chat!");
}

#[test]
fn without_threads_only_newcomers_are_refused_and_later_ones_come_in() {
    let user = kernel::as_an_ordinary_user();
    if !kernel::can_run(&[user, &["prlimit", "--nproc=0:", "true"]].concat()) {
        return;
    }
    let mut command = programs::server_by(user);
    command.args(["--listen", "127.0.0.1:0", "--history", "0"]);
    let server = Server::run(command);
    let log = &server.program.stderr;
    let (ann, bob) = (Peer::joins(server.address, "Ann"), Peer::joins(server.address, "Bob"));
    ann.sees("Bob joined the chat!");

    kernel::may_start_threads(server.program.id(), false);
    let visitors: Vec<_> = (0..5).map(|_| TcpStream::connect(server.address).unwrap()).collect();
    log.until("cannot start a thread: the machine, or a limit, has none left for now");
    converse(&ann, &bob, 5);
    for mut visitor in visitors {
        visitor.set_read_timeout(Some(OVERDUE)).unwrap();
        let mut told = String::new();
        if let Err(error) = visitor.read_to_string(&mut told) {
            assert_eq!(error.kind(), ErrorKind::ConnectionReset);
        }
        assert!(["", "NICK"].contains(&told.as_str()), "{told}");
    }

    kernel::may_start_threads(server.program.id(), true);
    let cat = Peer::joins(server.address, "Cat");
    all_see(&[&ann, &bob], "Cat joined the chat!");
    cat.says("hi");
    all_see(&[&ann, &bob, &cat], "Cat: hi");
    server.program.signal("TERM");
    let logged = server.program.stderr.rest();
    assert!(!logged.iter().any(|line| line.contains("cannot")), "{logged:#?}");
}

/// Both say this many lines in turn, and both see them.
#[track_caller]
fn converse(ann: &Peer, bob: &Peer, rounds: usize) {
    for round in 1..=rounds {
        for (person, nickname) in [(ann, "Ann"), (bob, "Bob")] {
            person.says(&format!("round {round}"));
            all_see(&[ann, bob], &format!("{nickname}: round {round}"));
        }
    }
}
