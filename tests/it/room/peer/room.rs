//! The room in which Ann and Bob are, and to which Mallory comes.

use std::mem;
use std::net::SocketAddr;

use chatroom::client::{Exit, Options};
use chatroom::recording::transcript::Entry;
use chatroom::{Action, ClientId, Ending, Event, Millis, Rendering, Settings, limits};

use super::allowance::Allowance;
use super::client::Person;
use super::mallory::Mallory;
use super::plan::{Plan, Speech, Then};
use super::reader::{self, Claim};
use crate::clean::clean;
use crate::oracle::Watched;

const ANN: ClientId = ClientId(1);
const BOB: ClientId = ClientId(2);
/// A person who speaks once in this time is never paused, and tells one person no more than he is
/// passed on.
const PAUSE: Millis =
    Millis::new(2 * 1000 * limits::FACT_BYTES / (limits::PRIVATE_RATE / limits::PRIVATE_PART));
/// A name that Mallory does not think of, and so is not kept for her.
const NEWCOMER: &str = "cid-and-nobody-else";

/// Plays it, and panics where Bob is shown something that is not so.
pub(crate) fn check(plan: &Plan<'_>) {
    let mut room = Room::opens(plan);
    for (read, cut) in plan.reads() {
        room.mallory_sends(read);
        room.goes_on(cut.then);
        room.bobs_reads = usize::from(cut.length).max(1);
    }
    if let Some(ending) = plan.end() {
        room.mallory_ends(ending);
        room.a_newcomer_is_shown_what_was_said();
    }
    room.stops();
}

struct Room {
    watched: Watched,
    now: Millis,
    bob: Person,
    /// He is admitted.
    bob_is_here: bool,
    /// The length of one read of the bytes sent to Bob.
    bobs_reads: usize,
    mallory: Option<Mallory>,
    /// Her allowance, over all her connections.
    allowance: Allowance,
    /// The highest id so far.
    last: ClientId,
    /// All messages and actions.
    chat: Vec<String>,
    /// The number of lines that Ann and Bob have said.
    spoken: usize,
}

impl Room {
    fn opens(plan: &Plan<'_>) -> Self {
        let settings = Settings {
            rate: if plan.flag(1) { 0 } else { limits::RATE },
            history: if plan.flag(2) { 2 } else { limits::HISTORY_LINES },
            motd: if plan.flag(3) { "be\x07 kind\nalways".into() } else { String::new() },
            ..Settings::default()
        };
        let bob = Options {
            nickname: Some("bob".into()),
            can_ask: false,
            legacy: plan.flag(0),
            times: false,
        };
        let mut room = Self {
            watched: Watched::new(settings),
            now: Millis::ZERO,
            bob: Person::new(bob),
            bob_is_here: false,
            bobs_reads: 1,
            mallory: None,
            allowance: Allowance::default(),
            last: BOB,
            chat: Vec::new(),
            spoken: 0,
        };
        for (id, name) in [(ANN, "ann"), (BOB, "bob")] {
            room.watched.played.names.insert(id, name.into());
            room.happens(Event::Accepted(id, from(id)));
        }
        room.happens(Event::BytesIn(ANN, b"ann\n".to_vec()));
        let mut shown = room.bob_sends();
        room.now = limits::UNFRAMED_AFTER;
        shown.extend(room.happens(Event::Tick));
        let here = ["# 2 here: ann, bob"].into_iter().filter(|_| !plan.flag(0));
        let motd = ["# be kind", "# always"].into_iter().filter(|_| plan.flag(3));
        let welcome = ["bob joined the chat!", "Connected to the server!"].into_iter();
        let welcome = welcome.chain(here).chain(motd);
        assert!(shown.iter().eq(welcome), "Bob is in the room: {shown:?}");
        room
    }

    /// This happens. Returns the lines that Bob is sent, which are those that he is shown; those that
    /// all are sent as they were said, even where he is shown them in ASCII.
    fn happens(&mut self, event: Event<Vec<u8>>) -> Vec<String> {
        let (mut sent, mut said) = (Vec::new(), Vec::new());
        let his = if self.bob.legacy { Rendering::Ascii } else { Rendering::Native };
        for entry in self.watched.handle(self.now, &event) {
            let Entry::Action(action) = entry else { continue };
            self.mallory.iter_mut().for_each(|mallory| mallory.meets(action));
            match action {
                Action::Admit(BOB, rendering) => {
                    assert_eq!(*rendering, his, "he ends his lines or does not");
                    self.bob_is_here = true;
                }
                Action::Send(BOB, text) => {
                    sent.extend_from_slice(text);
                    said.extend_from_slice(text);
                }
                Action::Broadcast(rendering, text) if self.bob_is_here => {
                    if *rendering == his {
                        sent.extend_from_slice(text);
                    }
                    if *rendering == Rendering::Native {
                        said.extend_from_slice(text);
                    }
                }
                Action::Admit(..)
                | Action::Send(..)
                | Action::Broadcast(..)
                | Action::Pause(_)
                | Action::Resume(_)
                | Action::Drop(_)
                | Action::Log(..) => {}
            }
        }
        if sent == b"NICK" {
            self.bob.hears(&sent);
            return Vec::new();
        }
        self.bob_hears(clean(&sent), clean(&said))
    }

    /// Bob is sent this with one write.
    fn bob_hears(&mut self, sent: &str, said: &str) -> Vec<String> {
        let lines: Vec<String> = said.lines().map(Into::into).collect();
        assert!(sent.is_empty() || sent.ends_with('\n'), "whole lines: {sent:?}");
        if self.bob.legacy {
            // As a shell sends it to an unframed peer; it comes in one read, and then it is quiet.
            self.bob.hears(sent.strip_suffix('\n').unwrap_or_default().as_bytes());
            let ascii: Vec<_> = lines.iter().map(|line| reader::in_ascii(line)).collect();
            assert_eq!(self.bob.shown, ascii, "who is shown only ASCII is shown the same");
            for (line, ascii) in lines.iter().zip(&ascii) {
                let claim = reader::read(line).map(Claim::in_ascii);
                assert_eq!(reader::read(ascii), claim, "of the same one, to who reads ASCII");
            }
        } else {
            let most = self.bobs_reads.max(1 + sent.len() / 64);
            sent.as_bytes().chunks(most).for_each(|read| self.bob.hears(read));
            assert_eq!(self.bob.shown, lines, "Bob is shown what he is sent");
        }
        assert!(self.bob.told.is_empty(), "nothing is wrong: {:?}", self.bob.told);
        self.bob.shown.clear();
        lines
    }

    /// Sends what Bob's client has to send.
    fn bob_sends(&mut self) -> Vec<String> {
        let sent = mem::take(&mut self.bob.sent);
        sent.into_iter().flat_map(|bytes| self.happens(Event::BytesIn(BOB, bytes))).collect()
    }

    /// Mallory does this, or it is her turn.
    fn mallory_acts(&mut self, event: Event<Vec<u8>>) {
        let begin = self.watched.played.entries.len() + 1;
        let lines = self.happens(event);
        let history = self.history_bytes();
        for entry in &self.watched.played.entries[begin..] {
            if let Entry::Action(action) = entry {
                self.allowance.is_used_for(action, history);
            }
        }
        for line in lines {
            let mallory = self.mallory.as_mut();
            let mallory = mallory.unwrap_or_else(|| panic!("{line:?}: who could have caused it?"));
            if mallory.causes(&line) {
                self.chat.push(line);
            }
        }
        if let Some(over) = self.mallory.take_if(|mallory| mallory.is_dropped) {
            over.ends(self.now);
        }
        self.allowance.must_have_been_enough();
    }

    /// The bytes of the chat that a newcomer is shown.
    fn history_bytes(&self) -> usize {
        let latest = self.chat.iter().rev().take(self.watched.played.settings.history);
        latest.map(|line| line.len() + 1).sum()
    }

    /// Time passes, in which it may be Mallory's turn.
    fn waits(&mut self, time: Millis) {
        let end = self.now + time;
        while let Some(due) = self.watched.core.poll_timeout().filter(|due| *due <= end) {
            self.now = self.now.max(due);
            self.mallory_acts(Event::Tick);
        }
        self.now = end;
    }

    fn mallory_sends(&mut self, read: Vec<u8>) {
        // While she is paused, a shell hands over so many reads and no more.
        while self.mallory.as_ref().is_some_and(|mallory| mallory.must_wait()) {
            self.waits_for_a_turn();
        }
        if self.mallory.is_none() {
            self.last = ClientId(self.last.0 + 1);
            self.mallory = Some(Mallory::connects(self.last, self.bob.legacy));
            self.watched.played.names.insert(self.last, format!("mallory{}", self.last.0));
            self.allowance.grows_by_a_connection();
            // Always from one address, so that the nickname of a lost connection is kept for her; and
            // from loopback, since the budgets of a source are not what she tries.
            let address = SocketAddr::from(([127, 0, 0, 1], 1000));
            self.mallory_acts(Event::Accepted(self.last, address));
        }
        self.allowance.grows_by_a_read(&read);
        let mallory = self.mallory.as_mut().expect("she is connected");
        mallory.reads.push(read.clone());
        mallory.times.push(self.now);
        self.mallory_acts(Event::BytesIn(self.last, read));
    }

    fn waits_for_a_turn(&mut self) {
        let due = self.watched.core.poll_timeout().expect("her turn comes");
        self.waits(due.since(self.now));
    }

    fn mallory_ends(&mut self, ending: Ending) {
        let Some(mallory) = &mut self.mallory else { return };
        mallory.closed = Some((ending, self.now));
        self.mallory_acts(Event::Closed(self.last, ending));
        while self.mallory.is_some() {
            self.waits_for_a_turn();
        }
    }

    fn goes_on(&mut self, then: Then) {
        match then {
            Then::Nothing => {}
            Then::Time(time) => self.waits(Millis::new(time)),
            Then::Speaks(speech) => {
                self.waits(PAUSE);
                self.spoken += 1;
                self.speaks(speech);
            }
            Then::Ends(ending) => self.mallory_ends(ending),
        }
    }

    /// Ann or Bob says something, and that is what Bob is shown.
    fn speaks(&mut self, speech: Speech) {
        let text = format!("line {}", self.spoken);
        let mallory = self.mallory.as_ref().and_then(|mallory| mallory.name.clone());
        // He knows her by her form, and can tell her something by that.
        let form = |name: String| if self.bob.legacy { reader::in_ascii(&name) } else { name };
        let mallory = mallory.map(form);
        let (typed, shown) = match speech {
            Speech::AnnSays => (text.clone(), format!("ann: {text}")),
            Speech::AnnActs => (format!("/me {text}"), format!("* ann {text}")),
            Speech::AnnTellsBob => (format!("/msg bob {text}"), format!("[ann to you] {text}")),
            Speech::BobSays => (text.clone(), format!("bob: {text}")),
            Speech::BobAsksWhoIsHere => {
                let names: Vec<_> = ["ann", "bob"].into_iter().chain(mallory.as_deref()).collect();
                ("/who".into(), format!("# {} here: {}", names.len(), names.join(", ")))
            }
            Speech::BobTellsMallory => match mallory {
                Some(name) => (format!("/msg {name} {text}"), format!("[you to {name}] {text}")),
                None => ("/msg : hi".into(), "! no one here is called :".into()),
            },
        };
        let lines = match speech {
            Speech::AnnSays | Speech::AnnActs | Speech::AnnTellsBob => {
                self.happens(Event::BytesIn(ANN, format!("{typed}\n").into_bytes()))
            }
            Speech::BobSays | Speech::BobAsksWhoIsHere | Speech::BobTellsMallory => {
                self.bob.types(format!("{typed}\n").as_bytes());
                let lines = self.bob_sends();
                self.bob.rests();
                lines
            }
        };
        assert_eq!(lines, [shown], "Bob is shown what Ann and he say, and nothing else with it");
        if matches!(speech, Speech::AnnSays | Speech::AnnActs | Speech::BobSays) {
            self.chat.extend(lines);
        }
    }

    /// The history is what Bob was shown, line for line.
    fn a_newcomer_is_shown_what_was_said(&mut self) {
        self.last = ClientId(self.last.0 + 1);
        self.happens(Event::Accepted(self.last, from(self.last)));
        let begin = self.watched.played.entries.len() + 1;
        let lines = self.happens(Event::BytesIn(self.last, format!("{NEWCOMER}\n").into_bytes()));
        assert_eq!(lines, [format!("{NEWCOMER} joined the chat!")]);
        let sent = self.watched.played.entries[begin..].iter().find_map(|entry| match entry {
            Entry::Action(Action::Send(_, text)) => Some(clean(text)),
            Entry::Action(_) | Entry::Event(..) | Entry::Behind(..) | Entry::Gap(_) => None,
        });
        let (all, most) = (self.chat.len(), self.watched.played.settings.history);
        let first = all.saturating_sub(most);
        let head = format!("# messages {} to {all}:", first + 1);
        let latest = self.chat[first..].iter().map(|line| &**line);
        if all > 0 {
            let shown = sent.into_iter().flat_map(str::lines);
            assert!(shown.eq([&*head].into_iter().chain(latest)), "{sent:?} was said before");
        }
    }

    /// The server ends, and Bob's client with it.
    fn stops(mut self) {
        let lines = self.happens(Event::Shutdown);
        assert_eq!(lines, ["# the server is shutting down"]);
        self.mallory.into_iter().for_each(Mallory::ends_with_the_room);
        self.bob.loses_the_server(Ending::Finished);
        assert_eq!(self.bob.exit, Some(Exit::ServerClosed));
        let printed = self.watched.played.to_string();
        let lines = printed.lines().inspect(|line| _ = clean(line.as_bytes())).count();
        assert_eq!(lines, 3 + self.watched.played.entries.len(), "a line each, whatever was sent");
    }
}

/// Where everyone else has another address.
fn from(id: ClientId) -> SocketAddr {
    let host = u8::try_from(id.0 % 250).unwrap();
    SocketAddr::from(([192, 0, 2, host], 1000))
}
