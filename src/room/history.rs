//! The latest chat lines, for those who come later.

use alloc::collections::VecDeque;
use alloc::string::String;
use core::fmt::{self, Write};

use crate::room::nickname::number_of_form;
use crate::wire::rendering::{AsciiWriter, Rendering};

/// A chat line, with its line end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChatLine {
    text: String,
    /// Behind the form in ASCII of the nickname that said it, as it was then.
    number: Option<u32>,
}

/// The latest chat lines of the room, numbered from 1.
#[derive(Debug)]
pub struct History {
    most_lines: usize,
    most_bytes: usize,
    lines: VecDeque<ChatLine>,
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

    /// Adds a chat line, given with its line end, of someone whose form in ASCII has this number. A
    /// full history uses the memory of the line that it forgets again.
    pub fn add(&mut self, line: &str, number: Option<u32>) {
        self.count = self.count.saturating_add(1);
        self.bytes += line.len();
        let mut forgotten = String::new();
        while self.lines.len() >= self.most_lines || self.bytes > self.most_bytes {
            let Some(oldest) = self.lines.pop_front() else {
                self.bytes = 0;
                return; // Nothing is kept, or nothing that long.
            };
            self.bytes -= oldest.text.len();
            forgotten = oldest.text;
        }
        forgotten.clear();
        forgotten.shrink_to(4 * line.len());
        forgotten.push_str(line);
        self.lines.push_back(ChatLine { text: forgotten, number });
    }

    /// How many lines there have been.
    #[must_use]
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// The latest of them.
    pub fn lines(&self) -> impl Iterator<Item = &ChatLine> {
        self.lines.iter()
    }

    /// This empty history after `count` lines, the latest of which are these. `None` where they are
    /// more than that, or than are kept.
    pub(crate) fn resume(mut self, count: u64, lines: &[ChatLine]) -> Option<Self> {
        lines.iter().for_each(|line| self.add(&line.text, line.number));
        let all = self.lines.len() == lines.len() && self.count <= count;
        self.count = count;
        all.then_some(self)
    }

    /// The latest lines, as many as have at most so many bytes in this rendering.
    #[must_use]
    pub fn latest(&self, most_bytes: usize, rendering: Rendering) -> Latest<'_> {
        let most_bytes = most_bytes.min(self.most_bytes);
        let mut bytes = 0;
        let fit = self.lines.iter().rev().take_while(|line| {
            bytes += line.length(rendering);
            bytes <= most_bytes
        });
        Latest { history: self, lines: fit.count() }
    }
}

impl ChatLine {
    /// This line, of someone whose form in ASCII has this number; none, where the nickname is ASCII.
    pub(crate) fn new(text: String, number: Option<u32>) -> Self {
        let line = Self { text, number: None };
        let number = number.filter(|_| line.who().is_some_and(|who| !who.is_ascii()));
        Self { number, ..line }
    }

    /// As it was said.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Who said it, to those who are sent ASCII, where a number stands behind that.
    pub(crate) fn form(&self) -> Option<String> {
        let (who, number) = (self.who()?, self.number?);
        let mut form = String::new();
        write!(AsciiWriter(&mut form), "{who}{number}").ok()?;
        Some(form)
    }

    /// Lets the one who said it, of which no number is known, have had this form; whether that can be.
    pub(crate) fn set_form(&mut self, form: &str) -> bool {
        let number = self.who().and_then(|who| number_of_form(who, form));
        let can_be = number.is_some() && self.number.is_none();
        self.number = self.number.or(number);
        can_be
    }

    /// The number behind that form.
    pub(crate) const fn number(&self) -> Option<u32> {
        self.number
    }

    fn who(&self) -> Option<&str> {
        let (who, _) = self.split()?;
        Some(who.strip_prefix(ACTION).unwrap_or(who))
    }

    /// How many bytes it has.
    fn length(&self, rendering: Rendering) -> usize {
        let digits = |number: u32| number.checked_ilog10().unwrap_or(0) as usize + 1;
        match rendering {
            Rendering::Native => self.text.len(),
            Rendering::Ascii => self.text.chars().count() + self.number.map_or(0, digits),
        }
    }

    /// Behind the nickname; no nickname holds what stands there.
    fn split(&self) -> Option<(&str, &str)> {
        let begin = if self.text.starts_with(ACTION) { ACTION.len() } else { 0 };
        let end = self.text.get(begin..)?.find([':', ' '])?;
        self.text.split_at_checked(begin + end)
    }

    fn write(&self, out: &mut dyn Write, rendering: Rendering) -> fmt::Result {
        match (rendering, self.number, self.split()) {
            (Rendering::Ascii, Some(number), Some((who, said))) => {
                write!(AsciiWriter(out), "{who}{number}{said}")
            }
            (Rendering::Ascii, _, _) => AsciiWriter(out).write_str(&self.text),
            (Rendering::Native, _, _) => out.write_str(&self.text),
        }
    }
}

/// What an action line begins with, before its nickname.
pub(crate) const ACTION: &str = "* ";

/// The latest lines of a [`History`].
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

    /// Writes a head with their numbers, and the lines as they were said.
    pub(crate) fn write(&self, out: &mut dyn Write, rendering: Rendering) -> fmt::Result {
        let History { lines, count, .. } = self.history;
        let first = count.saturating_sub(self.lines as u64) + 1;
        writeln!(out, "# messages {first} to {count}:")?;
        let skipped = lines.len() - self.lines;
        lines.iter().skip(skipped).try_for_each(|line| line.write(out, rendering))
    }
}
