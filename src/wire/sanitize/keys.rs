//! Keys, by the text that a terminal sends for them.
//!
//! A key that writes nothing sends a control function (ECMA-48, section 5): an arrow sends `CSI A`. So do
//! some that write a character: the slash of the keypad `SS3 o`, and a slash typed with Shift
//! `CSI 27;2;47~` (xterm, `modifyOtherKeys`). There are more control functions than terminals agree on, and
//! some are followed by text of their own; so a slash behind any other than these is refused, and text
//! behind them is kept.

use alloc::borrow::Cow;
use alloc::string::String;

use super::frame::FrameError;

const ESCAPE: char = '\u{1b}';
const SLASHES: [char; 2] = ['/', '\u{ff0f}'];

/// The numbers of the keypad's keys, and their characters (kitty's keyboard protocol, functional keys).
const KEYPAD: [(u32, char); 16] = [
    (57399, '0'),
    (57400, '1'),
    (57401, '2'),
    (57402, '3'),
    (57403, '4'),
    (57404, '5'),
    (57405, '6'),
    (57406, '7'),
    (57407, '8'),
    (57408, '9'),
    (57409, '.'),
    (57410, '/'),
    (57411, '*'),
    (57412, '-'),
    (57413, '+'),
    (57415, '='),
];

/// The character that a key writes, and the text behind its control function.
type Key<'a> = (Option<char>, &'a str);

/// Returns `text` with each key made what it writes.
///
/// # Errors
///
/// [`FrameError::SlashBehindControl`].
pub(super) fn typed(text: &str) -> Result<Cow<'_, str>, FrameError> {
    let mut typed = String::new();
    let mut kept = text;
    let mut rest = text;
    let mut is_unsure = false;
    while let Some(at) = rest.find(begins_control_function) {
        let (before, control) = rest.split_at(at);
        is_slash_behind(is_unsure, before)?;
        let mut behind = control.chars();
        let introducer = behind.next();
        rest = behind.as_str();
        let Some((written, behind)) = introducer.and_then(|introducer| key(introducer, rest))
        else {
            is_unsure = true;
            continue;
        };
        typed.push_str(&kept[..kept.len() - control.len()]);
        typed.extend(written);
        if written.is_some_and(|c| SLASHES.contains(&c)) {
            is_slash_behind(is_unsure, "/")?;
        }
        (kept, rest) = (behind, behind);
    }
    is_slash_behind(is_unsure, rest)?;
    if typed.is_empty() && kept.len() == text.len() {
        return Ok(Cow::Borrowed(text));
    }
    typed.push_str(kept);
    Ok(Cow::Owned(typed))
}

fn is_slash_behind(is_unsure: bool, text: &str) -> Result<(), FrameError> {
    let is_behind = is_unsure && text.contains(SLASHES);
    if is_behind { Err(FrameError::SlashBehindControl) } else { Ok(()) }
}

/// Esc, or a C1 control other than NEL, which breaks a line.
fn begins_control_function(c: char) -> bool {
    matches!(c, ESCAPE | '\u{80}'..='\u{84}' | '\u{86}'..='\u{9f}')
}

/// The key whose control function begins with `introducer`, if it is known.
fn key(introducer: char, rest: &str) -> Option<Key<'_>> {
    match introducer {
        '\u{9b}' => csi(rest),
        '\u{8f}' => ss3(rest),
        ESCAPE => match rest.chars().next() {
            Some('[') => csi(&rest[1..]),
            Some('O') => ss3(&rest[1..]),
            // Esc alone, before what was typed next. Esc and a letter may also be Alt and that letter.
            Some(c) if !(SLASHES.contains(&c) || c.is_whitespace() || c.is_control()) => None,
            Some(_) | None => Some((None, rest)),
        },
        _ => None,
    }
}

/// The key that sends CSI and this.
fn csi(rest: &str) -> Option<Key<'_>> {
    let behind = rest.trim_start_matches(|c| matches!(c, '0'..='?'));
    let parameters = &rest[..rest.len() - behind.len()];
    let last = behind.chars().next()?;
    let behind = behind.get(1..)?;
    match last {
        // F1 to F5 of the Linux console.
        '[' if parameters.is_empty() => {
            Some((None, behind.strip_prefix(|c| matches!(c, 'A'..='E'))?))
        }
        // The mouse of X10 and its highlighting: places follow, as characters.
        'M' | 'T' | 't' if parameters.is_empty() => None,
        '@'..='Z' | '\\'..='~' => Some((character(parameters, last), behind)),
        _ => None,
    }
}

/// The character of a key that xterm sends as `CSI 27;modifiers;character~`, or `CSI character;modifiersu`,
/// pressed alone (1) or with Shift (2).
fn character(parameters: &str, last: char) -> Option<char> {
    let (modifiers, number) = match last {
        '~' => parameters.strip_prefix("27;")?.split_once(';')?,
        'u' => parameters.split_once(';').map_or(("", parameters), |(number, held)| (held, number)),
        _ => return None,
    };
    let number = if matches!(modifiers, "" | "1" | "2") { number } else { return None };
    let number = number.parse().ok()?;
    // kitty gives the keys without a character numbers of the private use area.
    if matches!(number, 0xe000..=0xf8ff) {
        let of_keypad = KEYPAD.iter().find(|(key, _)| *key == number);
        return of_keypad.map(|(_, written)| *written);
    }
    char::from_u32(number).filter(|c| !c.is_control())
}

/// The key that sends SS3 and this: an arrow or a function key, with its modifiers, or one of the keypad, whose
/// `j` to `y` stand for `*` to `9` (DEC VT100).
fn ss3(rest: &str) -> Option<Key<'_>> {
    let behind = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    let last = behind.chars().next()?;
    let written = match last {
        'A'..='Z' => None,
        'j'..='y' => char::from_u32(u32::from(last) - 0x40),
        _ => return None,
    };
    Some((written, behind.get(1..)?))
}
