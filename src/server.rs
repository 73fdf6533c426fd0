//! The room itself: events in, actions out.
//!
//! # States of a peer, and what moves it
//!
//! | state | event | action | next |
//! |---|---|---|---|
//! | – | accepted | `NICK` | choosing |
//! | – | accepted, and full, too many or ending | `! reason`, drop | gone |
//! | choosing | a line that is a free nickname | admit as lines, announce | member |
//! | choosing | a line that is not | `! reason`, `NICK`; the fifth time drop | choosing, gone |
//! | choosing | one read without LF, and 250 ms (or 2 s) | admit as unframed, with a coerced nickname | member |
//! | choosing | HTTP, TLS, or out of time | `! reason`, drop | gone |
//! | choosing | closed | drop | gone |
//! | member | a frame, in its rate | obey it | member, or gone by `/quit` |
//! | member | a frame, over its rate | pause until its turn | member |
//! | member | closed in order | obey what it said before, then drop, announce | leaving, gone |
//! | member | gone | the same, for at most a minute | leaving, gone |
//! | member | lost or too slow | drop, announce | gone |
//! | any | shutdown | say so, drop | gone |
//!
//! # Rules
//!
//! - Time only moves on: an event from the past happens now. What was due happens before the event.
//! - An event for an id that is not here does nothing.
//! - A frame is taken from a peer's decoder when it is its turn, never before; so what waits keeps
//!   its order and is bounded by what the peer may have waiting.
//! - `Drop` comes before the announcement, which so reaches those who remain.

mod admission;
mod conversation;
mod resumption;

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use core::mem;
use core::net::SocketAddr;

use crate::actions::{ActionList, Actions};
use crate::addresses::Addresses;
use crate::event::{Action, ClientId, Ending, Event, Millis};
use crate::frame::{Decoder, Frame, Framing};
use crate::history::History;
use crate::intruder;
use crate::journal::Journal;
use crate::limits;
use crate::message::{Error, Farewell, Notice, Record};
use crate::rate::Bucket;
use crate::roster::{Roster, Seat};
use crate::sanitize;
use crate::settings::Settings;

/// The chat room as a pure function of what happened. See the [module](self) for its rules.
#[derive(Debug)]
pub struct ServerCore {
    settings: Settings,
    now: Millis,
    closing: bool,
    peers: BTreeMap<ClientId, Peer>,
    /// When each peer that waits for time is to be looked at: [`Peer::wake`], in order.
    timers: BTreeSet<(Millis, ClientId)>,
    addresses: Addresses,
    roster: Roster,
    history: History,
    /// The message of the day, sanitised.
    motd: String,
    journal: Journal,
    actions: ActionList,
    /// The sanitised text of the frame at hand; its memory is used again.
    text: String,
}

#[derive(Debug)]
struct Peer {
    address: SocketAddr,
    decoder: Decoder,
    state: State,
    wake: Option<Millis>,
    paused: bool,
    /// Closed in order; it leaves when what it said before has had its turn.
    finished: bool,
    /// Gone; it leaves then at the latest.
    heard_until: Option<Millis>,
}

#[derive(Clone, Copy, Debug)]
enum State {
    Choosing { deadline: Millis, refusals: u32 },
    Member { seat: Seat, bucket: Bucket },
}

/// A frame at its turn; the text is in [`ServerCore::text`].
enum Turn {
    Answer,
    Message(Seat),
    TooLong,
}

impl ServerCore {
    /// An empty room.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            now: Millis::ZERO,
            closing: false,
            peers: BTreeMap::new(),
            timers: BTreeSet::new(),
            addresses: Addresses::default(),
            roster: Roster::default(),
            history: History::new(
                settings.history,
                limits::HISTORY_BYTES.min(settings.backlog / 2),
            ),
            motd: sanitize::lines(&settings.motd),
            journal: Journal::default(),
            actions: ActionList::default(),
            text: String::new(),
            settings,
        }
    }

    /// What is to be done now that this has happened. Never fails: a bad peer is no error of ours.
    pub fn handle(&mut self, now: Millis, event: Event<&[u8]>) -> Actions<'_> {
        self.actions.clear();
        self.now = self.now.max(now);
        self.time_passes();
        match event {
            Event::Accepted(id, address) => self.accepted(id, address),
            Event::BytesIn(id, data) => self.bytes_in(id, data),
            Event::Closed(id, ending) => self.closed(id, ending),
            Event::Tick => {}
            Event::Shutdown => self.shutdown(),
        }
        self.time_passes();
        self.actions.iter()
    }

    /// When [`Event::Tick`] is due, if nothing else happens before.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Millis> {
        let turn = self.timers.first().map(|&(due, _)| due);
        turn.into_iter().chain(self.journal.poll_timeout()).min()
    }

    /// The most bytes held for one peer now; never more than [`limits::HELD_BYTES`].
    #[must_use]
    pub fn most_held(&self) -> usize {
        self.peers.values().map(|peer| peer.decoder.held().len()).max().unwrap_or(0)
    }

    /// What this peer has sent that has not had its turn; nothing of one that is not here.
    #[must_use]
    pub fn held(&self, id: ClientId) -> &[u8] {
        self.peers.get(&id).map_or(&[], |peer| peer.decoder.held())
    }

    fn bytes_in(&mut self, id: ClientId, data: &[u8]) {
        let Some(peer) = self.peers.get_mut(&id) else { return };
        if peer.finished {
            return;
        }
        let (framing, held) = (peer.decoder.framing(), peer.decoder.held().len());
        peer.decoder.push(data);
        if framing != peer.decoder.framing() {
            self.actions.push(Action::Upgrade(id));
        }
        self.take_turns(id);
        self.expect_line_end(id, held, data);
    }

    fn closed(&mut self, id: ClientId, ending: Ending) {
        let Some(peer) = self.peers.get_mut(&id) else { return };
        match ending {
            Ending::Finished | Ending::Gone => {
                if ending == Ending::Gone {
                    peer.heard_until.get_or_insert(self.now + limits::LAST_WORDS);
                }
                peer.finished = true;
                peer.decoder.finish();
                self.take_turns(id);
            }
            Ending::Lost | Ending::TooSlow => self.leave(id, Farewell::Ended(ending)),
        }
    }

    fn shutdown(&mut self) {
        if mem::replace(&mut self.closing, true) {
            return;
        }
        self.journal.end(&mut self.actions);
        self.actions.log(Record::ShuttingDown);
        self.actions.broadcast(Notice::ShuttingDown);
        self.timers.clear();
        for (id, peer) in mem::take(&mut self.peers) {
            match peer.state {
                State::Choosing { .. } => self.actions.send(id, Notice::Error(Error::Closing)),
                State::Member { .. } => {}
            }
            self.actions.push(Action::Drop(id));
        }
        self.roster = Roster::default();
        self.addresses = Addresses::default();
    }

    /// Does what is due, or as much of it as one event may lead to.
    fn time_passes(&mut self) {
        self.journal.time_passes(self.now, &mut self.actions);
        while let Some(&(due, id)) = self.timers.first().filter(|&&(due, _)| due <= self.now) {
            if self.actions.bytes() >= limits::TURN_BYTES {
                return; // Whoever is left comes first next time.
            }
            self.timers.remove(&(due, id));
            self.wake(id);
        }
    }

    /// The time has come that this peer waited for.
    fn wake(&mut self, id: ClientId) {
        let Some(peer) = self.peers.get_mut(&id) else { return };
        peer.wake = None;
        match peer.state {
            State::Choosing { deadline, .. } if self.now >= deadline => {
                self.turn_away(id, Error::NoNickname(self.settings.handshake_timeout));
            }
            State::Choosing { deadline, .. } => {
                self.set_timer(id, Some(deadline));
                self.admit_unframed(id);
            }
            State::Member { .. } if peer.heard_until.is_some_and(|until| self.now >= until) => {
                self.leave(id, Farewell::Ended(Ending::Gone));
            }
            State::Member { .. } => {
                // Unless a frame waits for its turn, it was waited for the end of one.
                if !peer.decoder.has_frame() {
                    peer.decoder.end_open();
                }
                self.take_turns(id);
            }
        }
    }

    fn set_timer(&mut self, id: ClientId, at: Option<Millis>) {
        let Some(peer) = self.peers.get_mut(&id) else { return };
        if let Some(before) = mem::replace(&mut peer.wake, at) {
            self.timers.remove(&(before, id));
        }
        self.timers.extend(at.map(|at| (at, id)));
    }

    /// Obeys the frames of this peer, as many as are its turn.
    fn take_turns(&mut self, id: ClientId) {
        if let Some(answer) = self.first_answer(id) {
            if let Some(error) = intruder::unmask(answer.held()) {
                return self.turn_away(id, error);
            }
            // It has said more, as only one does that never ends its frames.
            if answer.is_glued() {
                return self.admit_unframed(id);
            }
        }
        let full = self.actions.bytes() + limits::TURN_BYTES;
        while let Some(turn) = self.next_turn(id, full) {
            let text = mem::take(&mut self.text);
            match turn {
                Turn::Answer => self.answered(id, &text),
                Turn::Message(seat) => self.obey(id, seat, &text),
                Turn::TooLong => self.too_long(id),
            }
            self.text = text;
        }
        self.settle(id);
    }

    /// The next frame of this peer, if there is one, it is its turn, and there is less than `full`
    /// bytes of text.
    fn next_turn(&mut self, id: ClientId, full: usize) -> Option<Turn> {
        let peer = self.peers.get_mut(&id)?;
        let turn = match &mut peer.state {
            State::Choosing { .. } => Turn::Answer,
            State::Member { seat, bucket } => {
                if !peer.decoder.has_frame() {
                    return None;
                }
                let full = (self.actions.bytes() >= full).then(|| self.now + limits::TURN);
                if let Some(ready) = bucket.ready_at(self.now, &self.settings).max(full) {
                    self.pause(id, ready);
                    return None;
                }
                bucket.spend(self.now, &self.settings);
                Turn::Message(*seat)
            }
        };
        match peer.decoder.next_frame()? {
            Frame::Text(frame) => {
                self.text.clear();
                let text = sanitize::push_frame(frame, limits::FRAME_BYTES, &mut self.text);
                Some(if text.is_ok() { turn } else { Turn::TooLong })
            }
            Frame::TooLong => Some(Turn::TooLong),
        }
    }

    fn pause(&mut self, id: ClientId, until: Millis) {
        let Some(peer) = self.peers.get(&id) else { return };
        self.set_timer(id, Some(peer.heard_until.map_or(until, |last| until.min(last))));
        let Some(peer) = self.peers.get_mut(&id) else { return };
        // One who has finished is not being read from.
        if !peer.finished && !mem::replace(&mut peer.paused, true) {
            self.actions.push(Action::Pause(id));
        }
    }

    /// After the turns: resumes, leaves or throws out, as what is held says.
    fn settle(&mut self, id: ClientId) {
        let Some(peer) = self.peers.get_mut(&id) else { return };
        if peer.decoder.held().len() > limits::HELD_BYTES {
            self.actions.send(id, Notice::Error(Error::Flooding));
            self.leave(id, Farewell::Flooding);
        } else if peer.decoder.has_frame() {
            // It waits for its turn.
        } else if peer.finished {
            self.leave(id, Farewell::Ended(Ending::Finished));
        } else {
            if mem::take(&mut peer.paused) {
                self.actions.push(Action::Resume(id));
            }
            if peer.decoder.framing() == Framing::Unframed {
                let quiet = peer.decoder.is_open().then(|| self.now + limits::UNFRAMED_AFTER);
                self.set_timer(id, quiet);
            }
        }
    }

    fn too_long(&mut self, id: ClientId) {
        match self.peers.get(&id).map(|peer| peer.state) {
            Some(State::Choosing { .. }) => self.refuse(id, Error::TooLong),
            Some(State::Member { .. }) => self.actions.send(id, Notice::Error(Error::TooLong)),
            None => {}
        }
    }

    /// Ends a peer, and tells those who remain if it was a member.
    fn leave(&mut self, id: ClientId, farewell: Farewell<'_>) {
        let Some(peer) = self.remove(id) else { return };
        match peer.state {
            State::Choosing { .. } => self.journal.log(
                self.now,
                Record::Disconnected(peer.address, None),
                &mut self.actions,
            ),
            State::Member { seat, .. } => {
                let Some(nickname) = self.roster.leave(seat) else { return };
                self.journal.log(self.now, Record::Left(&nickname, farewell), &mut self.actions);
                self.actions.broadcast(Notice::Left(&nickname, farewell));
            }
        }
    }

    fn remove(&mut self, id: ClientId) -> Option<Peer> {
        self.set_timer(id, None);
        let peer = self.peers.remove(&id)?;
        self.addresses.release(peer.address.ip());
        self.actions.push(Action::Drop(id));
        Some(peer)
    }
}
