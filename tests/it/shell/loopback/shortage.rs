//! A machine that has none left: no descriptor, no thread. The room goes on, and newcomers come in
//! as soon as there are some again.

use std::io::{self, Read};
use std::net::TcpStream;
use std::time::Duration;

use super::people::{Peer, Person, all_see};
use crate::kernel;
use crate::programs::{self, OVERDUE, Server};

/// The process has no descriptor left (errno(3)).
const EMFILE: i32 = 24;

/// All that those are told for whom there is no room.
const FULL: &str = "! the room is full, try later\n";

/// More members may come than there are descriptors, so that the kernel refuses them, not the room.
#[test]
fn without_descriptors_newcomers_are_refused_at_once_and_the_room_goes_on_at_ease() {
    let mut command = programs::server_within(80);
    command.args(["--listen", "127.0.0.1:0", "--max-members", "1000", "--history", "0"]);
    let server = Server::run(command);
    let log = &server.program.stderr;
    log.expect("the open-file limit allows 16 members, not 1000");
    let (ann, bob) = (Peer::joins(server.address, "Ann"), Peer::joins(server.address, "Bob"));
    ann.sees("Bob joined the chat!");
    let at_first = server.program.holdings();

    // More than there are descriptors. They stay, so that none is free again.
    let callers: Vec<_> = (0..100).map(|_| TcpStream::connect(server.address).unwrap()).collect();
    log.until(&format!("cannot accept: {} for now", io::Error::from_raw_os_error(EMFILE)));
    for _ in 0..10 {
        assert_eq!(told(TcpStream::connect(server.address).unwrap()), FULL);
    }

    // A second at least: 20 rounds at once, and then 10 a second.
    let before = kernel::processor_time(server.program.id());
    converse(&ann, &bob, 30);
    let taken = kernel::processor_time(server.program.id()) - before;
    assert!(taken < Duration::from_millis(250), "{taken:?} of processor time in a second");
    assert_eq!(told(TcpStream::connect(server.address).unwrap()), FULL);

    // The first who comes then is not refused any more.
    drop(callers);
    let all_are_gone = (1..=40).any(|_| {
        converse(&ann, &bob, 1);
        server.program.holdings().descriptors <= at_first.descriptors
    });
    assert!(all_are_gone, "the server holds {:?}, not {at_first:?}", server.program.holdings());
    let cat = Peer::joins(server.address, "Cat");
    all_see(&[&ann, &bob], "Cat joined the chat!");
    cat.says("hi");
    all_see(&[&ann, &bob, &cat], "Cat: hi");
    ends_without_another_word_of_it(&server);
}

#[test]
fn without_threads_newcomers_are_refused_at_once_and_later_ones_come_in() {
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
    let prompted = TcpStream::connect(server.address).unwrap();
    log.until("cannot start a thread: the machine, or a limit, has none left for now");
    assert_eq!(told(prompted), format!("NICK{FULL}"));
    for _ in 0..5 {
        assert_eq!(told(TcpStream::connect(server.address).unwrap()), format!("NICK{FULL}"));
        converse(&ann, &bob, 1);
    }

    kernel::may_start_threads(server.program.id(), true);
    let cat = Peer::joins(server.address, "Cat");
    all_see(&[&ann, &bob], "Cat joined the chat!");
    cat.says("hi");
    all_see(&[&ann, &bob, &cat], "Cat: hi");
    ends_without_another_word_of_it(&server);
}

/// Reads all that a visitor who says nothing is told, up to the end.
#[track_caller]
fn told(mut visitor: TcpStream) -> String {
    visitor.set_read_timeout(Some(OVERDUE)).unwrap();
    let mut told = String::new();
    visitor.read_to_string(&mut told).unwrap();
    told
}

/// The log says nothing more of what cannot be done.
#[track_caller]
fn ends_without_another_word_of_it(server: &Server) {
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
