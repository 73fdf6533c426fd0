//! Rows of styled text, and the only escapes that reach a terminal.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write;

use super::caseless::caseless;
use super::width;
use crate::wire::sanitize;

/// The colours of nicknames, of the 256 that terminals know. Each has a contrast of at least 3:1 (WCAG
/// 2, for text that is large or not alone in its meaning) on black and on white; in the fixed part of
/// the table, which terminals' themes do not change.
pub const PALETTE: [u8; 16] =
    [160, 166, 130, 136, 100, 64, 28, 29, 30, 32, 63, 98, 128, 164, 169, 161];

/// The style of a piece of a row. Its meaning can be read without it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// As the terminal shows text.
    Plain,
    /// Times, days, and who comes and goes.
    Dim,
    /// A refusal, or the client's own words.
    Strong,
    /// The reader's own nickname in what somebody says.
    Mention,
    /// A nickname, in this colour of the 256.
    Nick(u8),
}

impl Style {
    /// The style of a nickname: the same wherever and whenever it is shown, in any case.
    #[must_use]
    pub fn of_nick(nick: &str) -> Self {
        // FNV-1a: short, and the same for ever.
        let mix = |hash: u32, c| (hash ^ u32::from(c)).wrapping_mul(0x0100_0193);
        let hash = caseless(nick).into_iter().fold(0x811c_9dc5, |hash, (_, c)| mix(hash, c));
        // Its low bits know only the low bits of what it was made of.
        let choice = (hash ^ hash >> 16) as usize % PALETTE.len();
        PALETTE.get(choice).map_or(Self::Plain, |colour| Self::Nick(*colour))
    }

    /// Appends the sequence that begins it (SGR, ECMA-48 8.3.117), if it needs one.
    fn begin(self, out: &mut String) {
        // Writing to a string cannot fail.
        let _ = match self {
            Self::Plain => Ok(()),
            Self::Dim => out.write_str("\x1b[2m"),
            Self::Strong => out.write_str("\x1b[1m"),
            Self::Mention => out.write_str("\x1b[1;7m"),
            Self::Nick(colour) => write!(out, "\x1b[38;5;{colour}m"),
        };
    }
}

/// Text of one style. Holds nothing that a terminal obeys, other than TAB.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    text: String,
    style: Style,
}

impl Span {
    /// Returns its text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns its style.
    #[must_use]
    pub const fn style(&self) -> Style {
        self.style
    }
}

/// One line of the conversation, without its end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    spans: Vec<Span>,
    /// The columns of what stands in front of it.
    front: usize,
}

impl Row {
    /// A row that has this in front of it, such as the time.
    #[must_use]
    pub fn behind(style: Style, front: &str) -> Self {
        let row = Self::default().with(style, front);
        Self { front: width::of(&row.text()), ..row }
    }

    /// The row with this text added at its end, sanitised.
    #[must_use]
    pub fn with(mut self, style: Style, text: &str) -> Self {
        self.push(style, text);
        self
    }

    /// Adds text at the end, sanitised.
    pub fn push(&mut self, style: Style, text: &str) {
        if !text.is_empty() {
            self.spans.push(Span { text: sanitize::text(text.as_bytes()), style });
        }
    }

    /// Adds to the last piece text that has been sanitised, where it is of the same style.
    pub(super) fn extend(&mut self, style: Style, text: &str) {
        match self.spans.last_mut().filter(|last| last.style == style) {
            Some(last) => last.text.push_str(text),
            None => self.spans.push(Span { text: text.into(), style }),
        }
    }

    /// Its pieces, in order.
    #[must_use]
    pub fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// Returns the columns of the part in front of its text.
    #[must_use]
    pub const fn front(&self) -> usize {
        self.front
    }

    /// Returns its text, without any style.
    #[must_use]
    pub fn text(&self) -> String {
        self.ansi(false)
    }

    /// Returns the bytes for a terminal: [`text`](Self::text), and where it is coloured SGR sequences,
    /// each ended before the end of the row. No other escape is ever sent.
    #[must_use]
    pub fn ansi(&self, colored: bool) -> String {
        let mut out = String::new();
        for Span { text, style } in &self.spans {
            if !colored || *style == Style::Plain {
                out.push_str(text);
            } else {
                style.begin(&mut out);
                out.push_str(text);
                out.push_str("\x1b[0m");
            }
        }
        out
    }
}
