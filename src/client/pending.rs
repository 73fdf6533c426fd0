//! Lines that were sent and have not come back, for when the connection is lost in between.

use alloc::collections::VecDeque;
use alloc::string::String;
use alloc::vec::Vec;
use core::mem;

use crate::limits;
use crate::room::command::Command;
use crate::wire::line::Line;
use crate::wire::sanitize;

/// The latest lines that were sent for others and not seen again, as they were typed; at most
/// [`UNHEARD_LINES`](limits::UNHEARD_LINES).
#[derive(Debug, Default)]
pub(crate) struct Pending {
    lines: VecDeque<String>,
    /// The number of them that were sent over connections that are gone.
    lost: usize,
}

impl Pending {
    /// This frame was sent.
    pub(crate) fn sent(&mut self, me: Option<&str>, frame: &[u8]) {
        let mut typed = String::new();
        if sanitize::push_frame(frame.trim_ascii_end(), limits::FRAME_BYTES, &mut typed).is_err() {
            return; // The room refuses it.
        }
        let typed = without_prefix(me, &typed);
        match Command::parse(typed) {
            Command::Say(_) | Command::Act(_) | Command::Tell { .. } | Command::Reply(_) => {}
            Command::Rename(_)
            | Command::Topic(_)
            | Command::Who
            | Command::Help
            | Command::Resume(_)
            | Command::Times
            | Command::Quit(_)
            | Command::Unknown(_)
            | Command::Incomplete(_) => return,
        }
        self.lines.push_back(typed.into());
        if self.lines.len() > limits::UNHEARD_LINES {
            self.forget(1);
        }
    }

    /// This line came. The server takes lines in order: what was sent before one that came back has
    /// been heard, or refused.
    pub(crate) fn came(&mut self, me: Option<&str>, line: &Line<&str>) {
        let echoes = |typed: &String| match (Command::parse(typed), *line) {
            (Command::Say(said), Line::Said { nick, text }) => me == Some(nick) && said == text,
            (Command::Act(done), Line::Acted { nick, text }) => me == Some(nick) && done == text,
            (
                Command::Tell { text: told, .. } | Command::Reply(told),
                Line::PrivateTo { text, .. },
            ) => told == text,
            _ => false,
        };
        if let Some(at) = self.lines.iter().position(echoes) {
            self.forget(at + 1);
        }
    }

    /// Returns the number of those of this connection.
    pub(crate) fn count(&self) -> usize {
        self.lines.len() - self.lost
    }

    /// Counts what is sent from here on for another connection.
    pub(crate) fn arrive(&mut self) {
        self.lost = self.lines.len();
    }

    /// Takes the lines that were sent over earlier connections, and will not come back now.
    pub(crate) fn take_lost(&mut self) -> Vec<String> {
        self.lines.drain(..mem::take(&mut self.lost)).collect()
    }

    fn forget(&mut self, first: usize) {
        self.lines.drain(..first);
        self.lost = self.lost.saturating_sub(first);
    }
}

/// The room leaves out one's own `nickname: ` in front, with which the original client begins.
fn without_prefix<'a>(me: Option<&str>, typed: &'a str) -> &'a str {
    me.and_then(|me| typed.strip_prefix(me)?.strip_prefix(": ")).unwrap_or(typed)
}
