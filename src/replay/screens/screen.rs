//! One screen, and the client behind it.

use alloc::collections::VecDeque;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use core::mem;

use crate::client::{ClientAction, ClientCore, ClientEvent, Exit, Options};
use crate::event::{Ending, Millis};
use crate::frame::Framing;
use crate::limits;
use crate::message::{Notice, PROMPT};
use crate::sanitize;

/// The latest lines of a screen.
#[derive(Debug)]
pub(super) struct Screen {
    client: ClientCore,
    framing: Framing,
    /// For one without line ends: what it is sent by the event at hand.
    write: Vec<u8>,
    /// The last write left out its line end.
    owes_line_end: bool,
    lines: VecDeque<String>,
    bytes: usize,
    /// How many lines there have been.
    count: u64,
    /// How much waited for it when that was last told.
    pub(super) behind: Option<(Millis, u64)>,
}

impl Default for Screen {
    fn default() -> Self {
        Self {
            client: ClientCore::new(Options { can_ask: true, ..Options::default() }),
            framing: Framing::Lines,
            write: Vec::new(),
            owes_line_end: false,
            lines: VecDeque::new(),
            bytes: 0,
            count: 0,
            behind: None,
        }
    }
}

impl Screen {
    pub(super) fn types(&mut self, now: Millis, data: &[u8]) {
        self.happens(now, ClientEvent::Typed(data));
    }

    pub(super) fn is_sent(&mut self, now: Millis, text: &[u8]) {
        match self.framing {
            Framing::Lines => self.happens(now, ClientEvent::BytesIn(text)),
            Framing::Unframed => sanitize::push_ascii(text, &mut self.write),
        }
    }

    /// It never ends its frames: from here on it is a client like that.
    pub(super) fn is_unframed(&mut self, now: Millis) {
        let nickname = Some("itself".into());
        self.client = ClientCore::new(Options { nickname, legacy: true, ..Options::default() });
        self.framing = Framing::Unframed;
        self.happens(now, ClientEvent::BytesIn(PROMPT.as_bytes()));
    }

    /// It has been in the room for a while, and what was on its screen is not known.
    pub(super) fn has_joined(&mut self, now: Millis) {
        if self.framing == Framing::Lines {
            self.types(now, b"itself\n");
        }
        self.is_sent(now, Notice::Connected.to_string().as_bytes());
        self.is_written(now);
        self.time_passes(now + limits::LEGACY_QUIET);
        self.lines.clear();
        (self.bytes, self.count) = (0, 0);
    }

    /// It ends its frames after all, and is sent lines.
    pub(super) fn is_upgraded(&mut self, now: Millis) {
        self.is_written(now);
        self.framing = Framing::Lines;
        if mem::take(&mut self.owes_line_end) {
            self.happens(now, ClientEvent::BytesIn(b"\n"));
        }
    }

    /// What it was sent by this event is one write.
    pub(super) fn is_written(&mut self, now: Millis) {
        let write = mem::take(&mut self.write);
        let text = write.strip_suffix(b"\n");
        if !write.is_empty() {
            self.owes_line_end = text.is_some();
            self.happens(now, ClientEvent::BytesIn(text.unwrap_or(&write)));
        }
    }

    pub(super) fn time_passes(&mut self, now: Millis) {
        while let Some(due) = self.client.poll_timeout().filter(|due| *due <= now) {
            self.happens(due, ClientEvent::Tick);
        }
    }

    /// Nothing more is sent.
    pub(super) fn ends(&mut self, now: Millis) {
        self.is_written(now);
        self.happens(now, ClientEvent::Closed(Ending::Finished));
    }

    pub(super) fn lines(&self) -> Vec<String> {
        self.lines.iter().cloned().collect()
    }

    fn happens(&mut self, now: Millis, event: ClientEvent<'_>) {
        for action in self.client.handle(now, event) {
            match action {
                ClientAction::Show(line) => self.add(line),
                ClientAction::Tell(text) | ClientAction::Exit(Exit::Refused(text)) => {
                    self.add(format!("-- {text}"));
                }
                ClientAction::Send(_)
                | ClientAction::Ask
                | ClientAction::Read
                | ClientAction::Finish
                | ClientAction::Local(_)
                | ClientAction::Exit(Exit::Left | Exit::ServerClosed | Exit::Failed(_)) => {}
            }
        }
    }

    fn add(&mut self, line: String) {
        self.count = self.count.saturating_add(1);
        self.bytes = self.bytes.saturating_add(line.len());
        self.lines.push_back(line);
        let full = |screen: &Self| {
            screen.lines.len() > limits::SCREEN_LINES || screen.bytes > limits::SCREEN_BYTES
        };
        while full(self) && self.lines.len() > 1 {
            let forgotten = self.lines.pop_front().unwrap_or_default();
            self.bytes = self.bytes.saturating_sub(forgotten.len());
        }
    }
}

/// How much there is of it.
impl fmt::Display for Screen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kept = self.lines.len() as u64;
        match self.count {
            1 => f.write_str("1 line")?,
            count => write!(f, "{count} lines")?,
        }
        if kept < self.count {
            write!(f, ", the last {kept} of them")?;
        }
        match self.behind {
            Some((at, bytes)) => write!(f, "; {bytes} bytes waited at {at}"),
            None => Ok(()),
        }
    }
}
