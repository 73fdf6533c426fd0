//! A typed line, as it is painted: in as many columns as the editor counts, whatever the terminal.
//!
//! Terminals do not agree on how wide characters are that join: a family of four takes 2 columns in
//! some, and 8 in others. An editor that counts otherwise than its terminal erases rows that are not
//! its own. So what would join is painted apart, as the editor counts it: each character by itself.
//! Control characters, which are not to reach a terminal, are not painted at all, as they are counted.

use std::iter::repeat_n;

use rustyline::GraphemeClusterMode;
use unicode_segmentation::UnicodeSegmentation;

use crate::wire::sanitize::is_shown;

/// The editor counts columns character by character.
pub const COUNTED: GraphemeClusterMode = GraphemeClusterMode::WcWidth;

/// The columns between two stops of TAB.
pub const TAB: u8 = 8;

/// The place of the next character. It moves as the editor counts.
#[derive(Clone, Copy, Debug)]
pub struct Pen {
    columns: usize,
    row: usize,
    column: usize,
}

/// The part of an escape sequence so far, which the editor counts as nothing.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Escape {
    No,
    Begun,
    Parameters,
}

impl Pen {
    /// At the start of a row, on a screen of so many columns.
    #[must_use]
    pub fn new(columns: u16) -> Self {
        Self { columns: usize::from(columns).max(1), row: 0, column: 0 }
    }

    /// Paints a text, and stands behind it.
    pub fn paints(&mut self, text: &str) -> String {
        let mut painted = String::with_capacity(text.len());
        let mut escape = Escape::No;
        for cluster in text.graphemes(true) {
            if cluster == "\n" {
                (self.row, self.column) = (self.row + 1, 0);
                painted.push('\n');
                continue;
            }
            if !escape.takes(cluster) {
                self.cluster(cluster, &mut painted);
            }
        }
        if self.column == self.columns {
            (self.row, self.column) = (self.row + 1, 0);
        }
        painted
    }

    /// Paints what stays in one row. Where it no longer fits, the editor begins another one.
    fn cluster(&mut self, cluster: &str, painted: &mut String) {
        let tab = usize::from(TAB);
        let width = match cluster {
            "\t" => tab - self.column % tab,
            _ => usize::from(COUNTED.width(cluster)),
        };
        if self.column + width > self.columns {
            painted.extend(repeat_n(' ', self.columns.saturating_sub(self.column)));
            (self.row, self.column) = (self.row + 1, 0);
        }
        self.column += width;
        if cluster == "\t" || width > self.columns || !cluster.chars().all(is_shown) {
            painted.extend(repeat_n(' ', width.min(self.columns)));
        } else if width > 0 {
            let of_picture = cluster.starts_with(is_picture);
            cluster.chars().for_each(|it| push(it, of_picture, painted));
        }
    }
}

impl Escape {
    /// Returns true if this is part of a sequence.
    fn takes(&mut self, cluster: &str) -> bool {
        let is_parameter = cluster.starts_with(|it: char| it == ';' || it.is_ascii_digit());
        let before = *self;
        *self = match before {
            Self::No if cluster == "\x1b" => Self::Begun,
            Self::Begun if cluster == "[" => Self::Parameters,
            Self::Parameters if is_parameter => Self::Parameters,
            Self::No | Self::Begun | Self::Parameters => Self::No,
        };
        before != Self::No || *self != Self::No
    }
}

/// Paints a character, of a picture or of something else.
fn push(character: char, of_picture: bool, painted: &mut String) {
    match character {
        // A joiner, and the tags of a flag.
        '\u{200d}' | '\u{e0020}'..='\u{e007f}' if of_picture => {}
        // A variation selector makes a picture of a sign, or a sign of a picture, of another width.
        '\u{fe0e}' | '\u{fe0f}' => {}
        // A colour of skin, which some terminals join with what is before it.
        '\u{1f3fb}'..='\u{1f3ff}' => painted.push_str("  "),
        _ => painted.push(character),
    }
}

/// Returns true if a character may begin a picture that others join (Unicode's emoji-zwj-sequences.txt).
const fn is_picture(character: char) -> bool {
    matches!(character, '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}')
}

/// Returns true if a text is painted otherwise than as it is.
#[must_use]
pub fn changes(text: &str) -> bool {
    // Plain ASCII is not, which is soon seen; it is asked at each key.
    let is_plain = text.bytes().fold(true, |plain, byte| plain & matches!(byte, b' '..=b'~'));
    !is_plain && Pen::new(u16::MAX).paints(text) != text
}

/// Returns the rows that this text takes at this width: as the editor counts them, which breaks a row where
/// the next character no longer fits.
#[must_use]
pub fn rows(text: &str, columns: u16) -> usize {
    let mut pen = Pen::new(columns);
    pen.paints(text);
    pen.row + 1
}
