//! A person's client, of which everything that it does is looked at; and what a hostile server can do
//! to it.

use std::mem;

use chatroom::client::{ClientAction, ClientCore, ClientEvent, Exit, Options};
use chatroom::{Ending, Millis, limits};

use super::plan::{Plan, Speech, Then};
use crate::clean::clean;
use crate::reference_frames::without_telnet;

/// Plays the bytes as those of a server, and panics where the client breaks a promise.
pub(crate) fn check(plan: &Plan<'_>) {
    let nickname = plan.flag(4).then(|| "bob".into());
    let mut person = Person::new(Options {
        nickname,
        can_ask: plan.flag(3),
        legacy: plan.flag(0),
        times: false,
    });
    if plan.flag(2) {
        person.event(ClientEvent::BytesIn(b"NICK"));
    }
    for (read, cut) in plan.reads() {
        person.event(ClientEvent::BytesIn(&read));
        match cut.then {
            Then::Nothing => {}
            Then::Time(time) => person.waits(Millis::new(time)),
            Then::Speaks(Speech::AnnSays) => person.types(b"one\r\ntwo\n\nthree\n"),
            Then::Speaks(Speech::AnnActs) => person.types("/me caf\u{e9}\n".as_bytes()),
            Then::Speaks(Speech::AnnTellsBob) => person.types(b"hal"),
            Then::Speaks(Speech::BobSays) => person.types(&[b'x'; 5000]),
            Then::Speaks(Speech::BobAsksWhoIsHere) => person.types(b"bob\n"),
            Then::Speaks(Speech::BobTellsMallory) => person.types(b"/quit\n"),
            Then::Ends(Ending::Lost) => person.loses_the_server(Ending::Lost),
            Then::Ends(_) => person.ends_the_input(),
        }
    }
    if person.exit.is_none() {
        person.loses_the_server(plan.end().unwrap_or(Ending::Finished));
    }
    assert!(person.exit.is_some(), "it ends with the server");
}

pub(crate) struct Person {
    core: ClientCore,
    now: Millis,
    pub(crate) legacy: bool,
    pub(crate) sent: Vec<Vec<u8>>,
    pub(crate) shown: Vec<String>,
    pub(crate) told: Vec<String>,
    pub(crate) exit: Option<Exit>,
    may_type: bool,
    has_finished: bool,
    /// All bytes of the server.
    heard: Vec<u8>,
    /// The number of bytes of the person.
    typed: usize,
    /// The bytes shown or told so far.
    spoken: usize,
}

impl Person {
    pub(crate) fn new(options: Options) -> Self {
        Self {
            legacy: options.legacy,
            core: ClientCore::new(options),
            now: Millis::ZERO,
            sent: Vec::new(),
            shown: Vec::new(),
            told: Vec::new(),
            exit: None,
            may_type: false,
            has_finished: false,
            heard: Vec::new(),
            typed: 0,
            spoken: 0,
        }
    }

    /// The server sends this, and is quiet then.
    pub(crate) fn hears(&mut self, read: &[u8]) {
        if !read.is_empty() {
            self.event(ClientEvent::BytesIn(read));
            self.rests();
        }
    }

    /// As much time passes as the client waits for.
    pub(crate) fn rests(&mut self) {
        while let Some(due) = self.core.poll_timeout().filter(|_| self.exit.is_none()) {
            self.waits(due.since(self.now));
        }
    }

    fn waits(&mut self, time: Millis) {
        let end = self.now + time;
        while let Some(due) = self.core.poll_timeout().filter(|due| *due <= end) {
            if self.exit.is_some() {
                break;
            }
            self.now = due;
            self.event(ClientEvent::Tick);
        }
        self.now = end;
    }

    /// They type this, if it is read.
    pub(crate) fn types(&mut self, bytes: &[u8]) {
        if mem::take(&mut self.may_type) {
            self.event(ClientEvent::Typed(bytes));
        }
    }

    fn ends_the_input(&mut self) {
        if mem::take(&mut self.may_type) {
            self.event(ClientEvent::InputEnded);
        }
    }

    pub(crate) fn loses_the_server(&mut self, ending: Ending) {
        self.event(ClientEvent::Closed(ending));
        assert!(self.exit.is_some(), "it ends with the server");
    }

    fn event(&mut self, event: ClientEvent<'_>) {
        match event {
            ClientEvent::BytesIn(read) => self.heard.extend_from_slice(read),
            ClientEvent::Typed(typed) => self.typed += typed.len() + 1,
            ClientEvent::Closed(_) | ClientEvent::InputEnded | ClientEvent::Tick => {}
        }
        for action in self.core.handle(self.now, event) {
            assert_eq!(self.exit, None, "nothing comes after the end");
            self.does(action);
        }
        let due = self.core.poll_timeout();
        assert!(self.exit.is_some() || due.is_none_or(|due| due > self.now), "what is due is done");
        assert!(self.core.most_held() <= limits::SERVER_LINE_BYTES, "what is held is bounded");
        // At worst, each byte is U+FFFD, or a line of its own that is told to be too long.
        let heard = self.heard.len();
        let most = 3 * heard + 100 * (1 + self.typed + heard / limits::SERVER_LINE_BYTES);
        assert!(self.spoken <= most, "{} bytes are said where {most} are enough", self.spoken);
    }

    fn does(&mut self, action: ClientAction) {
        match action {
            ClientAction::Send(bytes) if self.legacy => {
                assert!(bytes.is_ascii() && !bytes.contains(&b'\n'), "as the original sends");
                self.sent.push(bytes);
            }
            ClientAction::Send(bytes) => {
                let end = bytes.iter().position(|&byte| byte == b'\n');
                assert_eq!(end, Some(bytes.len() - 1), "one whole line");
                self.sent.push(bytes);
            }
            ClientAction::Show(line) => {
                self.says(line.text());
                self.shown.push(line.text().into());
            }
            ClientAction::Tell(text) => {
                self.says(&text);
                self.must_be_bounded(&text);
                self.told.push(text);
            }
            ClientAction::Ask => assert!(!self.has_finished),
            ClientAction::Read => {
                assert!(!mem::replace(&mut self.may_type, true), "one read at a time");
            }
            ClientAction::Finish => {
                assert!(!mem::replace(&mut self.has_finished, true), "one end");
            }
            ClientAction::Local(_) => panic!("only a session has commands of its own"),
            ClientAction::Exit(exit) => {
                if let Exit::Refused(reason) = &exit {
                    self.says(reason);
                    self.must_be_bounded(reason);
                }
                self.exit = Some(exit);
            }
        }
    }

    fn says(&mut self, text: &str) {
        assert!(!clean(text.as_bytes()).contains('\n'), "one line: {text:?}");
        self.spoken += text.len();
    }

    /// Of the reasons of one refusal, those that fit a line, and the last: each byte is U+FFFD.
    fn must_be_bounded(&self, reasons: &str) {
        let text: Vec<_> = without_telnet(&self.heard).into_iter().map(|(_, byte)| byte).collect();
        let longest = text.split(|&byte| byte == b'\n').map(<[u8]>::len).max().unwrap_or(0);
        let most = limits::FRAME_BYTES + 3 * longest;
        assert!(reasons.len() <= most + 100, "{} bytes are told of {most}", reasons.len());
    }
}
