//! A frame as its sender meant it.

use alloc::string::String;
use alloc::vec::Vec;

use unicode_segmentation::UnicodeSegmentation;

use super::{is_plain, push_text};

const BACKSPACE: char = '\u{8}';
const ESCAPE: u8 = 0x1b;
const DELETE: char = '\u{7f}';
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// The bytes of what is shown for one or more bytes that are not UTF-8.
const REPLACEMENT_BYTES: usize = char::REPLACEMENT_CHARACTER.len_utf8();

/// A frame whose text has more bytes than the limit, though the frame itself has not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong;

/// Appends a frame of a peer to `out` as text that is safe to show: without a byte order mark in front,
/// without the keys that write nothing, such as arrows, without what it erases itself (BS and DEL take away
/// the grapheme before them), and then as
/// [`push_text`] does. At most `limit` bytes are appended.
///
/// # Errors
///
/// [`TooLong`] where bytes that are not UTF-8 expand to more than `limit` bytes; then nothing is appended.
pub fn push_frame(frame: &[u8], limit: usize, out: &mut String) -> Result<(), TooLong> {
    if is_plain(frame) {
        if frame.len() > limit {
            return Err(TooLong);
        }
        out.push_str(str::from_utf8(frame).unwrap_or_default());
        return Ok(());
    }
    let may_be_too_long = frame.len() > limit / REPLACEMENT_BYTES;
    if may_be_too_long && expanded_length(frame) > limit {
        return Err(TooLong);
    }
    let frame = frame.strip_prefix(BYTE_ORDER_MARK).unwrap_or(frame);
    let erases = memchr::memchr2(BACKSPACE as u8, DELETE as u8, frame).is_some();
    let is_key = |at: usize| erases || matches!(frame.get(at + 1), Some(b'[' | b'O'));
    if memchr::memchr_iter(ESCAPE, frame).any(is_key) {
        push_text(erased(&without_keys(&String::from_utf8_lossy(frame))).as_bytes(), out);
    } else if erases {
        push_text(erased(&String::from_utf8_lossy(frame)).as_bytes(), out);
    } else {
        push_text(frame, out);
    }
    Ok(())
}

/// Returns the bytes of this with the replacement of those that are not UTF-8.
pub(crate) fn expanded_length(bytes: &[u8]) -> usize {
    // As a rule it is ASCII, which is found in a third of the time.
    if bytes.is_ascii() || str::from_utf8(bytes).is_ok() {
        return bytes.len();
    }
    let replaced = |invalid: &[u8]| if invalid.is_empty() { 0 } else { REPLACEMENT_BYTES };
    bytes.utf8_chunks().map(|chunk| chunk.valid().len() + replaced(chunk.invalid())).sum()
}

/// The text without what a terminal sends for keys that write nothing: Esc alone, and the arrows and others
/// (ECMA-48, section 5.4: CSI, parameters and intermediates, and a final character; and SS3 with one
/// character).
fn without_keys(text: &str) -> String {
    let mut left = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c != char::from(ESCAPE) {
            left.push(c);
        } else if chars.next_if_eq(&'[').is_some() {
            while chars.next_if(|c| matches!(c, ' '..='?')).is_some() {}
            chars.next_if(|c| matches!(c, '@'..='~'));
        } else if chars.next_if_eq(&'O').is_some() {
            chars.next_if(|c| matches!(c, ' '..='~'));
        }
    }
    left
}

const fn is_eraser(c: char) -> bool {
    matches!(c, BACKSPACE | DELETE)
}

/// Returns the rest of `text` when each BS and DEL has taken away what stood before it.
fn erased(text: &str) -> String {
    let mut left = String::with_capacity(text.len());
    // The begins of the graphemes that are left; each is looked at once.
    let mut begins = Vec::new();
    for typed in text.split_inclusive(is_eraser) {
        let kept = typed.trim_end_matches(is_eraser);
        begins.extend(kept.grapheme_indices(true).map(|(at, _)| left.len() + at));
        left.push_str(kept);
        if kept.len() < typed.len() {
            left.truncate(begins.pop().unwrap_or(0));
        }
    }
    left
}
