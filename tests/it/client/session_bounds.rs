//! A session's memory, and that there is an end to it.

use chatroom::client::catch_up::CatchUp;
use chatroom::client::{Options, Session, SessionAction, SessionEvent, SessionOptions};
use chatroom::{Ending, Millis, limits};

/// As long as the longest history, and no longer.
#[test]
fn memory_of_a_session_is_bounded() {
    let mut many = CatchUp::default();
    let say = |catch_up: &mut CatchUp, line: &str| assert!(catch_up.take(line.into()).live);
    say(&mut many, "ann joined the chat!");
    (0..limits::MAX_HISTORY_LINES).for_each(|_| say(&mut many, "bob: hi"));
    assert_eq!(many.remembered(), limits::MAX_HISTORY_LINES * "bob: hi\n".len());
    say(&mut many, "bob: ho");
    assert_eq!(many.remembered(), limits::MAX_HISTORY_LINES * "bob: hi\n".len());

    let mut long = CatchUp::default();
    say(&mut long, "ann joined the chat!");
    let line = format!("bob: {}", "x".repeat(1024 - "bob: \n".len()));
    (0..2 * limits::HISTORY_BYTES / 1024).for_each(|_| say(&mut long, &line));
    assert_eq!(long.remembered(), limits::HISTORY_BYTES);
}

/// A session that is in the room, for what it can hold of other things.
fn arrived() -> Session {
    let client =
        Options { nickname: Some("ann".into()), can_ask: true, legacy: false, times: false };
    let mut session = Session::new(SessionOptions { client, reconnect: true, seed: 0 });
    let _ = session.handle(Millis::ZERO, SessionEvent::Connected);
    let _ = session.handle(Millis::ZERO, SessionEvent::BytesIn(b"NICK"));
    let _ = session.handle(Millis::ZERO, SessionEvent::BytesIn(b"ann joined the chat!\n"));
    session
}

fn tells(session: &mut Session, event: SessionEvent<'_>) -> Vec<String> {
    let told = |action| if let SessionAction::Tell(text) = action { Some(text) } else { None };
    session.handle(Millis::ZERO, event).into_iter().filter_map(told).collect()
}

#[test]
fn whom_one_ignores_is_bounded_and_said() {
    let mut session = arrived();
    for number in 0..limits::IGNORED_NAMES {
        let told =
            tells(&mut session, SessionEvent::Typed(format!("/ignore b{number}\n").as_bytes()));
        assert_eq!(told, [format!("b{number} is ignored: /unignore b{number} to read them again")]);
    }
    let told = tells(&mut session, SessionEvent::Typed(b"/ignore one-more\n"));
    assert_eq!(told, ["100 people are ignored, which is all there can be: /unignore one"]);
    assert_eq!(tells(&mut session, SessionEvent::Typed(b"/unignore b7\n")).len(), 1);
    let told = tells(&mut session, SessionEvent::Typed(b"/ignore one-more\n"));
    assert_eq!(told, ["one-more is ignored: /unignore one-more to read them again"]);
}

#[test]
fn unheard_lines_are_bounded() {
    let mut session = arrived();
    for number in 0..=limits::UNHEARD_LINES {
        let _ = session.handle(Millis::ZERO, SessionEvent::Typed(format!("{number}\n").as_bytes()));
    }
    let _ = session.handle(Millis::ZERO, SessionEvent::Closed(Ending::Lost));
    let _ = session.handle(Millis::ZERO, SessionEvent::AtOnce);
    let _ = session.handle(Millis::ZERO, SessionEvent::Connected);
    let _ = session.handle(Millis::ZERO, SessionEvent::BytesIn(b"NICK"));
    let told = tells(&mut session, SessionEvent::BytesIn(b"ann joined the chat!\n"));
    assert_eq!(told[0], "here again");
    assert_eq!(told[1], "this may not have been heard: 1");
    assert_eq!(told.len(), 1 + limits::UNHEARD_LINES);
}

#[test]
fn present_names_are_bounded_and_the_latest_are_kept() {
    let mut session = arrived();
    for number in 0..limits::PRESENT_NAMES {
        let line = format!("b{number} joined the chat!\n");
        let _ = session.handle(Millis::ZERO, SessionEvent::BytesIn(line.as_bytes()));
    }
    let names: Vec<_> = session.presence().names().collect();
    assert_eq!(names.len(), limits::PRESENT_NAMES);
    assert_eq!((names[0], names[999]), ("b999", "b0"));
}

#[test]
fn of_a_crowd_that_a_server_names_no_more_are_taken_than_can_be_known() {
    let mut session = arrived();
    let nicks: Vec<_> = (0..=limits::PRESENT_NAMES).map(|number| format!("b{number}")).collect();
    let line = format!("# {} here: {}\n", nicks.len(), nicks.join(", "));
    assert!(line.len() < limits::SERVER_LINE_BYTES);
    let _ = session.handle(Millis::ZERO, SessionEvent::BytesIn(line.as_bytes()));
    let names: Vec<_> = session.presence().names().collect();
    assert_eq!(names.len(), limits::PRESENT_NAMES);
    assert_eq!((names[0], names[999]), ("b999", "b0"));
}

#[test]
fn impossible_nickname_is_not_taken_for_one_that_is_here() {
    let mut session = arrived();
    let long = "x".repeat(2 * limits::NICKNAME_CHARS + 1);
    let line = format!("# 9 here: bob, , a:b, [x], --, {long}, \u{200b}, /me, cid\n");
    let _ = session.handle(Millis::ZERO, SessionEvent::BytesIn(line.as_bytes()));
    assert_eq!(session.presence().names().collect::<Vec<_>>(), ["cid", "bob"]);
    let _ = session.handle(Millis::ZERO, SessionEvent::BytesIn(b"# 0 here: \n"));
    assert_eq!(session.presence().names().count(), 0);
}

#[test]
fn present_names_are_learned_from_messages() {
    let mut session = arrived();
    let mut learns = |line: &str| {
        let _ = session.handle(Millis::ZERO, SessionEvent::BytesIn(format!("{line}\n").as_bytes()));
        session.presence().names().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(learns("bob joined the chat!"), "bob ann");
    assert_eq!(learns("eve: hi"), "eve bob ann");
    assert_eq!(learns("* bob waves"), "bob eve ann");
    assert_eq!(learns("[cid to you] psst"), "cid bob eve ann");
    assert_eq!(learns("[you to dan] psst"), "dan cid bob eve ann");
    assert_eq!(learns("cid left the chat! (too slow)"), "dan bob eve ann");
    assert_eq!(learns("bob is now known as bert"), "bert dan eve ann");
    assert_eq!(learns("# messages 1 to 2:"), "bert dan eve ann");
    assert_eq!(learns("# 9 here: ann, fay, gil and 6 more"), "gil fay ann bert dan eve");
    assert_eq!(learns("# 2 here: ann, fay"), "fay ann");
    assert_eq!(learns("# 1 here: more"), "more");
    assert_eq!(session.presence().me(), Some("ann"));

    let _ = session.handle(Millis::ZERO, SessionEvent::Closed(Ending::Lost));
    let _ = session.handle(Millis::ZERO, SessionEvent::AtOnce);
    let _ = session.handle(Millis::ZERO, SessionEvent::Connected);
    let _ = session.handle(Millis::ZERO, SessionEvent::BytesIn(b"NICK"));
    let history =
        b"# messages 1 to 3:\nann: hi\nbob: gone by now\n* cid waves\nann joined the chat!\n";
    let _ = session.handle(Millis::ZERO, SessionEvent::BytesIn(history));
    assert_eq!(session.presence().names().collect::<Vec<_>>(), ["ann"]);
    assert_eq!(session.presence().known().collect::<Vec<_>>(), ["ann", "cid", "bob"]);
    let _ = session.handle(Millis::ZERO, SessionEvent::BytesIn(b"cid left the chat!\n"));
    assert_eq!(session.presence().known().collect::<Vec<_>>(), ["ann", "bob"]);
}
