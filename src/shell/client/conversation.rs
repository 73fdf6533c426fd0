//! The client's conversation: what comes from the server and from the person, and what is shown.
//!
//! A thread holds it, and owns the session and the view; the [`connection`]'s
//! threads and those of whoever types tell it what happens. In a terminal, another thread
//! [edits](super::terminal::edit) what is typed.

#![expect(clippy::disallowed_types, reason = "the clock is read here, once an event")]

mod local;

use std::io;
use std::mem;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use crate::client::{Exit, LinkState, Local, Session, SessionAction, SessionEvent};
use crate::room::event::Millis;
use crate::shell::client::clock::{local_time, local_time_of, slept};
use crate::shell::client::connection::{self, Connection, ConnectionEvent};
use crate::shell::client::output::Output;
use crate::shell::client::run::{Input, Options, Typed};
use crate::shell::client::scrollback::Scrollback;
use crate::shell::client::terminal::typing::{Next, Typing};
use crate::view::{LocalTime, Row, View};
use crate::wire::line::Received;

/// The time that a screen is left to take its size: somebody may be dragging it.
const RESIZING: Millis = Millis::new(100);

/// The time between two looks whether the machine has slept, where a connection would be made again.
const SLEEPING: Millis = Millis::new(2_000);

/// A conversation that is to be held.
pub struct Conversation {
    options: Options,
    output: Output,
    session: Session,
    view: View,
    started: Instant,
    input: Sender<Input>,
    inputs: Receiver<Input>,
    typing: Typing,
    state: LinkState,
    connection: Option<Connection>,
    /// The number of connections so far.
    connections: u64,
    scrollback: Scrollback,
    /// When what was shown is to be shown again, for a screen of another size.
    repaints: Option<Millis>,
    /// The time that the machine has slept so far.
    slept: Millis,
}

impl Conversation {
    /// A conversation that is shown on this output.
    #[must_use]
    pub fn new(options: Options, output: Output) -> Self {
        let (input, inputs) = mpsc::channel();
        Self {
            session: Session::new(options.session.clone()),
            view: View::new(options.view),
            options,
            output,
            started: Instant::now(),
            input,
            inputs,
            typing: Typing::default(),
            state: LinkState::Connecting,
            connection: None,
            connections: 0,
            scrollback: Scrollback::default(),
            repaints: None,
            slept: slept(),
        }
    }

    /// Returns a sender of typed lines to this conversation.
    #[must_use]
    pub fn input(&self) -> Sender<Input> {
        self.input.clone()
    }

    /// Reads standard input from now on, each time that it is permitted.
    ///
    /// # Errors
    ///
    /// The operating system has no thread.
    pub fn read_standard_input(&mut self) -> io::Result<()> {
        let (permit, permits) = mpsc::channel();
        self.typing.permit_reads(permit);
        let input = self.input.clone();
        thread::Builder::new().spawn(move || read_typed(&permits, &input)).map(drop)
    }

    /// Holds the conversation until it is over.
    ///
    /// # Errors
    ///
    /// The operating system has no thread, or what is said cannot be shown.
    pub fn hold(mut self) -> io::Result<Exit> {
        self.output.state(&self.state);
        self.connect()?;
        loop {
            self.tick()?;
            let input = self.wait();
            let mut actions = self.wakes_up();
            actions.extend(match input {
                Ok(input) => self.take(input),
                Err(_) => self.handle(SessionEvent::Tick),
            });
            if let Some(exit) = self.apply_all(actions)? {
                return Ok(exit);
            }
            // Someone may hear what waits.
            let actions = self.say();
            if let Some(exit) = self.apply_all(actions)? {
                return Ok(exit);
            }
        }
    }

    /// Shows what is due.
    fn tick(&mut self) -> io::Result<()> {
        let now = self.now();
        if self.repaints.take_if(|due| *due <= now).is_some() {
            self.output.repaint(&self.scrollback);
        }
        if self.view.poll_timeout().is_none_or(|due| due > now) {
            return Ok(());
        }
        let rows = self.view.tick(now, local_time());
        self.print(rows, false)
    }

    fn now(&self) -> Millis {
        Millis::new(u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX))
    }

    fn wait(&self) -> Result<Input, RecvTimeoutError> {
        let wakes = self.options.session.reconnect.then(|| self.now() + SLEEPING);
        let due = [self.session.poll_timeout(), self.view.poll_timeout(), self.repaints, wakes];
        match due.into_iter().flatten().min() {
            Some(due) => {
                let time = due.since(self.now()).as_millis();
                self.inputs.recv_timeout(Duration::from_millis(time))
            }
            // It never ends, since one sender is its own.
            None => self.inputs.recv().map_err(|_| RecvTimeoutError::Disconnected),
        }
    }

    /// Sees whether the machine has slept since it was asked last.
    fn wakes_up(&mut self) -> Vec<SessionAction> {
        let slept = slept();
        match slept.since(mem::replace(&mut self.slept, slept)) {
            Millis::ZERO => Vec::new(),
            time => self.handle(SessionEvent::Slept(time)),
        }
    }

    fn handle(&mut self, event: SessionEvent<'_>) -> Vec<SessionAction> {
        self.session.handle(self.now(), event)
    }

    fn take(&mut self, input: Input) -> Vec<SessionAction> {
        match input {
            Input::Happened(of, event) if of == self.connections => self.happened(event),
            Input::Happened(..) => Vec::new(), // It has been hung up.
            Input::Typed(Typed::Bytes(bytes)) => {
                let is_taken_in_vain =
                    self.options.session.client.can_ask && !self.session.listens();
                let actions = self.handle(SessionEvent::Typed(&bytes));
                if is_taken_in_vain {
                    // The session has room for more.
                    self.typing.ask();
                    self.typing.permit();
                }
                actions
            }
            Input::Typed(Typed::Lines(lines)) => self.typed(lines),
            Input::Typed(Typed::AtOnce) => self.handle(SessionEvent::AtOnce),
            Input::Typed(Typed::CallOff(answer)) => {
                let lines = self.typing.call_off().len();
                let _ = answer.send(lines); // Fails where it took too long to be told.
                match lines {
                    0 => Vec::new(),
                    1 => vec![SessionAction::Tell("called off: 1 line is not sent".into())],
                    _ => {
                        vec![SessionAction::Tell(format!("called off: {lines} lines are not sent"))]
                    }
                }
            }
            Input::Typed(Typed::Resized) => {
                self.repaints = Some(self.now() + RESIZING);
                Vec::new()
            }
            Input::Typed(Typed::Tell(text)) => vec![SessionAction::Tell(text)],
            Input::Typed(Typed::End) => {
                self.typing.end();
                Vec::new()
            }
            Input::Typed(Typed::Names(answer)) => {
                let _ = answer.send(self.session.presence().known().map(Into::into).collect());
                Vec::new()
            }
        }
    }

    /// These lines were typed in an editor. A command of the client's own does not wait behind lines
    /// for the room.
    fn typed(&mut self, lines: Vec<String>) -> Vec<SessionAction> {
        if let [line] = &lines[..] {
            if let Some(local) = Local::parse(line) {
                return self.handle(SessionEvent::Local(local));
            }
            if !self.session.listens() {
                return self.handle(SessionEvent::Typed(format!("{line}\n").as_bytes()));
            }
        }
        if !self.session.listens() {
            return vec![SessionAction::Keep(lines.join("\n"))];
        }
        self.typing.add(lines);
        Vec::new()
    }

    fn happened(&mut self, event: ConnectionEvent) -> Vec<SessionAction> {
        match event {
            ConnectionEvent::Connected(connection) => {
                self.connection = Some(connection);
                self.handle(SessionEvent::Connected)
            }
            // Later it is up to whoever ended the server to start it again.
            ConnectionEvent::Failed { reason, start: Some(start) } if self.connections == 1 => {
                let reason = format!("{reason}; start a server with `{start}`");
                self.handle(SessionEvent::Failed(reason))
            }
            ConnectionEvent::Failed { reason, .. } => self.handle(SessionEvent::Failed(reason)),
            ConnectionEvent::Read(bytes) => {
                let actions = self.handle(SessionEvent::BytesIn(&bytes));
                self.connection.iter().for_each(Connection::seen);
                actions
            }
            ConnectionEvent::Closed(ending) => {
                let mut actions = self.hang_up();
                actions.extend(self.handle(SessionEvent::Closed(ending)));
                actions
            }
            ConnectionEvent::WriteDrained => {
                self.typing.permit();
                Vec::new()
            }
        }
    }

    /// There is no connection any more. Gives back the typed lines that were not sent, so that
    /// the person looks at them again before they go to another.
    fn hang_up(&mut self) -> Vec<SessionAction> {
        self.connection = None;
        self.connections += 1;
        self.typing.permit();
        let waiting = self.typing.call_off();
        let text = waiting.join("\n");
        if text.is_empty() { Vec::new() } else { vec![SessionAction::Keep(text)] }
    }

    /// Says the typed lines that may be said now.
    fn say(&mut self) -> Vec<SessionAction> {
        match self.typing.say(self.session.listens()) {
            Some(Next::Line(line)) => {
                self.handle(SessionEvent::Typed(format!("{line}\n").as_bytes()))
            }
            Some(Next::End) => self.handle(SessionEvent::InputEnded),
            None => Vec::new(),
        }
    }

    fn apply_all(&mut self, actions: Vec<SessionAction>) -> io::Result<Option<Exit>> {
        for action in actions {
            if let SessionAction::Exit(exit) = action {
                return Ok(Some(exit));
            }
            self.apply(action)?;
        }
        Ok(None)
    }

    fn apply(&mut self, action: SessionAction) -> io::Result<()> {
        match action {
            SessionAction::Connect => return self.connect(),
            SessionAction::HangUp => {
                return self.hang_up().into_iter().try_for_each(|action| self.apply(action));
            }
            SessionAction::Send(bytes) => {
                if let Some(connection) = &self.connection {
                    connection.send(bytes);
                }
            }
            SessionAction::Finish => self.connection.iter().for_each(Connection::finish),
            SessionAction::Read => {
                self.typing.ask();
                self.connection.iter().for_each(Connection::ask_for_more);
            }
            SessionAction::Show(line) => return self.show(&line),
            SessionAction::Replay(line) => return self.replay(&line),
            SessionAction::Tell(text) => return self.tell(&text),
            SessionAction::Ask => return self.output.ask(),
            SessionAction::Keep(text) => {
                if !self.output.keep(&text) {
                    return self.tell(&format!("not sent, since nobody is there: {text}"));
                }
            }
            SessionAction::State(state) => {
                // The wait is shown once, when it begins: a countdown would disturb whoever types.
                if !is_waiting(&self.state) || matches!(state, LinkState::Online { .. }) {
                    self.output.state(&state);
                }
                self.state = state;
            }
            SessionAction::Local(local) => return self.local(local),
            SessionAction::Exit(_) => {}
        }
        Ok(())
    }

    fn connect(&mut self) -> io::Result<()> {
        self.connections += 1;
        let (input, of) = (self.input.clone(), self.connections);
        let tell = move |event| input.send(Input::Happened(of, event)).is_ok();
        Connection::begin(self.options.address.clone(), tell)
    }

    fn show(&mut self, line: &Received) -> io::Result<()> {
        let at = said_at(line);
        if self.output.shows_lines_as_they_are() {
            return self.output.line(at, line);
        }
        let now = self.now();
        let shown = self.view.show(now, at, self.session.presence().me(), line);
        self.print(shown.rows, shown.rings)
    }

    fn replay(&mut self, line: &Received) -> io::Result<()> {
        let at = said_at(line);
        if self.output.shows_lines_as_they_are() {
            return self.output.replay(at, line);
        }
        let rows = self.view.replay(at, self.session.presence().me(), line);
        self.print(rows, false)
    }

    fn tell(&mut self, text: &str) -> io::Result<()> {
        let at = local_time();
        if self.output.shows_lines_as_they_are() {
            return self.output.notice(at, text);
        }
        let rows = self.view.tell(at, text);
        self.print(rows, false)
    }

    fn print(&mut self, rows: Vec<Row>, rings: bool) -> io::Result<()> {
        if !rows.is_empty() {
            self.output.rows(&rows, rings)?;
        }
        rows.into_iter().for_each(|row| self.scrollback.add(row));
        Ok(())
    }
}

/// The local time at which a line was said: the server's, where it tells that.
fn said_at(line: &Received) -> LocalTime {
    line.time().map_or_else(local_time, local_time_of)
}

const fn is_waiting(state: &LinkState) -> bool {
    matches!(state, LinkState::Waiting { .. })
}

/// Reads standard input, each time that it is permitted.
fn read_typed(permits: &Receiver<()>, input: &Sender<Input>) {
    if permits.recv().is_err() {
        return;
    }
    // A terminal that is gone is the end of what is typed, too.
    let _ = connection::read_all(io::stdin().lock(), |bytes| {
        input.send(Input::Typed(Typed::Bytes(bytes))).is_ok() && permits.recv().is_ok()
    });
    let _ = input.send(Input::Typed(Typed::End));
}
