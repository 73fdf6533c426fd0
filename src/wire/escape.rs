//! Bytes as printable text, and back.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::{self, Write};

use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::Serializer;
use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

/// Bytes with a space before them (none where there are none), escaped as in Rust. A space at
/// either end is escaped too, since editors and mails lose it.
pub struct Escaped<'a>(pub &'a [u8]);

impl Escaped<'_> {
    /// Writes it, as `Display` does, and faster where `out` is known.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn write_to(&self, out: &mut impl Write) -> fmt::Result {
        let mut bytes = self.0;
        if bytes.is_empty() {
            return Ok(());
        }
        out.write_str(" ")?;
        if let Some(rest) = bytes.strip_prefix(b" ") {
            out.write_str("\\x20")?;
            bytes = rest;
        }
        let last_is_space = bytes.strip_suffix(b" ");
        let bytes = last_is_space.unwrap_or(bytes);
        if let Ok(text) = str::from_utf8(bytes) {
            // Most is text, which is told faster as a whole than chunk by chunk.
            write_text(out, text)?;
        } else {
            for chunk in bytes.utf8_chunks() {
                write_text(out, chunk.valid())?;
                chunk.invalid().iter().try_for_each(|byte| write!(out, "\\x{byte:02x}"))?;
            }
        }
        if last_is_space.is_some() { out.write_str("\\x20") } else { Ok(()) }
    }
}

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_to(f)
    }
}

/// Most of what people say needs no escape, and is written as it is.
fn write_text(out: &mut impl Write, mut text: &str) -> fmt::Result {
    while !text.is_empty() {
        let (plain, rest) = text.split_at(plain_bytes(text.as_bytes()));
        out.write_str(plain)?;
        let mut rest = rest.chars();
        rest.next().map_or(Ok(()), |c| escape(out, c))?;
        text = rest.as_str();
    }
    Ok(())
}

/// Returns the bytes at the front that are printable ASCII and not escaped. Blocks are looked at as a
/// whole, which the compiler does with few instructions.
fn plain_bytes(bytes: &[u8]) -> usize {
    const BLOCK: usize = 32;
    let is_plain = |byte: &u8| (b' '..=b'~').contains(byte) & (*byte != b'\\');
    let all_plain = |block: &&[u8]| block.iter().fold(true, |all, byte| all & is_plain(byte));
    let blocks = BLOCK * bytes.chunks_exact(BLOCK).take_while(all_plain).count();
    let rest = bytes.get(blocks..).unwrap_or_default();
    blocks + rest.iter().take_while(|byte| is_plain(byte)).count()
}

fn escape(out: &mut impl Write, c: char) -> fmt::Result {
    match c {
        '\n' => out.write_str("\\n"),
        '\r' => out.write_str("\\r"),
        '\t' => out.write_str("\\t"),
        '\\' => out.write_str("\\\\"),
        ' '..='~' => out.write_char(c),
        '\0'..='\x7f' => write!(out, "\\x{:02x}", u32::from(c)),
        // All of these show, and most of what people say is of them: Latin, Cyrillic, kana, Chinese,
        // Korean, faces.
        'À'..='ʯ'
        | 'Ѐ'..='ҁ'
        | 'ぁ'..='ゖ'
        | 'ァ'..='ヺ'
        | '一'..='鿿'
        | '가'..='힣'
        | '😀'..='🙏' => out.write_char(c),
        _ => match c.general_category_group() {
            // A character that does not show, or moves others, is told by its number.
            GeneralCategoryGroup::Other
            | GeneralCategoryGroup::Separator
            | GeneralCategoryGroup::Mark => write!(out, "\\u{{{:x}}}", u32::from(c)),
            GeneralCategoryGroup::Letter
            | GeneralCategoryGroup::Number
            | GeneralCategoryGroup::Punctuation
            | GeneralCategoryGroup::Symbol => out.write_char(c),
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

/// Serialises bytes as their escaped text.
pub(crate) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(format!("{}", Escaped(bytes)).trim_start())
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(value: D) -> Result<Vec<u8>, D::Error> {
    unescape(&String::deserialize(value)?).map_err(D::Error::custom)
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
