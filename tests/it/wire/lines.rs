//! A line means what the server said: `Line::parse` is the inverse of what `native` writes.

use std::fmt::Display;

use chatroom::room::facts::{Error, LeaveReason, Reply, RoomEvent};
use chatroom::room::history::{History, Kind};
use chatroom::room::nickname::{Nickname, Refused};
use chatroom::room::roster::Roster;
use chatroom::room::wall_time::WallTime;
use chatroom::wire::line::Line;
use chatroom::wire::sanitize;
use chatroom::{ClientId, Ending, Millis, Rendering};
use quickcheck::{Arbitrary, Gen};
use quickcheck_macros::quickcheck;

/// The one line that a fact is.
fn line(fact: impl Display) -> String {
    let said = fact.to_string();
    let line = said.strip_suffix('\n').unwrap();
    assert!(!line.contains('\n'), "{line:?} is one line");
    line.into()
}

/// Also that no text makes a line another's, or of another kind.
#[quickcheck]
fn rendered_message_is_parsed_as_it_was(who: Name, text: Text) {
    let (nick, text) = (who.0.as_str(), text.0.as_str());
    let who = (&who.0).into();
    assert_eq!(Line::parse(&line(RoomEvent::Said(who, text))), Line::Said { nick, text });
    assert_eq!(Line::parse(&line(RoomEvent::Acted(who, text))), Line::Acted { nick, text });
    assert_eq!(Line::parse(&line(RoomEvent::Topic(who, text))), Line::TopicSet { nick, text });
    let private = line(Reply::PrivateFrom(ClientId(1), who, text));
    assert_eq!(Line::parse(&private), Line::PrivateFrom { nick, text });
    let private = line(Reply::PrivateTo(ClientId(1), who, text));
    assert_eq!(Line::parse(&private), Line::PrivateTo { nick, text });
}

#[quickcheck]
fn rendered_join_and_leave_are_parsed_as_they_were(who: Name, now: Name, words: Text) {
    let (nick, other) = (who.0.as_str(), now.0.as_str());
    assert_eq!(Line::parse(&line(RoomEvent::Joined((&who.0).into()))), Line::Joined { nick });
    let renamed = line(RoomEvent::Renamed((&who.0).into(), (&now.0).into()));
    assert_eq!(Line::parse(&renamed), Line::Renamed { before: nick, now: other });
    let quit = format!("quit: {}", words.0);
    for (reason, told) in [
        (LeaveReason::Ended(Ending::Finished), ""),
        (LeaveReason::Ended(Ending::Gone), ""),
        (LeaveReason::Ended(Ending::Lost), "connection lost"),
        (LeaveReason::Ended(Ending::TooSlow), "too slow"),
        (LeaveReason::Flooding, "flooding"),
        (LeaveReason::Quit(""), ""),
        (LeaveReason::Quit(&*words.0), if words.0.is_empty() { "" } else { &quit }),
    ] {
        let left = line(RoomEvent::Left((&who.0).into(), reason));
        assert_eq!(Line::parse(&left), Line::Left { nick, reason: told }, "{left}");
    }
}

#[quickcheck]
fn rendered_reply_is_parsed_as_it_was(who: Name, text: Text) {
    assert_eq!(Line::parse(&line(Reply::Welcome)), Line::Connected);
    let you_are = format!("you are {} here", who.0);
    assert_eq!(Line::parse(&line(Reply::YouAre((&who.0).into()))), Line::Information(&*you_are));
    let down = line(RoomEvent::Closing);
    assert_eq!(Line::parse(&down), Line::Information("the server is shutting down"));
    for help in Reply::Help.to_string().lines() {
        assert_eq!(Line::parse(help), Line::Information(help.strip_prefix("# ").unwrap()));
    }
    let topic = format!("topic: {}", text.0);
    if !text.0.is_empty() {
        assert_eq!(Line::parse(&line(Reply::Topic(&text.0))), Line::Information(&*topic));
    }
    let of_the_day = format!("Today: {}", text.0);
    let told = line(Reply::MessageOfTheDay(&of_the_day));
    assert_eq!(Line::parse(&told), Line::Information(&*of_the_day));
}

#[quickcheck]
fn every_refusal_is_understood_as_one(who: Name, text: Text) {
    let refused = Refused::Taken(who.0.to_string());
    for error in [
        Error::Nickname(&refused),
        Error::Nickname(&Refused::NoLetter),
        Error::Nickname(&Refused::TooLong),
        Error::Nickname(&Refused::Character('/')),
        Error::Nickname(&Refused::Script('a')),
        Error::Nickname(&Refused::Digit('1')),
        Error::Nickname(&Refused::Mark('\u{301}')),
        Error::BlankBeforeSlash,
        Error::SameNickname((&who.0).into()),
        Error::TooManyNicknames,
        Error::NoNickname(Millis::new(1)),
        Error::TooLong,
        Error::UnknownCommand(&text.0),
        Error::NoOneCalled(&text.0),
        Error::Full,
        Error::TooManyFromAddress,
        Error::Closing,
        Error::Http,
        Error::Tls,
        Error::Flooding,
    ] {
        let said = line(Reply::Error(error));
        assert_eq!(Line::parse(&said), Line::Refused(&*error.to_string()));
    }
}

#[quickcheck]
fn the_head_of_a_history_says_which_messages_follow(said: Vec<(Name, Text)>) {
    let mut history = History::new(3, usize::MAX);
    for (who, text) in &said {
        history.add(Kind::Said, (&who.0).into(), &text.0, WallTime::UNKNOWN);
    }
    let shown = Reply::History(history.latest(usize::MAX, Rendering::Native)).to_string();
    let mut lines = shown.lines();
    let last = said.len() as u64;
    let first = last.saturating_sub(2).max(1);
    assert_eq!(Line::parse(lines.next().unwrap()), Line::History { first, last });
    for ((who, text), line) in said.iter().skip(said.len().saturating_sub(3)).zip(lines) {
        assert_eq!(Line::parse(line), Line::Said { nick: who.0.as_str(), text: &text.0 });
        assert!(Line::parse(line).is_numbered());
    }
}

#[quickcheck]
fn rendered_roster_is_parsed_as_it_was(names: Vec<Name>) {
    let mut roster = Roster::default();
    for (id, name) in (1..).zip(&names) {
        if let Ok(name) = roster.check(ClientId(id), name.0.clone(), |_| false) {
            roster.join(ClientId(id), name);
        }
    }
    let nicks: Vec<_> = roster.nicknames().map(Nickname::as_str).collect();
    let said = line(Reply::Names(&roster));
    let count = nicks.len() as u64;
    assert_eq!(Line::parse(&said), Line::Present { count, nicks: &*nicks.join(", ") });
}

#[test]
fn a_crowd_that_is_not_all_named_is_understood() {
    let mut roster = Roster::default();
    for number in 0..6000 {
        let name = Nickname::parse(&format!("member{number}")).unwrap();
        roster.join(ClientId(number), name);
    }
    let said = line(Reply::Names(&roster));
    let Line::Present { count: 6000, nicks } = Line::parse(&said) else { panic!("{said}") };
    assert!(nicks.starts_with("member0, member1, ") && nicks.ends_with(" more"));
}

#[test]
fn line_that_no_server_of_ours_says_is_something_else() {
    for other in [
        "",
        " ",
        "hi",
        "NICK",
        "#",
        "!",
        "#hi",
        "a :b",
        "a b: c",
        ": hi",
        "* ",
        "* bob",
        "[bob to you]x",
        "[bob] hi",
        "[you to ] hi",
        "[ to you] hi",
        "bob joined the chat",
        "bob left the chat! (x",
        "bob left the chat!x",
        "bob is now known as",
        "bob is now known as a b",
        "/x: y",
        "a/b: c",
        "- client: hi",
        "-- the connection was lost",
        "--: hi",
        "* -- waves",
        "[-- to you] hi",
        "-- joined the chat!",
        "-- left the chat! (the connection was lost)",
        "--\u{200b} left the chat!",
        "--\u{1160} left the chat!",
        "-- is now known as bob",
        "bob is now known as --",
    ] {
        assert_eq!(Line::parse(other), Line::Other(other), "{other:?}");
    }
    for other in ["# messages 1 to x:", "# messages 1 to 2", "# many here: bob"] {
        assert_eq!(Line::parse(other), Line::Information(&other[2..]));
    }
}

/// Any nickname that a member can have: chosen, or mended.
#[derive(Clone, Debug)]
struct Name(Nickname);

impl Arbitrary for Name {
    fn arbitrary(g: &mut Gen) -> Self {
        let chunks = [
            "ann", "Bob", "-", "_", ".", "é", "太", "ю", "1", "joined", "left", "now", "you", "to",
        ];
        let name: String = match u8::arbitrary(g) % 4 {
            0 => String::arbitrary(g),
            pieces_wanted => (0..pieces_wanted).map(|_| *g.choose(&chunks).unwrap()).collect(),
        };
        let chosen = Nickname::parse(&name);
        Self(
            chosen.unwrap_or_else(|_| {
                Roster::default().first_free(Nickname::coerce(&name), |_| false)
            }),
        )
    }
}

/// Any text that a member can say: sanitised, and often like a line of the server's.
#[derive(Clone, Debug)]
struct Text(String);

impl Arbitrary for Text {
    fn arbitrary(g: &mut Gen) -> Self {
        let chunks = [
            "ann: ",
            "* ann ",
            "[ann to you] ",
            "[you to ann] ",
            "] ",
            " to you] ",
            "ann joined the chat!",
            " left the chat!",
            " (quit: x)",
            ")",
            " is now known as bob",
            "# ",
            "! ",
            "Connected to the server!",
            "# messages 1 to 2:",
            " 2 here: ann",
            " ",
            "\t",
            "hi",
        ];
        let mut text = String::new();
        for _ in 0..u8::arbitrary(g) % 6 {
            match bool::arbitrary(g) {
                true => text += g.choose(&chunks).unwrap(),
                false => text += &String::arbitrary(g),
            }
        }
        Self(sanitize::text(text.as_bytes()))
    }

    fn shrink(&self) -> Box<dyn Iterator<Item = Self>> {
        Box::new(self.0.shrink().map(|text| Self(sanitize::text(text.as_bytes()))))
    }
}
