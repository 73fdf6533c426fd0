//! Catching up: each line that was said while one was away is shown once.
//!
//! The room numbers its messages from 1, and shows whoever joins the latest of them under a head,
//! `# messages 3 to 22:`. So who counts along knows on coming back what of it is new, and how much is
//! missing. A room that was started again numbers anew: where a number is lower than it was, or has
//! another text, all that the room shows is new.

use alloc::collections::VecDeque;
use alloc::format;
use alloc::vec::Vec;

use crate::limits;
use crate::wire::line::{Line, Received};

/// Counts the room's messages, over several connections.
///
/// Remembers the latest [`MAX_HISTORY_LINES`](limits::MAX_HISTORY_LINES) messages, of at most
/// [`HISTORY_BYTES`](limits::HISTORY_BYTES): all that a room's history can hold.
#[derive(Debug, Default)]
pub struct CatchUp {
    stage: Stage,
    /// The number of the latest message that was seen, if there was a connection before.
    last: Option<u64>,
    /// The latest messages, up to that one.
    seen: VecDeque<Received>,
    bytes: usize,
}

#[derive(Clone, Copy, Debug, Default)]
enum Stage {
    /// The next line is the history's head, if there is one.
    #[default]
    Arriving,
    /// The next message is this one of the history's.
    Replay { first: u64, next: u64, last: u64, head_shown: bool },
    /// Everything is new.
    Live,
}

/// The result of a line.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Caught {
    /// So many messages were said since, and the room no longer holds them.
    pub missed: u64,
    /// The lines to show, in this order.
    pub lines: Vec<Received>,
    /// True if they happen now, and are not told from before.
    pub live: bool,
}

impl CatchUp {
    /// A connection has begun: what comes next is what a newcomer is sent.
    pub const fn arrive(&mut self) {
        self.stage = Stage::Arriving;
    }

    /// Returns the bytes of messages that are remembered.
    #[must_use]
    pub const fn remembered(&self) -> usize {
        self.bytes
    }

    /// Takes the next whole line of the server's.
    #[must_use]
    pub fn take(&mut self, line: Received) -> Caught {
        match (self.stage, line.line()) {
            (Stage::Arriving, Line::History { first, last }) if (1..=last).contains(&first) => {
                let shown = if self.last.is_none() { [line].into() } else { Vec::new() };
                self.begin(first, last, shown)
            }
            (Stage::Arriving, parsed) => {
                self.forget(0); // Nothing has been said in this room.
                self.live(parsed.is_numbered(), line)
            }
            (Stage::Replay { first, next, last, head_shown }, parsed) if parsed.is_numbered() => {
                self.stage = if next < last {
                    let next = next + 1;
                    Stage::Replay { first, next, last, head_shown }
                } else {
                    Stage::Live
                };
                self.replay((first, next, last), head_shown, line)
            }
            (Stage::Replay { .. } | Stage::Live, parsed) => self.live(parsed.is_numbered(), line),
        }
    }

    fn live(&mut self, numbered: bool, line: Received) -> Caught {
        self.stage = Stage::Live;
        if numbered {
            self.remember(&line);
        }
        Caught { live: true, lines: [line].into(), missed: 0 }
    }

    /// The history's head, which is shown at once to whoever comes for the first time.
    fn begin(&mut self, first: u64, last: u64, lines: Vec<Received>) -> Caught {
        self.stage = Stage::Replay { first, next: first, last, head_shown: !lines.is_empty() };
        let before = first - 1;
        let seen = match self.last {
            Some(seen) if seen <= last => seen,
            Some(_) => 0,
            None => before, // Nothing has been missed.
        };
        if seen <= before {
            self.forget(before);
        }
        Caught { missed: before.saturating_sub(seen), lines, live: false }
    }

    /// The message `next` of those that the history holds.
    fn replay(&mut self, numbers: (u64, u64, u64), head_shown: bool, line: Received) -> Caught {
        let (first, next, last) = numbers;
        let time = line.time();
        let mut caught = Caught::default();
        let mut from = next;
        if self.last >= Some(next) {
            if self.seen(next).is_some_and(|seen| seen.text() == line.text()) {
                return caught;
            }
            // Another room than the one before, in which some texts happened to be the same.
            caught.lines = (first..next).filter_map(|number| self.seen(number).cloned()).collect();
            from = first;
            caught.missed = first - 1;
            self.forget(caught.missed);
        }
        caught.lines.push(line);
        caught.lines.iter().for_each(|line| self.remember(line));
        if !head_shown {
            let time = time.map(|time| format!("{time} ")).unwrap_or_default();
            let head = format!("{time}# messages {from} to {last}:");
            caught.lines.insert(0, Received::from(&*head));
        }
        if let Stage::Replay { head_shown, .. } = &mut self.stage {
            *head_shown = true;
        }
        caught
    }

    fn seen(&self, number: u64) -> Option<&Received> {
        let back = usize::try_from(self.last?.checked_sub(number)?).ok()?;
        self.seen.get(self.seen.len().checked_sub(1)?.checked_sub(back)?)
    }

    /// From here on, `last` is the number of the latest message.
    fn forget(&mut self, last: u64) {
        self.seen.clear();
        self.bytes = 0;
        self.last = Some(last);
    }

    fn remember(&mut self, line: &Received) {
        self.last = self.last.map(|last| last.saturating_add(1));
        self.bytes += line.text().len() + 1;
        self.seen.push_back(line.clone());
        while self.seen.len() > limits::MAX_HISTORY_LINES || self.bytes > limits::HISTORY_BYTES {
            let Some(forgotten) = self.seen.pop_front() else { return };
            self.bytes -= forgotten.text().len() + 1;
        }
    }
}
