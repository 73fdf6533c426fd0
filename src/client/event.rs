//! What happens to a client, and what it decides: the whole interface of
//! [`ClientCore`](super::ClientCore).

use alloc::string::String;
use alloc::vec::Vec;

use crate::event::Ending;

/// How a client behaves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The nickname to begin with; where there is none, the person is asked.
    pub nickname: Option<String>,
    /// Whether there is a person who can be asked (again).
    pub can_ask: bool,
    /// Whether the server is the original Python program.
    pub legacy: bool,
}

/// What happened to the client.
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

/// What is to be done, in this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientAction {
    /// Send these bytes to the server, with one write.
    Send(Vec<u8>),
    /// Show this line, sanitised and without its end, to the person.
    Show(String),
    /// Tell the person something that the server did not say.
    Tell(String),
    /// Ask the person for a nickname; a `Read` follows.
    Ask,
    /// Read more of what is typed, once what was to be sent before has been taken.
    Read,
    /// End this side of the connection, once what was to be sent before has been taken.
    Finish,
    /// It is over; the last action.
    Exit(Exit),
}

/// How it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Exit {
    /// The person left.
    Left,
    /// The server refused, with this reason.
    Refused(String),
    /// The server ended the connection.
    ServerClosed,
}
