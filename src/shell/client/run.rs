//! The inputs of the client: the server, the view, the typed lines. The [`conversation`] is held
//! with it.
//!
//! [`conversation`]: super::conversation

use std::net::Ipv6Addr;
use std::sync::mpsc::Sender;

use crate::client::SessionOptions;
use crate::shell::client::connection::ConnectionEvent;
use crate::shell::program::DEFAULT_PORT;
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

/// Reads `host:port`, where the port may be left out.
///
/// # Errors
///
/// Says what would make sense.
pub fn address(text: &str) -> Result<String, String> {
    let bare_ipv6 = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    if let Ok(ip) = bare_ipv6.parse::<Ipv6Addr>() {
        return Ok(format!("[{ip}]:{DEFAULT_PORT}"));
    }
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) => (host, port.parse::<u16>().ok()),
        None => (text, Some(DEFAULT_PORT)),
    };
    let port = port.filter(|_| !host.is_empty());
    let port = port.ok_or("give a host and a port, such as localhost:55555 or [::1]:55555")?;
    Ok(format!("{host}:{port}"))
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
