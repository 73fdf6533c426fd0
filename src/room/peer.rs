//! A connection in the room: its state, and its share of the budgets.

use core::net::SocketAddr;

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
    Handshaking {
        /// The end of its time, unless it sends something before.
        deadline: Millis,
        since: Millis,
        refusals: u32,
        /// Its answers, which have a rate as messages do.
        bucket: Bucket,
        /// It has ended a line, and so is not unframed.
        ends_lines: bool,
        /// From then on it counts as a peer that does not end its lines.
        quiet_at: Option<Millis>,
        /// It does not end its lines, and waits for its turn to be admitted.
        unframed: bool,
        /// The hash of the token it has spent to take a nickname back.
        token: Option<TokenHash>,
    },
    Member {
        member: MemberId,
        bucket: Bucket,
        mailbox: Mailbox,
        /// The hash of the token that takes its nickname back.
        hash: Option<TokenHash>,
        /// The sender of its last private message, who may be gone.
        correspondent: Option<MemberId>,
    },
}

impl Peer {
    /// Returns the rendering that this peer is sent.
    pub(super) const fn rendering(&self) -> Rendering {
        Rendering::of(self.decoder.framing(), self.timed)
    }

    /// The same, where it is sent broadcasts.
    pub(super) const fn member_rendering(&self) -> Option<Rendering> {
        match self.state {
            State::Handshaking { .. } => None,
            State::Member { .. } => Some(self.rendering()),
        }
    }
}
