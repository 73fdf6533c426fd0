//! The state of a room as text: how a recording begins that goes on where another one ends.
//!
//! ```text
//! snapshot at +12.345s
//!         lines said: 57
//!         said Jacob: hi\n
//!         log lines about connections: 3, until +13.000s
//!         #8 from 192.0.2.8:1008 is called Jacob, full at 12800000 us, paused, wakes at +12.400s
//!         #8 is unframed and begins with Jacob
//!         #8 holds two\nthree\n
//!         #7 from 192.0.2.7:1007 is choosing until +42.000s, refusals: 1, wakes at +42.000s
//!         #7 holds an
//! end of snapshot
//! ```
//!
//! A [`ServerCore`](crate::ServerCore) that is [resumed](crate::ServerCore::resume) from this does
//! from here on what the one would do that it was [taken](crate::ServerCore::snapshot) of.
//!
//! | line | meaning; what is not there has no line |
//! |---|---|
//! | `the room is closing` | the server is ending; nobody is here |
//! | `lines said: COUNT` | how many chat lines there have been |
//! | `said LINE` | a chat line that newcomers are shown; the oldest first |
//! | `log lines about WHAT: COUNT, until TIME` | a second of the log; past a hundred they are left out |
//! | `#ID from ADDRESS is called NICKNAME, full at COUNT us` | a member; the microsecond at which it has all its messages again; the members in joining order |
//! | `… , paused` | its frames wait for their turn, and it is not read from |
//! | `… , finished` | it has closed its side; its last frames wait |
//! | `… , heard until TIME` | it is gone, and its last frames wait until then at most |
//! | `#ID from ADDRESS is choosing until TIME, refusals: COUNT` | someone without a nickname |
//! | `… , wakes at TIME` | when it is looked at again, if nothing happens before |
//! | `#ID is unframed and begins with BYTES` | it does not end its frames; BYTES and `: ` stand before each |
//! | `#ID is unframed, may go on, and begins with BYTES` | and its last one goes on in the next read, since the last one was full |
//! | `#ID is unframed, may go on until it is quiet, and begins with BYTES` | and so may its last one, which did not begin so |
//! | `#ID is unframed, may end its lines, and begins with BYTES` | unless its next read begins otherwise |
//! | `#ID is amid a telnet command` | the next byte is a telnet command |
//! | `#ID is amid a telnet option` | the next byte is a telnet option |
//! | `#ID is amid a telnet subnegotiation of COUNT` | so many of its bytes are skipped |
//! | `#ID is amid a telnet command in a subnegotiation of COUNT` | the last of them begins a command |
//! | `#ID skips the rest of its line` | which was reported as too long |
//! | `#ID holds BYTES` | what it has sent, without telnet, that has not had its turn |
//!
//! What is said of a peer stands under the line that names its address. Times, peers and bytes are
//! written as in a [`transcript`](crate::transcript), whose lines some of these look like; so what
//! stands between the first line and the last is for the [`Builder`] alone. An IPv6 flow label is
//! not written.

mod builder;
mod text;

use alloc::string::String;
use alloc::vec::Vec;
use core::net::SocketAddr;

pub use builder::Builder;

use crate::event::{ClientId, Millis};
use crate::frame::{self, Next};
use crate::journal::Journal;
use crate::nickname::Nickname;
use crate::rate::Bucket;

/// What the first line begins with; its time follows.
const FIRST: &str = "snapshot at ";

/// The last line.
const LAST: &str = "end of snapshot";

/// What is said of the next read of a peer that does not end its frames.
const NEXT: [(Next, &str); 4] = [
    (Next::Begins, ""),
    (Next::GoesOn, ", may go on,"),
    (Next::MayGoOn, ", may go on until it is quiet,"),
    (Next::Decides, ", may end its lines,"),
];

/// Whether a snapshot begins with this line, which is then for a [`Builder`].
#[must_use]
pub fn begins(line: &str) -> bool {
    line.trim_start().starts_with(FIRST)
}

/// All that a room knows, other than its settings and what follows from this. `Display` writes it
/// as the [module](self) says, and `FromStr` is the inverse.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    pub(crate) now: Millis,
    pub(crate) closing: bool,
    /// How many chat lines there have been.
    pub(crate) said: u64,
    /// The latest of them, each with its line end.
    pub(crate) history: Vec<String>,
    pub(crate) journal: Journal,
    /// Members in joining order, then those who choose, by number.
    pub(crate) peers: Vec<Peer>,
}

/// What a room knows of one connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Peer {
    pub(crate) id: ClientId,
    pub(crate) address: SocketAddr,
    pub(crate) decoder: frame::State,
    pub(crate) standing: Standing,
    pub(crate) wake: Option<Millis>,
}

/// Whether it has a nickname.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    Choosing { deadline: Millis, refusals: u32 },
    Member { nickname: Nickname, bucket: Bucket, hearing: Hearing },
}

/// How the room hears a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hearing {
    /// It is read from.
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

    /// How many bytes its text has, about, where nothing is escaped.
    #[must_use]
    pub fn bytes(&self) -> usize {
        const LINE: usize = 100;
        let said: usize = self.history.iter().map(|line| line.len() + 16).sum();
        let held: usize = self.peers.iter().map(|peer| peer.decoder.held.len() + LINE).sum();
        LINE + said + held
    }

    /// Whoever is connected: the members in joining order, then those who choose a nickname.
    pub fn peers(&self) -> impl Iterator<Item = ClientId> {
        self.peers.iter().map(|peer| peer.id)
    }

    /// Whoever is admitted, in joining order.
    pub fn members(&self) -> impl Iterator<Item = ClientId> {
        self.peers.iter().filter(|peer| peer.is_member()).map(|peer| peer.id)
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
    const fn is_member(&self) -> bool {
        match self.standing {
            Standing::Choosing { .. } => false,
            Standing::Member { .. } => true,
        }
    }
}
