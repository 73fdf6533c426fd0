//! Explains the end of someone's stay: the rule, the number, and the bytes.
//!
//! A stay is a connection from its acceptance to its end. Each that is asked about is followed while it
//! lasts; the memory for one is small.

mod cause;
mod stay;

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use self::stay::{End, Stay};
use super::Step;
use super::block::Block;
use super::filter::Filter;
use super::participants::Participant;
use crate::recording::transcript::Head;
use crate::room::ServerCore;
use crate::room::event::{Action, ClientId, Event, Millis};
use crate::room::settings::Settings;

/// Follows a recording, and explains the ends of whoever is asked about.
#[derive(Debug)]
pub struct Why<'a> {
    asked: &'a Filter,
    settings: Settings,
    stays: BTreeMap<ClientId, Stay>,
    now: Millis,
}

impl<'a> Why<'a> {
    /// Asks about those whom this filter has found, in a recording that begins so.
    #[must_use]
    pub fn new(asked: &'a Filter, head: &Head) -> Self {
        let now = head.begins();
        let here = head.snapshot.iter().flat_map(|snapshot| &snapshot.peers);
        let here = here.filter(|peer| asked.wants(Some(peer.id)));
        let stays = here.map(|peer| (peer.id, Stay::resume(peer, now))).collect();
        Self { asked, settings: head.settings.clone(), stays, now }
    }

    /// Follows this, which has led to this room; returns the stays that it has ended.
    #[must_use]
    pub fn step(&mut self, step: &Step, room: &ServerCore) -> Vec<Block> {
        self.now = step.now();
        let mut reports = Vec::new();
        match step {
            Step::Behind { now, id, bytes } => {
                if let Some(stay) = self.stays.get_mut(id) {
                    stay.falls_behind(*now, *bytes);
                }
                return reports;
            }
            Step::Happened { event, .. } => self.happened(event),
        }
        for (action, fact) in step.done() {
            let id = fact.map_or_else(|| action.peer(), |fact| fact.id);
            let Some((id, stay)) = id.and_then(|id| Some((id, self.stays.get_mut(&id)?))) else {
                continue;
            };
            if let Some(fact) = fact {
                stay.hears(self.now, &fact.kind);
            }
            if let Action::Drop(_) = action {
                stay.dropped = Some(self.now);
                if matches!(step, Step::Happened { event: Event::Shutdown, .. }) {
                    stay.end = Some(End::Shutdown);
                }
            }
            if stay.is_over() {
                reports.push(cause::of(stay, self.now, &self.settings));
                self.stays.remove(&id);
            }
        }
        for (id, stay) in &mut self.stays {
            stay.held = room.held(*id).len();
        }
        reports
    }

    /// Returns the stays that last at the end of the recording, or of which nobody was told that they ended.
    #[must_use]
    pub fn end(&self) -> Vec<Block> {
        let told = |stay: &Stay| match stay.dropped {
            Some(_) => cause::of(stay, self.now, &self.settings),
            None => stay.still_here(self.now),
        };
        self.stays.values().map(told).collect()
    }

    fn happened(&mut self, event: &Event<Vec<u8>>) {
        match event {
            Event::Accepted(id, address) if self.asked.wants(Some(*id)) => {
                let who = Participant::new(*address, Some(self.now));
                self.stays.entry(*id).or_insert_with(|| Stay::new(*id, who));
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
            Event::Accepted(..) | Event::Clock(_) | Event::Tick | Event::Shutdown => {}
        }
    }
}
