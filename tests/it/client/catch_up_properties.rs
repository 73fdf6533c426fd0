//! Nobody who comes back misses or reads twice what the real room says.

use chatroom::client::{LinkState, Options, Session, SessionAction, SessionEvent, SessionOptions};
use chatroom::wire::line::Line;
use chatroom::{Action, ClientId, Ending, Event, Millis, Rendering, ServerCore, Settings};
use quickcheck::{Arbitrary, Gen};
use quickcheck_macros::quickcheck;

/// The connection may do anything, and the room remember as little as it likes.
#[quickcheck]
fn each_message_is_shown_once_or_counted_as_missed(history: u8, turns: Vec<Turn>) {
    let mut world = World::new(1 + usize::from(history % 6));
    for turn in turns {
        world.takes(turn);
    }
    world.returns();
    world.delivers(usize::MAX);
    assert_eq!(world.told, world.said.len(), "each message is shown or missed");
}

/// In a room that was started again, perhaps many times, with a history as long as can be.
#[quickcheck]
fn line_that_another_room_holds_is_shown_once(history: u8, turns: Vec<(Turn, u8)>) {
    let mut world = World::new(1 + usize::from(history % 6));
    world.restarts = true;
    for (turn, dice) in turns {
        if dice % 8 == 0 {
            world.restart();
        }
        world.takes(turn);
    }
    world.returns();
    world.delivers(usize::MAX);
    let mut shown = world.shown.clone();
    let held = world.said.iter().rev().take(world.settings.history);
    assert!(held.clone().all(|line| shown.contains(line)), "what is held is shown");
    shown.sort();
    shown.dedup();
    assert_eq!(shown.len(), world.shown.len(), "and nothing twice");
}

#[derive(Clone, Copy, Debug)]
enum Turn {
    /// Bob says one of a few things.
    Bob(u8),
    /// The person says one of a few things, if someone can hear it.
    Ann(u8),
    /// So many bytes reach the person.
    Deliver(u8),
    /// So many more, and then the connection is lost.
    Cut(u8),
    /// The person comes back.
    Return,
}

impl Arbitrary for Turn {
    fn arbitrary(g: &mut Gen) -> Self {
        let number = u8::arbitrary(g);
        match u8::arbitrary(g) % 10 {
            0..4 => Self::Bob(number),
            4 => Self::Ann(number),
            5..7 => Self::Deliver(number),
            7 => Self::Cut(number),
            _ => Self::Return,
        }
    }
}

const BOB: ClientId = ClientId(0);

/// The real room, a talker, and a session whose connection may be lost.
struct World {
    settings: Settings,
    room: ServerCore,
    session: Session,
    connections: u64,
    connected: bool,
    admitted: bool,
    /// The bytes that the room has sent the session, and have not arrived.
    wire: Vec<u8>,
    reads: bool,
    online: bool,
    /// All messages since the session was here first, in this room.
    said: Vec<String>,
    /// All that was shown.
    shown: Vec<String>,
    /// The number of messages said that have been shown or counted.
    told: usize,
    /// Each message has a number in it, and the room may be started again.
    restarts: bool,
    turns: usize,
}

impl World {
    fn new(history: usize) -> Self {
        let settings = Settings { history, rate: 0, ..Settings::default() };
        let client = Options { nickname: Some("ann".into()), ..Options::default() };
        let mut world = Self {
            room: ServerCore::new(settings.clone()),
            settings,
            session: Session::new(SessionOptions { client, reconnect: true, seed: 0 }),
            connections: 0,
            connected: false,
            admitted: false,
            wire: Vec::new(),
            reads: false,
            online: false,
            said: Vec::new(),
            shown: Vec::new(),
            told: 0,
            restarts: false,
            turns: 0,
        };
        world.bob_joins();
        world.connects();
        world.delivers(usize::MAX);
        world
    }

    fn bob_joins(&mut self) {
        self.room_has(Event::Accepted(BOB, ([127, 0, 0, 1], 1).into()));
        self.room_has(Event::BytesIn(BOB, b"bob\n"));
    }

    fn takes(&mut self, turn: Turn) {
        let text = |number: u8, count: usize, unique| match unique {
            true => format!("{count} of {number}\n"),
            false => format!("{}\n", ["hi", "hi", "/me waves", "yes"][usize::from(number % 4)]),
        };
        self.turns += 1;
        let count = self.turns;
        match turn {
            Turn::Bob(number) => {
                let text = text(number, count, self.restarts);
                self.room_has(Event::BytesIn(BOB, text.as_bytes()));
            }
            Turn::Ann(number) if self.reads && self.online => {
                self.reads = false;
                let text = text(number, count, self.restarts);
                self.session_has(&SessionEvent::Typed(text.as_bytes()));
            }
            Turn::Ann(_) => {}
            Turn::Deliver(bytes) => self.delivers(bytes.into()),
            Turn::Cut(bytes) => self.cut(bytes.into()),
            Turn::Return => self.returns(),
        }
    }

    fn id(&self) -> ClientId {
        ClientId(self.connections)
    }

    fn room_has(&mut self, event: Event<&[u8]>) {
        let id = self.id();
        for action in self.room.handle(Millis::ZERO, event) {
            let text = match action {
                Action::Send(to, text) if to == id && to != BOB => text,
                Action::Admit(to, _) if to == id && to != BOB => {
                    self.admitted = true;
                    continue;
                }
                Action::Broadcast(rendering, text) => {
                    assert_eq!(rendering, Rendering::Native, "nobody is unframed");
                    let line = str::from_utf8(text).unwrap().trim_end();
                    if Line::parse(line).is_numbered() {
                        self.said.push(line.into());
                    }
                    if !self.admitted {
                        continue;
                    }
                    text
                }
                Action::Send(..)
                | Action::Admit(..)
                | Action::Pause(_)
                | Action::Resume(_)
                | Action::Drop(_)
                | Action::Log(..) => continue,
            };
            self.wire.extend_from_slice(text);
        }
    }

    fn session_has(&mut self, event: &SessionEvent<'_>) {
        let closes = matches!(event, SessionEvent::Closed(_));
        for action in self.session.handle(Millis::ZERO, event.clone()) {
            match action {
                SessionAction::Send(bytes) => self.room_has(Event::BytesIn(self.id(), &bytes)),
                SessionAction::Show(line) | SessionAction::Replay(line)
                    if line.line().is_numbered() && !closes =>
                {
                    assert!(self.restarts || self.said[self.told] == line.text(), "in order");
                    self.told += 1;
                    self.shown.push(line.text().into());
                }
                SessionAction::Tell(text) if text.starts_with("missed ") => {
                    let missed: usize = text.split(' ').nth(1).unwrap().parse().unwrap();
                    self.told += missed;
                }
                SessionAction::Connect => self.connects(),
                SessionAction::Read => self.reads = true,
                SessionAction::State(state) => {
                    self.online = matches!(state, LinkState::Online { .. });
                }
                SessionAction::Show(_)
                | SessionAction::Replay(_)
                | SessionAction::Tell(_)
                | SessionAction::Finish
                | SessionAction::Ask => {}
                SessionAction::Exit(_)
                | SessionAction::HangUp
                | SessionAction::Keep(_)
                | SessionAction::Local(_) => panic!("nobody wanted {action:?}"),
            }
        }
    }

    fn connects(&mut self) {
        self.connections += 1;
        self.connected = true;
        self.session_has(&SessionEvent::Connected);
        self.room_has(Event::Accepted(self.id(), ([127, 0, 0, 1], 1).into()));
    }

    /// So many bytes arrive, and what is answered to them.
    fn delivers(&mut self, bytes: usize) {
        let mut left = bytes;
        while left > 0 && !self.wire.is_empty() {
            let chunk: Vec<u8> = self.wire.drain(..left.min(self.wire.len())).collect();
            left -= chunk.len();
            self.session_has(&SessionEvent::BytesIn(&chunk));
        }
    }

    fn cut(&mut self, bytes: usize) {
        self.delivers(bytes);
        if self.connected {
            (self.connected, self.admitted) = (false, false);
            self.wire.clear();
            self.room_has(Event::Closed(self.id(), Ending::Lost));
            self.session_has(&SessionEvent::Closed(Ending::Lost));
        }
    }

    fn returns(&mut self) {
        if !self.connected {
            self.session_has(&SessionEvent::AtOnce);
        }
    }

    fn restart(&mut self) {
        self.cut(0);
        self.room = ServerCore::new(self.settings.clone());
        self.said.clear();
        self.bob_joins();
    }
}
