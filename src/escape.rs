//! Bytes as printable text, and back.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::{self, Write};

use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

/// Bytes with a space before them (none where there are none), escaped as in Rust. A space at
/// either end is escaped too, since editors and mails lose it.
pub struct Escaped<'a>(pub &'a [u8]);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = self.0;
        if bytes.is_empty() {
            return Ok(());
        }
        f.write_char(' ')?;
        if let Some(rest) = bytes.strip_prefix(b" ") {
            f.write_str("\\x20")?;
            bytes = rest;
        }
        let last_is_space = bytes.strip_suffix(b" ");
        for chunk in last_is_space.unwrap_or(bytes).utf8_chunks() {
            write_text(f, chunk.valid())?;
            chunk.invalid().iter().try_for_each(|byte| write!(f, "\\x{byte:02x}"))?;
        }
        f.write_str(if last_is_space.is_some() { "\\x20" } else { "" })
    }
}

/// Most of what people say needs no escape, and is written as it is.
fn write_text(f: &mut fmt::Formatter<'_>, mut text: &str) -> fmt::Result {
    let needs_escape = |byte: &u8| !matches!(byte, b' '..=b'~') || *byte == b'\\';
    while let Some(at) = text.as_bytes().iter().position(needs_escape) {
        let (plain, rest) = text.split_at(at);
        f.write_str(plain)?;
        let mut rest = rest.chars();
        rest.next().map_or(Ok(()), |c| escape(f, c))?;
        text = rest.as_str();
    }
    f.write_str(text)
}

fn escape(f: &mut fmt::Formatter<'_>, c: char) -> fmt::Result {
    match c {
        '\n' => f.write_str("\\n"),
        '\r' => f.write_str("\\r"),
        '\t' => f.write_str("\\t"),
        '\\' => f.write_str("\\\\"),
        ' '..='~' => f.write_char(c),
        '\0'..='\x7f' => write!(f, "\\x{:02x}", u32::from(c)),
        _ => match c.general_category_group() {
            // What does not show, or moves what does, is told by its number.
            GeneralCategoryGroup::Other
            | GeneralCategoryGroup::Separator
            | GeneralCategoryGroup::Mark => write!(f, "\\u{{{:x}}}", u32::from(c)),
            GeneralCategoryGroup::Letter
            | GeneralCategoryGroup::Number
            | GeneralCategoryGroup::Punctuation
            | GeneralCategoryGroup::Symbol => f.write_char(c),
        },
    }
}

/// The bytes that were escaped.
///
/// # Errors
///
/// Says which escape is none.
pub fn unescape(text: &str) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((plain, escaped)) = rest.split_once('\\') {
        bytes.extend_from_slice(plain.as_bytes());
        rest = unescape_one(escaped, &mut bytes).ok_or_else(|| {
            format!("`\\{}` is no escape", escaped.chars().take(4).collect::<String>())
        })?;
    }
    bytes.extend_from_slice(rest.as_bytes());
    Ok(bytes)
}

/// Takes one escape, without its backslash, and returns what is behind it.
fn unescape_one<'a>(escaped: &'a str, bytes: &mut Vec<u8>) -> Option<&'a str> {
    let mut chars = escaped.chars();
    match chars.next()? {
        'n' => bytes.push(b'\n'),
        'r' => bytes.push(b'\r'),
        't' => bytes.push(b'\t'),
        '\\' => bytes.push(b'\\'),
        'x' => {
            let (digits, rest) = chars.as_str().split_at_checked(2)?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            return Some(rest);
        }
        'u' => {
            let (digits, rest) = chars.as_str().strip_prefix('{')?.split_once('}')?;
            let c = char::from_u32(u32::from_str_radix(digits, 16).ok()?)?;
            bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            return Some(rest);
        }
        _ => return None,
    }
    Some(chars.as_str())
}
