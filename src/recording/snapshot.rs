//! The state of a room as text: how a recording begins that goes on where another one ends.
//!
//! ```text
//! snapshot at +12.345s
//!         lines said: 57
//!         said Jos\u{e9}: hi\n
//!         shown as Jos?2
//!         log lines about connections: 3, left out: 0, until +13.000s
//!         log lines about connections from 192.0.2.7: 3
//!         source 192.0.2.8 has used connecting 0, output 12600000000, shown 0, input 0, served 99000
//!         #8 from 192.0.2.8:1008 is called Jacob, full at 12800000000, paused, wakes at +12.400s
//!         #8 is unframed and begins with Jacob
//!         #8 holds two\nthree\n
//!         #7 from 192.0.2.7:1007 is choosing since +1.000s until +61.000s, refusals: 1, wakes at +61.000s
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
//! | `the clock was TIME-OF-DAY at TIME` | the latest that the room was told |
//! | `the topic is BYTES` | which a member has set |
//! | `lines said: COUNT` | how many chat lines there have been |
//! | `said LINE` | a chat line that newcomers are shown; the oldest first |
//! | `at TIME-OF-DAY` | when the line above was said |
//! | `shown as FORM` | who said the line above, to those who are sent ASCII, where a number stands behind it |
//! | `log lines about WHAT: COUNT, left out: COUNT, until TIME` | a second of the log |
//! | `log lines about WHAT from PREFIX: COUNT` | how many of them are of this source |
//! | `the log has advised` | that many may share an address |
//! | `room has used NANOS, served VIRTUAL, tickets COUNT` | when the room's budget is full again; the fair order |
//! | `a member gives way from TIME` | not before, where the room is full |
//! | `source PREFIX has used connecting NANOS, output NANOS, shown NANOS, input NANOS, served VIRTUAL` | when each budget of a source is full again |
//! | `gone NICKNAME, cause BYTES` | a member that is gone, and not announced as that yet |
//! | `gone NICKNAME, shown as FORM, …` | and its form in ASCII, where a number stands behind it |
//! | `kept NICKNAME until TIME for ADDRESS` | a nickname that is kept for its owner |
//! | `… for ADDRESS with HASH` | who knows the token with this hash |
//! | `#ID from ADDRESS is called NICKNAME, full at NANOS` | a member; the nanosecond at which it has all its messages again; the members in joining order |
//! | `#ID from ADDRESS is choosing since TIME until TIME, refusals: COUNT` | someone without a nickname |
//! | `… , quiet at TIME` | it has begun an answer, and is unframed if it does not end it before |
//! | `… , full at NANOS` | the nanosecond at which it has all its answers again, where it has given one |
//! | `… , ends lines` | it has ended one |
//! | `… , unframed` | it does not end its lines, and waits for its turn |
//! | `… , paused` | its frames wait for their turn, and it is not read from |
//! | `… , finished` | it has closed its side; its last frames wait |
//! | `… , heard until TIME` | it is gone, and its last frames wait until then at most |
//! | `… , wakes at TIME` | when it is looked at again, if nothing happens before |
//! | `#ID is shown as FORM` | its form in ASCII, where a number stands behind it |
//! | `#ID is booked at TIME for COUNT` | its next frame at its source |
//! | `#ID waits from VIRTUAL as COUNT` | for the room's budget |
//! | `#ID was served up to VIRTUAL` | where it comes from loopback |
//! | `#ID is not read before TIME` | its source has sent too much |
//! | `#ID has the token HASH` | that it has spent, or that takes its nickname back |
//! | `#ID is sent times` | in front of its lines |
//! | `#ID would reply to #ID` | who sent it its last private message |
//! | `#ID was told NANOS, by SENDER NANOS, …` | when its budget of private messages is full again |
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
//! Lines about a peer stand under the one that names its address. Times, peers and bytes are
//! written as in a [`transcript`](crate::recording::transcript), whose lines some of these look like;
//! so what stands between the first line and the last is for the [`Builder`] alone. An IPv6 flow label
//! is not written.

mod builder;
mod text;

use alloc::string::String;
use alloc::vec::Vec;
use core::net::SocketAddr;

pub use builder::Builder;

use crate::room::budgets::room::Virtual;
use crate::room::budgets::source::Prefix;
use crate::room::budgets::sources::Account;
use crate::room::budgets::{Booking, Bucket, Mailbox};
use crate::room::event::{ClientId, Millis};
use crate::room::facts::LeaveReason;
use crate::room::history::Entry;
use crate::room::log_limiter::LogLimiter;
use crate::room::nickname::Nickname;
use crate::room::reservations::{Owner, Reservation, TokenHash};
use crate::room::wall_time::WallTime;
use crate::wire::frame::{self, Framing, Next};
use crate::wire::rendering::Rendering;

/// The beginning of the first line; its time follows.
const FIRST: &str = "snapshot at ";

/// The last line.
const LAST: &str = "end of snapshot";

/// The words for the next read of a peer that does not end its frames.
const NEXT: [(Next, &str); 4] = [
    (Next::Begins, ""),
    (Next::GoesOn, ", may go on,"),
    (Next::MayGoOn, ", may go on until it is quiet,"),
    (Next::Decides, ", may end its lines,"),
];

/// Returns true if a snapshot begins with this line, which is then for a [`Builder`].
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
    /// The latest time of day that it was told, and when.
    pub(crate) clock: Option<(Millis, WallTime)>,
    /// The topic; empty where nobody has set one.
    pub(crate) topic: String,
    /// The number of messages so far.
    pub(crate) said: u64,
    /// The latest of them.
    pub(crate) history: Vec<Entry>,
    pub(crate) log: LogLimiter,
    pub(crate) room: Room,
    /// The part of each source's budgets that is in use; what its peers and reservations count for follows
    /// from these.
    pub(crate) accounts: Vec<(Prefix, Account)>,
    /// Members who are gone and not announced as that yet, the first first.
    pub(crate) gone: Vec<Gone>,
    /// Nicknames that are kept, the oldest first.
    pub(crate) reserved: Vec<(Nickname, Reservation)>,
    /// Members in joining order, then those who choose, by number.
    pub(crate) peers: Vec<Peer>,
}

/// The use of the room's budget, and when a member gives way next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Room {
    pub(crate) bucket: Bucket,
    pub(crate) served: Virtual,
    pub(crate) tickets: u64,
    pub(crate) next_to_give_way: Millis,
}

/// A member that is gone, and not announced as that yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Gone {
    pub(crate) nickname: Nickname,
    pub(crate) reason: LeaveReason<String>,
    pub(crate) owner: Option<Owner>,
}

/// A connection, as the room knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Peer {
    pub(crate) id: ClientId,
    pub(crate) address: SocketAddr,
    pub(crate) decoder: frame::State,
    pub(crate) standing: Standing,
    pub(crate) hearing: Hearing,
    pub(crate) booking: Option<Booking>,
    /// Its place among those who wait for the room: from where it is served, and its ticket.
    pub(crate) place: Option<(Virtual, u64)>,
    pub(crate) served: Virtual,
    pub(crate) unread_until: Option<Millis>,
    pub(crate) token: Option<TokenHash>,
    pub(crate) mailbox: Mailbox,
    /// The member, still here, that sent it its last private message.
    pub(crate) correspondent: Option<ClientId>,
    /// It has asked for times in front of its lines.
    pub(crate) timed: bool,
    pub(crate) wake: Option<Millis>,
}

/// A peer without a nickname yet, or a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    Handshaking {
        since: Millis,
        deadline: Millis,
        quiet_at: Option<Millis>,
        refusals: u32,
        bucket: Bucket,
        ends_lines: bool,
        unframed: bool,
    },
    Member {
        nickname: Nickname,
        bucket: Bucket,
    },
}

/// The way in which the room hears a member.
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

    /// Returns the bytes of its text, about, where nothing is escaped.
    #[must_use]
    pub fn bytes(&self) -> usize {
        const LINE: usize = 100;
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
            Standing::Handshaking { .. } => false,
            Standing::Member { .. } => true,
        }
    }
}
