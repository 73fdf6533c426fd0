//! A connection, from its acceptance to its end, as far as it explains its end.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use crate::limits;
use crate::recording::replay::block::Block;
use crate::recording::replay::participants::Participant;
use crate::recording::snapshot::{Hearing, Peer, Standing};
use crate::room::event::{ClientId, Ending, Millis};
use crate::room::facts::{Error, FactKind, LeaveReason};
use crate::room::peer::Handshake;
use crate::wire::escape::Escaped;

/// The facts about a stay.
#[derive(Debug)]
pub(super) struct Stay {
    pub(super) id: ClientId,
    pub(super) who: Participant,
    /// The bytes that it sent first, and last.
    pub(super) head: Vec<u8>,
    tail: Vec<u8>,
    /// The number of bytes that it sent; those that came last, and when.
    sent: u64,
    pub(super) latest: usize,
    pub(super) spoke: Millis,
    /// Bytes of its own that have not had their turn.
    pub(super) held: usize,
    /// The ending of the connection, and its time, before the room was done with it.
    pub(super) ending: Option<(Millis, Ending)>,
    /// The latest refusal of a nickname, or of the connection, and how many there were before the last.
    pub(super) refusal: Option<String>,
    pub(super) refusals: u32,
    /// The bytes that waited for it: when it fell behind, and as last told.
    pub(super) behind: Option<[(Millis, u64); 2]>,
    /// When the room dropped the connection.
    pub(super) dropped: Option<Millis>,
    pub(super) end: Option<End>,
}

/// The reason of the end of a stay, as the room gives it.
#[derive(Debug)]
pub(super) enum End {
    /// Everyone hears it of a member.
    Left(LeaveReason<String>),
    /// The connection alone hears it.
    TurnedAway(Error<'static>),
    /// The server ends.
    Shutdown,
}

impl Stay {
    pub(super) fn new(id: ClientId, who: Participant) -> Self {
        let spoke = who.connected.unwrap_or_default();
        Self {
            id,
            who,
            head: Vec::new(),
            tail: Vec::new(),
            sent: 0,
            latest: 0,
            spoke,
            held: 0,
            ending: None,
            refusal: None,
            refusals: 0,
            behind: None,
            dropped: None,
            end: None,
        }
    }

    /// As a snapshot of this time has it.
    pub(super) fn resume(peer: &Peer, now: Millis) -> Self {
        let mut stay = Self::new(peer.id, Participant::resume(peer));
        if !peer.decoder.held.is_empty() {
            stay.sends(now, &peer.decoder.held);
            stay.held = stay.latest;
        }
        if let Standing::Handshaking(Handshake { refusals, .. }) = &peer.standing {
            stay.refusals = *refusals;
        }
        stay.ending = match peer.hearing {
            Hearing::Open | Hearing::Paused => None,
            Hearing::Finished => Some((now, Ending::Finished)),
            Hearing::Gone(until) => Some((until.since(limits::LAST_WORDS), Ending::Gone)),
        };
        stay
    }

    pub(super) fn sends(&mut self, now: Millis, data: &[u8]) {
        let most = limits::QUOTED_BYTES;
        let room = most.saturating_sub(self.head.len()).min(data.len());
        self.head.extend_from_slice(data.get(..room).unwrap_or_default());
        self.tail
            .extend_from_slice(data.get(data.len().saturating_sub(most)..).unwrap_or_default());
        self.tail.drain(..self.tail.len().saturating_sub(most));
        self.sent = self.sent.saturating_add(data.len() as u64);
        self.latest = data.len();
        self.spoke = now;
    }

    pub(super) fn hears(&mut self, now: Millis, fact: &FactKind<String>) {
        self.who.hears(now, fact);
        if let FactKind::AskedAgain(error) = fact {
            self.refusals += 1;
            self.refusal = Some(error.clone());
        } else if let FactKind::TurnedAway(error) = fact {
            self.refusal = Some(error.to_string());
            self.end = Some(End::TurnedAway(*error));
        } else if let FactKind::Left(reason) = fact {
            self.end = Some(End::Left(reason.clone()));
        }
    }

    /// Returns true if it is dropped, and its end is known; that of a member may be announced later.
    pub(super) fn is_over(&self) -> bool {
        self.dropped.is_some() && (self.end.is_some() || self.who.joined.is_none())
    }

    pub(super) fn falls_behind(&mut self, now: Millis, bytes: u64) {
        let since = match self.behind {
            // It is told each time that it is twice as much; less is another time.
            Some([since, (_, last)]) if bytes > last => since,
            Some(_) | None => (now, bytes),
        };
        self.behind = Some([since, (now, bytes)]);
    }

    /// The last that it sent, for a person.
    pub(super) fn last_words(&self) -> String {
        if self.sent == 0 {
            let since = if self.who.connected.is_some() { "" } else { " in the recording" };
            return format!("it sent nothing{since}");
        }
        let cut = if self.sent > self.tail.len() as u64 { " …" } else { "" };
        format!("until {}:{cut}{}", self.spoke, Escaped(&self.tail))
    }

    pub(super) fn still_here(&self, now: Millis) -> Block {
        let lines = vec![("came", self.came()), ("bytes", self.last_words())];
        Block { headline: format!("{} was still here at {now}", self.called()), lines }
    }

    /// Its latest nickname, and which connection it is.
    pub(super) fn called(&self) -> String {
        let (id, Participant { address, nickname, .. }) = (self.id, &self.who);
        match nickname {
            Some(nickname) => format!("{nickname} ({id} from {address})"),
            None => format!("{id} from {address}"),
        }
    }

    /// When it came, and under which nickname.
    pub(super) fn came(&self) -> String {
        let at = |when: Option<Millis>| match when {
            Some(when) => format!("at {when}"),
            None => "before the recording".into(),
        };
        let joined = self.who.joined.as_ref();
        let joined = joined.map(|(when, nickname)| format!(", joined as {nickname} {}", at(*when)));
        format!("connected {}{}", at(self.who.connected), joined.unwrap_or_default())
    }
}
