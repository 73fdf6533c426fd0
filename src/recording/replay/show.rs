//! Events told for people: a line for each thing that someone said or that befell someone.
//!
//! ```text
//! $ chatroom-replay incident.chat --show --from 2 --to 7
//!    +2.000s  #1 (192.0.2.7)        -> ann\n
//!    +2.000s  ann                   <= ann joined the chat!
//!    +2.000s  ann                   <- # 1 here: ann
//!    +3.000s  #2 (192.0.2.8)        connects
//!    +4.100s  #2 (192.0.2.8)        -> ann\n
//!    +4.100s  #2 (192.0.2.8)        <- ! the nickname ann is taken, choose another
//!    +6.000s  #2 (192.0.2.8)        -> bob\n
//!    +6.000s  bob                   <= bob joined the chat!
//!    +6.000s  bob                   <- # 2 here: ann, bob
//!    +7.000s  ann                   <= ann: hello everybody
//! ```
//!
//! | mark | |
//! |---|---|
//! | `<= cid left the chat!` | everyone was sent it, because of this one |
//! | `<- ! …` | this one alone was sent it |
//! | `-> GET / HTTP/1.1\r\n` | this one sent it, escaped as in a transcript: before it had a nickname, or where it led to nothing else yet |
//! | anything else | befell this one |
//!
//! The prompt and the welcome are not worth a line. All text is sanitised, and long text is cut, and told to
//! be. A mark stands before all that somebody sent, so that it never looks like an event.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::mem;

use super::Step;
use super::participants::Participants;
use crate::limits;
use crate::recording::transcript::Head;
use crate::room::event::{Action, ClientId, Ending, Event, Millis};
use crate::room::facts::{Fact, FactKind};
use crate::view::width::padded;
use crate::view::{Row, Style};
use crate::wire::escape::Escaped;
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
    told: Vec<Told>,
}

/// Columns of the time, and of who it is about; a longer name moves what is behind it.
const TIME: usize = 10;
const WHO: usize = 20;

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
        let mut show =
            Self { participants: Participants::new(head), now: head.begins(), told: Vec::new() };
        for id in head.snapshot.iter().flat_map(|snapshot| snapshot.peers()) {
            show.tell(id, "is here");
        }
        show
    }

    /// Tells what is worth telling of this; with the first, who was here before.
    #[must_use]
    pub fn step(&mut self, step: &Step) -> Vec<Told> {
        self.participants.step(step);
        self.now = step.now();
        match step {
            Step::Behind { id, bytes, .. } => self.tell(*id, format!("is behind by {bytes} bytes")),
            Step::Happened { event: Event::BytesIn(id, data), .. } if self.is_member(*id) => {
                let before = self.told.len();
                self.done(step);
                let later = self.told.iter().skip(before);
                if !later.into_iter().any(|told| told.id == Some(*id)) {
                    self.sent(*id, data);
                }
            }
            Step::Happened { event, .. } => {
                self.happened(event);
                self.done(step);
            }
        }
        mem::take(&mut self.told)
    }

    fn done(&mut self, step: &Step) {
        let stops = matches!(step, Step::Happened { event: Event::Shutdown, .. });
        for (action, fact) in step.done() {
            let whom = self.participants.done(action, fact);
            match (action, fact) {
                (Action::Send(_, text), Some(fact)) => self.heard(whom, "<-", fact, text),
                (Action::Broadcast(_, text), Some(fact)) => self.heard(whom, "<=", fact, text),
                _ => self.befell(action, stops),
            }
        }
    }

    fn happened(&mut self, event: &Event<Vec<u8>>) {
        match event {
            Event::Accepted(id, _) => self.tell(*id, "connects"),
            Event::BytesIn(id, data) => self.sent(*id, data),
            Event::Closed(id, Ending::Finished) => self.tell(*id, "finishes"),
            Event::Closed(id, Ending::Gone) => self.tell(*id, "is gone"),
            Event::Closed(id, Ending::Lost) => self.tell(*id, "is lost"),
            Event::Closed(id, Ending::Unserved) => self.tell(*id, "has no thread that reads it"),
            Event::Closed(id, Ending::TooSlow) => self.tell(*id, "is too slow"),
            Event::Clock(time) => self.tell_as("clock", None, format!("says {time}")),
            Event::Tick => {}
            Event::Shutdown => self.tell(None, "stops the server"),
        }
    }

    /// Tells what this one sent, in one line.
    fn sent(&mut self, id: ClientId, data: &[u8]) {
        let (shown, more) = cut(data);
        self.tell(id, format!("->{}{more}", Escaped(shown)));
    }

    fn befell(&mut self, action: &Action<Vec<u8>>, stops: bool) {
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

    /// Tells the text of a fact that someone hears, behind this mark, where it is worth telling.
    fn heard(&mut self, whom: Option<ClientId>, mark: &str, fact: &Fact<String>, text: &[u8]) {
        use FactKind::{AskedAgain, History, MessageOfTheDay, Prompt, Welcome};
        if let AskedAgain(error) = &fact.kind {
            return self.tell(whom, format!("{mark} ! {error}"));
        }
        if matches!(fact.kind, Prompt | Welcome | History | MessageOfTheDay) {
            return;
        }
        let mut lines = text.split(|&byte| byte == b'\n').filter(|line| !line.is_empty());
        for line in lines.by_ref().take(limits::SHOWN_LINES) {
            let (shown, more) = cut(line);
            self.tell(whom, format!("{mark} {}{more}", sanitize::text(shown)));
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
        self.tell_as(&who, id, what);
    }

    fn tell_as(&mut self, who: &str, id: Option<ClientId>, what: impl Into<String>) {
        self.told.push(Told { now: self.now, id, who: who.into(), what: what.into() });
    }
}

/// As much of it as is shown, and a word about the rest.
fn cut(text: &[u8]) -> (&[u8], String) {
    let mut most = limits::SHOWN_BYTES;
    // Not amid a character.
    while most > 0 && text.get(most).is_some_and(|byte| byte & 0xc0 == 0x80) {
        most -= 1;
    }
    match text.split_at_checked(most) {
        Some((shown, rest)) if !rest.is_empty() => {
            (shown, format!(" … ({} more bytes)", rest.len()))
        }
        Some(_) | None => (text, String::new()),
    }
}
