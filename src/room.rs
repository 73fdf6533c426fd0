//! The room itself: events in, actions out.
//!
//! # States of a peer, and what moves it
//!
//! | state | event | action | next |
//! |---|---|---|---|
//! | – | accepted | `NICK` | handshaking |
//! | – | accepted, and full, too many or ending | `! reason`, drop | gone |
//! | handshaking | a line that is a free nickname | admit as lines, announce | member |
//! | handshaking | a line that is not | `! reason`, `NICK`; the fifth time drop | handshaking, gone |
//! | handshaking | one read without LF, and 250 ms (or 2 s) | admit as unframed, with a coerced nickname | member |
//! | handshaking | HTTP, TLS, or out of time | `! reason`, drop | gone |
//! | handshaking | closed | drop | gone |
//! | member | a frame, within its budgets | execute it | member, or gone by `/quit` |
//! | member | a frame, past one of them | pause until its turn | member |
//! | member | closed in order | execute what it said before, then drop, announce | leaving, gone |
//! | member | gone | the same, for at most a minute | leaving, gone |
//! | member | lost or too slow | drop, announce | gone |
//! | any | the room is full, and this one gives way | `! reason`, drop, announce | gone |
//! | any | shutdown | say so, drop | gone |
//!
//! # Rules
//!
//! - Time only moves on: an event from the past happens now. All that was due happens before the event.
//! - An event for an id that is not here does nothing.
//! - A frame is taken from a peer's decoder when it is its turn, never before; so what waits keeps
//!   its order and is bounded by what the peer may have waiting.
//! - `Drop` comes before the announcement, which so reaches those who remain.

pub mod actions;
mod admission;
pub mod budgets;
mod capacity;
pub mod command;
mod conversation;
pub mod event;
pub mod facts;
pub mod history;
mod leaving;
pub mod limits;
pub(crate) mod log_limiter;
pub(crate) mod log_record;
pub mod nickname;
pub(crate) mod peer;
pub mod reservations;
mod resumption;
pub mod roster;
pub mod settings;
mod turns;
pub mod wall_time;

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use core::mem;
use core::net::SocketAddr;

use crate::room::actions::{ActionList, Actions, Audience};
use crate::room::budgets::{RoomBudget, Sources};
use crate::room::event::{Action, ClientId, Ending, Event, Level, Millis};
use crate::room::facts::{Error, Fact, LeaveReason, Reply, RoomEvent};
use crate::room::history::History;
use crate::room::log_limiter::LogLimiter;
use crate::room::log_record::Record;
use crate::room::nickname::Nickname;
use crate::room::reservations::Reservations;
use crate::room::roster::Roster;
use crate::room::settings::Settings;
use crate::room::wall_time::WallTime;
use crate::wire::rendering::Rendering;
use crate::wire::sanitize;

use leaving::LeavingQueue;
use peer::{Handshake, Peer, State};

/// The chat room as a pure function of what happened. See the [module](self) for its rules.
#[derive(Debug)]
pub struct ServerCore {
    settings: Settings,
    now: Millis,
    /// The latest time of day that it was told, and when.
    clock: Option<(Millis, WallTime)>,
    /// Something may be due already: time has passed, or there was too much at once.
    may_be_due: bool,
    closing: bool,
    peers: BTreeMap<ClientId, Peer>,
    /// The peers without a nickname.
    handshaking: BTreeSet<ClientId>,
    /// The times of the peers that wait for one: [`Peer::wake`], in order.
    timers: BTreeSet<(Millis, ClientId)>,
    sources: Sources,
    room: RoomBudget,
    roster: Roster,
    /// Members that are gone, and not announced as that yet.
    leaving: LeavingQueue,
    audience: Audience,
    /// Nicknames that are kept for those whose connection was lost.
    reservations: Reservations,
    /// The earliest time at which a member gives way to a newcomer again.
    next_to_give_way: Millis,
    /// All bytes held for peers: [`Peer::counted`].
    held: usize,
    /// The cost of the request at hand to its source.
    spent: u64,
    history: History,
    /// The message of the day, sanitised.
    motd: String,
    /// The topic, which a member has set; empty before.
    topic: String,
    log: LogLimiter,
    actions: ActionList,
    /// The sanitised text of the frame at hand; its memory is used again.
    text: String,
}

impl ServerCore {
    /// An empty room.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            now: Millis::ZERO,
            may_be_due: true,
            closing: false,
            peers: BTreeMap::new(),
            handshaking: BTreeSet::new(),
            timers: BTreeSet::new(),
            sources: Sources::default(),
            room: RoomBudget::default(),
            roster: Roster::default(),
            audience: Audience::default(),
            clock: None,
            leaving: LeavingQueue::new(),
            reservations: Reservations::default(),
            next_to_give_way: Millis::ZERO,
            held: 0,
            spent: 0,
            history: History::new(settings.history, settings.history_bytes()),
            motd: sanitize::lines(&settings.motd),
            topic: String::new(),
            log: LogLimiter::default(),
            actions: ActionList::default(),
            text: String::new(),
            settings,
        }
    }

    /// Handles one event and returns the actions it causes. Never fails: a bad peer is no error of
    /// ours.
    pub fn handle(&mut self, now: Millis, event: Event<&[u8]>) -> Actions<'_> {
        self.actions.clear();
        if now > self.now {
            self.now = now;
            self.log.time_passes(now, &mut self.actions);
            self.actions.time = self.wall_time();
            self.may_be_due = true;
        }
        if self.may_be_due {
            self.time_passes();
        }
        match event {
            Event::Clock(time) => {
                self.clock = Some((self.now, time)).filter(|_| time != WallTime::UNKNOWN);
                self.actions.time = time;
            }
            Event::Accepted(id, address) => self.accepted(id, address),
            Event::BytesIn(id, data) => self.bytes_in(id, data),
            Event::Closed(id, ending) => self.closed(id, ending),
            Event::Tick => {}
            Event::Shutdown => self.shutdown(),
        }
        self.time_passes();
        self.actions.iter()
    }

    /// The facts of the latest [`handle`](Self::handle), for observers: one for each `Send` and each native
    /// `Broadcast`, in their order.
    pub fn facts(&self) -> impl Iterator<Item = Fact<&str>> {
        self.actions.facts()
    }

    /// Returns the time at which [`Event::Tick`] is due, if nothing else happens before.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Millis> {
        let turn = self.timers.first().map(|&(due, _)| due);
        let room = self.room.poll_timeout(self.now, &self.settings);
        let times = [turn, room, self.announces_at(), self.reservations.poll_timeout()];
        let times = times.into_iter().chain([self.log.poll_timeout()]);
        times.flatten().min()
    }

    /// The members and their nicknames, in joining order.
    pub fn members(&self) -> impl Iterator<Item = (ClientId, &Nickname)> {
        self.roster.members()
    }

    /// The most bytes held for one peer now; never more than [`limits::HELD_BYTES`].
    #[must_use]
    pub fn most_held(&self) -> usize {
        self.peers.values().map(|peer| peer.decoder.held().len()).max().unwrap_or(0)
    }

    /// Returns the bytes of this peer that have not had their turn; none of one that is not here.
    #[must_use]
    pub fn held(&self, id: ClientId) -> &[u8] {
        self.peers.get(&id).map_or(&[], |peer| peer.decoder.held())
    }

    /// Returns the time of day; unknown where the room has not been told it.
    pub(super) fn wall_time(&self) -> WallTime {
        self.clock.map_or(WallTime::UNKNOWN, |(at, time)| time.after(self.now.since(at)))
    }

    fn bytes_in(&mut self, id: ClientId, data: &[u8]) {
        let Some(peer) = self.peers.get_mut(&id).filter(|peer| !peer.finished) else { return };
        let (framing, held) = (peer.decoder.framing(), peer.decoder.held().len());
        if !peer.decoder.try_push(data) {
            return self.leave(id, LeaveReason::Flooding); // It alone ends for what it would have cost.
        }
        if framing != peer.decoder.framing() {
            // A member since it was found to be unframed.
            self.audience.remove(Rendering::Ascii);
            self.audience.add(peer.rendering());
            self.actions.push(Action::Admit(id, peer.rendering()));
        }
        let read = self.sources.read(self.now, peer.source, data.len(), &self.settings);
        peer.unread_until = peer.unread_until.max(read);
        let is_handshaking = matches!(peer.state, State::Handshaking(_));
        if is_handshaking {
            self.hear_answer(id, held, data);
        }
        self.take_turns(id);
        if is_handshaking && memchr::memchr(b'\n', data).is_some() {
            self.note_line_end(id);
        }
        self.bound_held();
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
            Ending::Unserved if matches!(peer.state, State::Handshaking(_)) => {
                self.turn_away(id, Error::Full);
            }
            Ending::Lost | Ending::Unserved | Ending::TooSlow => {
                self.leave(id, LeaveReason::Ended(ending))
            }
        }
    }

    fn shutdown(&mut self) {
        if mem::replace(&mut self.closing, true) {
            return;
        }
        self.log.end(&mut self.actions);
        self.actions.log(Level::Info, Record::ShuttingDown);
        self.actions.broadcast(None, RoomEvent::Closing, self.audience);
        self.timers.clear();
        self.handshaking.clear();
        self.room = RoomBudget::default();
        self.leaving.clear();
        self.reservations = Reservations::default();
        for (id, peer) in mem::take(&mut self.peers) {
            match &peer.state {
                State::Handshaking(_) => {
                    let closing = Reply::TurnedAway(Error::Closing);
                    _ = self.actions.send(id, closing, peer.rendering());
                }
                State::Member { .. } => {}
            }
            self.actions.push(Action::Drop(id));
        }
        self.held = 0;
        self.audience = Audience::default();
        self.roster = Roster::default();
        self.sources = Sources::default();
    }

    /// Does what is due, or as much of it as one event may lead to.
    fn time_passes(&mut self) {
        self.may_be_due = false;
        self.announce_leaves();
        self.release_nicknames();
        loop {
            if self.actions.bytes() >= limits::OUTPUT_BUDGET {
                self.may_be_due = true;
                return; // Those who are left come first next time.
            }
            if let Some(&(due, id)) = self.timers.first().filter(|&&(due, _)| due <= self.now) {
                self.timers.remove(&(due, id));
                self.wake(id);
            } else if let Some(place) = self.room.next(self.now, &self.settings) {
                self.take_turns(place.id);
            } else {
                return;
            }
        }
    }

    /// The time has come that this peer waited for.
    fn wake(&mut self, id: ClientId) {
        let Some(peer) = self.peers.get_mut(&id) else { return };
        peer.wake = None;
        if peer.heard_until.is_some_and(|until| self.now >= until) {
            return self.leave(id, LeaveReason::Ended(Ending::Gone));
        }
        let has_turn = peer.has_turn();
        match &mut peer.state {
            State::Handshaking(Handshake { deadline, .. })
                if !has_turn && self.now >= *deadline =>
            {
                return self.turn_away(id, Error::NoNickname(self.settings.handshake_timeout));
            }
            // The rest may be in a read that has not been made.
            State::Handshaking(Handshake { quiet_at, .. }) if peer.paused => {
                *quiet_at = quiet_at.map(|_| self.now + limits::UNFRAMED_AFTER);
            }
            State::Handshaking(Handshake { quiet_at, unframed, .. }) => {
                *unframed |= quiet_at.take_if(|at| self.now >= *at).is_some();
            }
            State::Member { .. } if !has_turn && !peer.paused => peer.decoder.end_open(),
            State::Member { .. } => {}
        }
        self.take_turns(id);
    }

    /// The rendering in which this peer is sent what the room says.
    fn rendering(&self, id: ClientId) -> Rendering {
        self.peers.get(&id).map(Peer::rendering).unwrap_or_default()
    }

    /// Sends something to one peer; returns of how many bytes.
    fn send(&mut self, id: ClientId, reply: Reply<'_>) -> usize {
        self.actions.send(id, reply, self.rendering(id))
    }

    /// Logs something about a connection from this address.
    fn log(&mut self, peer: (ClientId, SocketAddr), record: Record<'_>) {
        self.log.log(self.now, peer, record, &mut self.actions);
    }

    /// Logs something about a peer that is here.
    fn log_of(&mut self, id: ClientId, record: Record<'_>) {
        if let Some(peer) = self.peers.get(&id) {
            self.log((id, peer.address), record);
        }
    }

    fn set_timer(&mut self, id: ClientId, at: Option<Millis>) {
        let Some(peer) = self.peers.get_mut(&id) else { return };
        if let Some(before) = mem::replace(&mut peer.wake, at) {
            self.timers.remove(&(before, id));
        }
        self.timers.extend(at.map(|at| (at, id)));
    }

    fn remove(&mut self, id: ClientId) -> Option<Peer> {
        self.set_timer(id, None);
        let peer = self.peers.remove(&id)?;
        self.handshaking.remove(&id);
        self.sources.release(peer.source);
        self.held -= peer.counted;
        if let Some(booking) = peer.booking {
            self.sources.settle(self.now, peer.source, booking.cost, 0, &self.settings);
        }
        if let Some(rendering) = peer.member_rendering() {
            self.audience.remove(rendering);
        }
        if let Some(place) = peer.place {
            self.room.forget(place);
        }
        self.actions.push(Action::Drop(id));
        Some(peer)
    }
}
