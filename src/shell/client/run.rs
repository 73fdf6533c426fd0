//! The inputs of the client: the server, the view, the typed lines. The [`conversation`] is held
//! with it.
//!
//! [`conversation`]: super::conversation

use std::sync::mpsc::Sender;

use crate::client::SessionOptions;
use crate::shell::client::connection::ConnectionEvent;
use crate::view::ViewOptions;

/// The options of a conversation.
#[derive(Clone, Debug)]
pub struct Options {
    /// `host:port`.
    pub address: String,
    /// The nickname, and the length of the stay.
    pub session: SessionOptions,
    /// The options of the view.
    pub view: ViewOptions,
}

/// An input from the person.
#[derive(Debug)]
pub enum Typed {
    /// These bytes of a pipe or a plain terminal, of which one read was permitted.
    Bytes(Vec<u8>),
    /// These lines, which are sent one by one as the server takes them.
    Lines(Vec<String>),
    /// The next try is to be made now.
    AtOnce,
    /// Lines that are still to be sent are not to be; tells how many those are.
    CallOff(Sender<usize>),
    /// The screen has another size, on which what was shown no longer stands as it did.
    Resized,
    /// The person is to be told this.
    Tell(String),
    /// There will be nothing more.
    End,
    /// Asks for the people who are here, for completion.
    Names(Sender<Vec<String>>),
}

/// A message to a conversation.
#[derive(Debug)]
pub enum Input {
    /// By a connection, of which there have been so many before.
    Happened(u64, ConnectionEvent),
    /// By the person.
    Typed(Typed),
}

/// Reads a nickname as the server will: one line, which is not empty.
///
/// # Errors
///
/// Says what would make sense.
pub fn nickname(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() || text.contains(char::is_control) {
        return Err("give a nickname of letters, digits and _ - .".into());
    }
    Ok(text.into())
}
