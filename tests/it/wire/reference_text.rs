//! The text of a frame, read slowly and obviously.

use chatroom::limits;
use chatroom::wire::sanitize;
use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};
use unicode_segmentation::UnicodeSegmentation;

/// The text that a peer typed, as others are shown it; `None` is too long.
pub(crate) fn typed(frame: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(frame);
    if text.len() > limits::FRAME_BYTES {
        return None;
    }
    let text = &without_keys(text.strip_prefix('\u{feff}').unwrap_or(&text));
    let mut graphemes: Vec<&str> = Vec::new();
    let mut typed = String::new();
    for stretch in text.split_inclusive(['\u{8}', '\u{7f}']) {
        let kept = stretch.strip_suffix(['\u{8}', '\u{7f}']);
        graphemes.extend(kept.unwrap_or(stretch).graphemes(true));
        if kept.is_some() {
            graphemes.pop();
        }
    }
    let mut marks = 0;
    for c in graphemes.concat().chars().filter_map(shown) {
        let is_mark = c.general_category_group() == GeneralCategoryGroup::Mark;
        if is_mark {
            marks += 1;
        } else if sanitize::is_visible(c) || c.is_whitespace() {
            marks = 0;
        }
        if !is_mark || marks <= 8 {
            typed.push(c);
        }
    }
    Some(typed)
}

/// Without the arrow keys and their like.
fn without_keys(text: &str) -> String {
    let Some((before, after)) = text.split_once('\u{1b}') else { return text.into() };
    let rest = if let Some(sequence) = after.strip_prefix('[') {
        let rest = sequence.trim_start_matches(|c| (' '..='?').contains(&c));
        rest.strip_prefix(|c| ('@'..='~').contains(&c)).unwrap_or(rest)
    } else if let Some(key) = after.strip_prefix('O') {
        key.strip_prefix(|c| (' '..='~').contains(&c)).unwrap_or(key)
    } else {
        after
    };
    format!("{before}{}", without_keys(rest))
}

fn shown(c: char) -> Option<char> {
    match c {
        '\t' => Some('\t'),
        '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some(' '),
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => None,
        c => Some(c).filter(|c| !c.is_control()),
    }
}

/// The first character that a person sees in every font, and that was a character.
pub(crate) fn first_surely_visible(text: &str) -> Option<char> {
    let doubtful =
        |c: char| c == '\u{fffd}' || c.general_category_group() == GeneralCategoryGroup::Other;
    text.chars().find(|c| sanitize::is_visible(*c) && !doubtful(*c))
}

/// The first character that a person sees.
pub(crate) fn first_visible(text: &str) -> Option<char> {
    text.chars().find(|c| sanitize::is_visible(*c))
}
