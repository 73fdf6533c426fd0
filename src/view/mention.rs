//! Mentions of someone in a text: a nickname as a whole word, in any case and any script.
//!
//! A word ends where a character follows that no nickname goes on with. `.` and `-`, which nicknames
//! may hold, end it only where no word goes on behind them: `Ann.` and `Ann -` mention Ann, `Ann.Lee`
//! and `Ann-Marie` are others; `_` is as a letter, since `Ann_` is an old way to be another Ann.
//! Scripts that are written without spaces have no such ends: there a word may end anywhere, but not
//! before a combining mark (`太郎さん` mentions 太郎).

use alloc::vec::Vec;
use core::ops::Range;

use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

use super::caseless::caseless;

/// Returns the places where `text` mentions `name`: byte ranges, in order, that do not overlap.
#[must_use]
pub fn mentions(text: &str, name: &str) -> Vec<Range<usize>> {
    let (folded, name) = (caseless(text), caseless(name));
    let mut found: Vec<Range<usize>> = Vec::new();
    for (at, window) in folded.windows(name.len().max(1)).enumerate() {
        let (Some(first), Some(last)) = (window.first(), window.last()) else { continue };
        if !window.iter().map(|(_, c)| c).eq(name.iter().map(|(_, c)| c)) {
            continue;
        }
        let after = folded.get(at + name.len()).map_or(text.len(), |next| next.0);
        let before = at.checked_sub(1).and_then(|before| folded.get(before));
        // Not the half of a character that was decomposed.
        let whole = before.is_none_or(|before| before.0 != first.0) && after != last.0;
        let overlaps = found.last().is_some_and(|found| first.0 < found.end);
        if whole && !overlaps && is_word(text, first.0..after) {
            found.push(first.0..after);
        }
    }
    found
}

/// Returns true if a nickname can go on with this character.
pub(super) fn continues(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.') || is_mark(c)
}

/// Returns true if no word goes on over either end of this range.
fn is_word(text: &str, range: Range<usize>) -> bool {
    let (Some(before), Some(word), Some(after)) =
        (text.get(..range.start), text.get(range.clone()), text.get(range.end..))
    else {
        return false;
    };
    let within = |c: &char| continues(*c) && !matches!(c, '-' | '.');
    let spaced = |c: Option<char>| !c.is_some_and(is_unspaced);
    let behind = after.trim_start_matches(['-', '.']).chars().next().filter(within);
    let ahead = before.trim_end_matches(['-', '.']).chars().next_back().filter(within);
    let goes_on =
        behind.is_some_and(|c| is_mark(c) || spaced(Some(c)) && spaced(word.chars().next_back()));
    let came_before = ahead.is_some_and(|c| spaced(Some(c)) && spaced(word.chars().next()));
    !goes_on && !came_before
}

fn is_mark(c: char) -> bool {
    c.general_category_group() == GeneralCategoryGroup::Mark
}

/// Scripts without spaces between words (Unicode blocks): Thai and Lao, Myanmar, Khmer, Hiragana,
/// and Han with its extensions. Not Katakana, a run of which is a word.
const fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{3040}'..='\u{309f}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}
