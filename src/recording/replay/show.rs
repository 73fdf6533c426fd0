//! Events told for people: a line for each thing that someone said or that befell someone.
//!
//! ```text
//! $ chatroom-replay incident.chat --show --from 2 --to 7
//!    +2.000s  #1 (192.0.2.7)        -> ann
//!    +2.000s  ann                   <= ann joined the chat!
//!    +2.000s  ann                   <- # 1 here: ann
//!    +3.000s  #2 (192.0.2.8)        connects
//!    +4.100s  #2 (192.0.2.8)        -> ann
//!    +4.100s  #2 (192.0.2.8)        <- ! the nickname ann is taken, choose another
//!    +6.000s  #2 (192.0.2.8)        -> bob
//!    +6.000s  bob                   <= bob joined the chat!
//!    +6.000s  bob                   <- # 2 here: ann, bob
//!    +7.000s  ann                   -> hello everybody
//! ```
//!
//! | mark | |
//! |---|---|
//! | `-> hi` | this one sent it; `hel…` and then `…lo` where a line came in pieces |
//! | `<- ! …` | this one alone was sent it |
//! | `<= cid left the chat!` | everyone was sent it, because of this one |
//! | anything else | befell this one |
//!
//! The prompt, the welcome, and the echo of a message that someone has just sent are not worth a line. All
//! text is sanitised, and long text is cut, and told to be. A mark stands before all that somebody sent, so
//! that it never looks like an event.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::mem;

use super::Step;
use super::participants::{Participant, Participants};
use crate::limits;
use crate::recording::snapshot::Snapshot;
use crate::recording::transcript::Head;
use crate::room::event::{Action, ClientId, Ending, Event, Millis};
use crate::room::facts::{Fact, FactKind};
use crate::view::width::padded;
use crate::view::{Row, Style};
use crate::wire::frame::Framing;
use crate::wire::rendering::Rendering;
use crate::wire::sanitize;

/// An event, and the one whom it befell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// When.
    pub now: Millis,
    /// To whom; `None` for the operator or the clock, and so for all.
    pub id: Option<ClientId>,
    /// The name by which a reader knows this peer.
    pub who: String,
    /// The text, behind its mark.
    pub what: String,
}

/// The events, step by step.
#[derive(Debug)]
pub struct Show {
    participants: Participants,
    now: Millis,
    echo: Echo,
    told: Vec<Told>,
}

/// Columns of the time, and of who it is about; a longer name moves what is behind it.
const TIME: usize = 10;
const WHO: usize = 20;

const LF: u8 = b'\n';

impl Told {
    /// As one row, which says all of it.
    #[must_use]
    pub fn row(&self) -> Row {
        let time = self.now.to_string();
        let front = format!("{time:>TIME$}  {}  ", padded(&self.who, WHO));
        Row::behind(Style::Plain, &front).with(Style::Plain, &self.what)
    }
}

impl Show {
    /// Of a recording that begins so.
    #[must_use]
    pub fn new(head: &Head) -> Self {
        let mut show = Self {
            participants: Participants::new(head),
            now: head.snapshot.as_ref().map_or(Millis::ZERO, Snapshot::now),
            echo: Echo::default(),
            told: Vec::new(),
        };
        for id in head.snapshot.iter().flat_map(|snapshot| snapshot.peers()) {
            show.tell(id, "is here");
        }
        show
    }

    /// Tells what is worth telling of this; with the first, who was here before.
    #[must_use]
    pub fn step(&mut self, step: &Step) -> Vec<Told> {
        match step {
            Step::Behind { now, id, bytes } => {
                self.participants.step(step);
                self.now = *now;
                self.tell(*id, format!("is behind by {bytes} bytes"));
            }
            Step::Happened { now, event, .. } => {
                let before = self.speaker(event).cloned();
                self.participants.step(step);
                self.now = *now;
                self.echo = Echo::of(event, before.as_ref());
                self.happened(event, before.is_some_and(|participant| participant.unfinished));
                for (action, fact) in step.done() {
                    let whom = self.participants.done(action, fact);
                    match (action, fact) {
                        (Action::Send(_, text) | Action::Broadcast(_, text), Some(fact)) => {
                            self.heard(whom, fact, text);
                        }
                        _ => self.done(action, *event == Event::Shutdown),
                    }
                }
            }
        }
        mem::take(&mut self.told)
    }

    /// Returns the peer that sends something by this event.
    fn speaker(&self, event: &Event<Vec<u8>>) -> Option<&Participant> {
        match event {
            Event::BytesIn(id, _) => self.participants.get(*id),
            Event::Accepted(..)
            | Event::Closed(..)
            | Event::Clock(_)
            | Event::Tick
            | Event::Shutdown => None,
        }
    }

    fn happened(&mut self, event: &Event<Vec<u8>>, goes_on: bool) {
        match event {
            Event::Accepted(id, _) => self.tell(*id, "connects"),
            Event::BytesIn(id, data) => self.sent(*id, data, goes_on),
            Event::Closed(id, Ending::Finished) => self.tell(*id, "finishes"),
            Event::Closed(id, Ending::Gone) => self.tell(*id, "is gone"),
            Event::Closed(id, Ending::Lost) => self.tell(*id, "is lost"),
            Event::Closed(id, Ending::Unserved) => self.tell(*id, "has no thread that reads it"),
            Event::Closed(id, Ending::TooSlow) => self.tell(*id, "is too slow"),
            Event::Clock(time) => self.tell_of("clock", None, format!("says {time}")),
            Event::Tick => {}
            Event::Shutdown => self.tell(None, "stops the server"),
        }
    }

    /// Tells each line of what this one sent. The first one may go on with one that was begun.
    fn sent(&mut self, id: ClientId, data: &[u8], mut goes_on: bool) {
        let participant = self.participants.get(id);
        if participant.is_some_and(|participant| participant.framing == Framing::Unframed) {
            return self.tell(id, format!("-> {}", cut(data.trim_ascii_end())));
        }
        let (mut shown, mut more) = (0, 0_usize);
        for line in data.split_inclusive(|&byte| byte == LF) {
            let whole = line.strip_suffix(&[LF]);
            let text = whole.map_or(line, |text| text.strip_suffix(b"\r").unwrap_or(text));
            let before = if mem::take(&mut goes_on) { "…" } else { "" };
            let after = if whole.is_some() { "" } else { "…" };
            if text.is_empty() && before.is_empty() {
                continue;
            }
            if shown == limits::SHOWN_LINES {
                more += 1;
                continue;
            }
            shown += 1;
            self.tell(id, format!("-> {before}{}{after}", cut(text)));
        }
        match (shown, more) {
            (0, _) => self.tell(id, "sends nothing but line ends"),
            (_, 0) => {}
            (_, more) => self.tell(id, format!("sends {more} more lines")),
        }
    }

    fn done(&mut self, action: &Action<Vec<u8>>, stops: bool) {
        match action {
            Action::Admit(id, Rendering::Ascii) => self.tell(*id, "is admitted in ASCII"),
            Action::Admit(id, Rendering::NativeTimed) => self.tell(*id, "is sent times"),
            // It has been one before.
            Action::Admit(id, Rendering::Native) if self.is_member(*id) => {
                self.tell(*id, "ends its lines after all");
            }
            Action::Pause(id) => self.tell(*id, "is paused"),
            Action::Resume(id) => self.tell(*id, "is resumed"),
            // Of a member that leaves everyone is told.
            Action::Drop(id) if stops || !self.is_member(*id) => {
                self.tell(*id, "is dropped");
            }
            Action::Send(..)
            | Action::Broadcast(..)
            | Action::Drop(_)
            | Action::Admit(_, Rendering::Native)
            | Action::Log(..) => {}
        }
    }

    /// Tells the text of a fact that someone hears, where it is worth telling.
    fn heard(&mut self, whom: Option<ClientId>, fact: &Fact<String>, text: &[u8]) {
        match &fact.kind {
            FactKind::Prompt
            | FactKind::Welcome
            | FactKind::History
            | FactKind::MessageOfTheDay => {}
            FactKind::Said | FactKind::Acted if self.echo.is_of(whom) => {}
            FactKind::Joined(_)
            | FactKind::Said
            | FactKind::Acted
            | FactKind::Renamed(_)
            | FactKind::Left(_)
            | FactKind::Topic
            | FactKind::Closing => self.lines(whom, "<=", text),
            FactKind::AskedAgain(error) => self.tell(whom, format!("<- ! {error}")),
            FactKind::Resumed(_)
            | FactKind::PrivateFrom(_)
            | FactKind::PrivateTo(_)
            | FactKind::Answered
            | FactKind::Refused
            | FactKind::TurnedAway(_) => self.lines(whom, "<-", text),
        }
    }

    /// Tells these lines, behind this mark.
    fn lines(&mut self, whom: Option<ClientId>, mark: &str, text: &[u8]) {
        let mut lines = text.split(|&byte| byte == LF).filter(|line| !line.is_empty());
        for line in lines.by_ref().take(limits::SHOWN_LINES) {
            self.tell(whom, format!("{mark} {}", cut(line)));
        }
        match lines.count() {
            0 => {}
            more => self.tell(whom, format!("is sent {more} more lines")),
        }
    }

    fn is_member(&self, id: ClientId) -> bool {
        self.participants.get(id).is_some_and(|participant| participant.nickname.is_some())
    }

    fn tell(&mut self, id: impl Into<Option<ClientId>>, what: impl Into<String>) {
        let id = id.into();
        let who = id.map_or_else(|| "operator".into(), |id| self.participants.label(id));
        self.tell_of(who, id, what);
    }

    fn tell_of(&mut self, who: impl Into<String>, id: Option<ClientId>, what: impl Into<String>) {
        self.told.push(Told { now: self.now, id, who: who.into(), what: what.into() });
    }
}

/// Whose messages are not told, since this one has just sent them.
#[derive(Debug, Default)]
struct Echo {
    of: Option<ClientId>,
    /// The first one is told: it was begun before.
    but_one: bool,
}

impl Echo {
    /// The echo of this event; `speaker` as it was before. Not that of frames that waited.
    fn of(event: &Event<Vec<u8>>, speaker: Option<&Participant>) -> Self {
        match (event, speaker) {
            (Event::BytesIn(id, _), Some(speaker)) if !speaker.paused => {
                Self { of: Some(*id), but_one: speaker.unfinished }
            }
            _ => Self::default(),
        }
    }

    fn is_of(&mut self, whom: Option<ClientId>) -> bool {
        whom.is_some() && whom == self.of && !mem::take(&mut self.but_one)
    }
}

/// As much of it as is shown, sanitised.
fn cut(text: &[u8]) -> String {
    let mut most = limits::SHOWN_BYTES;
    // Not amid a character.
    while most > 0 && text.get(most).is_some_and(|byte| byte & 0xc0 == 0x80) {
        most -= 1;
    }
    match text.split_at_checked(most) {
        Some((shown, rest)) if !rest.is_empty() => {
            format!("{} … ({} more bytes)", sanitize::text(shown), rest.len())
        }
        Some(_) | None => sanitize::text(text),
    }
}
