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
//! | choosing | no LF for 250 ms | admit as unframed, with a mended nickname | member |
//! | choosing | HTTP, TLS, or out of time | `! reason`, drop | gone |
//! | choosing | closed | drop | gone |
//! | member | a frame, in its rate | obey it | member, or gone by `/quit` |
//! | member | a frame, over its rate | pause until its turn | member |
//! | member | closed in order | obey what it said before, then drop, announce | leaving, gone |
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
use crate::limits;
use crate::message::{Command, Error, Farewell, Notice, PROMPT, Record};
use crate::nickname::Nickname;
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
            history: History::new(settings.history),
            actions: ActionList::default(),
            text: String::new(),
            settings,
        }
    }

    /// What is to be done now that this has happened. Never fails: a bad peer is no error of ours.
    pub fn handle(&mut self, now: Millis, event: Event<&[u8]>) -> Actions<'_> {
        self.actions.clear();
        self.now = self.now.max(now);
        while let Some(&(due, id)) = self.timers.first().filter(|&&(due, _)| due <= self.now) {
            self.timers.remove(&(due, id));
            self.wake(id);
        }
        match event {
            Event::Accepted(id, address) => self.accepted(id, address),
            Event::BytesIn(id, data) => self.bytes_in(id, data),
            Event::Closed(id, ending) => self.closed(id, ending),
            Event::Tick => {}
            Event::Shutdown => self.shutdown(),
        }
        self.actions.iter()
    }

    /// When [`Event::Tick`] is due, if nothing else happens before.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Millis> {
        self.timers.first().map(|&(due, _)| due)
    }

    /// The most bytes held for one peer now; never more than [`limits::HELD_BYTES`].
    #[must_use]
    pub fn most_held(&self) -> usize {
        self.peers.values().map(|peer| peer.decoder.held().len()).max().unwrap_or(0)
    }

    fn accepted(&mut self, id: ClientId, address: SocketAddr) {
        if self.peers.contains_key(&id) {
            return; // The shell's mistake; the peer that is here comes first.
        }
        let refused = if self.closing {
            Some(Error::Closing)
        } else if self.peers.len() >= self.settings.max_members {
            Some(Error::Full)
        } else if !self.addresses.admit(address.ip(), self.settings.max_per_address) {
            Some(Error::TooManyFromAddress)
        } else {
            None
        };
        self.actions.log(Record::Connected(address));
        if let Some(error) = refused {
            self.actions.log(Record::Disconnected(address, Some(error)));
            self.actions.send(id, Notice::Error(error));
            self.actions.push(Action::Drop(id));
            return;
        }
        let deadline = self.now + self.settings.handshake_timeout;
        let peer = Peer {
            address,
            decoder: Decoder::new(limits::FRAME_BYTES),
            state: State::Choosing { deadline, refusals: 0 },
            wake: None,
            paused: false,
            finished: false,
        };
        self.peers.insert(id, peer);
        self.set_timer(id, Some(deadline));
        self.actions.send(id, PROMPT);
    }

    fn bytes_in(&mut self, id: ClientId, data: &[u8]) {
        let Some(peer) = self.peers.get_mut(&id) else { return };
        if peer.finished {
            return;
        }
        let framing = peer.decoder.framing();
        peer.decoder.push(data);
        if framing != peer.decoder.framing() {
            self.actions.push(Action::Upgrade(id));
        }
        self.take_turns(id);
        self.expect_line_end(id);
    }

    fn closed(&mut self, id: ClientId, ending: Ending) {
        let Some(peer) = self.peers.get_mut(&id) else { return };
        match ending {
            Ending::Finished => {
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
            State::Member { .. } => self.take_turns(id),
        }
    }

    fn set_timer(&mut self, id: ClientId, at: Option<Millis>) {
        let Some(peer) = self.peers.get_mut(&id) else { return };
        if let Some(before) = mem::replace(&mut peer.wake, at) {
            self.timers.remove(&(before, id));
        }
        self.timers.extend(at.map(|at| (at, id)));
    }

    /// Whoever has begun an answer to the first `NICK` without ending it is looked at again soon.
    fn expect_line_end(&mut self, id: ClientId) {
        let Some(peer) = self.peers.get(&id) else { return };
        let State::Choosing { deadline, refusals } = peer.state else { return };
        let begun = !peer.decoder.held().is_empty() && refusals == 0;
        let soon = self.now + limits::UNFRAMED_AFTER;
        match begun {
            true if peer.wake == Some(deadline) => self.set_timer(id, Some(soon.min(deadline))),
            true => {}
            false => self.set_timer(id, Some(deadline)),
        }
    }

    /// Obeys the frames of this peer, as many as are its turn.
    fn take_turns(&mut self, id: ClientId) {
        if let Some(error) = self.intrusion(id) {
            return self.turn_away(id, error);
        }
        while let Some(turn) = self.next_turn(id) {
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

    /// What makes a peer that has no nickname unwelcome before its line has ended.
    fn intrusion(&self, id: ClientId) -> Option<Error<'static>> {
        let peer = self.peers.get(&id)?;
        match peer.state {
            State::Choosing { refusals: 0, .. } => intruder::unmask(peer.decoder.held()),
            State::Choosing { .. } | State::Member { .. } => None,
        }
    }

    /// The next frame of this peer, if there is one and it is its turn.
    fn next_turn(&mut self, id: ClientId) -> Option<Turn> {
        let peer = self.peers.get_mut(&id)?;
        let turn = match &mut peer.state {
            State::Choosing { .. } => Turn::Answer,
            State::Member { seat, bucket } => {
                if !peer.decoder.has_frame() {
                    return None;
                }
                if let Some(ready) = bucket.ready_at(self.now, &self.settings) {
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
                sanitize::push_text(frame, &mut self.text);
                Some(turn)
            }
            Frame::TooLong => Some(Turn::TooLong),
        }
    }

    fn pause(&mut self, id: ClientId, until: Millis) {
        self.set_timer(id, Some(until));
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
        } else if mem::take(&mut peer.paused) {
            self.actions.push(Action::Resume(id));
        }
    }

    fn too_long(&mut self, id: ClientId) {
        match self.peers.get(&id).map(|peer| peer.state) {
            Some(State::Choosing { .. }) => self.refuse(id, Error::TooLong),
            Some(State::Member { .. }) => self.actions.send(id, Notice::Error(Error::TooLong)),
            None => {}
        }
    }

    /// A line in answer to `NICK`.
    fn answered(&mut self, id: ClientId, text: &str) {
        match Nickname::parse(text).and_then(|nickname| self.roster.check(id, nickname)) {
            Ok(nickname) => self.admit(id, nickname, Framing::Lines, None),
            Err(refused) => self.refuse(id, Error::Nickname(&refused)),
        }
    }

    /// Asks a line-framed peer again, but not for ever.
    fn refuse(&mut self, id: ClientId, error: Error<'_>) {
        let Some(peer) = self.peers.get_mut(&id) else { return };
        let State::Choosing { refusals, .. } = &mut peer.state else { return };
        *refusals += 1;
        if *refusals < limits::NICKNAME_REFUSALS {
            self.actions.send(id, format_args!("{}{PROMPT}", Notice::Error(error)));
        } else {
            self.actions.send(id, Notice::Error(error));
            self.turn_away(id, Error::TooManyNicknames);
        }
    }

    /// The answer to `NICK` has had no line end for too long: its sender never ends its frames.
    fn admit_unframed(&mut self, id: ClientId) {
        let Some(peer) = self.peers.get_mut(&id) else { return };
        if peer.decoder.is_skipping() || peer.decoder.held().is_empty() {
            return;
        }
        let answer = sanitize::text(&peer.decoder.unframe());
        let nickname = self.roster.first_free(Nickname::mend(&answer));
        let mended = (nickname.as_str() != answer.trim()).then_some(nickname.clone());
        self.admit(id, nickname, Framing::Unframed, mended);
        self.take_turns(id);
    }

    /// A member from here on. `mended` is a nickname that it did not choose.
    fn admit(&mut self, id: ClientId, name: Nickname, framing: Framing, mended: Option<Nickname>) {
        self.set_timer(id, None);
        let Some(peer) = self.peers.get_mut(&id) else { return };
        self.actions.log(Record::Nickname(&name));
        self.actions.push(Action::Admit(id, framing));
        if !self.history.is_empty() {
            self.actions.send(id, Notice::History(&self.history));
        }
        self.actions.broadcast(Notice::Joined(&name));
        self.actions.send(id, Notice::Connected);
        if let Some(name) = mended {
            self.actions.send(id, Notice::YouAre(&name));
        }
        if !self.settings.motd.is_empty() {
            self.actions.send(id, Notice::MessageOfTheDay(&self.settings.motd));
        }
        let seat = self.roster.join(id, name);
        peer.state = State::Member { seat, bucket: Bucket::default() };
    }

    /// A message or a command of a member.
    fn obey(&mut self, id: ClientId, seat: Seat, text: &str) {
        let Some(me) = self.roster.nickname(seat) else { return };
        let own = text.strip_prefix(me.as_str()).and_then(|rest| rest.strip_prefix(": "));
        let text = own.unwrap_or(text);
        if text.trim().is_empty() {
            return;
        }
        match Command::parse(text) {
            Command::Say(text) => {
                let line = self.actions.broadcast(Notice::Said(me, text));
                self.history.add(line);
            }
            Command::Act(text) => {
                let line = self.actions.broadcast(Notice::Acted(me, text));
                self.history.add(line);
            }
            Command::Tell { to, text } => self.tell(id, seat, to, text),
            Command::Rename(new) => self.rename(id, seat, new),
            Command::Who => self.actions.send(id, Notice::Present(&self.roster)),
            Command::Help => self.actions.send(id, Notice::Help),
            Command::Quit(text) => self.leave(id, Farewell::Quit(text)),
            Command::Unknown(name) => {
                self.actions.send(id, Notice::Error(Error::UnknownCommand(name)));
            }
            Command::Incomplete(syntax) => {
                self.actions.send(id, Notice::Error(Error::Incomplete(syntax)));
            }
        }
    }

    fn tell(&mut self, id: ClientId, seat: Seat, to: &str, text: &str) {
        let found = Nickname::parse(to).ok().and_then(|nickname| self.roster.find(&nickname));
        let them = found.and_then(|them| match self.peers.get(&them)?.state {
            State::Member { seat, .. } => Some((them, self.roster.nickname(seat)?)),
            State::Choosing { .. } => None,
        });
        let Some(((them, name), me)) = them.zip(self.roster.nickname(seat)) else {
            return self.actions.send(id, Notice::Error(Error::NoOneCalled(to)));
        };
        self.actions.send(them, Notice::ToldBy(me, text));
        self.actions.send(id, Notice::Told(name, text));
    }

    fn rename(&mut self, id: ClientId, seat: Seat, new: &str) {
        let new = match Nickname::parse(new).and_then(|new| self.roster.check(id, new)) {
            Ok(new) => new,
            Err(refused) => {
                return self.actions.send(id, Notice::Error(Error::Nickname(&refused)));
            }
        };
        if self.roster.nickname(seat) == Some(&new) {
            return self.actions.send(id, Notice::Error(Error::SameNickname(&new)));
        }
        if let Some(before) = self.roster.rename(seat, new.clone()) {
            self.actions.log(Record::Renamed(&before, &new));
            self.actions.broadcast(Notice::Renamed(&before, &new));
        }
    }

    /// Says why, and closes, a connection that is no member.
    fn turn_away(&mut self, id: ClientId, error: Error<'_>) {
        self.actions.send(id, Notice::Error(error));
        if let Some(peer) = self.remove(id) {
            self.actions.log(Record::Disconnected(peer.address, Some(error)));
        }
    }

    /// Ends a peer, and tells those who remain if it was a member.
    fn leave(&mut self, id: ClientId, farewell: Farewell<'_>) {
        let Some(peer) = self.remove(id) else { return };
        match peer.state {
            State::Choosing { .. } => self.actions.log(Record::Disconnected(peer.address, None)),
            State::Member { seat, .. } => {
                let Some(nickname) = self.roster.leave(seat) else { return };
                self.actions.log(Record::Left(&nickname, farewell));
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
