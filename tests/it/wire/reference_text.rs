//! The text of a frame, read slowly and obviously.

use chatroom::limits;
use chatroom::wire::sanitize;
use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};
use unicode_segmentation::UnicodeSegmentation;

/// The text that a peer typed, as others are shown it; `None` is too long, or hides a slash.
pub(crate) fn typed(frame: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(frame);
    if text.len() > limits::FRAME_BYTES {
        return None;
    }
    let text = with_keys_typed(text.strip_prefix('\u{feff}').unwrap_or(&text));
    let is_unknown = |c| matches!(c, '\u{1b}' | '\u{80}'..='\u{9f}') && c != '\u{85}';
    if text.split_once(is_unknown).is_some_and(|(_, behind)| behind.contains(['/', '／'])) {
        return None;
    }
    let text = text.replace('\u{1b}', "");
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

/// Each known key made its character, from left to right.
fn with_keys_typed(text: &str) -> String {
    let mut typed = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let (writes, sent) = key(rest).unwrap_or((Some(c), c.len_utf8()));
        typed.extend(writes);
        rest = &rest[sent..];
    }
    typed
}

/// The character of the key that sent the begin of this, and the number of bytes that it sent.
fn key(sent: &str) -> Option<(Option<char>, usize)> {
    let shift = |found: Option<(Option<char>, usize)>, by| found.map(|(c, bytes)| (c, bytes + by));
    if let Some(rest) = sent.strip_prefix("\u{1b}[") {
        return shift(csi(rest), 2);
    } else if let Some(rest) = sent.strip_prefix('\u{9b}') {
        return shift(csi(rest), 2);
    } else if let Some(rest) = sent.strip_prefix("\u{1b}O") {
        return shift(ss3(rest), 2);
    } else if let Some(rest) = sent.strip_prefix('\u{8f}') {
        return shift(ss3(rest), 2);
    }
    let alone = |c: char| c == '/' || c == '／' || c.is_whitespace() || c.is_control();
    let rest = sent.strip_prefix('\u{1b}')?;
    rest.chars().next().is_none_or(alone).then_some((None, 1))
}

fn csi(rest: &str) -> Option<(Option<char>, usize)> {
    let numbers: String = rest.chars().take_while(|c| "0123456789:;<=>?".contains(*c)).collect();
    let end = rest[numbers.len()..].chars().next()?;
    let bytes = numbers.len() + 1;
    let parts: Vec<&str> = numbers.split(';').collect();
    let code = match (end, &parts[..]) {
        ('[', _) => {
            let console = numbers.is_empty() && rest[1..].starts_with(['A', 'B', 'C', 'D', 'E']);
            return console.then_some((None, 2));
        }
        ('M' | 'T' | 't', _) if numbers.is_empty() => return None,
        ('~', ["27", "" | "1" | "2", code]) | ('u', [code] | [code, "" | "1" | "2"]) => Some(*code),
        (c, _) if c.is_ascii_alphabetic() || "\\]^_`{|}~@".contains(c) => None,
        _ => return None,
    };
    let written = |code: u32| match char::from_u32(code)? {
        key @ '\u{e000}'..='\u{f8ff}' => {
            let keypad = ('\u{e037}'..).zip("0123456789./*-+\r=".chars());
            keypad.clone().find(|(its, c)| *its == key && *c != '\r').map(|(_, c)| c)
        }
        c => Some(c).filter(|c| !c.is_control()),
    };
    Some((code.and_then(|code| written(code.parse().ok()?)), bytes))
}

fn ss3(rest: &str) -> Option<(Option<char>, usize)> {
    let numbers = rest.chars().take_while(char::is_ascii_digit).count();
    let end = rest[numbers..].chars().next()?;
    let keypad = "jklmnopqrstuvwxy".chars().zip("*+,-./0123456789".chars());
    let writes = keypad.clone().find(|(sent, _)| *sent == end).map(|(_, writes)| writes);
    (writes.is_some() || end.is_ascii_uppercase()).then_some((writes, numbers + 1))
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
