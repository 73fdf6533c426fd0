//! The other ends: our client as it is, the original one as far as its socket goes, and peers that
//! mean harm.

use std::collections::VecDeque;
use std::mem;

use chatroom::client::{ClientAction, ClientCore, ClientEvent, Exit, Options};
use chatroom::{ClientId, Millis, limits};

use super::network::{Read, Wire};
use super::plan::{Kind, Line, NAMES};
use super::promises::Promises;

/// A client, and the person in front of it.
pub(super) struct Client {
    pub(super) id: ClientId,
    pub(super) kind: Kind,
    name: String,
    core: Option<ClientCore>,
    /// The lines that the person will type when the client reads on.
    typed: VecDeque<Typed>,
    /// Lines that the client has, and has not sent.
    unsent: VecDeque<Typed>,
    /// Nothing more will be typed after that.
    pub(super) typing_ended: bool,
    /// The client reads what is typed next.
    reads_typed: bool,
    /// Bytes on their way to the socket, and what follows them.
    jobs: VecDeque<Job>,
    /// It reads nothing.
    pub(super) stalled: bool,
    pub(super) exit: Option<Exit>,
    /// Lines that all are to see, so far; they are numbered.
    lines: u32,
    asked: usize,
    answered: bool,
}

struct Typed {
    line: String,
    promise: Promise,
}

/// The result of a line.
#[derive(Default)]
enum Promise {
    #[default]
    Nothing,
    Heard(String),
    Told(String),
}

enum Job {
    Write(VecDeque<u8>),
    /// All that was written before has been taken.
    Promise(Promise),
    ReadTyped,
    Finish,
}

impl Client {
    pub(super) fn new(id: ClientId, kind: Kind, name: &str) -> Self {
        let legacy = kind == Kind::Legacy;
        let options =
            Options { nickname: Some(name.into()), can_ask: !legacy, legacy, times: false };
        let core = matches!(kind, Kind::Ours | Kind::Legacy).then(|| ClientCore::new(options));
        Self {
            id,
            kind,
            name: name.into(),
            core,
            typed: VecDeque::new(),
            unsent: VecDeque::new(),
            typing_ended: false,
            reads_typed: false,
            jobs: VecDeque::new(),
            stalled: false,
            exit: None,
            lines: 0,
            asked: 0,
            answered: false,
        }
    }

    /// The person types a line.
    pub(super) fn types(&mut self, line: Line, wire: &mut Wire, promises: &mut Promises) {
        if self.typing_ended {
            return;
        }
        self.lines += 1;
        let text = format!("{}.{} hi there", self.id.0, self.lines);
        let (line, promise) = match line {
            Line::Says => (text.clone(), Promise::Heard(format!(": {text}"))),
            Line::Long => {
                let text = text + &" blah".repeat(700);
                (text.clone(), Promise::Heard(format!(": {text}")))
            }
            Line::Acts => (format!("/me {text}"), Promise::Heard(format!(" {text}"))),
            Line::Tells(whom) => (format!("/msg {whom} {text}"), Promise::Told(text)),
            Line::Other("//x") => ("//x".into(), Promise::Heard(": /x".into())),
            Line::Other(line) => (line.into(), Promise::Nothing),
            Line::TooLong => ("x".repeat(limits::FRAME_BYTES + 1), Promise::Nothing),
        };
        match self.kind {
            Kind::Ours | Kind::Legacy => self.typed.push_back(Typed { line, promise }),
            Kind::Original if self.answered && !matches!(promise, Promise::Nothing) => {
                keep(self.id, promise, promises);
                wire.up.send(format!("{}: {line}", self.name).as_bytes());
            }
            Kind::Original | Kind::Hostile => {}
        }
    }

    /// Writes what waits, and reads at most so many bytes; whether anything was done.
    pub(super) fn works(
        &mut self,
        now: Millis,
        wire: &mut Wire,
        most: usize,
        promises: &mut Promises,
    ) -> bool {
        if wire.closed {
            return false;
        }
        let mut worked = self.writes(wire, promises);
        if !self.stalled {
            worked |= self.reads(now, wire, most, promises);
        }
        if self.poll_timeout().is_some_and(|due| due <= now) {
            worked = true;
            self.happens(now, ClientEvent::Tick, wire, promises);
        }
        worked |= self.reads_what_is_typed(now, wire, promises);
        worked | self.writes(wire, promises)
    }

    /// Returns true if a part of a line may have been written.
    pub(super) fn is_amid_a_line(&self) -> bool {
        self.jobs.iter().any(|job| matches!(job, Job::Write(_)))
    }

    pub(super) fn poll_timeout(&self) -> Option<Millis> {
        self.core.as_ref().filter(|_| self.exit.is_none()).and_then(ClientCore::poll_timeout)
    }

    fn reads(
        &mut self,
        now: Millis,
        wire: &mut Wire,
        most: usize,
        promises: &mut Promises,
    ) -> bool {
        match wire.down.read(most) {
            Read::Bytes(bytes) => {
                promises.reaches(self.id, &bytes);
                if self.kind == Kind::Original && bytes == b"NICK" {
                    self.answered = true;
                    wire.up.send(self.name.as_bytes());
                }
                self.happens(now, ClientEvent::BytesIn(&bytes), wire, promises);
                true
            }
            Read::End(ending) => {
                self.happens(now, ClientEvent::Closed(ending), wire, promises);
                if self.core.is_none() {
                    wire.close();
                }
                true
            }
            Read::Nothing => false,
        }
    }

    fn reads_what_is_typed(
        &mut self,
        now: Millis,
        wire: &mut Wire,
        promises: &mut Promises,
    ) -> bool {
        if !self.reads_typed {
            return false;
        }
        if let Some(typed) = self.typed.pop_front() {
            self.reads_typed = false;
            let line = format!("{}\n", typed.line);
            self.unsent.push_back(typed);
            self.happens(now, ClientEvent::Typed(line.as_bytes()), wire, promises);
            true
        } else if self.typing_ended {
            self.reads_typed = false;
            self.happens(now, ClientEvent::InputEnded, wire, promises);
            true
        } else {
            false
        }
    }

    /// Writes to the socket what it takes.
    fn writes(&mut self, wire: &mut Wire, promises: &mut Promises) -> bool {
        let mut worked = false;
        while let Some(job) = self.jobs.front_mut() {
            match job {
                Job::Write(bytes) => {
                    let taken = wire.up.send(bytes.make_contiguous());
                    bytes.drain(..taken);
                    worked |= taken > 0;
                    if !bytes.is_empty() {
                        return worked;
                    }
                }
                Job::Promise(promise) => keep(self.id, mem::take(promise), promises),
                Job::ReadTyped => self.reads_typed = true,
                Job::Finish => wire.up.finish(),
            }
            self.jobs.pop_front();
        }
        worked
    }

    fn happens(
        &mut self,
        now: Millis,
        event: ClientEvent<'_>,
        wire: &mut Wire,
        promises: &mut Promises,
    ) {
        let Some(core) = &mut self.core else { return };
        for action in core.handle(now, event) {
            assert_eq!(self.exit, None, "exit is the last action");
            match action {
                ClientAction::Send(bytes) => {
                    let promise = promised(&self.name, &mut self.unsent, &bytes);
                    self.jobs.push_back(Job::Write(bytes.into()));
                    self.jobs.push_back(Job::Promise(promise));
                }
                ClientAction::Show(line) => promises.shows(self.id, line.text()),
                ClientAction::Tell(_) => {}
                ClientAction::Ask => {
                    self.asked += 1;
                    // Letters only, and nobody else's.
                    let line = "q".repeat(self.asked) + NAMES[self.asked % NAMES.len()];
                    let unique = "z".repeat(self.id.0 as usize % 20);
                    let line = line + &unique;
                    self.typed.push_front(Typed { line, promise: Promise::Nothing });
                }
                ClientAction::Read => self.jobs.push_back(Job::ReadTyped),
                ClientAction::Finish => self.jobs.push_back(Job::Finish),
                ClientAction::Local(_) => unreachable!("only in a session"),
                ClientAction::Exit(exit) => {
                    if exit == Exit::Left {
                        let written = !self.jobs.iter().any(|job| matches!(job, Job::Write(_)));
                        assert!(written, "{} has left before it has said all", self.id);
                        promises.left(self.id);
                    }
                    self.exit = Some(exit);
                    wire.close();
                }
            }
        }
        let due = core.poll_timeout().filter(|_| self.exit.is_none());
        assert!(due.is_none_or(|due| due > now), "what is due has been done");
    }
}

/// The result of the line that is sent with these bytes. Some lines before it are not sent at all.
fn promised(name: &str, unsent: &mut VecDeque<Typed>, bytes: &[u8]) -> Promise {
    let text = String::from_utf8_lossy(bytes);
    let line = text.strip_prefix(&format!("{name}: ")).unwrap_or(&text).trim_end_matches('\n');
    let at = unsent.iter().position(|typed| typed.line == line);
    at.and_then(|at| unsent.drain(..=at).next_back()).map(|typed| typed.promise).unwrap_or_default()
}

fn keep(id: ClientId, promise: Promise, promises: &mut Promises) {
    match promise {
        Promise::Nothing => {}
        Promise::Heard(said) => promises.will_be_heard(id, said),
        Promise::Told(text) => promises.may_be_told(id, text),
    }
}
