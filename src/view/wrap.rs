//! A row on a screen of some width: as many rows as it takes.
//!
//! A terminal breaks what is too long for it anywhere, and goes on at its left edge, where it would look
//! like a line of its own; whoever pads a message could have it say there what someone else never said.
//! So a row is broken here, and what goes on below is indented. (When the screen is made narrower later,
//! the terminal breaks again what is on it already. Nothing can be done about that.)

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::mem;

use unicode_segmentation::UnicodeSegmentation;

use super::width;
use super::{Row, Style};

/// The columns by which a continued row is further in than its text begins.
const HANG: usize = 2;

/// The columns between two TAB stops: as terminals have them unless they are told otherwise, and
/// as the line editor counts them.
const TAB: usize = 8;

/// The rows of a screen of so many columns that this row takes. Of 0 columns, which is how a terminal
/// says that it does not know, it is one row, as it is.
///
/// A row is broken at white space, which goes with the break; a word only where it would not fit a row
/// of its own, between grapheme clusters. TABs are spaces, wherever the terminal has its stops. Each row
/// but the first begins with an indent of 2 columns and what stands in front of the row, but no more
/// than a third of the screen; below 3 columns it is nothing, since nothing of a row would be left. The
/// last column stays empty, so that no terminal goes on to the next row by itself; the only column of a
/// screen does not. A cluster that fits no row stands in one by itself, which is too long.
#[must_use]
pub fn wrap(row: &Row, columns: u16) -> Vec<Row> {
    if columns == 0 {
        return vec![row.clone()];
    }
    let text = row.text();
    let mut wrapping = Wrapping::new(usize::from(columns), row.front());
    let mut begin = 0;
    let begins = row.spans().iter().map(|span| {
        let here = begin;
        begin += span.text().len();
        (here, span.style())
    });
    let mut begins = begins.peekable();
    let mut style = Style::Plain;
    // A cluster that goes on in the next span is still one.
    for (at, text) in text.grapheme_indices(true) {
        while let Some((_, begun)) = begins.next_if(|(begin, _)| *begin <= at) {
            style = begun;
        }
        wrapping.take(Chunk { text, style, columns: width::of_cluster(text) });
    }
    wrapping.end()
}

/// A grapheme cluster.
#[derive(Clone, Copy)]
struct Chunk<'a> {
    text: &'a str,
    style: Style,
    columns: usize,
}

/// Pieces that follow each other.
#[derive(Default)]
struct Pieces<'a> {
    chunks: Vec<Chunk<'a>>,
    columns: usize,
}

impl<'a> Pieces<'a> {
    fn push(&mut self, chunk: Chunk<'a>) {
        self.columns += chunk.columns;
        self.chunks.push(chunk);
    }
}

struct Wrapping<'a> {
    /// The column where a row has to end.
    room: usize,
    indent: usize,
    rows: Vec<Row>,
    row: Row,
    /// The byte where the row begins.
    begin: usize,
    /// The column where it ends.
    column: usize,
    /// White space behind the row, which is not in it yet.
    gap: Pieces<'a>,
    /// The text behind that, up to the next white space.
    word: Pieces<'a>,
}

impl<'a> Wrapping<'a> {
    fn new(columns: usize, front: usize) -> Self {
        Self {
            room: columns.saturating_sub(1).max(1),
            indent: (front + HANG).min(columns / 3),
            rows: Vec::new(),
            row: Row::default(),
            begin: 0,
            column: 0,
            gap: Pieces::default(),
            word: Pieces::default(),
        }
    }

    fn take(&mut self, mut chunk: Chunk<'a>) {
        if !is_white_space(chunk.text) {
            self.word.push(chunk);
            return;
        }
        self.place_word();
        if chunk.text == "\t" {
            chunk.columns = TAB - (self.column + self.gap.columns) % TAB;
        }
        self.gap.push(chunk);
    }

    /// Puts the word into the row, or into the next where it fits only there; where it fits none, as
    /// much of it as fits into each.
    fn place_word(&mut self) {
        let word = mem::take(&mut self.word);
        let Some(first) = word.chunks.first() else { return };
        let room = self.room;
        let fits = |at: usize, columns: usize| at + columns <= room;
        let at = self.column + self.gap.columns;
        let goes_below = fits(self.indent, word.columns) || !fits(at, first.columns);
        if !fits(at, word.columns) && goes_below && at > self.begin {
            self.go_below();
        }
        self.place_gap();
        for chunk in word.chunks {
            if !fits(self.column, chunk.columns) && self.column > self.begin {
                self.go_below();
            }
            self.put(chunk);
        }
    }

    fn place_gap(&mut self) {
        for chunk in mem::take(&mut self.gap).chunks {
            self.put(chunk);
        }
    }

    fn put(&mut self, chunk: Chunk<'_>) {
        match chunk.text {
            "\t" => self.row.extend(chunk.style, &spaces(chunk.columns)),
            text => self.row.extend(chunk.style, text),
        }
        self.column += chunk.columns;
    }

    /// Ends the row, without the white space behind it, and begins the next.
    fn go_below(&mut self) {
        self.gap = Pieces::default();
        self.rows.push(mem::take(&mut self.row));
        self.row.extend(Style::Plain, &spaces(self.indent));
        self.begin = self.indent;
        self.column = self.indent;
    }

    fn end(mut self) -> Vec<Row> {
        self.place_word();
        if self.column + self.gap.columns <= self.room {
            self.place_gap();
        }
        self.rows.push(self.row);
        self.rows
    }
}

fn spaces(columns: usize) -> String {
    " ".repeat(columns)
}

/// Returns true if a row may be broken there. Not at spaces that are there to prevent that (UAX 14,
/// class GL).
fn is_white_space(cluster: &str) -> bool {
    let keeps_together = |c| matches!(c, '\u{a0}' | '\u{2007}' | '\u{202f}');
    cluster.chars().all(|c| c.is_whitespace() && !keeps_together(c))
}
