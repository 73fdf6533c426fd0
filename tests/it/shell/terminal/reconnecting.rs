//! A server that goes, and comes back; and one that still holds the connection that we lost.

use std::net::SocketAddr;

use super::router::Router;
use super::tty::Tty;
use crate::loopback::people::{Peer, Person};
use crate::programs::{self, Server};

/// Ends this server, and waits until its port is free.
fn ends(mut server: Server) -> SocketAddr {
    server.program.signal("TERM");
    assert_eq!(server.program.exit_code(), 0);
    server.address
}

fn starts_again(address: SocketAddr) -> Server {
    let mut command = programs::server();
    command.args(["--listen", &address.to_string()]);
    Server::run(command)
}

#[test]
fn a_server_that_comes_back_has_us_back_and_what_was_typed_meanwhile_is_still_typed() {
    let server = Server::start(&[]);
    let ann = Tty::joins(server.address, "ann", &[]);
    ann.types("before\r");
    ann.shows("ann: before");
    ann.types("typed");
    ann.prompts("ann> typed");
    let address = ends(server);
    ann.shows("ann (reconnecting in");
    // Enter sends nothing, since nobody takes it.
    ann.types(" meanwhile\r");
    ann.waits_for_row_that_ends("> typed meanwhile");
    let _server = starts_again(address);
    let bob = Peer::joins(address, "bob");
    bob.says("said in between");
    ann.prompts("ann> typed meanwhile");
    ann.shows("bob: said in between");
    let rows = ann.rows();
    let count = |text: &str| rows.iter().filter(|row| row.ends_with(text)).count();
    assert_eq!(count("bob: said in between"), 1, "{rows:#?}");
    assert_eq!(count("ann: before"), 1, "{rows:#?}");
    assert_eq!(count("ann: typed meanwhile"), 0, "{rows:#?}");
    ann.types("\r");
    ann.shows("ann: typed meanwhile");
    // Ann may have come before Bob said it, or before he came himself.
    let mut seen = bob.screen().until("ann: typed meanwhile");
    seen.retain(|line| line != "ann joined the chat!");
    assert_eq!(seen, ["bob: said in between"]);
}

#[test]
fn the_prompt_says_when_the_next_try_is_and_whoever_is_back_finds_the_line_as_it_was() {
    let server = Server::start(&[]);
    let ann = Tty::joins(server.address, "ann", &[]);
    ann.types("half a line\x1b[D\x1b[D");
    ann.prompts("ann> half a line");
    let address = ends(server);
    ann.has_shown("ann (reconnecting in 1 s)> half a line");
    let _server = starts_again(address);
    // Nobody presses Enter.
    ann.prompts("ann> half a line");
    ann.shows("-- here again");
    let bob = Peer::joins(address, "bob");
    bob.says("did anyone speak?");
    bob.sees("bob: did anyone speak?");
    ann.shows("bob: did anyone speak?");
    ann.types("X\r");
    bob.sees("ann: half a liXne");
}

#[test]
fn whoever_meets_its_own_ghost_is_told_so_and_takes_its_name_back_once_that_goes() {
    let server = Server::start(&["--history", "0"]);
    let router = Router::to(server.address);
    let ann = Tty::joins(router.address, "ann", &[]);
    let bob = Peer::joins(server.address, "bob");
    ann.shows("bob joined the chat!");
    router.forgets();
    ann.types("nobody hears this\r");
    ann.shows("-- the connection was lost; trying again");
    ann.types("typed meanwhile");
    ann.waits_for_row_that_ends("> typed meanwhile");
    ann.shows("-- ann is still in the room, as your own lost connection perhaps; trying again");
    ann.waits_for_row_that_ends(" s)> typed meanwhile");
    // It has not taken another name, nor is it asked for one.
    bob.says("/who");
    bob.sees("# 2 here: ann, bob");
    router.ends_the_ghost();
    bob.sees("ann left the chat!");
    ann.prompts("ann> typed meanwhile");
    bob.sees("ann joined the chat!");
    ann.types("\r");
    ann.shows("ann: typed meanwhile");
    bob.sees("ann: typed meanwhile");
    ann.prompts("ann>");
    insta::assert_snapshot!(ann.rows().join("\n").trim_end());
}

#[test]
fn several_lines_wait_for_the_server_though_the_first_is_for_the_client() {
    let server = Server::start(&[]);
    let ann = Tty::joins(server.address, "ann", &[]);
    let address = ends(server);
    ann.shows("ann (reconnecting in");
    ann.types("\x1b[200~/set bell all\rthis waits\x1b[201~");
    ann.prompts("this waits");
    ann.types("\r");
    ann.screen();
    ann.prompts("this waits");
    let _server = starts_again(address);
    ann.shows("-- here again");
    ann.types("\r");
    ann.shows("bell all");
    ann.shows("ann: this waits");
}

#[test]
fn a_draft_is_not_lost_though_an_older_line_is_looked_at_when_the_server_goes() {
    let server = Server::start(&[]);
    let ann = Tty::joins(server.address, "ann", &[]);
    ann.types("older\r");
    ann.shows("ann: older");
    ann.types("a draft");
    ann.prompts("ann> a draft");
    ann.types("\x1b[A");
    ann.prompts("ann> older");
    let address = ends(server);
    ann.shows("ann (reconnecting in");
    ann.waits_for_row_that_ends("> older");
    let _server = starts_again(address);
    ann.shows("-- here again");
    ann.prompts("ann> older");
    ann.types("\x1b[A");
    ann.prompts("ann> a draft");
}

#[test]
fn one_that_waits_can_leave() {
    let server = Server::start(&[]);
    let mut ann = Tty::joins(server.address, "ann", &[]);
    ends(server);
    ann.shows("ann (reconnecting in");
    ann.types("\x04");
    assert_eq!(ann.ends(), 0);
}

#[test]
fn the_rest_of_a_paste_is_given_back_when_the_server_goes() {
    let server = Server::start(&["--rate", "1", "--burst", "2"]);
    let ann = Tty::joins(server.address, "ann", &[]);
    let lines: String = (1..=40).map(|line| format!("pasted {line}\r")).collect();
    ann.types(&format!("\x1b[200~{lines}\x1b[201~"));
    ann.shows("pasted 40");
    ann.types("\r");
    ann.prompts("send 40 lines? [y/N]");
    ann.types("y\r");
    ann.shows("ann: pasted 1");
    let address = ends(server);
    ann.waits_for_row_that_ends("pasted 40");
    let _server = starts_again(address);
    ann.types("\r");
    ann.has_shown("here again");
    let rows = ann.rows();
    assert!(!rows.iter().any(|row| row == "ann: pasted 40"), "{rows:#?}");
    ann.types("\r");
    ann.shows(" lines? [y/N]");
}
