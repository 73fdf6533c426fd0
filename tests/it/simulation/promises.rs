//! The text that people must be told, worked out from their actions: who said what, in which order,
//! and what each of them must receive for it. The oracle checks the room; this checks the
//! conversation.

use std::collections::{BTreeMap, VecDeque};

use chatroom::room::facts::{Error, Fact, FactKind};
use chatroom::{Action, ClientId, Ending, Event, Rendering};

use super::plan::Kind;
use crate::peer::reader::in_ascii;
use crate::reference_model::ReferenceModel;
use crate::renderings::without_time;

/// The conversation as it must be.
#[derive(Default)]
pub(super) struct Promises {
    people: BTreeMap<ClientId, Person>,
    /// The present name of each member.
    names: BTreeMap<ClientId, String>,
    stopped: bool,
    /// For a plain conversation, the room that is obviously right.
    reference: Option<ReferenceModel>,
}

struct Person {
    kind: Kind,
    /// The rendering of broadcasts for it, if it is a member.
    rendering: Option<Rendering>,
    /// All that is sent to it.
    expected: Vec<u8>,
    /// The bytes that have not reached it, without line ends for one that is unframed.
    due: Vec<u8>,
    /// The beginning of a line that has reached it.
    line: Vec<u8>,
    /// The bytes compared with those the reference model sends.
    compared: usize,
    /// It was sent ASCII at some time, without the last line end of each write.
    unframed: bool,
    /// The lines it said to all and to one, and nobody has heard yet.
    said: VecDeque<String>,
    told: VecDeque<String>,
    ending: Option<Ending>,
    /// It was told that it ends for the sake of others, whatever of it waits.
    gives_way: bool,
    /// Lines received, which its screen does not show yet.
    unshown: VecDeque<String>,
}

impl Person {
    fn is_sent(&mut self, bytes: &[u8]) {
        self.expected.extend_from_slice(bytes);
        self.due.extend(if self.unframed { flat(bytes) } else { bytes.to_vec() });
    }
}

impl Promises {
    pub(super) fn new(plain: bool) -> Self {
        Self { reference: plain.then(ReferenceModel::default), ..Self::default() }
    }

    pub(super) fn connects(&mut self, id: ClientId, kind: Kind) {
        let person = Person {
            kind,
            rendering: None,
            expected: Vec::new(),
            due: Vec::new(),
            line: Vec::new(),
            compared: 0,
            unframed: false,
            said: VecDeque::new(),
            told: VecDeque::new(),
            ending: None,
            gives_way: false,
            unshown: VecDeque::new(),
        };
        self.people.insert(id, person);
    }

    /// An honest person says this to all: `: text`, or ` text` for an action.
    pub(super) fn will_be_heard(&mut self, id: ClientId, said: String) {
        self.person(id).said.push_back(said);
    }

    /// An honest person tells this to someone, who may not be there.
    pub(super) fn may_be_told(&mut self, id: ClientId, text: String) {
        self.person(id).told.push_back(text);
    }

    /// Before the room hears of it.
    pub(super) fn event(&mut self, event: &Event<Vec<u8>>) {
        match event {
            Event::Closed(id, ending) => self.person(*id).ending = Some(*ending),
            Event::Shutdown => self.stopped = true,
            Event::Accepted(..) | Event::BytesIn(..) | Event::Clock(_) | Event::Tick => {}
        }
        let Some(reference) = &mut self.reference else { return };
        match event {
            Event::Accepted(id, _) => reference.connects(id.0),
            Event::BytesIn(id, bytes) => reference.sends(id.0, str::from_utf8(bytes).unwrap()),
            Event::Closed(id, Ending::Finished | Ending::Gone) => reference.leaves(id.0, ""),
            Event::Closed(id, Ending::Lost | Ending::Unserved) => {
                reference.leaves(id.0, " (connection lost)")
            }
            Event::Closed(id, Ending::TooSlow) => reference.leaves(id.0, " (too slow)"),
            Event::Clock(_) | Event::Tick | Event::Shutdown => {}
        }
    }

    /// Takes note of an action of the room, and of the fact that it tells.
    pub(super) fn action(&mut self, action: &Action<Vec<u8>>, fact: Option<Fact<&str>>) {
        match action {
            Action::Send(id, bytes) => {
                self.person(*id).is_sent(bytes);
                let kind = fact.expect("a fact is sent").kind;
                if let FactKind::PrivateFrom(from) = kind {
                    self.was_told(from, bytes);
                } else if let FactKind::Resumed(name) = kind {
                    self.names.insert(*id, name.into());
                } else if let FactKind::TurnedAway(Error::GaveWay | Error::Flooding) = kind {
                    self.person(*id).gives_way = true;
                }
            }
            Action::Broadcast(rendering, bytes) => {
                let people = self.people.values_mut();
                let reached = people.filter(|person| person.rendering == Some(*rendering));
                reached.for_each(|member| member.is_sent(bytes));
                if let Some(fact) = fact {
                    self.was_heard(str::from_utf8(bytes).unwrap().trim_end_matches('\n'), &fact);
                }
            }
            Action::Admit(id, rendering) => {
                let person = self.person(*id);
                person.rendering = Some(*rendering);
                if *rendering == Rendering::Ascii {
                    person.unframed = true;
                    person.due = flat(&person.due);
                }
            }
            Action::Drop(id) => {
                self.names.remove(id);
                let stopped = self.stopped;
                let person = self.person(*id);
                person.rendering = None;
                let heard = person.said.is_empty() || stopped || person.gives_way;
                let finished = person.ending == Some(Ending::Finished);
                assert!(
                    heard || !finished,
                    "{id} left in order, and nobody heard {:?}",
                    person.said
                );
            }
            Action::Pause(_) | Action::Resume(_) | Action::Log(..) => {}
        }
    }

    /// After all that the room did.
    pub(super) fn settled(&mut self) {
        let Some(reference) = &self.reference else { return };
        for (id, screen) in &reference.screens {
            let person = self.people.get_mut(&ClientId(*id)).unwrap();
            let [expected, reference] = [&person.expected[..], screen.as_bytes()]
                .map(|text| String::from_utf8_lossy(&text[person.compared.min(text.len())..]));
            assert_eq!(
                expected, reference,
                "what #{id} is sent, and what the reference model sends"
            );
            person.compared = screen.len();
        }
    }

    /// These bytes have reached this client.
    pub(super) fn reaches(&mut self, id: ClientId, bytes: &[u8]) {
        let person = self.person(id);
        let text = if person.unframed { flat(bytes) } else { bytes.to_vec() };
        let due = &person.due[..text.len().min(person.due.len())];
        assert!(
            due == text,
            "{id} received {:?} and not {:?}",
            String::from_utf8_lossy(&text),
            String::from_utf8_lossy(due)
        );
        person.due.drain(..text.len());
        for &byte in bytes {
            if byte == b'\n' {
                let line = std::mem::take(&mut person.line);
                person.unshown.push_back(String::from_utf8_lossy(&line).into());
            } else {
                person.line.push(byte);
            }
        }
    }

    /// This client shows this line: the next that it has received, but for what it needs no person
    /// for.
    pub(super) fn shows(&mut self, id: ClientId, line: &str) {
        let person = self.person(id);
        if person.unframed || person.kind != Kind::Ours {
            return;
        }
        if let Some(cut) = line.strip_suffix('…') {
            let rest = String::from_utf8_lossy(&person.line);
            return assert_eq!(cut, rest.trim_start_matches("NICK"), "{id} shows what was cut off");
        }
        while let Some(next) = person.unshown.pop_front() {
            let next = next.trim_start_matches("NICK");
            if next == line {
                return;
            }
            assert!(next.starts_with("! "), "{id} shows {line:?} and not {next:?}");
        }
        panic!("{id} shows {line:?}, which nobody sent");
    }

    /// This client says that the server has taken every line.
    pub(super) fn left(&mut self, id: ClientId) {
        let person = self.person(id);
        let taken = person.said.is_empty() || person.kind != Kind::Ours;
        assert!(taken, "{id} has left, and nobody has heard {:?}", person.said);
    }

    /// The network has been good for long enough.
    pub(super) fn has_all(&mut self, id: ClientId) {
        let person = self.person(id);
        let due = String::from_utf8_lossy(&person.due);
        assert_eq!(due, "", "{id} has not received this");
        let unsaid = person.rendering.is_some() && !person.said.is_empty();
        assert!(!unsaid, "nobody has heard {:?} of {id}", person.said);
    }

    /// The last line that was for this person.
    pub(super) fn last_line(&self, id: ClientId) -> String {
        let expected = String::from_utf8_lossy(&self.people[&id].expected);
        expected.lines().next_back().unwrap_or_default().into()
    }

    /// Returns true if this one is a member.
    pub(super) fn is_here(&self, id: ClientId) -> bool {
        self.people[&id].rendering.is_some()
    }

    /// Returns true if nobody is a member.
    pub(super) fn nobody_is_here(&self) -> bool {
        self.names.is_empty() && !self.people.values().any(|person| person.rendering.is_some())
    }

    fn person(&mut self, id: ClientId) -> &mut Person {
        self.people.get_mut(&id).unwrap()
    }

    /// A broadcast: whoever says or does something has promised just that.
    fn was_heard(&mut self, line: &str, fact: &Fact<&str>) {
        let Some(id) = fact.id else { return };
        if let FactKind::Joined(name) | FactKind::Renamed(name) = fact.kind {
            self.names.insert(id, name.into());
        }
        let before = if fact.kind == FactKind::Acted { "* " } else { "" };
        if !matches!(fact.kind, FactKind::Said | FactKind::Acted) {
            return; // The oracle knows who may say that.
        }
        let name = &self.names[&id];
        let said = line.strip_prefix(before).and_then(|rest| rest.strip_prefix(name.as_str()));
        let said = said.expect("whoever says it is named").to_owned();
        let person = self.person(id);
        if person.kind != Kind::Hostile {
            assert_eq!(person.said.pop_front(), Some(said), "said by {id}");
        }
    }

    /// A private line to its receiver: whoever sends it has told it.
    fn was_told(&mut self, id: ClientId, text: &[u8]) {
        let text = without_time(str::from_utf8(text).unwrap());
        let (head, text) = text.split_once("] ").expect("a private line");
        let name = &self.names[&id];
        if head != format!("[{name} to you") {
            // To one who sees ASCII; only hostile ones have such names.
            let form = format!("[{}", in_ascii(name));
            return assert!(!name.is_ascii() && head.starts_with(&form), "{head:?} is {name}");
        }
        let person = self.person(id);
        let told = person.told.iter().position(|told| *told == text.trim_end());
        match told {
            Some(at) => _ = person.told.drain(..=at), // An absent person was not told before.
            None => assert_eq!(person.kind, Kind::Hostile, "{id} did not say {text:?}"),
        }
    }
}

/// Text without line ends, wherever they are: an unframed peer is sent most of them.
fn flat(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().copied().filter(|byte| *byte != b'\n').collect()
}
