//! Explains the end of someone's stay: the rule, the number, and the bytes.
//!
//! A stay is a connection from its acceptance to its end. Each is followed while it lasts, since any of
//! them may be the one that is asked about; what is kept of one is small.

mod cause;
mod stay;

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::mem;

use self::stay::Stay;
use super::Step;
use super::block::Block;
use super::filter::{Whom, unknown};
use super::names::Names;
use super::participants::Participants;
use crate::recording::snapshot::Snapshot;
use crate::recording::transcript::Head;
use crate::room::ServerCore;
use crate::room::event::{Action, ClientId, Event, Millis};
use crate::room::settings::Settings;
use crate::wire::line::Line;
use crate::wire::rendering::Rendering;
use crate::wire::sanitize;

/// Follows a recording, and explains the ends of whoever is asked about.
#[derive(Debug)]
pub struct Why {
    whom: Whom,
    settings: Settings,
    participants: Participants,
    stays: BTreeMap<ClientId, Stay>,
    /// The participants who are here and asked about.
    asked: BTreeSet<ClientId>,
    /// Ended by the event at hand.
    ended: Vec<Stay>,
    /// Someone was asked about.
    found: bool,
    nicknames: Names,
    now: Millis,
}

impl Why {
    /// Asks about this one, in a recording that begins so.
    #[must_use]
    pub fn new(whom: Whom, head: &Head) -> Self {
        let mut why = Self {
            whom,
            settings: head.settings.clone(),
            participants: Participants::new(head),
            stays: BTreeMap::new(),
            asked: BTreeSet::new(),
            ended: Vec::new(),
            found: false,
            nicknames: Names::default(),
            now: head.snapshot.as_ref().map_or(Millis::ZERO, Snapshot::now),
        };
        for peer in head.snapshot.iter().flat_map(|snapshot| &snapshot.peers) {
            let stay = Stay::resume(peer, why.now);
            let nickname = stay.nickname().map(ToString::to_string);
            why.stays.insert(peer.id, stay);
            nickname.iter().for_each(|nickname| why.nicknames.add(nickname));
            why.track(peer.id, nickname.as_deref());
        }
        why
    }

    /// Follows this, which has led to this room; the stays of this one that it has ended.
    #[must_use]
    pub fn step(&mut self, step: &Step, room: &ServerCore) -> Vec<Block> {
        self.participants.step(step);
        self.now = step.now();
        match step {
            Step::Behind { now, id, bytes } => {
                if let Some(stay) = self.stays.get_mut(id) {
                    stay.falls_behind(*now, *bytes);
                }
                Vec::new()
            }
            Step::Happened { event, actions, .. } => {
                self.happened(event);
                actions.iter().for_each(|action| self.done(action));
                let reports = self.reports(*event == Event::Shutdown);
                for id in &self.asked {
                    if let Some(stay) = self.stays.get_mut(id) {
                        stay.held = room.held(*id).len();
                    }
                }
                reports
            }
        }
    }

    /// The recording is over; the stays of this one that are not.
    #[must_use]
    pub fn end(&self) -> Vec<Block> {
        let asked = self.asked.iter().filter_map(|id| self.stays.get(id));
        asked.map(|stay| stay.still_here(self.now)).collect()
    }

    /// Returns the error that this one did not take part, with those who did.
    #[must_use]
    pub fn unknown(&self) -> Option<String> {
        (!self.found).then(|| unknown(&self.whom, &self.nicknames))
    }

    fn happened(&mut self, event: &Event<Vec<u8>>) {
        match event {
            Event::Accepted(id, address) => {
                if !self.stays.contains_key(id) {
                    self.stays.insert(*id, Stay::new(*id, *address, Some(self.now)));
                    self.track(*id, None);
                }
            }
            Event::BytesIn(id, data) => {
                if let Some(stay) = self.stays.get_mut(id) {
                    stay.sends(self.now, data);
                }
            }
            Event::Closed(id, ending) => {
                if let Some(stay) = self.stays.get_mut(id) {
                    stay.ending = Some((self.now, *ending));
                }
            }
            Event::Clock(_) | Event::Tick | Event::Shutdown => {}
        }
    }

    fn done(&mut self, action: &Action<Vec<u8>>) {
        let Some(id) = self.participants.action(action) else { return };
        match action {
            Action::Send(_, text) => {
                if let Some(stay) = self.stays.get_mut(&id) {
                    stay.is_told(text);
                }
            }
            Action::Broadcast(Rendering::Native, text) => {
                if self.participants.has_named() {
                    let nickname = self.participants.label(id);
                    self.nicknames.add(&nickname);
                    if let Some(stay) = self.stays.get_mut(&id) {
                        stay.is_called(self.now, &nickname);
                    }
                    self.track(id, Some(&nickname));
                }
                self.note_reason(id, text);
            }
            Action::Drop(_) => self.ended.extend(self.stays.remove(&id)),
            Action::Broadcast(Rendering::NativeTimed | Rendering::Ascii, _)
            | Action::Admit(..)
            | Action::Pause(_)
            | Action::Resume(_)
            | Action::Log(..) => {}
        }
    }

    /// Learns that this one takes part, under this nickname.
    fn track(&mut self, id: ClientId, nickname: Option<&str>) {
        if self.whom.is(id, nickname) {
            self.found = true;
            self.asked.insert(id);
        }
    }

    /// Keeps what everyone was told of the end of this one's stay.
    fn note_reason(&mut self, id: ClientId, text: &[u8]) {
        let line = sanitize::text(text.strip_suffix(b"\n").unwrap_or(text));
        let Line::Left { reason, .. } = Line::parse(&line) else { return };
        if let Some(stay) = self.ended.iter_mut().find(|stay| stay.id == id) {
            stay.reason = Some(reason.into());
        }
    }

    /// Returns the ends of those stays that are over, of everyone who is asked about.
    fn reports(&mut self, stops: bool) -> Vec<Block> {
        let mut reports = Vec::new();
        for stay in mem::take(&mut self.ended) {
            if self.asked.remove(&stay.id) {
                let room = Circumstances { now: self.now, settings: &self.settings, stops };
                reports.push(cause::of(&stay, &room));
            }
        }
        reports
    }
}

/// Under which a stay ended.
struct Circumstances<'a> {
    now: Millis,
    settings: &'a Settings,
    /// By the server's end.
    stops: bool,
}
