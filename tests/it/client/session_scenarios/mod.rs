//! A session over several connections, told as transcripts: what the server sends, what is typed,
//! and all that the session does about it.

mod catching_up;
mod connections;
mod typing;

use std::fmt::Write;

use chatroom::client::command::Local;
use chatroom::client::{Exit, LinkState, Session, SessionAction, SessionEvent, SessionOptions};
use chatroom::wire::escape::{Escaped, unescape};
use chatroom::wire::line::Received;
use chatroom::{Ending, Millis};

/// Runs a script, one event a line, and writes down what the session does under each.
fn played(script: &str) -> String {
    let mut options = SessionOptions::default();
    let mut session = None;
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
        if set(&mut options, line) {
            continue;
        }
        let session = session.get_or_insert_with(|| Session::new(options.clone()));
        if line == "waits it out" {
            now = wait_out(session, &mut printed);
        } else {
            let data = line.split_once(' ').map_or("", |(_, data)| data);
            let data = unescape(data.strip_prefix("-> ").unwrap_or(data)).unwrap();
            for action in session.handle(now, event(line, &data)) {
                writeln!(printed, "    {}", described(&action)).unwrap();
            }
        }
        let due = session.poll_timeout();
        assert!(due.is_none_or(|due| due > now), "what is due has been done");
        if let Some(due) = due.filter(|_| due != waits) {
            writeln!(printed, "    waits until {due}").unwrap();
        }
        waits = due;
    }
    printed
}

/// Reads a line that says how the session is to be.
fn set(options: &mut SessionOptions, line: &str) -> bool {
    match line.split_once(' ').unwrap_or((line, "")) {
        ("nick", nick) => options.client.nickname = Some(nick.into()),
        ("stays", nick) => {
            options.client.nickname = Some(nick.into());
            options.reconnect = true;
        }
        ("person", _) => options.client.can_ask = true,
        ("legacy", _) => options.client.legacy = true,
        ("times", _) => options.client.times = true,
        ("seed", seed) => options.seed = seed.parse().unwrap(),
        _ => return false,
    }
    true
}

fn event<'a>(line: &str, data: &'a [u8]) -> SessionEvent<'a> {
    match line.split_once(' ').unwrap_or((line, "")) {
        ("connects", _) => SessionEvent::Connected,
        ("cannot", "connect") => SessionEvent::Failed("cannot connect to home: no route".into()),
        ("enter", _) => SessionEvent::AtOnce,
        ("machine", slept) => {
            let seconds = slept.strip_prefix("sleeps ").unwrap().parse::<u64>().unwrap();
            SessionEvent::Slept(Millis::new(seconds * 1000))
        }
        ("server", "ends") => SessionEvent::Closed(Ending::Finished),
        ("server", "is lost") => SessionEvent::Closed(Ending::Lost),
        ("server", _) => SessionEvent::BytesIn(data),
        ("typed", _) => SessionEvent::Typed(data),
        ("input", "ends") => SessionEvent::InputEnded,
        ("time", "passes") => SessionEvent::Tick,
        _ => panic!("{line}?"),
    }
}

/// Lets time pass until more happens than that the prompt counts the seconds.
fn wait_out(session: &mut Session, printed: &mut String) -> Millis {
    while let Some(now) = session.poll_timeout() {
        let mut actions = session.handle(now, SessionEvent::Tick);
        let counts =
            |it: &SessionAction| matches!(it, SessionAction::State(LinkState::Waiting { .. }));
        actions.retain(|action| !counts(action));
        for action in &actions {
            writeln!(printed, "    {now} {}", described(action)).unwrap();
        }
        if !actions.is_empty() {
            return now;
        }
    }
    panic!("there is nothing to wait for");
}

fn described(action: &SessionAction) -> String {
    match action {
        SessionAction::Connect => "connects".into(),
        SessionAction::HangUp => "hangs up".into(),
        SessionAction::Send(bytes) => format!("sends{}", Escaped(bytes)),
        SessionAction::Finish => "finishes".into(),
        SessionAction::Show(line) => format!("shows{}", shown(line)),
        SessionAction::Replay(line) => {
            format!("shows of before{}", shown(line))
        }
        SessionAction::Tell(text) => format!("tells{}", Escaped(text.as_bytes())),
        SessionAction::Ask => "asks for a nickname".into(),
        SessionAction::Read => "reads on".into(),
        SessionAction::Keep(line) => format!("keeps{}", Escaped(line.as_bytes())),
        SessionAction::State(LinkState::Connecting) => "is connecting".into(),
        SessionAction::State(LinkState::Online { nick }) => format!("is {nick}"),
        SessionAction::State(LinkState::Waiting { nick, seconds }) => {
            format!("is {nick} (reconnecting in {seconds} s)")
        }
        SessionAction::Local(Local::Clear) => "clears the screen".into(),
        SessionAction::Local(Local::Save(file)) => format!("saves to {file}"),
        SessionAction::Local(Local::Set { option, value }) => format!("sets {option} to {value}"),
        SessionAction::Local(local) => unreachable!("{local:?} is the session's"),
        SessionAction::Exit(Exit::Left) => "exits: left".into(),
        SessionAction::Exit(Exit::Refused(reason)) => format!("exits: refused: {reason}"),
        SessionAction::Exit(Exit::ServerClosed) => "exits: the server closed".into(),
        SessionAction::Exit(Exit::Failed(reason)) => format!("exits: failed: {reason}"),
    }
}

/// The line, behind its time where it has one.
pub(crate) fn shown(line: &Received) -> String {
    let at = line.time().map(|time| format!(" at {time}:")).unwrap_or_default();
    format!("{at}{}", Escaped(line.text().as_bytes()))
}
