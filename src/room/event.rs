//! Events and actions: the whole interface of [`ServerCore`].
//!
//! Events and actions are generic over how they hold bytes: borrowed from a read buffer on their
//! way in and out of the core, owned in a [`Transcript`](crate::recording::transcript::Transcript).
//!
//! [`ServerCore`]: crate::ServerCore

use alloc::format;
use alloc::string::String;
use core::fmt;
use core::net::SocketAddr;
use core::ops::Add;
use core::str::FromStr;

use crate::room::wall_time::WallTime;
use crate::wire::rendering::Rendering;
use crate::wire::sanitize::quoted;

/// One connection, from its acceptance to its [`Action::Drop`]. Never used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClientId(pub u64);

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

/// Reads what `Display` writes.
impl FromStr for ClientId {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = text.strip_prefix('#').and_then(|number| number.parse().ok());
        number.map(Self).ok_or_else(|| format!("{} is no peer, such as #7", quoted(text)))
    }
}

/// Milliseconds since the server started: the only time that reaches a decision. Prints as
/// `+1.500s`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Millis(u64);

impl Millis {
    /// The start.
    pub const ZERO: Self = Self(0);

    /// So many milliseconds after the start.
    #[must_use]
    pub const fn new(milliseconds: u64) -> Self {
        Self(milliseconds)
    }

    /// Milliseconds since the start.
    #[must_use]
    pub const fn as_millis(self) -> u64 {
        self.0
    }

    /// Returns the time from `earlier` to here; zero if that is later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Self {
        Self(self.0.saturating_sub(earlier.0))
    }
}

/// Saturates: no time that a transcript can hold makes it overflow.
impl Add for Millis {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl fmt::Display for Millis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "+{}.{:03}s", self.0 / 1000, self.0 % 1000)
    }
}

/// Reads what `Display` writes.
impl FromStr for Millis {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let read = || {
            let (seconds, millis) = text.strip_prefix('+')?.strip_suffix('s')?.split_once('.')?;
            let millis = Some(millis).filter(|millis| millis.len() == 3)?.parse().ok()?;
            seconds.parse::<u64>().ok()?.checked_mul(1000)?.checked_add(millis).map(Self)
        };
        read().ok_or_else(|| format!("{} is no time, such as +1.500s", quoted(text)))
    }
}

/// An event. The order of events is the order of the room.
///
/// The shell promises: `Accepted` is the first event of an id and comes once; the bytes of one
/// read come as one `BytesIn` (an unframed peer's frame is what one read brought); after
/// `Closed`, nothing comes but another, worse one. An event for an id that is gone does nothing,
/// since reader threads go on for a moment after a [`Action::Drop`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event<B> {
    /// Someone connected from this address.
    Accepted(ClientId, SocketAddr),
    /// One read brought these bytes, at most [`READ_BYTES`](crate::limits::READ_BYTES) of them.
    BytesIn(ClientId, B),
    /// Nothing more will come from this connection.
    Closed(ClientId, Ending),
    /// The time of day is this: sent at the start, and when the clock has moved against
    /// [`Millis`] by more than [`CLOCK_STEP`](crate::limits::CLOCK_STEP).
    Clock(WallTime),
    /// Time has passed; sent when [`poll_timeout`](crate::ServerCore::poll_timeout) is due. Every
    /// other event does the same work first, so a late or missing tick only makes it late.
    Tick,
    /// The operator wants the server to end.
    Shutdown,
}

/// The end of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// The peer ended its side in order; it may still read.
    Finished,
    /// The peer ended both sides in order: it hears nothing more. The room says for it what it had
    /// said before, for at most [`LAST_WORDS`](crate::limits::LAST_WORDS).
    Gone,
    /// A reset, or a peer that stopped answering.
    Lost,
    /// The machine has no thread to read from it.
    Unserved,
    /// It did not take what was sent: its backlog passed
    /// [`Settings::backlog`](crate::Settings::backlog).
    TooSlow,
}

/// An action of the room; the shell does them in order.
///
/// The core promises: nothing is addressed to an id before its `Accepted` or after its `Drop`;
/// every accepted id gets exactly one `Drop`; a broadcast is native, or right behind the native one of
/// which it is another rendering. The shell promises to keep the order of what one peer is sent, and
/// never to wait for one peer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action<B> {
    /// Send these bytes to one peer, admitted or not.
    Send(ClientId, B),
    /// Send these bytes, a whole line, to exactly those who are admitted with this rendering at this
    /// point of the list.
    Broadcast(Rendering, B),
    /// From here on this peer gets the broadcasts of this rendering. Of what one with
    /// [`Rendering::Ascii`] is sent, the last LF of each write is left out. It comes a second time for
    /// a member that is sent another rendering from then on.
    Admit(ClientId, Rendering),
    /// Stop reading from this peer; what has been read may still come, at most
    /// [`READS_AHEAD`](crate::limits::READS_AHEAD) reads.
    Pause(ClientId),
    /// Go on reading from this peer.
    Resume(ClientId),
    /// Close this connection once all that was sent to it before has been taken; if it has already
    /// ended, at once.
    Drop(ClientId),
    /// A line for the operator's log, without its line end.
    Log(Level, B),
}

/// The level of a log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Told unless less is asked for.
    Info,
    /// Told if more is asked for (`-v`).
    Debug,
}

impl<B> Event<B> {
    /// The connection that it befalls, if it is one.
    #[must_use]
    pub const fn peer(&self) -> Option<ClientId> {
        match self {
            Self::Accepted(id, _) | Self::BytesIn(id, _) | Self::Closed(id, _) => Some(*id),
            Self::Clock(_) | Self::Tick | Self::Shutdown => None,
        }
    }

    /// The same event with its bytes held in another way.
    pub fn map<C>(self, bytes: impl FnOnce(B) -> C) -> Event<C> {
        match self {
            Self::Accepted(id, address) => Event::Accepted(id, address),
            Self::BytesIn(id, data) => Event::BytesIn(id, bytes(data)),
            Self::Closed(id, ending) => Event::Closed(id, ending),
            Self::Clock(time) => Event::Clock(time),
            Self::Tick => Event::Tick,
            Self::Shutdown => Event::Shutdown,
        }
    }
}

impl<B> Action<B> {
    /// The connection that it concerns, if it is one.
    #[must_use]
    pub const fn peer(&self) -> Option<ClientId> {
        match self {
            Self::Send(id, _)
            | Self::Admit(id, _)
            | Self::Pause(id)
            | Self::Resume(id)
            | Self::Drop(id) => Some(*id),
            Self::Broadcast(..) | Self::Log(..) => None,
        }
    }

    /// Returns true if its bytes are a fact's first, or only, rendering: the fact is the next of
    /// [`facts`](crate::ServerCore::facts).
    #[must_use]
    pub const fn has_fact(&self) -> bool {
        match self {
            Self::Send(..) | Self::Broadcast(Rendering::Native, _) => true,
            Self::Broadcast(Rendering::NativeTimed | Rendering::Ascii, _)
            | Self::Admit(..)
            | Self::Pause(_)
            | Self::Resume(_)
            | Self::Drop(_)
            | Self::Log(..) => false,
        }
    }

    /// The same action with its bytes held in another way.
    pub fn map<C>(self, bytes: impl FnOnce(B) -> C) -> Action<C> {
        match self {
            Self::Send(id, data) => Action::Send(id, bytes(data)),
            Self::Broadcast(rendering, data) => Action::Broadcast(rendering, bytes(data)),
            Self::Admit(id, rendering) => Action::Admit(id, rendering),
            Self::Pause(id) => Action::Pause(id),
            Self::Resume(id) => Action::Resume(id),
            Self::Drop(id) => Action::Drop(id),
            Self::Log(level, data) => Action::Log(level, bytes(data)),
        }
    }
}
