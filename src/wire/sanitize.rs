//! Removes from text all that may not reach another person's terminal.
//!
//! Removed: C0, DEL and C1 controls other than TAB, bidirectional overrides, embeddings and isolates
//! (UAX 9), and more than eight combining marks on one character. Made a space: every line break that
//! is not LF, and LF itself, since a frame has none. Bytes that are not UTF-8 become U+FFFD. Everything
//! else stays: joiners and variation selectors, which emoji and scripts need, and the weak marks LRM,
//! RLM and ALM, which right-to-left text needs and which cannot reach over the end of a line.

mod frame;
mod keys;
mod visible;

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use self::visible::{is_base, is_mark, may_hold_marks};

pub(crate) use self::frame::expanded_length;
pub use self::frame::{FrameError, push_frame};
pub use self::visible::{first_surely_visible, first_visible, is_visible};
use crate::limits;

/// Appends `bytes` to `out` as text that is safe to show.
pub fn push_text(bytes: &[u8], out: &mut String) {
    if is_plain(bytes) {
        out.push_str(str::from_utf8(bytes).unwrap_or_default());
        return;
    }
    let mut marks = 0;
    let may_hold_marks = may_hold_marks(bytes);
    for chunk in bytes.utf8_chunks() {
        if may_hold_marks {
            for c in chunk.valid().chars().filter_map(shown) {
                if is_mark(c) {
                    marks += 1;
                    if marks > limits::MARKS {
                        continue;
                    }
                } else if marks > 0 && is_base(c) {
                    marks = 0;
                }
                out.push(c);
            }
        } else {
            push_shown(chunk.valid(), out);
        }
        if !chunk.invalid().is_empty() {
            out.push(char::REPLACEMENT_CHARACTER);
            marks = 0;
        }
    }
}

/// Appends what is shown of `text`. Most of it is, and is copied as a whole.
fn push_shown(text: &str, out: &mut String) {
    let is_changed = |c| !is_shown(c);
    for run in text.split_inclusive(is_changed) {
        let (same, last) = run.split_at(run.trim_end_matches(is_changed).len());
        out.push_str(same);
        out.extend(last.chars().filter_map(shown));
    }
}

/// Returns true if there is nothing to remove from plain ASCII. All of it is looked at, without
/// stopping early, since that is done many bytes at a time (a twelfth of the time, for 512 bytes).
fn is_plain(bytes: &[u8]) -> bool {
    bytes.iter().fold(true, |plain, byte| plain & matches!(byte, b'\t' | b' '..=b'~'))
}

/// [`push_text`] into a new string.
#[must_use]
pub fn text(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    push_text(bytes, &mut out);
    out
}

/// The beginning of `text` as an error quotes it: safe to show, and short.
#[must_use]
pub(crate) fn quoted(text: &str) -> String {
    let mut chars = text.chars();
    let begin: String = chars.by_ref().take(QUOTED_CHARS).collect();
    let more = if chars.as_str().is_empty() { "" } else { "…" };
    format!("`{}{more}`", self::text(begin.as_bytes()))
}

/// Enough to find the line that is meant.
const QUOTED_CHARS: usize = 60;

/// Each line of `text` made safe to show, with LF between them.
#[must_use]
pub fn lines(text: &str) -> String {
    let lines: Vec<_> = text.lines().map(|line| self::text(line.as_bytes())).collect();
    lines.join("\n")
}

/// Appends `text` to `out` with a `?` for each character outside ASCII.
pub fn push_ascii(text: &[u8], out: &mut Vec<u8>) {
    if text.is_ascii() {
        out.extend_from_slice(text);
        return;
    }
    for chunk in text.utf8_chunks() {
        let ascii = |c| u8::try_from(c).ok().filter(u8::is_ascii).unwrap_or(b'?');
        out.extend(chunk.valid().chars().map(ascii));
        if !chunk.invalid().is_empty() {
            out.push(b'?');
        }
    }
}

/// Returns true if this character is safe to show as it is.
#[must_use]
pub fn is_shown(c: char) -> bool {
    shown(c) == Some(c)
}

/// Returns the character that is shown for this one, if any.
pub(crate) fn shown(c: char) -> Option<char> {
    match c {
        '\t' => Some(c),
        '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some(' '),
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => None,
        _ if c.is_control() => None,
        _ => Some(c),
    }
}
