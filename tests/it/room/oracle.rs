//! The invariants of every room, whatever happens in it. Shared by the properties, the scenarios,
//! the corpus and the fuzz target.

use std::collections::{BTreeMap, BTreeSet};

use chatroom::recording::replay::{Played, Replay, Stop};
use chatroom::recording::transcript::{Entry, Transcript};
use chatroom::room::facts::{Fact, FactKind, Name};
use chatroom::room::nickname::Nickname;
use chatroom::room::wall_time::WallTime;
use chatroom::wire::native::Render;
use chatroom::{
    Action, ClientId, Event, Millis, Rendering, ServerCore, Settings, Snapshot, limits,
};

use crate::clean::clean;
use crate::renderings::{must_render, without_time};

/// Reads an input as a transcript, of which what cannot be read is left out.
pub(crate) fn check_input(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let script = Transcript::salvage(&text);
    match text.parse::<Transcript>() {
        Ok(whole) => assert_eq!(whole, script, "nothing is left out"),
        Err(error) => must_be_a_line(&error.to_string()),
    }
    check(&script);
    let written = script.to_string();
    let same = script.replay().to_string() == written;
    match played(&written) {
        Ok(_) => assert!(same, "nothing else is the same"),
        Err(stop) => {
            assert!(!same, "{stop}");
            must_be_a_line(&stop.to_string());
            if let Stop::Differs(difference) = stop {
                difference.to_string().lines().for_each(must_be_a_line);
            }
        }
    }
}

/// Plays this recording, and returns the end.
pub(crate) fn played(text: &str) -> Result<Played, Stop> {
    let mut replay = Replay::default();
    text.lines().try_for_each(|line| replay.line(line).map(drop))?;
    replay.end()
}

fn must_be_a_line(text: &str) {
    assert!(!clean(text.as_bytes()).contains('\n'), "{text:?} is told to a person");
}

/// Plays the events of `script` in a fresh room, and panics at the first broken promise.
pub(crate) fn check(script: &Transcript) -> Transcript {
    let mut room = Watched::new(script.settings.clone());
    room.played.names.clone_from(&script.names);
    for entry in &script.entries {
        match entry {
            Entry::Event(now, event) => _ = room.handle(*now, event),
            Entry::Action(_) | Entry::Behind(..) | Entry::Gap(_) => {}
        }
    }
    let played = room.played;
    assert_eq!(played, played.replay(), "a replay is the record");
    check_copies(&played);
    let printed = played.to_string();
    assert_eq!(printed.parse::<Transcript>().unwrap().to_string(), printed, "reading is inverse");
    played
}

/// Again and again resumes a room from the text of what this one is in the midst of; from then on each
/// does to the end what this one does.
fn check_copies(script: &Transcript) {
    let events = script.entries.iter().filter_map(|entry| match entry {
        Entry::Event(now, event) => Some((*now, event)),
        Entry::Action(_) | Entry::Behind(..) | Entry::Gap(_) => None,
    });
    let count = events.clone().count().max(1);
    // In a short script before each event; in a long one now and then, for the work is the product.
    let copies = (4096 / count).clamp(3, 64);
    let every = count.div_ceil(copies);
    let mut room = ServerCore::new(script.settings.clone());
    let mut copies = Vec::new();
    for (at, (now, event)) in events.enumerate() {
        if at % every == 0 {
            copies.push(copy(&room, &script.settings));
        }
        let done: Vec<_> = room.handle(now, event.as_bytes()).collect();
        for copy in &mut copies {
            let does: Vec<_> = copy.handle(now, event.as_bytes()).collect();
            assert_eq!(does, done, "a resumed room does the same");
        }
        let seen = (room.poll_timeout(), room.most_held());
        for copy in &copies {
            assert_eq!(
                (copy.poll_timeout(), copy.most_held()),
                seen,
                "and is the same from outside"
            );
        }
    }
    copies.push(copy(&room, &script.settings));
    for copy in &copies {
        assert_eq!(copy.snapshot(), room.snapshot(), "and from inside");
    }
}

/// A room that goes on where this one is.
fn copy(room: &ServerCore, settings: &Settings) -> ServerCore {
    let snapshot = room.snapshot();
    let text = snapshot.to_string();
    let read: Snapshot = text.parse().unwrap_or_else(|error| panic!("{error} of {text}"));
    assert_eq!(read, snapshot, "reading is inverse");
    let copy = ServerCore::resume(settings.clone(), &read);
    let copy = copy.unwrap_or_else(|error| panic!("{error} of {text}"));
    assert_eq!(copy.snapshot(), snapshot, "nothing is lost");
    assert_eq!(copy.poll_timeout(), room.poll_timeout());
    copy
}

/// A room of which every promise is checked at every step.
pub(crate) struct Watched {
    pub(crate) core: ServerCore,
    /// All that happened, and what was done about it.
    pub(crate) played: Transcript,
    seen: Observer,
}

impl Watched {
    /// An empty room.
    pub(crate) fn new(settings: Settings) -> Self {
        Self {
            core: ServerCore::new(settings.clone()),
            played: Transcript::new(settings),
            seen: Observer::default(),
        }
    }

    /// Lets this happen, if it can; returns what was done.
    pub(crate) fn handle(&mut self, now: Millis, event: &Event<Vec<u8>>) -> &[Entry] {
        if !self.seen.event(now, event) {
            return &[];
        }
        let before = self.played.entries.len() + 1;
        self.played.record(&mut self.core, now, event.as_bytes());
        let done = &self.played.entries[before..];
        let mut facts = self.core.facts();
        for entry in done {
            match entry {
                Entry::Action(action) => {
                    let fact = if action.has_fact() { facts.next() } else { None };
                    self.seen.action(action, fact);
                }
                Entry::Event(..) | Entry::Behind(..) | Entry::Gap(_) => {}
            }
        }
        assert_eq!(facts.next(), None, "each fact is told");
        drop(facts);
        self.seen.settled(&self.core, text(done));
        done
    }
}

/// The room as it looks from outside.
#[derive(Default)]
struct Observer {
    now: Millis,
    seen: BTreeSet<ClientId>,
    here: BTreeSet<ClientId>,
    /// The members, and the last announcement of each one's nickname.
    members: BTreeMap<ClientId, Option<String>>,
    /// The keys of all nicknames.
    taken: BTreeMap<String, ClientId>,
    paused: BTreeSet<ClientId>,
    /// Members who are sent ASCII.
    in_ascii: BTreeSet<ClientId>,
    timed: BTreeSet<ClientId>,
    /// The native broadcast that was done last.
    renderable: Option<String>,
    /// The other renderings of it that have members and have not come.
    owed: BTreeSet<Rendering>,
    /// Admitted, and not announced yet.
    joining: Option<ClientId>,
    /// Members that were dropped, and are not announced as gone yet, with their nicknames.
    leaving: Vec<(ClientId, String)>,
    stopped: bool,
    /// Someone is called something else than before.
    changed: bool,
}

impl Observer {
    /// Returns true if the shell could have sent this event: an id is never used twice.
    fn event(&mut self, now: Millis, event: &Event<Vec<u8>>) -> bool {
        self.now = self.now.max(now);
        match event {
            Event::Accepted(id, _) => {
                self.here.insert(*id);
                self.seen.insert(*id)
            }
            Event::Shutdown => {
                self.stopped = true;
                true
            }
            Event::BytesIn(..) | Event::Closed(..) | Event::Clock(_) | Event::Tick => true,
        }
    }

    /// Takes note of an action, and of the fact that it tells.
    fn action(&mut self, action: &Action<Vec<u8>>, fact: Option<Fact<&str>>) {
        if !matches!(action, Action::Broadcast(Rendering::NativeTimed | Rendering::Ascii, _)) {
            let native = self.renderable.take();
            assert!(self.owed.is_empty(), "{native:?} is not sent as {:?}", self.owed);
        }
        match action {
            Action::Send(id, text) => {
                self.must_be_here(*id);
                let text = clean(text);
                let lines = text.strip_suffix("NICK").unwrap_or(text);
                assert!(lines.is_empty() || lines.ends_with('\n'), "whole lines: {text:?}");
                self.is_sent_fact(*id, fact.expect("a fact is sent"), text);
            }
            Action::Broadcast(Rendering::Native, text) => {
                self.broadcast(clean(text), fact.expect("a fact is told"));
            }
            Action::Broadcast(rendering, text) => {
                assert!(self.owed.remove(rendering), "somebody is sent it, once");
                let native = self.renderable.as_ref().expect("right after what it renders");
                match rendering {
                    Rendering::Ascii => must_render(clean(text), native),
                    Rendering::Native | Rendering::NativeTimed => {
                        let (time, line) = clean(text).split_once(' ').expect("a time");
                        assert!(time.parse::<WallTime>().is_ok() && line == native, "{text:?}");
                    }
                }
            }
            Action::Admit(id, rendering) if self.members.contains_key(id) => {
                let upgrade = self.in_ascii.remove(id) && *rendering != Rendering::Ascii;
                let asked = *rendering == Rendering::NativeTimed;
                assert!(self.members[id].is_some() && (upgrade || asked), "{id} is sent another");
                self.is_sent(*id, *rendering);
            }
            Action::Admit(id, rendering) => {
                self.must_be_here(*id);
                assert!(self.members.insert(*id, None).is_none(), "{id} is admitted once");
                assert_eq!(self.joining.replace(*id), None, "one at a time");
                self.is_sent(*id, *rendering);
            }
            Action::Pause(id) => {
                self.must_be_here(*id);
                assert!(self.paused.insert(*id), "{id} was not paused");
            }
            Action::Resume(id) => {
                self.must_be_here(*id);
                assert!(self.paused.remove(id), "{id} was paused");
            }
            Action::Drop(id) => {
                self.must_be_here(*id);
                self.here.remove(id);
                self.paused.remove(id);
                self.in_ascii.remove(id);
                self.timed.remove(id);
                if let Some(name) = self.members.remove(id) {
                    self.taken.retain(|_, holder| holder != id);
                    self.leaving.push((*id, name.expect("a member has been announced")));
                }
            }
            Action::Log(_, line) => must_be_a_line(clean(line)),
        }
    }

    fn is_sent(&mut self, id: ClientId, rendering: Rendering) {
        match rendering {
            Rendering::Native => {}
            Rendering::NativeTimed => _ = self.timed.insert(id),
            Rendering::Ascii => _ = self.in_ascii.insert(id),
        }
    }

    /// A peer alone is sent a fact. A member whose connection was lost may be back on another, which only
    /// it is told.
    fn is_sent_fact(&mut self, id: ClientId, fact: Fact<&str>, text: &str) {
        assert_eq!(fact.id, Some(id), "the fact of whoever is sent it");
        let FactKind::Resumed(name) = fact.kind else { return };
        assert_eq!(without_time(text), format!("{name} joined the chat!\n"));
        assert_eq!(self.joining.take(), Some(id), "a newcomer");
        let lost = self.leaving.iter().position(|(_, leaving)| leaving == name);
        let (_, name) = self.leaving.remove(lost.expect("it takes the place of another"));
        self.is_called(id, &name);
    }

    fn must_be_here(&self, id: ClientId) {
        assert!(self.here.contains(&id), "{id} is addressed and not here");
    }

    fn broadcast(&mut self, line: &str, fact: Fact<&str>) {
        self.renderable = Some(line.into());
        self.owed.extend((!self.timed.is_empty()).then_some(Rendering::NativeTimed));
        self.owed.extend((!self.in_ascii.is_empty()).then_some(Rendering::Ascii));
        let text = line.strip_suffix('\n').expect("a broadcast is a line");
        assert!(!text.contains('\n'), "a broadcast is one line: {line:?}");
        let joins = matches!(fact.kind, FactKind::Joined(_));
        let joining = fact.id.filter(|_| joins);
        assert_eq!(self.joining.take(), joining, "a newcomer is announced, and nobody else");
        match (fact.id, fact.kind) {
            (Some(id), FactKind::Joined(name)) => {
                assert_eq!(text, format!("{name} joined the chat!"));
                self.is_called(id, name);
            }
            (Some(id), FactKind::Renamed(now)) => {
                assert_eq!(text, format!("{} is now known as {now}", self.name(id)));
                self.is_called(id, now);
            }
            (Some(id), FactKind::Left(_)) => {
                let (next, name) = self.leaving.remove(0);
                assert_eq!(next, id, "each that left, in order");
                let why = text.strip_prefix(&format!("{name} left the chat!")).expect("who left");
                assert!(why.is_empty() || why.starts_with(" (") && why.ends_with(')'), "{text:?}");
            }
            (Some(id), FactKind::Said) => self.must_be_said(id, text, "", ": "),
            (Some(id), FactKind::Acted) => self.must_be_said(id, text, "* ", " "),
            (Some(id), FactKind::Topic) => self.must_be_said(id, text, "# ", " set the topic: "),
            (None, FactKind::Closing) => {
                assert!(self.stopped && text == "# the server is shutting down", "{text:?}");
            }
            (id, kind) => panic!("everyone is told {kind:?} of {id:?}: {text:?}"),
        }
    }

    fn name(&self, id: ClientId) -> &str {
        self.members[&id].as_deref().expect("a member has been announced")
    }

    /// By this member, between these.
    fn must_be_said(&self, id: ClientId, text: &str, before: &str, after: &str) {
        let begin = [before, self.name(id), after].concat();
        assert!(text.starts_with(&begin), "not of {id}: {text:?}");
    }

    fn is_called(&mut self, id: ClientId, name: &str) {
        let keys = Nickname::parse(name).expect("a nickname is one").keys();
        self.taken.retain(|_, holder| *holder != id);
        for key in keys {
            let holder = self.taken.insert(key, id);
            assert!(holder.is_none_or(|holder| holder == id), "{name} is taken");
        }
        self.members.insert(id, Some(name.into()));
        self.changed = true;
    }

    /// After all actions of an event.
    fn settled(&mut self, core: &ServerCore, text: usize) {
        assert!(self.owed.is_empty(), "sent to all, those included who are sent {:?}", self.owed);
        if std::mem::take(&mut self.changed) {
            forms_must_differ(core);
        }
        assert_eq!(self.joining, None, "a newcomer is announced at once");
        // Where the room owes its members much, they are announced a little later.
        let announced = self.leaving.is_empty() || core.poll_timeout().is_some();
        assert!(self.stopped || announced, "{:?} left unannounced", self.leaving);
        assert!(core.most_held() <= limits::HELD_BYTES, "what waits is bounded");
        let done = core.poll_timeout().is_none_or(|due| due > self.now);
        assert!(done || text >= limits::OUTPUT_BUDGET, "what is due has been done");
        assert!(self.stopped || text <= limits::EVENT_BYTES, "one event led to {text} bytes");
        assert!(!self.stopped || self.here.is_empty(), "a room that has ended is empty");
    }
}

/// Letters and digits that look alike in ASCII, in either case, are one.
pub(crate) fn reference_look(form: &str) -> String {
    let look = form.to_ascii_uppercase().replace(['L', '1'], "I").replace('0', "O");
    look.replace('M', "RN")
}

/// The nickname as those see it who see only ASCII.
pub(crate) fn form(nickname: &Nickname) -> String {
    Name::from(nickname).shown(Rendering::Ascii, WallTime::UNKNOWN).to_string()
}

/// To those who see only ASCII, no member looks like another.
fn forms_must_differ(core: &ServerCore) {
    let mut keys = BTreeMap::new();
    for (id, nickname) in core.members() {
        let form = self::form(nickname);
        assert!(form.is_ascii() && form.len() <= nickname.longest(), "{form:?}");
        let other = keys.insert(reference_look(&form), id);
        assert_eq!(other, None, "{id} looks like another: {form}");
    }
}

/// The number of bytes of text in these actions.
fn text(actions: &[Entry]) -> usize {
    let length = |entry: &Entry| match entry {
        Entry::Action(
            Action::Send(_, text) | Action::Broadcast(_, text) | Action::Log(_, text),
        ) => text.len(),
        Entry::Action(_) | Entry::Event(..) | Entry::Behind(..) | Entry::Gap(_) => 0,
    };
    actions.iter().map(length).sum()
}
