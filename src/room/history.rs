//! The latest messages, for those who come later.

use alloc::collections::VecDeque;
use alloc::string::String;

use crate::room::facts::Name;
use crate::room::wall_time::WallTime;
use crate::wire::rendering::Rendering;

/// A message to everyone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    kind: Kind,
    /// The nickname of its author, as it was then, and the text behind that.
    written: String,
    nickname_bytes: usize,
    /// Behind the form in ASCII of that nickname.
    number: Option<u32>,
    time: WallTime,
}

/// The kind of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Its author says the text.
    Said,
    /// Its author does it.
    Acted,
}

impl Kind {
    /// Returns the bytes of a line around the nickname and the text.
    const fn around(self) -> usize {
        match self {
            Self::Said => ": \n".len(),
            Self::Acted => "*  \n".len(),
        }
    }
}

impl Entry {
    /// A message of this author, at this time.
    #[must_use]
    pub fn new(kind: Kind, author: Name<'_>, text: &str, time: WallTime) -> Self {
        Self::written_in(String::new(), kind, author, text, time)
    }

    /// The same in memory that another one has left.
    #[inline] // Made elsewhere and moved here, it takes a twentieth of the time of a message.
    fn written_in(
        mut written: String,
        kind: Kind,
        author: Name<'_>,
        text: &str,
        time: WallTime,
    ) -> Self {
        written.clear();
        written.shrink_to(4 * (author.text.len() + text.len()));
        written.push_str(author.text);
        written.push_str(text);
        Self { kind, written, nickname_bytes: author.text.len(), number: author.number, time }
    }

    /// Its kind.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// Its author, as it was called then.
    #[must_use]
    pub fn name(&self) -> Name<'_> {
        Name { text: self.split().0, number: self.number }
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        self.split().1
    }

    /// The time at which it was said.
    #[must_use]
    pub const fn time(&self) -> WallTime {
        self.time
    }

    fn split(&self) -> (&str, &str) {
        self.written.split_at_checked(self.nickname_bytes).unwrap_or_default()
    }

    /// Returns the bytes of its line in the native rendering.
    #[must_use]
    pub fn native_bytes(&self) -> usize {
        self.length(Rendering::Native)
    }

    /// The same with this number of its author, at this time.
    pub(crate) fn with(self, number: Option<u32>, time: WallTime) -> Self {
        Self { number, time, ..self }
    }

    /// Returns the bytes of its line.
    fn length(&self, rendering: Rendering) -> usize {
        let digits = |number: u32| number.checked_ilog10().unwrap_or(0) as usize + 1;
        self.kind.around()
            + match rendering {
                Rendering::Native => self.written.len(),
                Rendering::NativeTimed => WallTime::PREFIX_BYTES + self.written.len(),
                Rendering::Ascii => self.written.chars().count() + self.number.map_or(0, digits),
            }
    }
}

/// The latest messages of the room, numbered from 1.
#[derive(Debug)]
pub struct History {
    most_lines: usize,
    most_bytes: usize,
    entries: VecDeque<Entry>,
    bytes: usize,
    /// The number of messages so far.
    count: u64,
}

impl History {
    /// A history of at most so many messages, and of so many bytes in their lines.
    #[must_use]
    pub const fn new(most_lines: usize, most_bytes: usize) -> Self {
        Self { most_lines, most_bytes, entries: VecDeque::new(), bytes: 0, count: 0 }
    }

    /// Adds a message. A full history uses the memory of the one that it forgets again.
    pub fn add(&mut self, kind: Kind, author: Name<'_>, text: &str, time: WallTime) {
        let bytes = kind.around() + author.text.len() + text.len();
        self.count = self.count.saturating_add(1);
        let mut memory = String::new();
        while self.entries.len() >= self.most_lines || self.bytes + bytes > self.most_bytes {
            let Some(oldest) = self.entries.pop_front() else {
                return; // Nothing is kept, or nothing that long.
            };
            self.bytes -= oldest.length(Rendering::Native);
            memory = oldest.written;
        }
        self.bytes += bytes;
        self.entries.push_back(Entry::written_in(memory, kind, author, text, time));
    }

    /// Returns the number of messages so far.
    #[must_use]
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// The latest of them.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter()
    }

    /// This empty history after `count` messages, the latest of which are these. `None` where they are
    /// more than that, or than are kept.
    pub(crate) fn resume(mut self, count: u64, entries: &[Entry]) -> Option<Self> {
        entries
            .iter()
            .for_each(|entry| self.add(entry.kind, entry.name(), entry.text(), entry.time));
        let all = self.entries.len() == entries.len() && self.count <= count;
        self.count = count;
        all.then_some(self)
    }

    /// The latest messages, as many as have at most so many bytes in this rendering.
    #[must_use]
    pub fn latest(&self, most_bytes: usize, rendering: Rendering) -> Latest<'_> {
        let most_bytes = most_bytes.min(self.most_bytes);
        let mut bytes = 0;
        let fit = self.entries.iter().rev().take_while(|entry| {
            bytes += entry.length(rendering);
            bytes <= most_bytes
        });
        Latest { history: self, count: fit.count() }
    }
}

/// The latest messages of a [`History`].
#[derive(Clone, Copy, Debug)]
pub struct Latest<'a> {
    history: &'a History,
    count: usize,
}

impl<'a> Latest<'a> {
    /// Returns true if there is nothing to show.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The numbers of the first and of the last.
    #[must_use]
    pub const fn numbers(&self) -> (u64, u64) {
        let last = self.history.count;
        (last.saturating_sub(self.count as u64) + 1, last)
    }

    /// The messages.
    pub fn entries(&self) -> impl Iterator<Item = &'a Entry> {
        let skipped = self.history.entries.len() - self.count;
        self.history.entries.iter().skip(skipped)
    }
}
