//! Our client: in a pipe, refused, interrupted, and before a hostile server.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};

use super::people::{Client, Peer, Person};
use crate::programs::{self, Outcome, Program, Server};

#[test]
fn a_line_piped_into_the_client_is_said() {
    let server = Server::start(&[]);
    let ann = Peer::joins(server.address, "Ann");
    let bot = Client::starts(server.address, "bot", &[]);
    bot.0.types("hi\n");
    let bot = bot.0.ends();
    assert_eq!(
        bot.to_string(),
        "exit code 0\n--- stdout\nbot joined the chat!\nConnected to the server!\n# 2 here: Ann, bot\n\
         bot: hi\n--- stderr"
    );
    for line in ["bot joined the chat!", "bot: hi", "bot left the chat!"] {
        ann.sees(line);
    }
}

#[test]
fn the_clients_last_line_needs_no_end() {
    let server = Server::start(&[]);
    let ann = Peer::joins(server.address, "Ann");
    let bot = Client::starts(server.address, "bot", &[]);
    bot.0.types("one\ntwo");
    assert_eq!(bot.0.ends().code, 0);
    for line in ["bot joined the chat!", "bot: one", "bot: two", "bot left the chat!"] {
        ann.sees(line);
    }
}

#[test]
fn many_lines_piped_at_once_are_all_said_in_order_however_slowly() {
    let server = Server::start(&["--rate", "200"]);
    let ann = Peer::joins(server.address, "Ann");
    let bot = Client::starts(server.address, "bot", &[]);
    let lines: Vec<_> = (1..=60).map(|number| format!("line {number}")).collect();
    bot.0.types(&lines.join("\n"));
    let bot = bot.0.ends();
    assert_eq!(bot.code, 0, "{bot}");
    let said: Vec<_> = lines.iter().map(|line| format!("bot: {line}")).collect();
    assert_eq!(bot.stdout[3..], said);
    ann.sees("bot joined the chat!");
    assert_eq!(ann.screen().until("bot left the chat!"), said);
}

#[test]
fn quit_ends_the_client_and_its_last_words_are_heard() {
    let server = Server::start(&[]);
    let ann = Peer::joins(server.address, "Ann");
    let mut bob = Client::joins(server.address, "Bob");
    bob.says("/quit dinner");
    ann.sees("Bob joined the chat!");
    ann.sees("Bob left the chat! (quit: dinner)");
    assert_eq!(bob.0.exit_code(), 0);
}

#[test]
fn a_client_without_a_terminal_that_is_refused_its_nickname_says_why() {
    let server = Server::start(&[]);
    let _ann = Peer::joins(server.address, "Ann");
    let other = Client::starts(server.address, "ann", &[]);
    fails(&other.0.ends(), "chatroom-client: the nickname ann is taken, choose another");
}

#[test]
fn a_client_that_finds_the_room_full_says_so() {
    let server = Server::start(&["--max-members", "1"]);
    let _ann = Peer::joins(server.address, "Ann");
    let other = Client::starts(server.address, "Bob", &[]);
    fails(&other.0.ends(), "chatroom-client: the room is full, try later");
}

#[test]
fn client_without_a_server_says_where_it_looked_and_how_to_start_one() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let reason = format!(
        "chatroom-client: cannot connect to {address}: connection refused; \
         start a server with `chatroom-server --listen {address}`"
    );
    fails(&Client::starts(address, "Bob", &[]).0.ends(), &reason);
}

#[test]
fn a_client_whose_server_ends_says_so() {
    let server = Server::start(&[]);
    let mut bob = Client::joins(server.address, "Bob");
    server.program.signal("TERM");
    assert_eq!(bob.0.exit_code(), 1);
    bob.sees("# the server is shutting down");
    bob.sees_the_end();
    bob.0.stderr.expect("chatroom-client: the server closed the connection");
    bob.0.stderr.expect_end();
}

#[test]
fn a_client_whose_server_is_killed_says_so() {
    let server = Server::start(&[]);
    let mut bob = Client::joins(server.address, "Bob");
    drop(server);
    assert_eq!(bob.0.exit_code(), 1);
    bob.sees_the_end();
    bob.0.stderr.expect("chatroom-client: the server closed the connection");
    bob.0.stderr.expect_end();
}

#[test]
fn a_client_without_a_nickname_and_a_terminal_asks_for_the_flag() {
    let outcome = Program::start(programs::client()).ends();
    let reason = "chatroom-client: no nickname and no one to ask: give it with --nick NAME";
    assert_eq!(outcome.to_string(), format!("exit code 2\n--- stdout\n--- stderr\n{reason}"));
}

#[test]
fn the_client_takes_its_address_and_nickname_from_the_environment() {
    let server = Server::start(&[]);
    let mut command = programs::client();
    command.env("CHATROOM_SERVER", server.address.to_string()).env("CHATROOM_NICK", "Bob");
    Client(Program::start(command)).has_joined_as("Bob");
}

#[test]
fn an_interrupt_ends_the_client_as_shells_expect() {
    let server = Server::start(&[]);
    let ann = Peer::joins(server.address, "Ann");
    let mut bob = Client::joins(server.address, "Bob");
    bob.0.signal("INT");
    assert_eq!(bob.0.exit_code(), 130);
    bob.0.stderr.expect_end();
    ann.sees("Bob joined the chat!");
    ann.sees("Bob left the chat!");
}

/// `chatroom-client | head -1`: whoever read the output has seen enough.
#[test]
fn a_client_whose_output_is_closed_ends_without_a_word() {
    let server = Server::start(&[]);
    let ann = Peer::joins(server.address, "Ann");
    let mut command = programs::client();
    command.args(["--nick", "Bob", &server.address.to_string()]);
    let (mut bob, _) = Program::start_unheard(command);
    ann.sees("Bob joined the chat!");
    // Not by the first line for sure: a child that another test is starting can hold the pipe.
    loop {
        ann.says("anyone?");
        match ann.screen().next().unwrap().as_str() {
            "Ann: anyone?" => {}
            gone => break assert!(gone.starts_with("Bob left the chat!"), "{gone}"),
        }
    }
    assert_eq!(bob.exit_code(), 0);
}

#[test]
fn hostile_server_cannot_move_the_cursor() {
    let hostile = [
        "\x1b[31mred\x1b[0m \x1b]0;title\x07",
        "c1 \u{9b}2J \u{90}q\u{9c}",
        "bidi \u{202e}txt.exe\u{202c} \u{2066}x\u{2069}",
        "over\rwritten",
        "back\u{8}\u{8}space \u{7f}",
        "lines\u{2028}and\u{85}more\u{b}and\u{c}more",
    ];
    let shown = [
        "[31mred[0m ]0;title",
        "c1 2J q",
        "bidi txt.exe x",
        "over written",
        "backspace ",
        "lines and more and more",
    ];
    let address = serve_once(format!("{}\n", hostile.join("\n")).into_bytes());
    let outcome = Client::starts(address, "Bob", &[]).0.ends();
    assert_eq!(outcome.stdout, shown);
}

#[test]
fn a_hostile_reason_for_a_refusal_cannot_move_the_cursor_either() {
    let address = serve_once(b"! no\x1b[2J\xc2\x9b1A way\rin\nNICK".to_vec());
    let outcome = Client::starts(address, "Bob", &[]).0.ends();
    fails(&outcome, "chatroom-client: no[2J1A way in");
}

/// A server that asks the one who comes for a nickname, sends this, and closes.
fn serve_once(text: Vec<u8>) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.write_all(b"NICK").unwrap();
        let mut nickname = [0; 4];
        stream.read_exact(&mut nickname).unwrap();
        stream.write_all(&text).unwrap();
    });
    address
}

/// It ends with exit code 1 and this one line.
#[track_caller]
fn fails(outcome: &Outcome, reason: &str) {
    assert_eq!(outcome.to_string(), format!("exit code 1\n--- stdout\n--- stderr\n{reason}"));
}
