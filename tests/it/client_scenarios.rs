//! The client, told as transcripts like the room's: what the server sends, what is typed, and all
//! that the client does about it.

use std::fmt::Write;

use chatroom::client::{ClientAction, ClientCore, ClientEvent, Exit, Options};
use chatroom::wire::escape::{Escaped, unescape};
use chatroom::{Ending, Millis};

use crate::session_scenarios::shown;

scenario! {
    a_known_nickname_is_sent_when_it_is_asked_for r"
        nick ann
        server -> NI
        server -> CK
        server -> ann joined the chat!\nConnected to the server!\n
    "
    a_person_is_asked_for_a_nickname r"
        person
        server -> NICK
        typed ann\n
        server -> ann joined the chat!\nConnected to the server!\n
    "
    a_person_is_asked_again_when_the_nickname_is_refused r"
        person
        nick ann
        server -> NICK
        server -> ! the nickname ann is taken, choose another\nNI
        server -> CK
        typed bob\n
        server -> bob joined the chat!\n
    "
    a_prompt_that_came_too_late_to_be_answered_is_not_shown r"
        person
        nick ann
        server -> NICK
        server -> ! the nickname ann is taken, choose another\nNICK! no nickname within 30 s\n
        server ends
    "
    times_are_asked_for_before_the_nickname_and_taken_from_the_lines r"
        person
        times
        nick ann
        server -> NICK
        server -> 2026-11-27T09:30:00.000Z ! the nickname ann is taken, choose another\nNICK
        typed bob\n
        server -> 2026-11-27T09:30:01.000Z # messages 1 to 1:\n2026-11-27T09:29:59.999Z ann: 2026-11-27T09:30:00.000Z ! no\n
        server -> 2026-11-27T09:30:01.001Z bob joined the chat!\nann: without\n2026-11-27T09:30:00Z ann: short\n
        server -> 2026-11-27T09:30:09.000Z # the server is shutting down\n2026-11-27T09:
        server ends
    "
    prompt_that_came_too_late_is_not_shown_with_times_either r"
        times
        nick ann
        server -> NICK
        server -> 2026-11-27T09:30:00.000Z ! the nickname ann is taken\nNICK2026-11-27T09:30:30.000Z ! no nickname\n
        server ends
    "
    original_server_is_not_asked_for_times r"
        times
        legacy
        nick ann
        server -> NICK
        server -> ann joined the chat!
        +0.050s time passes
    "
    line_that_is_cut_off_is_shown_as_that r"
        nick ann
        server -> NICK
        server -> ann joined the chat!\nbob: I ha
        server is lost
    "
    welcome_that_is_cut_off_admits_nobody r"
        person
        server -> NICK
        typed ann\nhello\n
        server -> ann join
        server is lost
    "
    a_program_is_not_asked_again r"
        nick ann
        server -> NICK
        server -> ! the nickname ann is taken, choose another\nNICK
    "
    the_last_refusal_says_all_reasons r"
        nick ann
        server -> NICK
        server -> ! the nickname ann is taken, choose another\n! 5 nicknames were refused\n
        server ends
    "
    a_server_that_refuses_at_once_is_quoted r"
        nick ann
        server -> ! the room is full, try later\n
        server ends
    "
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
    an_empty_line_is_no_nickname r"
        person
        server -> NICK
        typed \n\r\n
        typed ann\n
    "
    a_nickname_typed_in_pieces_is_asked_for_once r"
        person
        server -> NICK
        typed an
        typed n\n
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
    "
    reasons_of_a_refusal_are_kept_until_they_fill_a_line r"
        nick ann
        server -> NICK
        server -> ! LIMIT\n! one\n! two\n
        server ends
    "
    the_quiet_that_ends_a_frame_begins_anew_with_each_read r"
        legacy
        nick Jacob
        server -> NICK
        server -> Jacob joined
        +0.040s server -> \x20the chat!
        +0.050s time passes
        +0.090s time passes
    "
    a_person_who_ends_the_input_instead_of_a_nickname_leaves r"
        person
        server -> NICK
        input ends
    "
    whoever_ended_the_input_before_the_question_hears_nothing_after_it r"
        person
        input ends
        server -> NICK! and more\n
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
    the_original_server_gets_frames_without_ends_and_is_given_time_to_tell_them_apart r"
        legacy
        nick Jacob
        server -> NICK
        server -> Jacob joined the chat!Connected to the server!
        +0.050s time passes
        typed one\ntwo\n
        +0.100s time passes
        +0.110s server -> Jacob: one
        +0.160s time passes
        +0.200s time passes
        +0.210s server -> Jacob: two
        +0.260s time passes
    "
    more_than_a_frame_from_the_original_server_does_not_wait_for_quiet r"
        legacy
        nick Jacob
        server -> NICK
        server -> Jacob joined the chat!
        +0.050s time passes
        +0.060s server -> LIMIT
        +0.110s time passes
        +0.120s server -> LIMITx
    "
    the_original_server_gets_ascii_only_and_the_typist_is_told r"
        legacy
        nick Zo\u{eb}
        server -> NICK
        server -> Zo? joined the chat!
        +0.050s time passes
        typed caf\u{e9} \u{1f600}\n
    "
    the_original_server_is_left_without_an_end_of_stream r"
        legacy
        nick Jacob
        server -> NICK
        server -> Jacob joined the chat!
        +0.050s time passes
        typed bye
        input ends
        +0.100s time passes
        +0.110s server -> Jacob: bye
        +0.400s time passes
    "
    text_after_leaving_the_original_server_is_not_shown r"
        legacy
        nick Jacob
        server -> NICK
        server -> Jacob joined the chat!
        +0.050s input ends
        +0.360s server -> Bob: late
        +0.500s time passes
    "
    quit_is_not_for_the_original_server r"
        legacy
        nick Jacob
        server -> NICK
        server -> Jacob joined the chat!
        +0.050s time passes
        typed /quit\n
        +0.350s time passes
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
fn played(script: &str) -> String {
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
