//! A frame as its sender meant it.

use alloc::string::String;
use alloc::vec::Vec;

use unicode_segmentation::UnicodeSegmentation;

use super::{is_plain, keys, push_text};

const BACKSPACE: char = '\u{8}';
const ESCAPE: char = '\u{1b}';
const DELETE: char = '\u{7f}';
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// The first of the two bytes of U+0080 to U+00BF in UTF-8.
const C1_LEAD: u8 = 0xc2;

/// The bytes of what is shown for one or more bytes that are not UTF-8.
const REPLACEMENT_BYTES: usize = char::REPLACEMENT_CHARACTER.len_utf8();

/// Why a frame is not taken as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameError {
    /// Its text has more bytes than the limit, though the frame itself has not.
    TooLong,
    /// A slash stands behind a control function that is no known key: nobody can tell whether a command was
    /// typed.
    SlashBehindControl,
}

/// Appends a frame of a peer to `out` as text that is safe to show: without a byte order mark in front,
/// with what a terminal sends for a key made the character of that key, or nothing, as for an arrow; without
/// what the frame erases itself (BS and DEL take away the grapheme before them), and then as [`push_text`]
/// does. At most `limit` bytes are appended.
///
/// # Errors
///
/// [`FrameError`]; then nothing is appended.
pub fn push_frame(frame: &[u8], limit: usize, out: &mut String) -> Result<(), FrameError> {
    if is_plain(frame) {
        if frame.len() > limit {
            return Err(FrameError::TooLong);
        }
        out.push_str(str::from_utf8(frame).unwrap_or_default());
        return Ok(());
    }
    let may_be_too_long = frame.len() > limit / REPLACEMENT_BYTES;
    if may_be_too_long && expanded_length(frame) > limit {
        return Err(FrameError::TooLong);
    }
    let frame = frame.strip_prefix(BYTE_ORDER_MARK).unwrap_or(frame);
    let erases = memchr::memchr2(BACKSPACE as u8, DELETE as u8, frame).is_some();
    if !erases && !may_hold_control_function(frame) {
        push_text(frame, out);
        return Ok(());
    }
    let text = String::from_utf8_lossy(frame);
    let typed = keys::typed(&text)?;
    if erases {
        push_text(erased(&typed).as_bytes(), out);
    } else {
        push_text(typed.as_bytes(), out);
    }
    Ok(())
}

/// Returns true if `frame` holds Esc or the first byte of a C1 control in UTF-8.
fn may_hold_control_function(frame: &[u8]) -> bool {
    memchr::memchr_iter(C1_LEAD, frame)
        .any(|at| frame.get(at + 1).is_some_and(|byte| (0x80..0xa0).contains(byte)))
        || memchr::memchr(ESCAPE as u8, frame).is_some()
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
        // Esc wrote nothing that could be erased.
        for grapheme in kept.split(ESCAPE).flat_map(|kept| kept.graphemes(true)) {
            begins.push(left.len());
            left.push_str(grapheme);
        }
        if kept.len() < typed.len() {
            left.truncate(begins.pop().unwrap_or(0));
        }
    }
    left
}
