//! The records of the operator's log.

use core::net::{IpAddr, SocketAddr};

use crate::room::budgets::source::Prefix;
use crate::room::event::ClientId;
use crate::room::facts::{Error, LeaveReason};
use crate::room::log_limiter::Topic;
use crate::room::nickname::Nickname;

/// A line about one connection, with its id and its address.
#[derive(Clone, Copy)]
pub(crate) struct Logged<'a> {
    pub(crate) id: ClientId,
    pub(crate) address: SocketAddr,
    pub(crate) record: Record<'a>,
}

/// A line of the log, without its end.
#[derive(Clone, Copy)]
pub(crate) enum Record<'a> {
    /// Someone connected.
    Connected,
    /// A connection ended that had not become a member.
    Disconnected(Option<Error<'a>>),
    /// A member was admitted.
    Nickname(&'a Nickname),
    /// A member is back on another connection.
    Resumed(&'a Nickname),
    /// A member has another nickname.
    Renamed(&'a Nickname, &'a Nickname),
    /// A member left.
    Left(&'a Nickname, LeaveReason<&'a str>),
    /// A member sends more private messages than are passed on.
    PrivateFlood(&'a Nickname),
    /// A member, or someone without a nickname, is read more slowly.
    Paused(Option<&'a Nickname>, Wait),
    /// It is read again.
    ReadAgain(Option<&'a Nickname>),
    /// So many lines, about these, were not logged; this source caused so many.
    LeftOut { left_out: u64, about: &'static str, source: Prefix, lines: u64 },
    /// This address, which may have so many connections, may be that of many people.
    Advice(IpAddr, u32),
    /// The server is ending.
    ShuttingDown,
}

/// The reason of a pause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wait {
    /// It says more than its own rate.
    Rate,
    /// Its source makes others receive too much.
    Source,
    /// All together say too much.
    Room,
    /// Its requests lead to more text than is sent at once.
    Output,
    /// Its source sends too much.
    Input,
    /// All together hold too much.
    Memory,
}

impl Record<'_> {
    /// Returns its topic.
    pub(crate) const fn topic(&self) -> Topic {
        match self {
            Self::Connected
            | Self::Disconnected(_)
            | Self::Advice(..)
            | Self::LeftOut { .. }
            | Self::ShuttingDown => Topic::Connections,
            Self::Nickname(_) | Self::Resumed(_) | Self::Renamed(..) | Self::Left(..) => {
                Topic::Members
            }
            Self::PrivateFlood(_) => Topic::Private,
            Self::Paused(..) | Self::ReadAgain(_) => Topic::Pauses,
        }
    }
}
