//! Events and actions of a client: the whole interface of
//! [`ClientCore`](super::ClientCore), and of the [`Session`](super::Session) around it.

use alloc::string::String;
use alloc::vec::Vec;

use super::command::Local;
use crate::room::event::{Ending, Millis};
use crate::wire::line::Received;

/// The options of a client.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The nickname to begin with; where there is none, the person is asked.
    pub nickname: Option<String>,
    /// True if there is a person who can be asked (again).
    pub can_ask: bool,
    /// True if the server is the original Python program.
    pub legacy: bool,
    /// True if the server is asked for the time of each line.
    pub times: bool,
}

/// An event of the client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientEvent<'a> {
    /// The server sent these bytes.
    BytesIn(&'a [u8]),
    /// The server sends nothing more; never [`Ending::TooSlow`].
    Closed(Ending),
    /// These bytes were typed; comes only after a [`ClientAction::Read`], once for each.
    Typed(&'a [u8]),
    /// Nothing more will be typed.
    InputEnded,
    /// Time has passed; sent when [`ClientCore::poll_timeout`](super::ClientCore::poll_timeout) is due.
    Tick,
}

/// An action of the room; the shell does them in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientAction {
    /// Send these bytes to the server, with one write.
    Send(Vec<u8>),
    /// Show this line to the person.
    Show(Received),
    /// Tell the person something that the server did not say.
    Tell(String),
    /// Ask the person for a nickname; a `Read` follows.
    Ask,
    /// Read more of what is typed, once what was to be sent before has been taken.
    Read,
    /// End this side of the connection, once what was to be sent before has been taken.
    Finish,
    /// Do what was typed for the client itself; only in a [`Session`](super::Session).
    Local(Local),
    /// It is over; the last action.
    Exit(Exit),
}

/// The end of a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Exit {
    /// The person left.
    Left,
    /// The server refused, with this reason.
    Refused(String),
    /// The server ended the connection.
    ServerClosed,
    /// There was no connection, for this reason; only in a [`Session`](super::Session).
    Failed(String),
}

/// The options of a [`Session`](super::Session).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SessionOptions {
    /// The options of each connection. A person who [can be asked](Options::can_ask) has the client's own
    /// commands as well; what a program writes is for the room only.
    pub client: Options,
    /// True if the session comes back when a connection is lost.
    pub reconnect: bool,
    /// Decides how long the waits are, between half and all of what they may be.
    pub seed: u64,
}

/// An event of a session.
///
/// The shell promises: nothing comes from a connection that has [`Closed`](Self::Closed), or that was
/// [hung up](SessionAction::HangUp).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SessionEvent<'a> {
    /// There is a connection.
    Connected,
    /// There is none, for this reason.
    Failed(String),
    /// The server sent these bytes.
    BytesIn(&'a [u8]),
    /// The server sends nothing more; never [`Ending::TooSlow`].
    Closed(Ending),
    /// These bytes were typed; comes only after a [`SessionAction::Read`], once for each. While
    /// nobody can hear it, a person's line may come at any time, and uses up no `Read`.
    Typed(&'a [u8]),
    /// Nothing more will be typed.
    InputEnded,
    /// The person does not want to wait: an empty line, or any key that stands for one.
    AtOnce,
    /// The machine has slept for so long, which is no time that has passed here.
    Slept(Millis),
    /// This was typed for the client itself; comes at any time.
    Local(Local),
    /// Time has passed; sent when [`Session::poll_timeout`](super::Session::poll_timeout) is due.
    Tick,
}

/// An action of the room; the shell does them in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SessionAction {
    /// Connect to the server.
    Connect,
    /// Close the connection; nothing of it is wanted any more.
    HangUp,
    /// Send these bytes to the server, with one write.
    Send(Vec<u8>),
    /// End this side of the connection, once what was to be sent before has been taken.
    Finish,
    /// Show this line to the person.
    Show(Received),
    /// The same, of the room's history: it was said before.
    Replay(Received),
    /// Tell the person something that the server did not say.
    Tell(String),
    /// Ask the person for a nickname; a `Read` follows, unless one is unanswered.
    Ask,
    /// Read more of what is typed, once what was to be sent before has been taken.
    Read,
    /// Give this line back to whoever typed it, without its end: nobody can hear it now.
    Keep(String),
    /// The state that the prompt shows has changed.
    State(LinkState),
    /// Do what was typed for the client itself: [`Clear`](Local::Clear), [`Save`](Local::Save),
    /// [`Options`](Local::Options) or [`Set`](Local::Set); the session does the others.
    Local(Local),
    /// It is over; the last action.
    Exit(Exit),
}

/// The state of the connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkState {
    /// On the way in.
    Connecting,
    /// In the room.
    Online {
        /// Under this nickname.
        nick: String,
    },
    /// Out of it, and back as soon as that can be.
    Waiting {
        /// Under which nickname it was, and is to be again.
        nick: String,
        /// When the next try is, rounded up.
        seconds: u64,
    },
}
