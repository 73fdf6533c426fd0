//! A person's stay: one connection after another, as a pure function of what happened.
//!
//! # States
//!
//! | state | event | action | next |
//! |---|---|---|---|
//! | connecting | there is a connection | listen to the server | connected |
//! | connecting | there is none | exit: failed, or tell it and wait | gone, waiting |
//! | connected | the room admits us | say so, if it is not the first time | connected |
//! | connected | a line | show what is new of it | connected |
//! | connected | our nickname is taken, by our own ghost perhaps | hang up, wait a little | waiting |
//! | connected | it still is, after a while | hang up, ask for another | connecting |
//! | connected | the end | exit, or tell it and wait | gone, waiting |
//! | connected | `/reconnect`, or the machine has slept | hang up, connect | connecting |
//! | waiting | the time has come, or someone is impatient | connect | connecting |
//! | not in the room | a person's typed line | give it back, and be impatient | |
//! | not in the room | `/quit`, the end of what is typed | exit: left | gone |
//!
//! # Rules
//!
//! - A new session is connecting: the shell begins with that.
//! - A session without [`reconnect`](SessionOptions::reconnect), or which was never in the room, ends as
//!   a [`ClientCore`] does. A person who was leaving does not come back.
//! - Only what the room has shown again is known to be heard: what is missing when it is back is told.
//! - A person's lines are sent a few ahead of what the room has shown of them, so that what is pasted
//!   can be called off.
//! - Lines that were taken before the connection was lost, and not sent, are sent when it is back; a person
//!   who has left by then leaves after that.

mod typed;

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::mem;

use super::backoff::Backoff;
use super::catch_up::CatchUp;
use super::command::LOCAL;
use super::ignored::Ignored;
use super::pending::Pending;
use super::presence::Presence;
use super::{
    ClientAction, ClientCore, ClientEvent, Exit, LinkState, SessionAction, SessionEvent,
    SessionOptions,
};
use crate::limits;
use crate::room::event::{Ending, Millis};
use crate::room::nickname::Refused;
use crate::wire::line::{Line, Received};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Link {
    Connecting,
    Connected,
    Waiting { until: Millis },
    Gone,
}

/// A person's stay as a pure function of what happened. See the [module](self) for its rules.
#[derive(Debug)]
pub struct Session {
    person: bool,
    reconnects: bool,
    core: ClientCore,
    link: Link,
    now: Millis,
    /// This connection has been admitted.
    here: bool,
    /// There was one before, which is to be taken up again.
    returning: bool,
    /// The nickname is lost: the person is asked for another.
    asks: bool,
    /// Since when somebody has had our nickname.
    taken_since: Option<Millis>,
    /// The reason why there is no connection, as it was told last.
    told: String,
    backoff: Backoff,
    catch_up: CatchUp,
    presence: Presence,
    ignored: Ignored,
    pending: Pending,
    /// The person's next lines wait until then, for the room to show those before.
    read_at: Option<Millis>,
    state: LinkState,
    actions: Vec<SessionAction>,
}

impl Session {
    /// A session that is connecting.
    #[must_use]
    pub fn new(options: SessionOptions) -> Self {
        Self {
            person: options.client.can_ask,
            reconnects: options.reconnect,
            presence: Presence::new(options.client.nickname.clone()),
            core: ClientCore::in_session(options.client),
            link: Link::Connecting,
            now: Millis::ZERO,
            here: false,
            returning: false,
            asks: false,
            taken_since: None,
            told: String::new(),
            backoff: Backoff::new(options.seed),
            catch_up: CatchUp::default(),
            ignored: Ignored::default(),
            pending: Pending::default(),
            read_at: None,
            state: LinkState::Connecting,
            actions: Vec::new(),
        }
    }

    /// Returns the people who are here, and one's own nickname.
    #[must_use]
    pub const fn presence(&self) -> &Presence {
        &self.presence
    }

    /// Handles one event and returns the actions that it causes.
    #[must_use]
    pub fn handle(&mut self, now: Millis, event: SessionEvent<'_>) -> Vec<SessionAction> {
        self.now = self.now.max(now);
        self.time_passed();
        match (self.link, event) {
            (Link::Gone, _) | (_, SessionEvent::Tick) => {}
            (Link::Connecting, SessionEvent::Connected) => self.link = Link::Connected,
            (Link::Connecting, SessionEvent::Failed(why)) => {
                self.ended(Exit::Failed(why), Some(Ending::Lost));
            }
            (Link::Connected, SessionEvent::BytesIn(data)) => {
                self.drive(ClientEvent::BytesIn(data));
            }
            (Link::Connected, SessionEvent::Closed(ending)) => {
                self.drive(ClientEvent::Closed(ending));
            }
            (Link::Connected, SessionEvent::InputEnded) => self.drive(ClientEvent::InputEnded),
            (_, SessionEvent::InputEnded) => self.leave(),
            (_, SessionEvent::Typed(data)) if self.person && !self.listens() => {
                self.typed_in_vain(&String::from_utf8_lossy(data));
            }
            (_, SessionEvent::Typed(data)) => self.drive(ClientEvent::Typed(data)),
            (_, SessionEvent::AtOnce) => self.at_once(),
            (_, SessionEvent::Local(local)) => self.execute(local),
            (_, SessionEvent::Slept(time)) => self.slept(time),
            // Nothing that the shell may say; nothing comes of it.
            (
                _,
                SessionEvent::Connected
                | SessionEvent::Failed(_)
                | SessionEvent::BytesIn(_)
                | SessionEvent::Closed(_),
            ) => {}
        }
        self.read();
        self.report();
        mem::take(&mut self.actions)
    }

    /// When [`SessionEvent::Tick`] is due, if nothing else happens before.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Millis> {
        match self.link {
            Link::Connected => [self.core.poll_timeout(), self.read_at].into_iter().flatten().min(),
            // When the number of seconds that are left is another.
            Link::Waiting { until } => {
                let left = until.since(self.now).as_millis();
                Some(self.now + Millis::new((left - 1) % 1000 + 1))
            }
            Link::Connecting | Link::Gone => None,
        }
    }

    fn time_passed(&mut self) {
        match self.link {
            Link::Waiting { until } if until <= self.now => self.connect(),
            Link::Connected => self.drive(ClientEvent::Tick),
            Link::Waiting { .. } | Link::Connecting | Link::Gone => {}
        }
    }

    /// Returns true if what is typed has somewhere to go.
    #[must_use]
    pub fn listens(&self) -> bool {
        self.here || self.core.is_asking()
    }

    /// Has the core handle this, and does what it says.
    fn drive(&mut self, event: ClientEvent<'_>) {
        let ending = if let ClientEvent::Closed(ending) = event { Some(ending) } else { None };
        let leaving = self.core.is_leaving();
        let actions = self.core.handle(self.now, event);
        if self.core.is_in_the_room() && !self.here {
            self.arrived();
        }
        for action in actions {
            match action {
                // A line that was cut off will be told again, whole.
                ClientAction::Show(line) if ending.is_some() || !self.here => self.show(line, true),
                ClientAction::Show(line) => self.line(line),
                ClientAction::Send(frame) => {
                    if self.here {
                        self.pending.sent(self.presence.me(), &frame);
                    }
                    self.actions.push(SessionAction::Send(frame));
                }
                ClientAction::Tell(text) => self.actions.push(SessionAction::Tell(text)),
                ClientAction::Ask => self.actions.push(SessionAction::Ask),
                ClientAction::Read => {
                    self.read_at = Some(self.now + limits::UNHEARD_WAIT);
                    self.read();
                }
                ClientAction::Finish => self.actions.push(SessionAction::Finish),
                ClientAction::Local(local) => self.execute(local),
                ClientAction::Exit(exit) if leaving => self.exit(exit),
                ClientAction::Exit(exit) => self.ended(exit, ending),
            }
        }
    }

    /// Reads more of what is typed if that is due, and a person's lines have been heard so far.
    fn read(&mut self) {
        let ahead = self.person && self.here && self.pending.count() >= limits::UNHEARD_AHEAD;
        if self.read_at.take_if(|at| !ahead || *at <= self.now).is_some() {
            self.actions.push(SessionAction::Read);
        }
    }

    fn arrived(&mut self) {
        self.here = true;
        if mem::take(&mut self.returning) {
            self.tell("here again".into());
        }
        self.asks = false;
        self.taken_since = None;
        self.told.clear();
        self.backoff.reset();
        self.catch_up.arrive();
        self.presence.arrive(self.core.nickname());
        self.pending.arrive();
        self.report();
    }

    /// A whole line, in the room.
    fn line(&mut self, line: Received) {
        let caught = self.catch_up.take(line);
        if caught.missed > 0 {
            let messages = if caught.missed == 1 { "message" } else { "messages" };
            self.tell(format!("missed {} {messages} that the room no longer holds", caught.missed));
        }
        if caught.live {
            for typed in self.pending.take_lost() {
                self.tell(format!("this may not have been heard: {typed}"));
            }
        }
        caught.lines.into_iter().for_each(|line| self.show(line, caught.live));
    }

    fn show(&mut self, line: Received, live: bool) {
        let parsed = line.line();
        self.pending.came(self.presence.me(), &parsed);
        if live {
            self.presence.learn(&parsed);
        } else {
            self.presence.remember(&parsed);
        }
        if self.ignored.hides(&parsed) {
            return;
        }
        // The last line of the room's own help.
        let helped = matches!(parsed, Line::Information(text) if text.starts_with("/quit"));
        self.actions.push(if live {
            SessionAction::Show(line)
        } else {
            SessionAction::Replay(line)
        });
        if helped && self.person {
            LOCAL.iter().for_each(|syntax| self.tell(syntax.to_string()));
        }
    }

    /// It is over with a connection, which has come to this end, or is to be hung up yet.
    fn ended(&mut self, exit: Exit, ending: Option<Ending>) {
        let returns = self.returning || (self.here && self.reconnects);
        match exit {
            Exit::Refused(reason) if returns && ending.is_none() => self.nickname_refused(reason),
            Exit::Refused(reason) | Exit::Failed(reason) if returns => {
                self.wait(&reason, limits::RECONNECT_MOST)
            }
            Exit::ServerClosed if returns && ending == Some(Ending::Finished) => {
                self.wait("the server closed the connection", limits::RECONNECT_MOST);
            }
            Exit::ServerClosed if returns => {
                self.wait("the connection was lost", limits::RECONNECT_MOST)
            }
            Exit::Left | Exit::Refused(_) | Exit::Failed(_) | Exit::ServerClosed => self.exit(exit),
        }
    }

    /// The nickname that was ours is refused.
    fn nickname_refused(&mut self, reason: String) {
        let nick = self.presence.me().unwrap_or_default();
        let taken = reason.contains(&Refused::Taken(nick.into()).to_string());
        let since = *self.taken_since.get_or_insert(self.now);
        if taken && self.now.since(since) < limits::GHOST {
            let still = format!("{nick} is still in the room, as your own lost connection perhaps");
            self.actions.push(SessionAction::HangUp);
            self.wait(&still, limits::GHOST_MOST);
        } else if self.person {
            self.actions.push(SessionAction::HangUp);
            self.asks = true;
            self.tell(reason);
            self.begin_anew();
            self.connect();
        } else {
            self.exit(Exit::Refused(reason));
        }
    }

    fn wait(&mut self, reason: &str, most: Millis) {
        if self.told != reason {
            self.told = reason.into();
            self.tell(format!("{reason}; trying again"));
        }
        // The holder of the nickname may be gone by then.
        self.asks = false;
        self.begin_anew();
        self.link = Link::Waiting { until: self.now + self.backoff.next(most) };
    }

    /// The connection is no more; what is known of the person stays.
    fn begin_anew(&mut self) {
        self.here = false;
        self.returning = true;
        let nick = self.presence.me().filter(|_| !self.asks).map(Into::into);
        self.core.reconnect(nick);
    }

    fn connect(&mut self) {
        self.link = Link::Connecting;
        self.actions.push(SessionAction::Connect);
    }

    fn at_once(&mut self) {
        if let Link::Waiting { .. } = self.link {
            self.connect();
        }
    }

    /// A connection that is open yet will not be told that it is lost for a long time.
    fn slept(&mut self, time: Millis) {
        if time < limits::SLEPT {
            return;
        }
        if self.here && self.reconnects && !self.core.is_leaving() {
            self.tell("this machine has slept; connecting again".into());
            self.reconnect();
        }
        self.at_once();
    }

    /// Leaves this connection for another.
    fn reconnect(&mut self) {
        self.actions.push(SessionAction::HangUp);
        self.begin_anew();
        self.connect();
    }

    /// Shows how it stands, if that is another state than before.
    fn report(&mut self) {
        let nick = || self.presence.me().unwrap_or_default().into();
        let state = match self.link {
            Link::Connected if self.here => LinkState::Online { nick: nick() },
            Link::Connecting | Link::Connected => LinkState::Connecting,
            Link::Waiting { until } => {
                let seconds = until.since(self.now).as_millis().div_ceil(1000);
                LinkState::Waiting { nick: nick(), seconds }
            }
            Link::Gone => return,
        };
        if self.state != state {
            self.state = state.clone();
            self.actions.push(SessionAction::State(state));
        }
    }

    fn tell(&mut self, text: String) {
        self.actions.push(SessionAction::Tell(text));
    }

    fn exit(&mut self, exit: Exit) {
        self.link = Link::Gone;
        self.read_at = None;
        self.actions.push(SessionAction::Exit(exit));
    }
}
