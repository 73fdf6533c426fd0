//! The state of a room as text: how a recording begins that goes on where another one ends.
//!
//! ```text
//! snapshot at +12.345s
//!         room {"said":57,"room":{"bucket":0,"served":0,"tickets":0,"next-to-give-way":"+0.000s"}}
//!         said {"text":"José: hi","number":2}
//!         source ["192.0.2.8",{"connecting":0,"output":12600000000,"shown":0,"input":0,"served":99000}]
//!         peer {"id":"#8","address":"192.0.2.8:1008","standing":{"member":{"nickname":{"text":"Jacob"},…
//! end of snapshot
//! ```
//!
//! A [`ServerCore`](crate::ServerCore) that is [resumed](crate::ServerCore::resume) from this does
//! from here on what the one would do that it was [taken](crate::ServerCore::snapshot) of.
//!
//! Each line between the first and the last is a word and a value in JSON, the fields of which are those of
//! the types below; a field that has its default may be left out.
//!
//! | word | value |
//! |---|---|
//! | `room` | a [`Snapshot`] without what has lines of its own |
//! | `said` | a message that newcomers are shown; the oldest first |
//! | `source` | a prefix, and when each of its budgets is full again |
//! | `gone` | a member that is gone, and not announced as that yet |
//! | `kept` | a nickname that is kept for its owner |
//! | `peer` | a connection; the members in joining order |
//!
//! Times, peers and bytes are written as in a [`transcript`](crate::recording::transcript). An IPv6 flow
//! label is not written.

mod builder;
mod form;

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::net::SocketAddr;

pub use builder::Builder;

use serde::{Deserialize, Serialize};

use crate::room::budgets::room::Virtual;
use crate::room::budgets::source::Prefix;
use crate::room::budgets::sources::Account;
use crate::room::budgets::{Booking, Bucket, Mailbox};
use crate::room::event::{ClientId, Millis};
use crate::room::facts::LeaveReason;
use crate::room::history::Entry;
use crate::room::log_limiter::LogLimiter;
use crate::room::nickname::Nickname;
use crate::room::peer::Handshake;
use crate::room::reservations::{Owner, Reservation, TokenHash};
use crate::room::wall_time::WallTime;
use crate::wire::frame::{self, Framing};
use crate::wire::rendering::Rendering;

/// The beginning of the first line; its time follows.
const FIRST: &str = "snapshot at ";

/// The last line.
const LAST: &str = "end of snapshot";

/// Returns true if a snapshot begins with this line, which is then for a [`Builder`].
#[must_use]
pub fn begins(line: &str) -> bool {
    line.trim_start().starts_with(FIRST)
}

/// All that a room knows, other than its settings and what follows from this. `Display` writes it
/// as the [module](self) says, and `FromStr` is the inverse.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Snapshot {
    #[serde(skip)]
    pub(crate) now: Millis,
    #[serde(skip_serializing_if = "is_default")]
    pub(crate) closing: bool,
    /// The latest time of day that it was told, and when.
    #[serde(skip_serializing_if = "is_default")]
    pub(crate) clock: Option<(Millis, WallTime)>,
    /// The topic; empty where nobody has set one.
    #[serde(skip_serializing_if = "is_default")]
    pub(crate) topic: String,
    /// The number of messages so far.
    #[serde(skip_serializing_if = "is_default")]
    pub(crate) said: u64,
    /// The latest of them.
    #[serde(skip)]
    pub(crate) history: Vec<Entry>,
    #[serde(skip_serializing_if = "is_default")]
    pub(crate) log: LogLimiter,
    #[serde(skip_serializing_if = "is_default")]
    pub(crate) room: Room,
    /// The part of each source's budgets that is in use; what its peers and reservations count for follows
    /// from these.
    #[serde(skip)]
    pub(crate) accounts: Vec<(Prefix, Account)>,
    /// Members who are gone and not announced as that yet, the first first.
    #[serde(skip)]
    pub(crate) gone: Vec<Gone>,
    /// Nicknames that are kept, the oldest first.
    #[serde(skip)]
    pub(crate) reserved: Vec<(Nickname, Reservation)>,
    /// Members in joining order, then those who choose, by number.
    #[serde(skip)]
    pub(crate) peers: Vec<Peer>,
}

/// The use of the room's budget, and when a member gives way next.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Room {
    pub(crate) bucket: Bucket,
    pub(crate) served: Virtual,
    pub(crate) tickets: u64,
    pub(crate) next_to_give_way: Millis,
}

/// A member that is gone, and not announced as that yet.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Gone {
    pub(crate) nickname: Nickname,
    pub(crate) reason: LeaveReason<String>,
    pub(crate) owner: Option<Owner>,
}

/// A connection, as the room knows it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Peer {
    pub(crate) id: ClientId,
    pub(crate) address: SocketAddr,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) decoder: frame::State,
    pub(crate) standing: Standing,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) hearing: Hearing,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) booking: Option<Booking>,
    /// Its place among those who wait for the room: from where it is served, and its ticket.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) place: Option<(Virtual, u64)>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) served: Virtual,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) unread_until: Option<Millis>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) token: Option<TokenHash>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) mailbox: Mailbox,
    /// The member, still here, that sent it its last private message.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) correspondent: Option<ClientId>,
    /// It has asked for times in front of its lines.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) timed: bool,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) wake: Option<Millis>,
}

/// A peer without a nickname yet, or a member.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub(crate) enum Standing {
    Handshaking(Handshake),
    Member { nickname: Nickname, bucket: Bucket },
}

/// The way in which the room hears a member.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Hearing {
    /// It is read from.
    #[default]
    Open,
    /// It is not, until its frames have had their turn.
    Paused,
    /// It will send nothing more; it leaves when its frames have had their turn.
    Finished,
    /// The same, and it leaves then at the latest.
    Gone(Millis),
}

impl Snapshot {
    /// The time of the room.
    #[must_use]
    pub const fn now(&self) -> Millis {
        self.now
    }

    /// Returns the bytes of its text, about, where nothing is escaped.
    #[must_use]
    pub fn bytes(&self) -> usize {
        const LINE: usize = 250;
        let said: usize =
            self.history.iter().map(Entry::native_bytes).sum::<usize>() + 64 * self.history.len();
        let held: usize = self.peers.iter().map(|peer| peer.decoder.held.len() + LINE).sum();
        LINE + self.topic.len() + said + held
    }

    /// The connected peers: the members in joining order, then those without a nickname.
    pub fn peers(&self) -> impl Iterator<Item = ClientId> {
        self.peers.iter().map(|peer| peer.id)
    }

    /// The members in joining order, each with its rendering.
    pub fn members(&self) -> impl Iterator<Item = (ClientId, Rendering)> {
        let members = self.peers.iter().filter(|peer| peer.is_member());
        members.map(|peer| (peer.id, Rendering::of(peer.framing(), peer.timed)))
    }
}

impl Hearing {
    pub(crate) const fn has_finished(self) -> bool {
        match self {
            Self::Open | Self::Paused => false,
            Self::Finished | Self::Gone(_) => true,
        }
    }

    pub(crate) const fn until(self) -> Option<Millis> {
        match self {
            Self::Gone(until) => Some(until),
            Self::Open | Self::Paused | Self::Finished => None,
        }
    }
}

impl Peer {
    pub(crate) const fn framing(&self) -> Framing {
        if self.decoder.unframed.is_some() { Framing::Unframed } else { Framing::Lines }
    }

    pub(crate) const fn is_member(&self) -> bool {
        match self.standing {
            Standing::Handshaking(_) => false,
            Standing::Member { .. } => true,
        }
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl fmt::Display for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{FIRST}{}", self.now)?;
        let mut line = |word: &str, value: serde_json::Result<String>| {
            writeln!(f, "        {word} {}", value.map_err(|_| fmt::Error)?)
        };
        let room = serde_json::to_string(self);
        if room.as_ref().is_ok_and(|room| room != "{}") {
            line("room", room)?;
        }
        self.history.iter().try_for_each(|it| line("said", serde_json::to_string(it)))?;
        self.accounts.iter().try_for_each(|it| line("source", serde_json::to_string(it)))?;
        self.gone.iter().try_for_each(|it| line("gone", serde_json::to_string(it)))?;
        self.reserved.iter().try_for_each(|it| line("kept", serde_json::to_string(it)))?;
        self.peers.iter().try_for_each(|it| line("peer", serde_json::to_string(it)))?;
        writeln!(f, "{LAST}")
    }
}
