//! The latest chat lines, for those who come later.

use alloc::collections::VecDeque;
use alloc::string::String;
use core::fmt;

/// The latest chat lines of the room, numbered from 1.
#[derive(Debug)]
pub struct History {
    most_lines: usize,
    most_bytes: usize,
    lines: VecDeque<String>,
    bytes: usize,
    /// How many lines there have been.
    count: u64,
}

impl History {
    /// A history of at most so many lines and bytes.
    #[must_use]
    pub const fn new(most_lines: usize, most_bytes: usize) -> Self {
        Self { most_lines, most_bytes, lines: VecDeque::new(), bytes: 0, count: 0 }
    }

    /// Adds a chat line, given with its line end. A full history uses the memory of the line that
    /// it forgets again.
    pub fn add(&mut self, line: &str) {
        self.count = self.count.saturating_add(1);
        self.bytes += line.len();
        let mut forgotten = String::new();
        while self.lines.len() >= self.most_lines || self.bytes > self.most_bytes {
            let Some(oldest) = self.lines.pop_front() else {
                self.bytes = 0;
                return; // Nothing is kept, or nothing that long.
            };
            self.bytes -= oldest.len();
            forgotten = oldest;
        }
        forgotten.clear();
        forgotten.shrink_to(4 * line.len());
        forgotten.push_str(line);
        self.lines.push_back(forgotten);
    }

    /// How many lines there have been.
    #[must_use]
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// The latest of them, each with its line end.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.lines.iter().map(String::as_str)
    }

    /// This empty history after `count` lines, the latest of which are these. `None` where they are
    /// more than that, or than are kept.
    pub(crate) fn resume(mut self, count: u64, lines: &[String]) -> Option<Self> {
        lines.iter().for_each(|line| self.add(line));
        let all = self.lines.len() == lines.len() && self.count <= count;
        self.count = count;
        all.then_some(self)
    }

    /// The latest lines, as many as have at most so many bytes.
    #[must_use]
    pub fn latest(&self, most_bytes: usize) -> Latest<'_> {
        let mut bytes = 0;
        let fit = self.lines.iter().rev().take_while(|line| {
            bytes += line.len();
            bytes <= most_bytes
        });
        Latest { history: self, lines: fit.count() }
    }
}

/// The latest lines of a [`History`]. `Display` writes a head with their numbers, and the lines as
/// they were said.
#[derive(Clone, Copy, Debug)]
pub struct Latest<'a> {
    history: &'a History,
    lines: usize,
}

impl Latest<'_> {
    /// Whether there is nothing to show.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.lines == 0
    }
}

impl fmt::Display for Latest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let History { lines, count, .. } = self.history;
        let first = count.saturating_sub(self.lines as u64) + 1;
        writeln!(f, "# messages {first} to {count}:")?;
        let skipped = lines.len() - self.lines;
        lines.iter().skip(skipped).try_for_each(|line| f.write_str(line))
    }
}
