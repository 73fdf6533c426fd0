//! A connection in the room: its state, and its share of the budgets.

use core::net::SocketAddr;

use serde::{Deserialize, Serialize};

use crate::room::budgets::room::{Place, Virtual};
use crate::room::budgets::{Booking, Bucket, Mailbox, Source};
use crate::room::event::Millis;
use crate::room::reservations::TokenHash;
use crate::room::roster::MemberId;
use crate::wire::frame::Decoder;
use crate::wire::rendering::Rendering;

/// A connection in the room.
#[derive(Debug)]
pub(super) struct Peer {
    pub(super) address: SocketAddr,
    pub(super) source: Source,
    pub(super) decoder: Decoder,
    /// Bytes that the decoder held when they were last counted.
    pub(super) counted: usize,
    pub(super) state: State,
    /// The hash of a token: of a member, of the one that takes its nickname back; before that, of the one that it
    /// has spent to take one back.
    pub(super) token: Option<TokenHash>,
    /// It has asked for times in front of its lines.
    pub(super) timed: bool,
    pub(super) wake: Option<Millis>,
    pub(super) paused: bool,
    /// The booking of its next frame at its source.
    pub(super) booking: Option<Booking>,
    /// Its place in the queue for the room's budget, the last one it had if it does not wait.
    pub(super) place: Option<Place>,
    /// The tag of its last frame, if its source has no account.
    pub(super) served: Virtual,
    /// Nothing more is to be read from it before that: its source has sent too much.
    pub(super) unread_until: Option<Millis>,
    /// Closed in order; it leaves when what it said before has had its turn.
    pub(super) finished: bool,
    /// Gone; it leaves then at the latest.
    pub(super) heard_until: Option<Millis>,
}

/// The state of a connection: before its nickname, or a member.
#[derive(Debug)]
pub(super) enum State {
    Handshaking(Handshake),
    Member {
        member: MemberId,
        bucket: Bucket,
        mailbox: Mailbox,
        /// The sender of its last private message, who may be gone.
        correspondent: Option<MemberId>,
    },
}

/// A connection without a nickname.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Handshake {
    pub(crate) since: Millis,
    /// The end of its time, unless it sends something before.
    pub(crate) deadline: Millis,
    /// From then on it counts as a peer that does not end its lines.
    pub(crate) quiet_at: Option<Millis>,
    pub(crate) refusals: u32,
    /// Its answers, which have a rate as messages do.
    pub(crate) bucket: Bucket,
    /// It has ended a line, and so is not unframed.
    pub(crate) ends_lines: bool,
    /// It does not end its lines, and waits for its turn to be admitted.
    pub(crate) unframed: bool,
}

impl Peer {
    /// Returns the hash of the token that it has spent to take a nickname back. A member has none to spend.
    pub(super) const fn spent_token(&self) -> Option<TokenHash> {
        match self.state {
            State::Handshaking(_) => self.token,
            State::Member { .. } => None,
        }
    }

    /// Returns the rendering that this peer is sent.
    pub(super) const fn rendering(&self) -> Rendering {
        Rendering::of(self.decoder.framing(), self.timed)
    }

    /// The same, where it is sent broadcasts.
    pub(super) const fn member_rendering(&self) -> Option<Rendering> {
        match self.state {
            State::Handshaking(_) => None,
            State::Member { .. } => Some(self.rendering()),
        }
    }
}
