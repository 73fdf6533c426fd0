//! The properties of a session, whatever happens.

use chatroom::client::{
    ClientAction, ClientCore, ClientEvent, LinkState, Options, Session, SessionAction,
    SessionEvent, SessionOptions,
};
use chatroom::limits;
use chatroom::{Ending, Millis};
use quickcheck::{Arbitrary, Gen};
use quickcheck_macros::quickcheck;

/// Any events, in any order, whether a shell may say them or not.
#[quickcheck]
fn no_order_of_events_breaks_a_promise(options: u8, steps: Vec<Step>) {
    let bit = |at: u8| options >> at & 1 == 1;
    let client = Options {
        nickname: bit(0).then(|| "ann".into()),
        can_ask: bit(1),
        legacy: bit(2) && bit(3),
        times: bit(5),
    };
    let mut session = Session::new(SessionOptions { client, reconnect: !bit(4), seed: 0 });
    let mut shell = Shell::default();
    let mut now = Millis::ZERO;
    for step in &steps {
        now = match step {
            Step::Due => session.poll_timeout().unwrap_or(now),
            Step::Later(time) => now + Millis::new(u64::from(*time)),
            Step::Connected | Step::Failed | Step::Bytes(_) | Step::Closed(_) => now,
            Step::Typed(_) | Step::InputEnded | Step::AtOnce | Step::Slept => now,
        };
        shell.happens(step);
        let actions = session.handle(now, step.event());
        actions.iter().for_each(|action| shell.applies(action));
        assert!(session.poll_timeout().is_none_or(|due| due > now), "what is due has been done");
    }
}

/// In a pipe, which does not come back, a session is its one connection.
#[quickcheck]
fn without_coming_back_a_session_is_a_client(nickname: bool, legacy: bool, steps: Vec<Step>) {
    let client =
        Options { nickname: nickname.then(|| "ann".into()), can_ask: false, legacy, times: false };
    let mut core = ClientCore::new(client.clone());
    let mut session = Session::new(SessionOptions { client, ..SessionOptions::default() });
    let mut now = Millis::ZERO;
    assert_eq!(session.handle(now, SessionEvent::Connected), []);
    for step in &steps {
        let event = match step {
            Step::Bytes(bytes) => ClientEvent::BytesIn(bytes.as_bytes()),
            Step::Closed(ending) => ClientEvent::Closed(*ending),
            Step::Typed(typed) => ClientEvent::Typed(typed.as_bytes()),
            Step::InputEnded => ClientEvent::InputEnded,
            Step::Due | Step::Later(_) => ClientEvent::Tick,
            Step::Connected | Step::Failed | Step::AtOnce | Step::Slept => continue,
        };
        if let Step::Later(time) = step {
            now = now + Millis::new(u64::from(*time));
        }
        let mut actions = session.handle(now, step.event());
        actions.retain(|action| !matches!(action, SessionAction::State(_)));
        let expected: Vec<_> = core.handle(now, event).into_iter().map(same).collect();
        // A client does not tell the room's history from what is said now.
        for action in &mut actions {
            if let SessionAction::Replay(line) = action {
                *action = SessionAction::Show(line.clone());
            }
        }
        assert_eq!(actions, expected);
        if let Some(SessionAction::Exit(_)) = actions.last() {
            assert_eq!(session.handle(now, SessionEvent::AtOnce), []);
            return;
        }
        assert_eq!(session.poll_timeout(), core.poll_timeout());
    }
}

fn same(action: ClientAction) -> SessionAction {
    match action {
        ClientAction::Send(bytes) => SessionAction::Send(bytes),
        ClientAction::Show(line) => SessionAction::Show(line),
        ClientAction::Tell(text) => SessionAction::Tell(text),
        ClientAction::Ask => SessionAction::Ask,
        ClientAction::Read => SessionAction::Read,
        ClientAction::Finish => SessionAction::Finish,
        ClientAction::Local(local) => SessionAction::Local(local),
        ClientAction::Exit(exit) => SessionAction::Exit(exit),
    }
}

/// The shell's knowledge, and so the events that it may be told.
#[derive(Default)]
struct Shell {
    connected: bool,
    connecting: Option<bool>,
    online: bool,
    asked: bool,
    gone: bool,
}

impl Shell {
    fn happens(&mut self, step: &Step) {
        match step {
            Step::Connected if self.connecting.unwrap_or(true) => {
                (self.connected, self.connecting) = (true, Some(false));
            }
            Step::Failed if self.connecting.unwrap_or(true) => self.connecting = Some(false),
            Step::Closed(_) if self.connected => self.ends(),
            Step::Connected | Step::Failed | Step::Closed(_) | Step::Bytes(_) | Step::Typed(_) => {}
            Step::InputEnded | Step::AtOnce | Step::Slept | Step::Due | Step::Later(_) => {}
        }
    }

    fn ends(&mut self) {
        (self.connected, self.asked, self.online) = (false, false, false);
    }

    fn applies(&mut self, action: &SessionAction) {
        assert!(!self.gone, "nothing comes after the end");
        match action {
            SessionAction::Connect => {
                assert!(!self.connected && self.connecting == Some(false), "one at a time");
                self.connecting = Some(true);
            }
            SessionAction::HangUp => {
                assert!(self.connected, "there is something to hang up");
                self.ends();
            }
            SessionAction::Send(_) | SessionAction::Finish => {
                assert!(self.connected, "nothing is sent while offline");
            }
            SessionAction::Ask => {
                assert!(self.connected, "a nickname is for a server");
                self.asked = true;
            }
            SessionAction::Read => assert!(self.online || self.asked, "nobody can hear it"),
            SessionAction::State(state) => {
                self.online = matches!(state, LinkState::Online { .. });
                assert_eq!(self.online, self.connected && self.online, "online is connected");
            }
            SessionAction::Exit(_) => self.gone = true,
            SessionAction::Show(_)
            | SessionAction::Replay(_)
            | SessionAction::Tell(_)
            | SessionAction::Keep(_)
            | SessionAction::Local(_) => {}
        }
    }
}

#[derive(Clone, Debug)]
enum Step {
    Connected,
    Failed,
    Bytes(&'static str),
    Closed(Ending),
    Typed(&'static str),
    InputEnded,
    AtOnce,
    Slept,
    Due,
    Later(u16),
}

impl Step {
    fn event(&self) -> SessionEvent<'_> {
        match self {
            Self::Connected => SessionEvent::Connected,
            Self::Failed => SessionEvent::Failed("no route".into()),
            Self::Bytes(bytes) => SessionEvent::BytesIn(bytes.as_bytes()),
            Self::Closed(ending) => SessionEvent::Closed(*ending),
            Self::Typed(typed) => SessionEvent::Typed(typed.as_bytes()),
            Self::InputEnded => SessionEvent::InputEnded,
            Self::AtOnce => SessionEvent::AtOnce,
            Self::Slept => SessionEvent::Slept(limits::SLEPT),
            Self::Due | Self::Later(_) => SessionEvent::Tick,
        }
    }
}

impl Arbitrary for Step {
    fn arbitrary(g: &mut Gen) -> Self {
        let bytes = [
            "NICK",
            "NICK",
            "NICK",
            "ann joined the chat!\n",
            "ann joined the chat!\n",
            "ann joined the chat!\nConnected to the server!\nbob: hi\n",
            "# messages 1 to 3:\nbob: hi\nbob: hi\n",
            "# messages 0 to 18446744073709551615:\nbob: hi\n",
            "# messages 18446744073709551615 to 18446744073709551615:\nbob: hi\nbob: hi\n",
            "! the nickname ann is taken, choose another\nNICK",
            "! the room is full, try later\n",
            "ann is now known as anna\n",
            "# 3 here: ann, bob and 1 more\n",
            "bob: hi\nbob: cut o",
            "\n\r\u{1b}[2J",
        ];
        let typed = [
            "hi\n",
            "two\nlines\n",
            "unfinished",
            "\n",
            "/quit\n",
            "/reconnect\nrest\n",
            "one\n/reconnect\n",
            "/ignore bob\n",
            "/unignore bob\n",
            "/clear\n",
            "ann\n",
        ];
        match u8::arbitrary(g) % 32 {
            0..6 => Self::Connected,
            6 => Self::Failed,
            7..18 => Self::Bytes(g.choose(&bytes).unwrap()),
            18..20 => Self::Closed(Ending::Lost),
            20 => Self::Closed(Ending::Finished),
            21..25 => Self::Typed(g.choose(&typed).unwrap()),
            25 if bool::arbitrary(g) => Self::InputEnded,
            25..27 => Self::AtOnce,
            27 => Self::Slept,
            28..31 => Self::Due,
            _ => Self::Later(u16::arbitrary(g)),
        }
    }
}
