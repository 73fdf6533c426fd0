//! Turns: a peer's frames, executed within its budgets.
//!
//! A frame waits for its member's own rate, then for its source's budget, where it is booked in its
//! order, then for the room's, in the order of fair queueing. So a peer waits for one thing at
//! a time: for a time that is known, or for the room.

use alloc::string::String;
use core::mem;

use super::{Handshake, Peer, ServerCore, State};
use crate::limits;
use crate::room::budgets::room::Virtual;
use crate::room::budgets::sources::in_eighths;
use crate::room::budgets::{self, Booking, Quota, Source, Sources};
use crate::room::event::{Action, ClientId, Ending, Millis};
use crate::room::facts::{Error, LeaveReason, Reply};
use crate::room::log_record::{Record, Wait};
use crate::room::nickname::Nickname;
use crate::room::roster::MemberId;
use crate::wire::frame::{Frame, Framing};
use crate::wire::sanitize::{self, FrameError};

/// A request at its turn, and what it was booked for.
struct Turn {
    request: Request,
    source: Source,
    booked: u64,
}

/// A frame, understood as far as its framing goes; the text is in [`ServerCore::text`].
enum Request {
    /// A line in answer to `NICK`.
    Answer,
    /// An answer to `NICK` that has no end.
    Unended,
    Message(MemberId),
    TooLong,
    SlashBehindControl,
}

/// Until when, and why, a frame has to wait: for the room's budget there is no time.
type Waiting = (Option<Millis>, Wait);

impl Peer {
    /// Returns true if something that it has said waits for its turn.
    pub(super) fn has_turn(&mut self) -> bool {
        self.answers() || matches!(self.state, State::Member { .. }) && self.decoder.has_frame()
    }

    /// Returns true if its answer to `NICK` waits for its turn.
    pub(super) fn answers(&mut self) -> bool {
        match self.state {
            State::Handshaking(Handshake { unframed, .. }) => unframed || self.decoder.has_frame(),
            State::Member { .. } => false,
        }
    }

    /// Estimates the cost of its next frame, before its meaning is known.
    fn estimate(&mut self) -> u64 {
        match self.state {
            State::Handshaking(_) => limits::JOIN_COST,
            State::Member { .. } => budgets::fact_cost(self.decoder.frame_length()),
        }
    }

    /// Returns the bytes of its next frame, as the room counts them to be fair.
    fn weight(&mut self) -> u64 {
        match self.state {
            State::Handshaking(_) => budgets::fact_cost(limits::NICKNAME_CHARS),
            State::Member { .. } => budgets::fact_cost(self.decoder.frame_length()),
        }
    }

    /// Returns the tag of its next frame, where the room has served others up to `served`.
    fn tag(&mut self, served: Virtual, sources: &mut Sources) -> Virtual {
        let cost = self.weight();
        if self.source.has_account() {
            return sources.tag(self.source, served, cost);
        }
        self.served = self.served.max(served).saturating_add(in_eighths(cost));
        self.served
    }

    /// Takes its next frame, with its text in `text`.
    fn take_frame(&mut self, now: Millis, messages: Quota, text: &mut String) -> Option<Request> {
        let request = match self.state {
            State::Handshaking(Handshake { unframed: true, .. }) => return Some(Request::Unended),
            State::Handshaking(_) => Request::Answer,
            State::Member { member, .. } => Request::Message(member),
        };
        let (State::Member { bucket, .. } | State::Handshaking(Handshake { bucket, .. })) =
            &mut self.state;
        bucket.take(now, messages, 1);
        let Frame::Text(frame) = self.decoder.next_frame()? else {
            return Some(Request::TooLong);
        };
        text.clear();
        Some(match sanitize::push_frame(frame, limits::FRAME_BYTES, text) {
            Ok(()) => request,
            Err(FrameError::TooLong) => Request::TooLong,
            Err(FrameError::SlashBehindControl) => Request::SlashBehindControl,
        })
    }

    /// Returns the time of its next look where no turn waits: a handshaking peer is out of time, or has
    /// been quiet for long enough; so has one that does not end its frames and may go on with the last.
    fn looked_at(&self, now: Millis) -> Option<Millis> {
        match self.state {
            State::Handshaking(Handshake { deadline, quiet_at, .. }) => {
                Some(quiet_at.map_or(deadline, |at| at.min(deadline)))
            }
            State::Member { .. } => {
                let open = self.decoder.framing() == Framing::Unframed && self.decoder.is_open();
                open.then(|| now + limits::UNFRAMED_AFTER)
            }
        }
    }
}

impl ServerCore {
    /// Executes this peer's frames, as far as its budgets go.
    pub(super) fn take_turns(&mut self, id: ClientId) {
        let full = self.actions.bytes() + limits::OUTPUT_BUDGET;
        let wait = loop {
            match self.next_request(id, full) {
                Ok(Some(turn)) => self.execute(id, &turn),
                Ok(None) => break None,
                Err(wait) => break Some(wait),
            }
        };
        self.settle(id, wait);
    }

    fn execute(&mut self, id: ClientId, turn: &Turn) {
        self.spent = 0;
        let text = mem::take(&mut self.text);
        match turn.request {
            Request::Answer => {
                self.note_line_end(id);
                self.answered(id, &text);
            }
            Request::Unended => self.admit_unframed(id),
            Request::Message(member) => self.execute_message(id, member, &text),
            Request::TooLong => self.refuse_frame(id, Error::TooLong),
            Request::SlashBehindControl => self.refuse_frame(id, Error::SlashBehindControl),
        }
        self.text = text;
        self.sources.settle(self.now, turn.source, turn.booked, self.spent, &self.settings);
    }

    /// The next frame of this peer, if there is one, it is its turn, and there is less than `full`
    /// bytes of text; or why it has to wait.
    fn next_request(&mut self, id: ClientId, full: usize) -> Result<Option<Turn>, Waiting> {
        let Some(peer) = self.peers.get_mut(&id) else { return Ok(None) };
        if !peer.has_turn() {
            return Ok(None);
        }
        let messages = budgets::messages(&self.settings);
        let (State::Member { bucket, .. } | State::Handshaking(Handshake { bucket, .. })) =
            &peer.state;
        let rate = bucket.ready_at(self.now, messages, 1);
        let output = (self.actions.bytes() >= full).then(|| self.now + limits::TURN);
        if let Some(ready) = rate.max(output) {
            if let Some(place) = peer.place.take() {
                self.room.forget(place);
            }
            return Err((Some(ready), if rate >= output { Wait::Rate } else { Wait::Output }));
        }
        if self.settings.rate > 0 {
            let (now, source, cost) = (self.now, peer.source, peer.estimate());
            let booking = peer.booking.get_or_insert_with(|| {
                let due = self.sources.book(now, source, cost, &self.settings);
                Booking { due, cost }
            });
            if booking.due > self.now {
                return Err((Some(booking.due), Wait::Source));
            }
            let place = match peer.place.take() {
                Some(place) => {
                    self.room.forget(place);
                    place
                }
                None => {
                    let tag = peer.tag(self.room.served(), &mut self.sources);
                    self.room.place(id, tag)
                }
            };
            if let Err(place) = self.room.ask(self.now, place, &self.settings) {
                peer.place = Some(place);
                return Err((None, Wait::Room));
            }
        }
        let request = peer.take_frame(self.now, messages, &mut self.text);
        Ok(request.map(|request| {
            let booked = peer.booking.take().map_or(0, |booking| booking.cost);
            Turn { request, source: peer.source, booked }
        }))
    }

    /// Charges the room for a broadcast of so many bytes, and the peer at hand, whose source pays `cost`.
    pub(super) fn charge_broadcast(&mut self, bytes: usize, cost: u64) {
        self.spent += cost;
        if self.settings.rate == 0 {
            return;
        }
        self.room.spend(self.now, budgets::fact_cost(bytes), &self.settings);
    }

    /// After the turns: pauses, resumes, leaves or throws out, as what is held says.
    fn settle(&mut self, id: ClientId, wait: Option<Waiting>) {
        let Some(peer) = self.peers.get_mut(&id) else { return };
        let held = peer.decoder.held().len();
        self.held = self.held - mem::replace(&mut peer.counted, held) + held;
        if held > limits::HELD_BYTES {
            self.send(id, Reply::TurnedAway(Error::Flooding));
            return self.leave(id, LeaveReason::Flooding);
        }
        let unread = peer.unread_until.filter(|&until| until > self.now && !peer.finished);
        peer.unread_until = unread;
        let wake = match wait {
            Some((until, _)) => until,
            None if peer.finished => return self.leave(id, LeaveReason::Ended(Ending::Finished)),
            None => unread,
        };
        peer.decoder.give_back();
        let why = wait.map(|(_, why)| why).or(unread.map(|_| Wait::Input));
        let at = match why {
            Some(_) => [wake, peer.heard_until].into_iter().flatten().min(),
            None => peer.looked_at(self.now),
        };
        let timed = peer.wake != at;
        match (why, peer.paused) {
            // The shell does not read from a peer that has finished.
            (Some(why), false) if !peer.finished => self.pause(id, why),
            (None, true) => self.resume_reading(id),
            (Some(_), _) | (None, false) => {}
        }
        if timed {
            self.set_timer(id, at);
        }
    }

    /// Stops reading from a peer.
    pub(super) fn pause(&mut self, id: ClientId, why: Wait) {
        let Some(peer) = self.peers.get_mut(&id) else { return };
        peer.paused = true;
        self.actions.push(Action::Pause(id));
        let name = self.nickname_of(id).cloned();
        self.log_of(id, Record::Paused(name.as_ref(), why));
    }

    fn resume_reading(&mut self, id: ClientId) {
        let Some(peer) = self.peers.get_mut(&id) else { return };
        peer.paused = false;
        self.actions.push(Action::Resume(id));
        let name = self.nickname_of(id).cloned();
        self.log_of(id, Record::ReadAgain(name.as_ref()));
    }

    /// Returns this peer's nickname, if it is a member.
    fn nickname_of(&self, id: ClientId) -> Option<&Nickname> {
        match self.peers.get(&id)?.state {
            State::Member { member, .. } => self.roster.nickname(member),
            State::Handshaking(_) => None,
        }
    }

    fn refuse_frame(&mut self, id: ClientId, error: Error<'static>) {
        match self.peers.get(&id).map(|peer| &peer.state) {
            Some(State::Handshaking(_)) => self.refuse(id, error),
            Some(State::Member { .. }) => self.answer(id, Reply::Error(error)),
            None => {}
        }
    }

    /// Sends a peer what it caused, and counts it as shown to its source.
    pub(super) fn answer(&mut self, id: ClientId, answer: Reply<'_>) {
        let bytes = self.send(id, answer);
        self.shown(id, bytes);
    }

    /// Counts so many bytes as shown to a peer's source.
    pub(super) fn shown(&mut self, id: ClientId, bytes: usize) {
        if let Some(peer) = self.peers.get(&id) {
            self.sources.show(self.now, peer.source, bytes, &self.settings);
        }
    }
}
