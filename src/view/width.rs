//! The columns of a terminal that a text takes: the most that terminals are known to give it.
//!
//! They do not agree. A family of emoji is one character in some, and each of its members in others; a
//! heart with a variation selector is narrow or wide. The line editor knows three ways to count, and
//! chooses by the terminal's name; here the widest counts. A character that shows nothing by the tables of
//! Unicode, such as the soft hyphen and the Hangul fillers, takes a column in some terminals and two in
//! others, so it counts as wide where it stands by itself. Text that is counted as too wide is broken too early,
//! which looks odd; were it counted as too narrow, the terminal would break it.

use alloc::string::String;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Makes one emoji of several (UAX 29, rule GB11).
const JOINER: char = '\u{200d}';

/// Columns of a text without TAB.
pub(super) fn of(text: &str) -> usize {
    text.graphemes(true).map(of_cluster).sum()
}

/// The text with spaces behind it, so that it takes at least so many columns.
pub(crate) fn padded(text: &str, columns: usize) -> String {
    let mut padded = String::from(text);
    padded.extend(core::iter::repeat_n(' ', columns.saturating_sub(of(text))));
    padded
}

/// Columns of a grapheme cluster (UAX 29) that is not TAB.
pub(super) fn of_cluster(cluster: &str) -> usize {
    if cluster.len() == 1 {
        return 1;
    }
    let character_by_character = cluster.chars().filter_map(UnicodeWidthChar::width).sum();
    let without_joiners = cluster.split(JOINER).map(UnicodeWidthStr::width).sum();
    let most = cluster.width().max(character_by_character).max(without_joiners);
    if most == 0 { 2 * cluster.chars().count() } else { most }
}
