//! The room at some time of a recording: who was in, and what each waited for.
//!
//! ```text
//! $ chatroom-replay incident.chat --at 20.5
//! the room at +20.500s
//!   latest   what happened at +20.000s
//!   here     members: 4, without a nickname: 1
//!   said     lines: 6, kept: 6 (history=20)
//! anna (#1 from 192.0.2.7:40001), a member since +2.000s
//! bob (#2 from 192.0.2.8:40002), a member since +6.000s
//!   paused   by its rate until +21.000s (rate=1 burst=3)
//!   unheard  10 bytes: four\nfive\n
//! cid (#3 from 192.0.2.9:40003), a member since +8.200s
//! Jacob (#4 from [2001:db8::4]:40004), a member since +9.260s
//! #6 from 203.0.113.6:40006, here since +15.000s
//!   chooses  a nickname until +45.000s; refused answers: 0
//! ```

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use super::Step;
use super::block::Block;
use super::participants::{Participant, Participants};
use crate::limits;
use crate::recording::snapshot::{Hearing, Peer, Snapshot, Standing};
use crate::recording::transcript::Head;
use crate::room::budgets;
use crate::room::event::{Action, ClientId, Millis};
use crate::room::peer::Handshake;
use crate::room::settings::Settings;
use crate::wire::escape::Escaped;

/// The facts of a recording about a room that the room itself does not know.
#[derive(Debug)]
pub struct State {
    participants: Participants,
    /// The bytes that waited for each peer, as they were last told.
    behind: BTreeMap<ClientId, (Millis, u64)>,
    now: Millis,
}

impl State {
    /// The state of a recording that begins so.
    #[must_use]
    pub fn new(head: &Head) -> Self {
        let now = head.begins();
        Self { participants: Participants::new(head), behind: BTreeMap::new(), now }
    }

    /// Follows this.
    pub fn step(&mut self, step: &Step) {
        self.participants.step(step);
        self.now = step.now();
        match step {
            Step::Behind { now, id, bytes } => {
                if self.participants.get(*id).is_some() {
                    self.behind.insert(*id, (*now, *bytes));
                }
            }
            Step::Happened { .. } => {
                for (action, fact) in step.done() {
                    self.participants.done(action, fact);
                    if let Action::Drop(id) = action {
                        self.behind.remove(id);
                    }
                }
            }
        }
    }

    /// Tells how it was at this time, where the room was in this state and has these settings.
    #[must_use]
    pub fn blocks(&self, at: Millis, room: &Snapshot, settings: &Settings) -> Vec<Block> {
        let (members, all) = (room.members().count(), room.peers().count());
        let (said, kept, history) = (room.said, room.history.len(), settings.history);
        let mut lines = vec![
            ("latest", format!("what happened at {}", self.now)),
            ("here", format!("members: {members}, without a nickname: {}", all - members)),
            ("said", format!("lines: {said}, kept: {kept} (history={history})")),
        ];
        lines.extend(room.closing.then(|| ("ended", "the operator has stopped it".into())));
        let room_itself = Block { headline: format!("the room at {at}"), lines };
        let peers = room.peers.iter().map(|peer| self.peer(peer, room.now, settings));
        [room_itself].into_iter().chain(peers).collect()
    }

    fn peer(&self, peer: &Peer, now: Millis, settings: &Settings) -> Block {
        let Peer { id, address, decoder, .. } = peer;
        let mut lines = Vec::new();
        let who = match &peer.standing {
            Standing::Handshaking(Handshake { deadline, refusals, .. }) => {
                let text = format!("a nickname until {deadline}; refused answers: {refusals}");
                lines.push(("chooses", text));
                format!("{id} from {address}, here")
            }
            Standing::Member { nickname, bucket, .. } => {
                let messages = budgets::messages(settings);
                if peer.place.is_some() {
                    let text = "by the room's budget, until it has something left to spend";
                    lines.push(("paused", text.into()));
                } else if let Some(turn) = peer.wake {
                    let rate = bucket.ready_at(now, messages, 1).is_some();
                    let source = peer.booking.is_some();
                    lines.push(("paused", why_it_waits(turn, rate, source, settings)));
                }
                format!("{nickname} ({id} from {address}), a member")
            }
        };
        if !decoder.held.is_empty() {
            lines.push(("unheard", unheard(&decoder.held)));
        }
        if let Some((at, bytes)) = self.behind.get(id) {
            lines.push(("behind", format!("{bytes} bytes waited for it at {at}")));
        }
        lines.extend(ended(peer.hearing).map(|ended| ("ended", ended)));
        let since = self.participants.get(*id).map(Participant::since).unwrap_or_default();
        Block { headline: format!("{who} since {since}"), lines }
    }
}

fn why_it_waits(turn: Millis, over_its_rate: bool, source: bool, settings: &Settings) -> String {
    if over_its_rate {
        let (rate, burst) = (settings.rate, settings.burst);
        return format!("by its rate until {turn} (rate={rate} burst={burst})");
    }
    if source {
        return format!("by its source's budget until {turn}");
    }
    let most = limits::OUTPUT_BUDGET;
    format!("by the room until {turn}: a turn ends when it has led to {most} bytes")
}

fn ended(hearing: Hearing) -> Option<String> {
    match hearing {
        Hearing::Open | Hearing::Paused => None,
        Hearing::Finished => Some("it has closed its side, and is heard".into()),
        Hearing::Gone(until) => Some(format!("it is gone, and heard until {until}")),
    }
}

/// Returns the number of these bytes, and the first of them.
fn unheard(held: &[u8]) -> String {
    let most = limits::QUOTED_BYTES.min(held.len());
    let first: String = Escaped(held.get(..most).unwrap_or_default()).to_string();
    let more = if most < held.len() { "…" } else { "" };
    format!("{} bytes:{first}{more}", held.len())
}
