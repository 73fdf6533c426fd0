//! A headline and what stands under it, each line of which has a label.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::view::width::padded;
use crate::view::{Row, Style};

/// The lines about one person, or about the room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// The person or the room, in one line.
    pub headline: String,
    /// A word for what it is, and what it is.
    pub lines: Vec<(&'static str, String)>,
}

/// Columns of a label; the longest are as wide.
const LABEL: usize = 7;

impl Block {
    /// As rows, all but the first indented.
    #[must_use]
    pub fn rows(&self) -> Vec<Row> {
        let headline = Row::default().with(Style::Plain, &self.headline);
        let line = |(label, text): &(&str, String)| {
            let front = format!("  {}  ", padded(label, LABEL));
            Row::behind(Style::Plain, &front).with(Style::Plain, text)
        };
        [headline].into_iter().chain(self.lines.iter().map(line)).collect()
    }
}
