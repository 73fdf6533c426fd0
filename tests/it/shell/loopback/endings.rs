//! Connections end: heard to the end before, told as what it was, and nothing left of them.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::ops::RangeInclusive;
use std::time::Duration;

use socket2::SockRef;

use super::people::{Client, Peer, Person, Sloth, all_see};
#[cfg(target_os = "linux")]
use crate::programs::Holdings;
use crate::programs::Server;

/// Two who talk with each other while the test waits for something else.
struct Pair {
    ann: Peer,
    bob: Peer,
}

impl Pair {
    fn joins(server: &Server) -> Self {
        let ann = Peer::joins(server.address, "Ann");
        let bob = Peer::joins(server.address, "Bob");
        ann.sees("Bob joined the chat!");
        Self { ann, bob }
    }

    /// Talks until the server holds no more than this again, for eight seconds at most, of which it
    /// needs half a one: the server's default rate is a clock, 20 rounds at once and then 10 a second.
    #[cfg(target_os = "linux")]
    #[track_caller]
    fn talks_until_the_server_holds(&self, holdings: Holdings, server: &Server) {
        const ROUNDS: usize = 100;
        for round in 1..=ROUNDS {
            if server.program.holdings() == holdings {
                return;
            }
            for (person, nickname) in [(&self.ann, "Ann"), (&self.bob, "Bob")] {
                person.says(&format!("round {round}"));
                let said = format!("{nickname}: round {round}");
                self.ann.screen().until(&said);
                self.bob.screen().until(&said);
            }
        }
        panic!("the server holds {:?}, not {holdings:?} as before", server.program.holdings());
    }
}

#[cfg(target_os = "linux")]
#[test]
fn nothing_is_left_of_whom_the_server_ended_though_they_never_close() {
    let server = Server::start(&["--max-members", "4"]);
    let pair = Pair::joins(&server);
    let before = server.program.holdings();

    let browsers = [(); 3].map(|()| {
        let browser = Peer::connects(server.address);
        browser.says("GET / HTTP/1.1");
        browser.screen().next().expect("it is told what this is");
        browser.sees_the_end();
        browser
    });

    let quitter = Peer::joins(server.address, "Cat");
    let paused = Peer::joins(server.address, "Dan");
    let refused = [(); 3].map(|()| {
        let refused = Peer::calls(server.address);
        refused.sees("! the room is full, try later");
        refused.sees_the_end();
        refused
    });

    quitter.says("/quit");
    quitter.screen().rest();

    // 20 are heard at once; the rest is said after half a second more, and waits until then.
    paused.sends(["x\n".repeat(25), "/quit\n".into(), "y\n".repeat(10)].concat().as_bytes());
    for _ in 1..=20 {
        pair.ann.screen().until("Dan: x");
    }
    // This is read in the pause, so that the reader waits.
    paused.sends(b"z\n");
    assert_eq!(pair.ann.screen().until("Dan left the chat!"), ["Dan: x"; 5]);
    paused.screen().rest();

    pair.talks_until_the_server_holds(before, &server);
    drop((browsers, refused, quitter, paused));
}

#[cfg(target_os = "linux")]
#[test]
fn a_lost_member_that_was_read_slowly_is_not_heard_to_the_end_and_nothing_is_left_of_it() {
    let server = Server::start(&[]);
    let pair = Pair::joins(&server);
    let before = server.program.holdings();
    // With more after it, the reader waits; without, it reads.
    for more in ["", "boo\n"] {
        let ghost = Sloth::joins(server.address, "Ghost");
        pair.ann.screen().until("Ghost joined the chat!");
        ghost.sends("boo\n".repeat(120).as_bytes());
        for _ in 1..=20 {
            pair.ann.sees("Ghost: boo");
        }
        ghost.sends(more.as_bytes());
        pair.ann.sees("Ghost: boo");
        ghost.vanishes();
        let heard = pair.ann.screen().until("Ghost left the chat! (connection lost)").len();
        // 10 a second; to the end there would be 99 or 100 of them.
        assert!(heard < 90, "{heard} lines were heard of one who was gone");
    }
    pair.talks_until_the_server_holds(before, &server);
}

/// Its text waits in the kernel, and is taken from there at once, though it is heard slowly.
#[cfg(target_os = "linux")]
#[test]
fn nothing_is_left_of_who_said_too_much_and_closed_though_it_is_still_heard() {
    let server = Server::start(&[]);
    let pair = Pair::joins(&server);
    let before = server.program.holdings();
    let bot = Peer::joins(server.address, "bot");
    pair.ann.sees("bot joined the chat!");
    bot.sends("boo\n".repeat(10_000).as_bytes());
    pair.ann.screen().until("bot: boo");
    drop(bot);
    pair.talks_until_the_server_holds(before, &server);
    pair.ann.says("/who");
    pair.ann.screen().until("# 3 here: Ann, Bob, bot");
    pair.bob.screen().until("bot: boo");
}

/// A pipe that closes both sides, so that nothing can be sent to it: what it said last waits in the
/// kernel, since the reader waits for the pause to end.
#[test]
fn member_who_says_much_and_closes_is_heard_to_the_end() {
    let server = Server::start(&["--rate", "200"]);
    let ann = Peer::joins(server.address, "Ann");
    let bot = Peer::joins(server.address, "bot");
    ann.sees("bot joined the chat!");
    let hears = |numbers: RangeInclusive<usize>| {
        numbers.for_each(|number| ann.sees(&format!("bot: {number}")));
    };
    bot.sends(lines(1..=40).as_bytes());
    hears(1..=20);
    bot.sends(lines(41..=50).as_bytes());
    hears(21..=22);
    bot.sends(lines(51..=60).as_bytes());
    drop(bot);
    hears(23..=60);
    ann.sees("bot left the chat!");
}

#[test]
fn a_slow_typist_gets_whole_lines_from_then_on() {
    let server = Server::start(&[]);
    let bob = Peer::joins(server.address, "Bob");
    let ann = Peer::connects(server.address);
    ann.sends(b"Ann");
    bob.sees("Ann joined the chat!");
    ann.sends(b"\n");
    // The end of the second line is sent only now.
    ann.sees("Ann joined the chat!");
    ann.sees("Connected to the server!");
    ann.sends(b"hello\n");
    all_see(&[&ann, &bob], "Ann: hello");
    bob.says("é");
    all_see(&[&ann, &bob], "Bob: é");
}

#[test]
fn a_slow_typist_whose_line_ends_with_its_first_message_gets_whole_lines() {
    let server = Server::start(&[]);
    let bob = Peer::joins(server.address, "Bob");
    let ann = Peer::connects(server.address);
    ann.sends(b"Ann");
    bob.sees("Ann joined the chat!");
    ann.sends(b"\nhello\n");
    ann.sees("Ann joined the chat!");
    ann.sees("Connected to the server!");
    all_see(&[&ann, &bob], "Ann: hello");
    bob.says("é");
    all_see(&[&ann, &bob], "Bob: é");
}

#[test]
fn a_pipe_that_the_server_ends_before_it_was_taken_says_so() {
    let server = Server::start(&["--rate", "10"]);
    let ann = Peer::joins(server.address, "Ann");
    let mut bot = Client::joins(server.address, "bot");
    bot.0.types(&lines(1..=200));
    bot.0.input_ends();
    ann.screen().until("bot: 24");
    server.program.signal("TERM");
    ann.screen().until("# the server is shutting down");
    was_cut_off(bot);
}

#[test]
fn a_pipe_that_is_reset_before_it_was_taken_says_so() {
    let mut bot = Client::joins(reset_at_the_end(), "bot");
    bot.0.types(&lines(1..=200));
    bot.0.input_ends();
    was_cut_off(bot);
}

fn lines(numbers: RangeInclusive<usize>) -> String {
    numbers.map(|number| format!("{number}\n")).collect()
}

#[track_caller]
fn was_cut_off(bot: Client) {
    let bot = bot.0.ends();
    assert_eq!(bot.code, 1, "{bot}");
    assert_eq!(bot.stderr, ["chatroom-client: the server closed the connection"]);
}

/// A server that lets someone in, hears it to its end, and resets the connection instead of ending
/// it: it was not taken in order.
fn reset_at_the_end() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.write_all(b"NICK").unwrap();
        stream.read_exact(&mut [0; b"bot\n".len()]).unwrap();
        stream
            .write_all(b"bot joined the chat!\nConnected to the server!\n# 1 here: bot\n")
            .unwrap();
        stream.read_to_end(&mut Vec::new()).unwrap();
        SockRef::from(&stream).set_linger(Some(Duration::ZERO)).unwrap();
    });
    address
}
