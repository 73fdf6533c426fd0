//! The latest chat lines, for those who come later.

use alloc::collections::VecDeque;
use alloc::string::String;
use core::fmt;

/// The latest chat lines of the room, numbered from 1.
#[derive(Debug)]
pub struct History {
    limit: usize,
    lines: VecDeque<String>,
    /// How many lines there have been.
    count: u64,
}

impl History {
    /// A history of at most `limit` lines.
    #[must_use]
    pub const fn new(limit: usize) -> Self {
        Self { limit, lines: VecDeque::new(), count: 0 }
    }

    /// Adds a chat line, given with its line end. A full history reuses the memory of the line
    /// that it forgets.
    pub fn add(&mut self, line: &str) {
        self.count += 1;
        let mut forgotten = String::new();
        if self.lines.len() >= self.limit {
            match self.lines.pop_front() {
                Some(oldest) => forgotten = oldest,
                None => return,
            }
        }
        forgotten.clear();
        forgotten.push_str(line);
        self.lines.push_back(forgotten);
    }

    /// Whether there is anything to show.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }
}

/// A head with the lines' numbers, and the lines as they were said.
impl fmt::Display for History {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first = self.count.saturating_sub(self.lines.len() as u64) + 1;
        writeln!(f, "# messages {first} to {}:", self.count)?;
        self.lines.iter().try_for_each(|line| f.write_str(line))
    }
}
