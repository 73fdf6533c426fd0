//! The characters that a person sees.

use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};
use unicode_security::skeleton;

/// Letters and symbols that are drawn without ink, and that Unicode does not call ignorable: the empty
/// Braille pattern, the place of an object, a rest in music, and two gaps between hieroglyphs.
const BLANK: [char; 5] = ['\u{2800}', '\u{fffc}', '\u{1d159}', '\u{13441}', '\u{13442}'];

/// Returns true if this shows something by itself: a letter, number, punctuation mark or symbol with
/// ink, or something that a font may have (private use, or newer than our tables). Not white space,
/// controls and format characters, what is ignorable by default, or a mark, which needs something below
/// it.
#[must_use]
#[inline]
pub fn is_visible(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_graphic() } else { is_visible_beyond_ascii(c) }
}

fn is_visible_beyond_ascii(c: char) -> bool {
    use GeneralCategoryGroup::{Letter, Mark, Number, Other, Punctuation, Separator, Symbol};
    let has_ink = match c.general_category_group() {
        Letter | Number | Punctuation | Symbol => !BLANK.contains(&c),
        Other => {
            matches!(
                c.general_category(),
                GeneralCategory::PrivateUse | GeneralCategory::Unassigned
            ) && !is_noncharacter(c)
        }
        Mark | Separator => false,
    };
    has_ink && !is_ignorable(c)
}

/// The first character of `text` that its sender surely saw: a font may not have what is of private use, or
/// not known to our tables, and U+FFFD stands for bytes that a terminal may not have shown.
#[must_use]
pub fn first_surely_visible(text: &str) -> Option<char> {
    let doubtful =
        |c: char| !c.is_ascii() && c.general_category_group() == GeneralCategoryGroup::Other;
    let is_sure = |c: &char| is_visible(*c) && !doubtful(*c) && *c != char::REPLACEMENT_CHARACTER;
    text.chars().find(is_sure)
}

/// The first character of `text` that shows something, if any does.
#[must_use]
pub fn first_visible(text: &str) -> Option<char> {
    text.chars().find(|c| is_visible(*c))
}

/// Returns true if UTF-8 may hold a combining mark: the first is U+0300, and emoji (from U+1F000) are
/// none. All of it is looked at, many bytes at a time.
pub(super) fn may_hold_marks(utf8: &[u8]) -> bool {
    let may_begin_mark = |lead, next| (lead >= 0xcc) & ((lead != 0xf0) | (next != 0x9f));
    let pairs = utf8.iter().zip(utf8.get(1..).unwrap_or_default());
    pairs.fold(false, |found, (&lead, &next)| found | may_begin_mark(lead, next))
}

/// Returns true if this is a combining mark.
pub(super) fn is_mark(c: char) -> bool {
    c >= '\u{300}' && c.general_category_group() == GeneralCategoryGroup::Mark
}

/// Returns true if another mark stands on this, and not on what is before it.
pub(super) fn is_base(c: char) -> bool {
    is_visible(c) || c.is_whitespace() || BLANK.contains(&c)
}

/// A code point that is never to be a character (Unicode standard, section 23.7).
const fn is_noncharacter(c: char) -> bool {
    matches!(c as u32, 0xfdd0..=0xfdef) || c as u32 & 0xfffe == 0xfffe
}

/// Default_Ignorable_Code_Point: a skeleton (UTS 39) leaves these out.
fn is_ignorable(c: char) -> bool {
    skeleton(c.encode_utf8(&mut [0; 4])).next().is_none()
}
