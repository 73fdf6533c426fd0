//! The other end: what the person's program does, as a pure function of what happened.
//!
//! # States
//!
//! | state | event | action | next |
//! |---|---|---|---|
//! | greeting | `NICK`, and a nickname is known | send it | answered |
//! | greeting | `NICK`, and none is | ask the person | asking |
//! | greeting | a `! ` line, then the end | exit: refused | gone |
//! | asking | a typed line | send it | answered |
//! | answered | a `! ` line, then `NICK` | ask the person, or exit: refused | asking, gone |
//! | answered | any other line | show it, read what is typed | joined |
//! | joined | a line | show it | joined |
//! | joined | a typed line | send it | joined |
//! | joined | the end of what is typed, or `/quit` | say no more | leaving |
//! | leaving | the end of the stream, in order | exit: left | gone |
//! | any other | the end of the stream | exit: the server ended it | gone |
//!
//! # Rules
//!
//! - The server may be the hostile one: what it sends is bounded and sanitised before it is shown.
//! - Typed bytes are pulled: the core says `Read` when it can take more, so what the server does
//!   not take stays with whoever writes it, and nothing is held without a bound.
//! - A [`Session`] is around it, which leads one of these after another.
//! - With [`legacy`](Options::legacy) the peer is the original Python server: frames are not ended,
//!   so one is what has come when it has been quiet for a while, and those sent are kept apart.

mod backoff;
pub mod catch_up;
pub mod command;
mod event;
mod ignored;
mod pending;
pub mod presence;
mod reconnect;
pub mod session;

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::mem;

use crate::limits;
use crate::room::command::Command;
use crate::room::event::{Ending, Millis};
use crate::room::facts::Error;
use crate::wire::frame::{Decoder, Frame};
use crate::wire::line::{Line, Received};
use crate::wire::native::{PROMPT, ends_a_stay};
use crate::wire::sanitize;

pub use self::command::{LOCAL, Local};
pub use self::event::{
    ClientAction, ClientEvent, Exit, LinkState, Options, SessionAction, SessionEvent,
    SessionOptions,
};
pub use self::session::Session;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Greeting,
    Asking,
    Answered,
    Joined,
    Leaving,
    Gone,
}

/// The client as a pure function of what happened. See the [module](self) for its rules.
#[derive(Debug)]
pub struct ClientCore {
    options: Options,
    state: State,
    /// The client's own commands are taken from what is typed.
    commands: bool,
    /// No other nickname will do: a refusal ends this.
    insists: bool,
    now: Millis,
    /// The bytes of the server.
    incoming: Decoder,
    /// The bytes that are typed.
    typed: Decoder,
    input_ended: bool,
    /// The server has said that it ends this, whatever it has not heard.
    ended: bool,
    /// The server sends nothing more, and hears nothing.
    closed: bool,
    /// A `Read` has not been answered yet.
    reading: bool,
    /// The `! ` lines of one refusal before admission, without their marks.
    refusal: Option<String>,
    /// Legacy: when what has come is a frame.
    quiet_at: Option<Millis>,
    /// Legacy: when the next frame may be sent.
    pace_at: Option<Millis>,
    /// Legacy: when to leave.
    farewell_at: Option<Millis>,
    actions: Vec<ClientAction>,
}

impl ClientCore {
    /// A client that has just connected.
    #[must_use]
    pub const fn new(options: Options) -> Self {
        Self {
            incoming: Decoder::new(limits::SERVER_LINE_BYTES),
            typed: Decoder::new(limits::FRAME_BYTES),
            state: State::Greeting,
            commands: false,
            insists: false,
            now: Millis::ZERO,
            options,
            input_ended: false,
            ended: false,
            closed: false,
            reading: false,
            refusal: None,
            quiet_at: None,
            pace_at: None,
            farewell_at: None,
            actions: Vec::new(),
        }
    }

    /// Handles one event and returns the actions that it causes.
    #[must_use]
    pub fn handle(&mut self, now: Millis, event: ClientEvent<'_>) -> Vec<ClientAction> {
        self.now = self.now.max(now);
        if self.state != State::Gone {
            self.time_passed();
        }
        if self.state != State::Gone {
            match event {
                ClientEvent::BytesIn(data) => self.bytes_in(data),
                ClientEvent::Closed(ending) => self.closed(ending),
                ClientEvent::Typed(data) => {
                    self.reading = false;
                    self.typed.push(data);
                    if self.state == State::Asking && self.typed.is_empty() {
                        self.actions.push(ClientAction::Ask); // An empty line is no answer.
                    }
                    self.take_typed();
                }
                ClientEvent::InputEnded => {
                    self.input_ended = true;
                    self.typed.finish();
                    self.take_typed();
                }
                ClientEvent::Tick => {}
            }
        }
        mem::take(&mut self.actions)
    }

    /// When [`ClientEvent::Tick`] is due, if nothing else happens before.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Millis> {
        [self.quiet_at, self.pace_at, self.farewell_at].into_iter().flatten().min()
    }

    /// The most bytes held now of what the server sent or of what was typed.
    #[must_use]
    pub fn most_held(&self) -> usize {
        self.incoming.held().len().max(self.typed.held().len())
    }

    fn time_passed(&mut self) {
        let due = |at: &mut Option<Millis>, now| at.take_if(|at| *at <= now).is_some();
        if due(&mut self.quiet_at, self.now) {
            self.legacy_frame();
        }
        if due(&mut self.pace_at, self.now) {
            self.take_typed();
        }
        if due(&mut self.farewell_at, self.now) {
            self.exit(Exit::Left);
        }
    }

    fn bytes_in(&mut self, data: &[u8]) {
        self.incoming.push(data);
        let prompt = PROMPT.as_bytes();
        if self.state == State::Greeting && self.incoming.held().starts_with(prompt) {
            self.incoming.skip(prompt.len());
            self.prompted();
            if self.state == State::Gone {
                return;
            }
        }
        if self.options.legacy {
            self.quiet_at = Some(self.now + limits::LEGACY_QUIET);
            if self.incoming.held().len() > limits::FRAME_BYTES {
                self.legacy_frame();
            }
        } else {
            self.show_lines();
        }
        // Only a refused peer is asked again; members' lines never begin with the reserved NICK.
        if self.is_refused() && self.incoming.held() == prompt {
            self.incoming.skip(prompt.len());
            self.refused();
        }
    }

    fn is_refused(&self) -> bool {
        self.state == State::Answered && self.refusal.is_some()
    }

    fn show_lines(&mut self) {
        while let Some(frame) = self.incoming.next_frame() {
            let Frame::Text(line) = frame else {
                self.tell("the server sent a line that is too long to show");
                continue;
            };
            let line = Received::parse(line);
            self.show(line);
        }
    }

    /// Legacy: what has come by now is a frame.
    fn legacy_frame(&mut self) {
        self.quiet_at = None;
        self.incoming.finish();
        self.show_lines();
    }

    fn show(&mut self, mut line: Received) {
        // A prompt that nobody answered has no end of its own.
        if let Some(rest) = line.text().strip_prefix(PROMPT).filter(|_| self.is_refused()) {
            let rest = Received::from(rest);
            if let Line::Refused(_) = rest.line() {
                line = rest;
            }
        }
        self.ended = ends_a_stay(line.text());
        match (self.state, line.line()) {
            (State::Greeting | State::Answered, Line::Refused(reason)) => {
                self.note_refusal(reason);
            }
            (State::Answered, _) if !self.closed => {
                self.state = State::Joined;
                if let Some(reason) = self.refusal.take() {
                    self.tell(&reason); // It has refused nothing that ends this.
                }
                self.actions.push(ClientAction::Show(line));
                self.take_typed();
            }
            _ => self.actions.push(ClientAction::Show(line)),
        }
    }

    /// Keeps all reasons of one refusal, and no more than fit a line.
    fn note_refusal(&mut self, reason: &str) {
        let noted = self.refusal.take().filter(|noted| noted.len() < limits::FRAME_BYTES);
        let before = noted.map(|noted| noted + "; ").unwrap_or_default();
        self.refusal = Some(before + reason);
    }

    fn prompted(&mut self) {
        match self.options.nickname.take() {
            Some(nickname) => self.answer(&nickname),
            None => self.ask(),
        }
    }

    fn refused(&mut self) {
        let Some(reason) = self.refusal.take() else { return };
        if self.options.can_ask && !self.insists {
            self.tell(&reason);
            self.ask();
        } else {
            self.exit(Exit::Refused(reason));
        }
    }

    fn ask(&mut self) {
        self.state = State::Asking;
        self.actions.push(ClientAction::Ask);
        self.take_typed();
    }

    fn answer(&mut self, nickname: &str) {
        self.state = State::Answered;
        let nickname = nickname.trim();
        self.options.nickname = Some(nickname.into());
        let times = if self.options.times && !self.options.legacy { "/times\n" } else { "" };
        self.send(&[times, nickname].concat());
    }

    /// Takes from what is typed whatever can be used now, and reads on if more can.
    fn take_typed(&mut self) {
        while self.pace_at.is_none() {
            let take = match self.state {
                State::Asking => Self::answer,
                State::Joined => Self::say,
                State::Greeting | State::Answered | State::Leaving | State::Gone => break,
            };
            match self.typed.next_frame() {
                Some(Frame::Text(text)) => {
                    let text = String::from_utf8_lossy(text).into_owned();
                    take(self, &text);
                }
                Some(Frame::TooLong) => self.tell(&Error::TooLong.to_string()),
                None => break,
            }
        }
        let more = self.typed.has_frame() || !self.input_ended;
        match self.state {
            State::Asking | State::Joined if more => self.read(),
            State::Asking => self.exit(Exit::Left),
            State::Joined => self.leave(),
            State::Greeting | State::Answered | State::Leaving | State::Gone => {}
        }
    }

    /// Asks for more of what is typed, once, if nothing of it waits.
    fn read(&mut self) {
        if !self.typed.has_frame() && !mem::replace(&mut self.reading, true) {
            self.actions.push(ClientAction::Read);
        }
    }

    fn say(&mut self, text: &str) {
        if let Some(local) = Local::parse(text).filter(|_| self.commands) {
            if local == Local::Reconnect {
                self.state = State::Gone; // The rest is for the next connection.
            }
            self.actions.push(ClientAction::Local(local));
            return;
        }
        let quits = matches!(Command::parse(text), Command::Quit(_));
        // The original server has no commands.
        if !(quits && self.options.legacy) {
            self.send(text);
        }
        if quits {
            self.leave();
        }
    }

    /// Sends one frame, ended or not as the server wants it.
    fn send(&mut self, text: &str) {
        let mut frame = Vec::new();
        if !self.options.legacy {
            frame.extend_from_slice(text.as_bytes());
            frame.push(b'\n');
            self.actions.push(ClientAction::Send(frame));
            return;
        }
        if let (State::Joined, Some(nickname)) = (self.state, &self.options.nickname) {
            sanitize::push_ascii(nickname.as_bytes(), &mut frame);
            frame.extend_from_slice(b": ");
        }
        sanitize::push_ascii(text.as_bytes(), &mut frame);
        self.actions.push(ClientAction::Send(frame));
        self.pace_at = Some(self.now + limits::LEGACY_PACE);
        if !text.is_ascii() {
            self.tell("the original server takes only ASCII: other characters were sent as ?");
        }
    }

    fn leave(&mut self) {
        self.state = State::Leaving;
        if self.options.legacy {
            // The original server takes the end of a stream for an endless row of messages.
            self.farewell_at = Some(self.now + limits::LEGACY_FAREWELL);
        } else {
            self.actions.push(ClientAction::Finish);
        }
    }

    /// A person who is leaving has left when the server ends the connection in order: then it has taken
    /// every line. A server that ends it for a reason of its own has not.
    fn closed(&mut self, ending: Ending) {
        self.closed = true;
        if self.options.legacy {
            self.legacy_frame();
        } else if !self.incoming.is_empty() {
            // A server of ours ends its lines; this one was cut off.
            let cut = [self.incoming.held(), "…".as_bytes()].concat();
            self.show(Received::parse(&cut));
        }
        let left = self.state == State::Leaving && ending == Ending::Finished && !self.ended;
        let exit = match self.refusal.take() {
            _ if left => Exit::Left,
            Some(reason) => Exit::Refused(reason),
            None => Exit::ServerClosed,
        };
        self.exit(exit);
    }

    fn exit(&mut self, exit: Exit) {
        if mem::replace(&mut self.state, State::Gone) != State::Gone {
            self.actions.push(ClientAction::Exit(exit));
        }
    }

    fn tell(&mut self, text: &str) {
        self.actions.push(ClientAction::Tell(text.into()));
    }
}
