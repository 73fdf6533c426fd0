//! The lines of the operator's log.

use core::fmt::{self, Display};

use crate::room::log_record::{Logged, Record, Wait};
use crate::room::nickname::Nickname;

impl Display for Logged<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, address, record } = self;
        match record {
            Record::Connected => write!(f, "Connected with {address} ({id})"),
            Record::Disconnected(None) => write!(f, "Disconnected from {address} ({id})"),
            // The member's own words come last, where they can look like nothing else.
            Record::Left(who, reason) => {
                write!(f, "{who} left the chat! ({id}, {address}){reason}")
            }
            Record::Disconnected(Some(error)) => {
                write!(f, "Disconnected from {address} ({id}): {error}")
            }
            record @ (Record::Nickname(_)
            | Record::Resumed(_)
            | Record::Renamed(..)
            | Record::PrivateFlood(_)
            | Record::Paused(..)
            | Record::ReadAgain(_)
            | Record::LeftOut { .. }
            | Record::Advice(..)
            | Record::ShuttingDown) => write!(f, "{record} ({id}, {address})"),
        }
    }
}

impl Display for Record<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Connected => f.write_str("Connected"),
            Self::Disconnected(_) => f.write_str("Disconnected"),
            Self::Nickname(who) => write!(f, "Nickname of the client is {who}!"),
            Self::Resumed(who) => write!(f, "{who} is back on another connection"),
            Self::Renamed(before, now) => write!(f, "{before} is now known as {now}"),
            Self::Left(who, reason) => write!(f, "{who} left the chat!{reason}"),
            Self::PrivateFlood(who) => {
                write!(f, "{who} sends more private messages than are passed on")
            }
            Self::Paused(who, wait) => {
                write!(f, "{} is paused: {wait}", Someone(who))
            }
            Self::ReadAgain(who) => write!(f, "{} is resumed", Someone(who)),
            Self::LeftOut { left_out, about, source, lines } => write!(
                f,
                "{left_out} more lines about {about} were left out; most lines, {lines}, came from \
                 {source}"
            ),
            Self::Advice(address, most) => write!(
                f,
                "{address} has as many connections as it may: if many people share it, raise \
                 --max-per-address, which is {most}"
            ),
            Self::ShuttingDown => f.write_str("Shutting down"),
        }
    }
}

/// A nickname, if there is one.
struct Someone<'a>(Option<&'a Nickname>);

impl Display for Someone<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(name) => write!(f, "{name}"),
            None => f.write_str("someone without a nickname"),
        }
    }
}

impl Display for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rate => "its own rate",
            Self::Source => "the budget of its address",
            Self::Room => "the budget of the room",
            Self::Output => "the output of one turn",
            Self::Input => "the bytes from its address",
            Self::Memory => "the memory for what waits",
        })
    }
}
