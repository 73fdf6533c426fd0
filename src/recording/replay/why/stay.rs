//! A connection, from its acceptance to its end, as far as it explains its end.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;
use core::net::SocketAddr;

use crate::limits;
use crate::recording::replay::block::Block;
use crate::recording::snapshot::{Hearing, Peer, Standing};
use crate::room::event::{ClientId, Ending, Millis};
use crate::room::facts::{Error, FactKind, LeaveReason};
use crate::wire::escape::Escaped;

/// The facts about a stay.
#[derive(Debug)]
pub(super) struct Stay {
    pub(super) id: ClientId,
    pub(super) address: SocketAddr,
    /// `None` for before the recording.
    pub(super) connected: Option<Millis>,
    /// When it got which nickname: the first ones, and the latest. `None` for before the recording.
    names: Vec<(Option<Millis>, String)>,
    /// There were others in between.
    more_names: bool,
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
    pub(super) behind: Option<Behind>,
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

/// The bytes that waited for a peer that does not take what it is sent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Behind {
    /// Since when, and how much then.
    pub(super) since: (Millis, u64),
    /// As last told.
    pub(super) last: (Millis, u64),
}

impl Stay {
    pub(super) fn new(id: ClientId, address: SocketAddr, connected: Option<Millis>) -> Self {
        Self {
            id,
            address,
            connected,
            names: Vec::new(),
            more_names: false,
            head: Vec::new(),
            tail: Vec::new(),
            sent: 0,
            latest: 0,
            spoke: connected.unwrap_or_default(),
            held: 0,
            ending: None,
            refusal: None,
            refusals: 0,
            behind: None,
            dropped: None,
            end: None,
        }
    }

    fn is_called(&mut self, now: Millis, nickname: &str) {
        self.more_names |= self.names.len() == limits::NAMES_OF_ONE;
        self.names.truncate(limits::NAMES_OF_ONE - 1);
        self.names.push((Some(now), nickname.into()));
    }

    /// As a snapshot of this time has it.
    pub(super) fn resume(peer: &Peer, now: Millis) -> Self {
        let mut stay = Self::new(peer.id, peer.address, None);
        if !peer.decoder.held.is_empty() {
            stay.sends(now, &peer.decoder.held);
            stay.held = stay.latest;
        }
        match &peer.standing {
            Standing::Handshaking { refusals, .. } => stay.refusals = *refusals,
            Standing::Member { nickname, .. } => {
                stay.names.push((None, nickname.as_str().into()));
            }
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
        if let Some(nickname) = fact.nickname() {
            self.is_called(now, nickname);
        } else if let FactKind::AskedAgain(error) = fact {
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
        self.dropped.is_some() && (self.end.is_some() || self.names.is_empty())
    }

    pub(super) fn falls_behind(&mut self, now: Millis, bytes: u64) {
        let since = match self.behind {
            // It is told each time that it is twice as much; less is another time.
            Some(behind) if bytes > behind.last.1 => behind.since,
            Some(_) | None => (now, bytes),
        };
        self.behind = Some(Behind { since, last: (now, bytes) });
    }

    pub(super) fn nickname(&self) -> Option<&str> {
        self.names.last().map(|(_, nickname)| nickname.as_str())
    }

    /// The last that it sent, for a person.
    pub(super) fn last_words(&self) -> String {
        if self.sent == 0 {
            let since = if self.connected.is_some() { "" } else { " in the recording" };
            return format!("it sent nothing{since}");
        }
        let cut = if self.sent > self.tail.len() as u64 { " …" } else { "" };
        format!("until {}:{cut}{}", self.spoke, Escaped(&self.tail))
    }

    pub(super) fn still_here(&self, now: Millis) -> Block {
        let lines = vec![("came", self.came()), ("bytes", self.last_words())];
        Block { headline: format!("{} was still here at {now}", self.who()), lines }
    }

    /// Its latest nickname, and which connection it is.
    pub(super) fn who(&self) -> String {
        let (id, address) = (self.id, self.address);
        match self.names.last() {
            Some((_, nickname)) => format!("{nickname} ({id} from {address})"),
            None => format!("{id} from {address}"),
        }
    }

    /// When it came, and under which nicknames.
    pub(super) fn came(&self) -> String {
        let at = |when: Option<Millis>| match when {
            Some(when) => format!("at {when}"),
            None => "before the recording".into(),
        };
        let mut came = format!("connected {}", at(self.connected));
        for (number, (when, nickname)) in self.names.iter().enumerate() {
            let last = self.more_names && number + 1 == self.names.len();
            let became = match number {
                0 => "joined as",
                _ if last => "… became",
                _ => "became",
            };
            came += &format!(", {became} {nickname} {}", at(*when));
        }
        came
    }
}
