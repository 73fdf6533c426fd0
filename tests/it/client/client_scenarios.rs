//! The client, told as transcripts like the room's: what the server sends, what is typed, and all
//! that the client does about it.

use std::fmt::Write;

use chatroom::client::{ClientAction, ClientCore, ClientEvent, Exit, Options};
use chatroom::wire::escape::{Escaped, unescape};
use chatroom::{Ending, Millis};

use crate::session_scenarios::shown;

scenario! {
    a_server_that_ends_is_said_to r"
        nick ann
        server -> NICK
        server -> ann joined the chat!\n
        server -> # the server is shutting down\n
        server ends
    "
    typed_lines_are_sent_one_by_one_when_the_server_can_take_them r"
        nick ann
        server -> NICK
        server -> ann joined the chat!\n
        typed one\r\ntwo\n\nthr
        typed ee\n
    "
    the_end_of_input_leaves_once_all_has_been_sent r"
        nick ann
        server -> NICK
        server -> ann joined the chat!\n
        typed hi\nlast
        input ends
        server -> ann: hi\nann: last\n
        server ends
    "
    quit_is_sent_and_the_servers_end_is_the_answer r"
        nick ann
        server -> NICK
        server -> ann joined the chat!\n
        typed /quit bye\nnever sent\n
        server ends
    "
    a_server_that_is_lost_has_not_taken_every_line r"
        nick ann
        server -> NICK
        server -> ann joined the chat!\n
        typed hi\n
        input ends
        server is lost
    "
    a_server_that_goes_down_first_has_not_taken_every_line r"
        nick ann
        server -> NICK
        server -> ann joined the chat!\n
        typed hi\n
        input ends
        server -> # the server is shutting down\n
        server ends
    "
    a_server_that_turns_a_member_away_has_not_taken_every_line r"
        nick ann
        server -> NICK
        server -> ann joined the chat!\n
        typed hi\n
        input ends
        server -> ! the room is full, and your network holds more than its share: try later\n
        server ends
    "
    a_server_that_refused_a_line_has_taken_it r"
        nick ann
        server -> NICK
        server -> ann joined the chat!\n
        typed /msg bob hi\n
        input ends
        server -> ! no one here is called bob\n
        server ends
    "
    an_empty_line_is_no_nickname r"
        person
        server -> NICK
        typed \n\r\n
        typed ann\n
    " => r"
        person
        server -> NICK
            asks for a nickname
            reads on
        typed \n\r\n
            asks for a nickname
            reads on
        typed ann\n
            sends ann\n
    "
    a_nickname_typed_in_pieces_is_asked_for_once r"
        person
        server -> NICK
        typed an
        typed n\n
    " => r"
        person
        server -> NICK
            asks for a nickname
            reads on
        typed an
            reads on
        typed n\n
            sends ann\n
    "
    a_line_that_refuses_nothing_is_told_and_forgotten r"
        nick ann
        server -> NICK
        server -> ! the room is nearly full\n
        server -> ann joined the chat!\n
        server -> NICK
        server ends
    "
    a_second_nick_without_a_refusal_is_only_text r"
        nick ann
        server -> NICK
        server -> NICK
        server -> \x20is not asked for again\n
    " => r"
        nick ann
        server -> NICK
            sends ann\n
        server -> NICK
        server -> \x20is not asked for again\n
            shows NICK is not asked for again
            reads on
    "
    reasons_of_a_refusal_are_kept_until_they_fill_a_line r"
        nick ann
        server -> NICK
        server -> ! LIMIT\n! one\n! two\n
        server ends
    " => r"
        nick ann
        server -> NICK
            sends ann\n
        server -> ! LIMIT\n! one\n! two\n
        server ends
            exits: refused: one; two
    "
    a_person_who_ends_the_input_instead_of_a_nickname_leaves r"
        person
        server -> NICK
        input ends
    " => "
        person
        server -> NICK
            asks for a nickname
            reads on
        input ends
            exits: left
    "
    whoever_ended_the_input_before_the_question_hears_nothing_after_it r"
        person
        input ends
        server -> NICK! and more\n
    " => r"
        person
        input ends
        server -> NICK! and more\n
            asks for a nickname
            exits: left
    "
    a_typed_line_that_is_too_long_is_told_to_the_person_only r"
        nick ann
        server -> NICK
        server -> ann joined the chat!\n
        typed LONG\n
        typed next\n
    "
    text_of_a_hostile_server_is_sanitised r"
        nick ann
        server -> NICK
        server -> \x1b]52;c;aGk=\x07\u{9b}2J\u{202e}evil\rgood\n
        server -> \xff\xfb\x01caf\xc3\xa9 \xe9\n
    " => r"
        nick ann
        server -> NICK
            sends ann\n
        server -> \x1b]52;c;aGk=\x07\u{9b}2J\u{202e}evil\rgood\n
            shows ]52;c;aGk=2Jevil good
            reads on
        server -> \xff\xfb\x01caf\xc3\xa9 \xe9\n
            shows café �
    "
    a_hostile_servers_endless_line_is_bounded_and_said r"
        nick ann
        server -> NICK
        server -> ann joined the chat!\n
        server -> ENDLESS
        server -> \nnext\n
    "
    nick_from_a_server_later_is_only_text r"
        nick ann
        server -> NICK
        server -> ann joined the chat!\n
        server -> NICK
        server -> \nNICK\n
    "
}

/// The simulator holds its bound against this.
#[test]
fn the_client_says_how_much_it_holds() {
    let mut core = ClientCore::new(Options::default());
    for (event, held) in [
        (ClientEvent::BytesIn(b"! tha"), 5),
        (ClientEvent::Typed(b"hello, "), 7),
        (ClientEvent::BytesIn(b"t is"), 9),
    ] {
        let _ = core.handle(Millis::ZERO, event);
        assert_eq!(core.most_held(), held);
    }
}

/// Words that stand for so many bytes, the longest first.
const LENGTHS: [(&str, usize); 3] = [("ENDLESS", 70_000), ("LONG", 5000), ("LIMIT", 4096)];

#[test]
fn client_holds_only_unfinished_lines_of_either_side() {
    let mut core = ClientCore::new(Options { nickname: Some("ann".into()), ..Options::default() });
    let mut held = |event| {
        let _ = core.handle(Millis::ZERO, event);
        core.most_held()
    };
    assert_eq!(held(ClientEvent::BytesIn(b"NICK")), 0);
    assert_eq!(held(ClientEvent::BytesIn(b"ann joined the chat!\nann: on")), 7);
    assert_eq!(held(ClientEvent::Typed(b"two\nthree of them")), 13);
    assert_eq!(held(ClientEvent::BytesIn(b"e\n")), 13);
    assert_eq!(held(ClientEvent::Typed(b"\n")), 0);
}

/// Runs a script of the lines above, and writes down what the client does under each.
pub(super) fn played(script: &str) -> String {
    let mut options = Options::default();
    let mut core = None;
    let mut now = Millis::ZERO;
    let mut waits = None;
    let mut printed = String::new();
    for line in script.trim().lines().map(str::trim) {
        writeln!(printed, "{line}").unwrap();
        let line = match line.strip_prefix('+').and_then(|line| line.split_once("s ")) {
            Some((time, rest)) => {
                now = Millis::new(time.replace('.', "").parse().unwrap());
                rest
            }
            None => line,
        };
        let bytes = |text: &str| {
            unescape(&LENGTHS.iter().fold(text.into(), |text: String, (word, length)| {
                text.replace(word, &"x".repeat(*length))
            }))
            .unwrap()
        };
        let (data, event) = match line.split_once(' ').unwrap_or((line, "")) {
            ("nick", nick) => {
                options.nickname = Some(String::from_utf8(bytes(nick)).unwrap());
                continue;
            }
            ("person", _) => {
                options.can_ask = true;
                continue;
            }
            ("legacy", _) => {
                options.legacy = true;
                continue;
            }
            ("times", _) => {
                options.times = true;
                continue;
            }
            ("server", "ends") => (vec![], Some(ClientEvent::Closed(Ending::Finished))),
            ("server", "is lost") => (vec![], Some(ClientEvent::Closed(Ending::Lost))),
            ("server", sent) => (bytes(sent.strip_prefix("-> ").unwrap()), None),
            ("typed", typed) => (bytes(typed), None),
            ("input", "ends") => (vec![], Some(ClientEvent::InputEnded)),
            ("time", "passes") => (vec![], Some(ClientEvent::Tick)),
            _ => panic!("{line}?"),
        };
        let event = event.unwrap_or(match line.starts_with("typed") {
            true => ClientEvent::Typed(&data),
            false => ClientEvent::BytesIn(&data),
        });
        let core = core.get_or_insert_with(|| ClientCore::new(options.clone()));
        for action in core.handle(now, event) {
            writeln!(printed, "    {}", described(&action)).unwrap();
        }
        let due = core.poll_timeout();
        assert!(due.is_none_or(|due| due > now), "what is due has been done");
        if let Some(due) = due.filter(|_| due != waits) {
            writeln!(printed, "    waits until {due}").unwrap();
        }
        waits = due;
    }
    LENGTHS
        .iter()
        .fold(printed, |printed, (word, length)| printed.replace(&"x".repeat(*length), word))
}

fn described(action: &ClientAction) -> String {
    match action {
        ClientAction::Send(bytes) => format!("sends{}", Escaped(bytes)),
        ClientAction::Show(line) => format!("shows{}", shown(line)),
        ClientAction::Tell(text) => format!("tells{}", Escaped(text.as_bytes())),
        ClientAction::Ask => "asks for a nickname".into(),
        ClientAction::Read => "reads on".into(),
        ClientAction::Finish => "finishes".into(),
        ClientAction::Exit(Exit::Left) => "exits: left".into(),
        ClientAction::Exit(Exit::Refused(reason)) => format!("exits: refused: {reason}"),
        ClientAction::Exit(Exit::ServerClosed) => "exits: the server closed".into(),
        ClientAction::Local(_) | ClientAction::Exit(Exit::Failed(_)) => {
            unreachable!("only in a session")
        }
    }
}
