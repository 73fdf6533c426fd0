//! Input from the network: pipes, other protocols, old terminals, and people who do not listen.

use std::io::Write;
use std::net::{Shutdown, TcpStream};
use std::thread;

use super::people::{Peer, Person, Sloth, all_see};
use crate::programs::Server;

/// `printf 'bot\nhello' | nc -N`.
#[test]
fn a_pipe_that_ends_its_side_is_heard_to_the_end() {
    let server = Server::start(&[]);
    let ann = Peer::joins(server.address, "Ann");
    let bot = Peer::connects(server.address);
    bot.sends(b"bot\nhello");
    bot.ends_its_side();
    for line in ["bot joined the chat!", "bot: hello", "bot left the chat!"] {
        ann.sees(line);
    }
    bot.has_joined_as("bot");
    bot.sees("bot: hello");
    bot.sees_the_end();
}

#[test]
fn an_http_request_is_told_what_this_is_and_closed() {
    let server = Server::start(&[]);
    let browser = Peer::connects(server.address);
    browser.sends(b"POST / HTTP/1.1\r\nHost: localhost:55555\r\n\r\nmallory\nhi all\n");
    browser
        .sees("! this is a chat room, not a web server: join with chatroom-client, nc or telnet");
    browser.sees_the_end();
}

#[test]
fn a_tls_client_is_told_what_this_is_and_closed() {
    let server = Server::start(&[]);
    let browser = Peer::connects(server.address);
    browser.sends(&[0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03]);
    browser.sees("! this is a chat room without TLS: join with chatroom-client, nc or telnet");
    browser.sees_the_end();
}

#[test]
fn a_line_that_is_too_long_is_refused_and_its_sender_stays() {
    let server = Server::start(&[]);
    let ann = Peer::joins(server.address, "Ann");
    ann.says(&"x".repeat(5000));
    ann.sees("! message too long (limit 4096 bytes), not sent");
    let longest = "y".repeat(4096);
    ann.says(&longest);
    ann.sees(&format!("Ann: {longest}"));
}

#[test]
fn telnet_negotiation_is_no_part_of_a_nickname() {
    const NAWS: &[u8] = b"\xff\xfb\x1f\xff\xfa\x1f\x00\x50\x00\x18\xff\xf0";
    let server = Server::start(&[]);
    let ann = Peer::connects(server.address);
    ann.sends(&[NAWS, b"\xff\xfd\x03", b"Ann\r\n"].concat());
    ann.has_joined_as("Ann");
    ann.sends(b"hi\xff\xf1 there\r\n");
    ann.sees("Ann: hi there");
}

#[test]
fn a_refused_nickname_can_be_mended() {
    let server = Server::start(&[]);
    let ann = Peer::joins(server.address, "Ann");
    let other = Peer::connects(server.address);
    other.says("aNN");
    other.sees("! the nickname aNN is taken, choose another");
    other.says("Bob");
    // The second prompt has no line end either.
    other.sees("NICKBob joined the chat!");
    ann.sees("Bob joined the chat!");
}

/// To close with something unread is to reset (RFC 2525, section 2.17).
#[test]
fn a_lost_connection_is_told_from_one_that_was_closed() {
    let server = Server::start(&[]);
    let ann = Peer::joins(server.address, "Ann");
    let bob = Sloth::joins(server.address, "Bob");
    ann.sees("Bob joined the chat!");
    ann.says("/who");
    ann.sees("# 2 here: Ann, Bob");
    drop(bob);
    ann.sees("Bob left the chat! (connection lost)");
}

/// Half a line that fills the buffer of a first read, whose end is known when the rest is asked for.
#[test]
fn half_a_line_before_a_reset_is_not_said_however_long_it_is() {
    let server = Server::start(&[]);
    let ann = Peer::joins(server.address, "Ann");
    for length in [1000, 1023, 1024, 1025, 1500] {
        let bob = Sloth::joins(server.address, "Bob");
        ann.sees("Bob joined the chat!");
        server.program.signal("STOP");
        bob.sends("x".repeat(length).as_bytes());
        bob.vanishes();
        server.program.signal("CONT");
        ann.sees("Bob left the chat! (connection lost)");
    }
}

/// The kernel tells of a reset once: here most often the one who sends, not the one who reads.
#[test]
fn a_lost_connection_is_lost_though_a_send_found_it_first() {
    let server = Server::start(&["--rate", "0"]);
    let ann = Peer::joins(server.address, "Ann");
    for round in 1..=40 {
        let bob = Sloth::joins(server.address, "Bob");
        assert_eq!(ann.screen().next_but("Ann: hi"), "Bob joined the chat!", "round {round}");
        ann.sends("hi\n".repeat(200).as_bytes());
        ann.sees("Ann: hi");
        bob.sends(b"half a li");
        drop(bob);
        let gone = "Bob left the chat! (connection lost)";
        assert_eq!(ann.screen().next_but("Ann: hi"), gone, "round {round}");
    }
}

#[test]
fn a_member_that_never_reads_is_dropped_and_the_others_get_everything() {
    const ROUNDS: usize = 250;
    // No more than the backlog, so that whoever has read the rounds before is never too slow.
    const LINES: usize = 16;
    let server = Server::start(&["--backlog", "65536", "--rate", "0", "--history", "0"]);
    let ann = Peer::joins(server.address, "Ann");
    let bob = Peer::joins(server.address, "Bob");
    ann.sees("Bob joined the chat!");
    let sloth = Sloth::joins(server.address, "Sloth");
    all_see(&[&ann, &bob], "Sloth joined the chat!");

    let filler = "x".repeat(3900);
    let gone = "Sloth left the chat! (too slow)";
    let dropped = (1..=ROUNDS).any(|round| {
        let lines: Vec<_> = (1..=LINES).map(|line| format!("{round}.{line} {filler}")).collect();
        lines.iter().for_each(|line| ann.says(line));
        ann.says("done");
        let said: Vec<_> = lines.iter().map(|line| format!("Ann: {line}")).collect();
        let [seen_by_ann, seen_by_bob] =
            [&ann, &bob].map(|person| person.screen().until("Ann: done"));
        assert_eq!(seen_by_ann, seen_by_bob);
        let (told, seen): (Vec<_>, Vec<_>) = seen_by_bob.into_iter().partition(|line| line == gone);
        assert!(seen == said, "a line is missing, or out of its place, in round {round}");
        !told.is_empty()
    });
    assert!(dropped, "{ROUNDS} rounds were not enough");
    drop(sloth);
    ann.says("/who");
    ann.sees("# 2 here: Ann, Bob");
}

/// A read of two-byte lines leads to far more bytes than it has; that is nobody's fault but its
/// sender's.
#[test]
fn a_flood_in_one_write_drops_no_one_who_reads() {
    // Each write leads to less than the backlog, so that a reader of any speed stays.
    const LINES: usize = 8 * 1024;
    let flags = ["--rate", "0", "--history", "0"];
    let server = Server::start(&flags);
    let ann = Peer::joins_from_afar(server.address, "Ann");
    let bob = Peer::joins(server.address, "a-nickname-of-thirty-two-letters");
    ann.sees("a-nickname-of-thirty-two-letters joined the chat!");
    for _ in 0..4 {
        let half = "x\n".repeat(LINES);
        bob.sends(format!("{half}/msg Ann psst\n{half}").as_bytes());
        let lines = ["a-nickname-of-thirty-two-letters: x"; LINES];
        assert_eq!(ann.screen().until("[a-nickname-of-thirty-two-letters to you] psst"), lines);
        lines.iter().for_each(|line| ann.sees(line));
        // Bob has read it too before there is more.
        assert_eq!(bob.screen().until("[you to Ann] psst"), lines);
        lines.iter().for_each(|line| bob.sees(line));
    }
}

/// A peer that sends nothing but line ends, at line rate, keeps the room busy with nothing.
#[test]
fn floods_of_nothing_keep_nothing_from_being_said() {
    let server = Server::start(&["--rate", "0"]);
    let (ann, bob) = (Peer::joins(server.address, "Ann"), Peer::joins(server.address, "Bob"));
    let floods: Vec<_> = (0..8)
        .map(|_| {
            let flood = TcpStream::connect(server.address).unwrap();
            let mut stream = flood.try_clone().unwrap();
            // It ends when its connection is shut down below.
            thread::spawn(move || while stream.write_all(&[b'\n'; 64 * 1024]).is_ok() {});
            flood
        })
        .collect();
    ann.sees("Bob joined the chat!");
    for number in 0..10 {
        ann.says(&number.to_string());
        all_see(&[&ann, &bob], &format!("Ann: {number}"));
    }
    floods.iter().for_each(|flood| flood.shutdown(Shutdown::Both).unwrap());
}
