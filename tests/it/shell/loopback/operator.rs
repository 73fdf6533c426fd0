//! The operator's side: addresses, flags, the log, and an end in order.

use std::fs;
use std::net::{Ipv4Addr, Ipv6Addr, TcpListener};
use std::time::Duration;

use super::people::{Client, Peer, Person, Sloth, all_see};
use crate::programs::{self, Program, Server};

/// The longest time that a server that ends takes for a peer that does not read: 2 s, and the time
/// to run that a busy machine gives it.
const BOUNDED: Duration = Duration::from_secs(10);

#[test]
fn sigint_says_goodbye_and_ends_the_server() {
    says_goodbye_on("INT");
}

#[test]
fn sigterm_says_goodbye_and_ends_the_server() {
    says_goodbye_on("TERM");
}

/// The terminal that it was started in is closed.
#[test]
fn sighup_says_goodbye_and_ends_the_server() {
    says_goodbye_on("HUP");
}

#[test]
fn server_that_nohup_started_outlives_sighup() {
    let mut command = programs::server_by(&["nohup"]);
    command.args(["--listen", "127.0.0.1:0"]);
    let mut server = Server::run(command);
    let ann = Peer::joins(server.address, "Ann");
    // The kernel throws away what is ignored, and another signal after one that is not ends the
    // server at once.
    server.program.signal("HUP");
    ann.says("still here?");
    ann.sees("Ann: still here?");
    server.program.signal("TERM");
    ann.sees("# the server is shutting down");
    ann.sees_the_end();
    assert_eq!(server.program.exit_code(), 0);
}

fn says_goodbye_on(signal: &str) {
    let mut server = Server::start(&[]);
    let ann = Peer::joins(server.address, "Ann");
    let bob = Client::joins(server.address, "Bob");
    ann.sees("Bob joined the chat!");
    let newcomer = Peer::connects(server.address);

    server.program.signal(signal);
    all_see(&[&ann, &bob], "# the server is shutting down");
    newcomer.sees("! the server is shutting down");
    ann.sees_the_end();
    bob.sees_the_end();
    newcomer.sees_the_end();
    assert_eq!(server.program.exit_code(), 0);
    assert_eq!(server.program.stderr.rest().last().map(String::as_str), Some("Shutting down"));
}

#[test]
fn a_member_that_never_reads_does_not_keep_the_server_from_ending() {
    let (mut server, ann, _sloth) = Server::with_a_sloth();
    server.program.signal("TERM");
    ann.sees("# the server is shutting down");
    ann.sees_the_end();
    server.program.stdout.expect_end_within(BOUNDED);
    assert_eq!(server.program.exit_code(), 0);
}

#[test]
fn a_second_signal_ends_the_server_at_once() {
    let (mut server, ann, _sloth) = Server::with_a_sloth();
    server.program.signal("INT");
    ann.sees("# the server is shutting down");
    server.program.signal("INT");
    assert_eq!(server.program.exit_code(), 1);
}

impl Server {
    /// A server that has far more for a member that never reads than the kernel takes for it; and
    /// Ann, who has seen all of it.
    fn with_a_sloth() -> (Self, Peer, Sloth) {
        let lines = format!("{}\n", "x".repeat(4000)).repeat(Sloth::BYTES_TO_FILL / 4000);
        let server = Self::start(&["--backlog", "1073741824", "--rate", "0"]);
        let ann = Peer::joins(server.address, "Ann");
        let sloth = Sloth::joins(server.address, "Sloth");
        ann.sends(lines.as_bytes());
        ann.says("done");
        ann.screen().until("Ann: done");
        (server, ann, sloth)
    }
}

#[test]
fn a_port_in_use_is_said_in_one_line() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    let mut command = programs::server();
    command.args(["--listen", &address.to_string()]);
    assert_eq!(
        Program::start(command).ends().to_string(),
        format!(
            "exit code 1\n--- stdout\n--- stderr\n\
             chatroom-server: cannot listen on {address}: address in use"
        )
    );
}

#[test]
fn a_port_is_free_again_as_soon_as_the_server_has_ended() {
    let mut server = Server::start(&[]);
    let ann = Peer::joins(server.address, "Ann");
    server.program.signal("TERM");
    ann.sees("# the server is shutting down");
    assert_eq!(server.program.exit_code(), 0);

    let mut command = programs::server();
    command.args(["--listen", &server.address.to_string()]);
    Peer::joins(Server::run(command).address, "Ann");
}

#[test]
fn closed_output_and_a_closed_log_do_not_hurt_the_server() {
    let mut command = programs::server();
    command.args(["--listen", "127.0.0.1:0"]);
    let mut server = Server::run_unheard(command);
    let ann = Peer::joins(server.address, "Ann");
    let bob = Peer::joins(server.address, "Bob");
    ann.sees("Bob joined the chat!");
    bob.says("hi");
    all_see(&[&ann, &bob], "Bob: hi");
    drop(bob);
    ann.sees("Bob left the chat!");
    server.program.signal("TERM");
    ann.sees("# the server is shutting down");
    ann.sees_the_end();
    assert_eq!(server.program.exit_code(), 0);
}

/// A program that starts a server reads where it listens, and nothing else that might change.
#[test]
fn pipe_is_told_only_where_the_server_listens() {
    let mut server = Server::start(&["--listen", "chat://0.0.0.0:0"]);
    let second = Server::listening_on(&server.program.stdout.next().unwrap());
    assert!(second.ip().is_unspecified());
    server.program.signal("TERM");
    assert_eq!(server.program.exit_code(), 0);
    server.program.stdout.expect_end();
}

/// The Makefile starts it for a person, wherever that reads.
#[test]
fn make_run_tells_how_to_join_with_make_run() {
    let mut command = programs::server();
    command.env("CHATROOM_MAKE", "1").args(["--listen", "127.0.0.1:0"]);
    let server = Server::run(command);
    let (address, port) = (server.address, server.address.port());
    server.program.stdout.expect(&format!(
        "Join with `make run BIN=client ARGS=\"{address}\"`, or with `nc 127.0.0.1 {port}`"
    ));
}

#[test]
fn two_addresses_lead_to_one_room() {
    let server = Server::start(&["--listen", "127.0.0.1:0"]);
    let second = Server::listening_on(&server.program.stdout.next().unwrap());
    assert_ne!(server.address, second);
    let ann = Peer::joins(server.address, "Ann");
    let bob = Peer::joins(second, "Bob");
    ann.sees("Bob joined the chat!");
    bob.says("hi");
    all_see(&[&ann, &bob], "Bob: hi");
}

#[expect(clippy::print_stderr, reason = "it says that a test was skipped")]
fn has_ipv6() -> bool {
    let has = TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).is_ok();
    if !has {
        eprintln!("skipped: this machine has no IPv6 loopback");
    }
    has
}

#[test]
fn an_ipv6_wildcard_is_for_ipv4_too_which_is_told_as_it_is() {
    if !has_ipv6() {
        return;
    }
    let mut command = programs::server();
    command.args(["--listen", "[::]:0"]);
    let server = Server::run(command);
    let ann = Peer::joins((Ipv4Addr::LOCALHOST, server.address.port()).into(), "Ann");
    server.program.stderr.expect(&format!("Connected with {} (#1)", ann.address()));
    let bob = Peer::joins((Ipv6Addr::LOCALHOST, server.address.port()).into(), "Bob");
    ann.sees("Bob joined the chat!");
    assert!(ann.address().is_ipv4() && bob.address().is_ipv6());
}

#[test]
fn ipv4_and_ipv6_lead_to_one_room() {
    if !has_ipv6() {
        return;
    }
    let server = Server::start(&["--listen", "[::1]:0"]);
    let second = Server::listening_on(&server.program.stdout.next().unwrap());
    let ann = Peer::joins(server.address, "Ann");
    let bob = Client::joins(second, "Bob");
    ann.sees("Bob joined the chat!");
    bob.says("hi");
    all_see(&[&ann, &bob], "Bob: hi");
}

#[test]
fn log_tells_joins_and_leaves_with_the_id_and_the_address() {
    let server = Server::start(&[]);
    let log = &server.program.stderr;
    let jacob = Peer::joins(server.address, "Jacob");
    let address = jacob.address();
    log.expect(&format!("Connected with {address} (#1)"));
    log.expect(&format!("Nickname of the client is Jacob! (#1, {address})"));
    jacob.says("/nick Jake");
    log.expect(&format!("Jacob is now known as Jake (#1, {address})"));
    drop(jacob);
    log.expect(&format!("Jake left the chat! (#1, {address})"));

    let scanner = Peer::connects(server.address);
    let from = scanner.address();
    log.expect(&format!("Connected with {from} (#2)"));
    scanner.says("GET / HTTP/1.1");
    log.expect(&format!(
        "Disconnected from {from} (#2): this is a chat room, not a web server: \
         join with chatroom-client, nc or telnet"
    ));
}

#[test]
fn a_quiet_server_logs_nothing_of_whom_it_serves() {
    let mut server = Server::start(&["--quiet"]);
    let ann = Peer::joins(server.address, "Ann");
    server.program.signal("TERM");
    ann.sees("# the server is shutting down");
    assert_eq!(server.program.exit_code(), 0);
    server.program.stderr.expect_end();
}

#[test]
fn the_message_of_the_day_is_shown_to_who_joins() {
    let path = concat!(env!("CARGO_TARGET_TMPDIR"), "/motd.txt");
    fs::write(path, "Welcome!\n\nBe kind: \x1b[2J/help\n").unwrap();
    let server = Server::start(&["--motd", path]);
    let ann = Peer::joins(server.address, "Ann");
    for line in ["# Welcome!", "# ", "# Be kind: [2J/help"] {
        ann.sees(line);
    }
}

#[test]
fn flags_can_come_from_the_environment() {
    let mut command = programs::server();
    command
        .env("CHATROOM_LISTEN", "127.0.0.1:0,127.0.0.1:0")
        .env("CHATROOM_MAX_MEMBERS", "1")
        .env("CHATROOM_RATE", "5");
    let server = Server::run(command);
    let second = Server::listening_on(&server.program.stdout.next().unwrap());
    let _ann = Peer::joins(second, "Ann");
    let bob = Peer::calls(server.address);
    bob.sees("! the room is full, try later");
    bob.sees_the_end();
}

#[test]
fn a_silent_newcomer_is_sent_away_in_time() {
    let server = Server::start(&["--handshake-timeout", "1"]);
    let silent = Peer::connects(server.address);
    silent.sees("! no nickname within 1 s, connect again and send one line with it");
    silent.sees_the_end();
}
