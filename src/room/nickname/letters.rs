//! The characters of a nickname, and which may stand behind which.

use alloc::string::String;

use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};
use unicode_script::{Script, UnicodeScript};
use unicode_security::{
    GeneralSecurityProfile, RestrictionLevel, RestrictionLevelDetection, skeleton,
};

use super::Refused;

/// The most nonspacing marks on one letter, those that it is composed of included: a vowel and a tone.
/// A letter that Unicode has as one character may have more, and then no other.
const NONSPACING_MARKS: usize = 2;

/// The most marks on one letter in all. Those that take a place of their own, as in Burmese and Tibetan
/// (`ကျော်`, `སྒྲོལ`), pile up nothing.
const MARKS: usize = 4;

/// The most letters that are stacked below another (`ស្ត្រី`).
const STACKED_LETTERS: usize = 2;

/// Marks that show nothing themselves, but put the next letter below the one before (property
/// `Indic_Syllabic_Category=Invisible_Stacker`), of those scripts that Unicode recommends for names.
const STACKERS: [char; 2] = ['\u{1039}', '\u{17d2}'];

/// Letters of Tibetan below others: they are marks to Unicode, and letters to whoever reads them.
const SUBJOINED: core::ops::RangeInclusive<char> = '\u{f90}'..='\u{fbc}';

/// The dot that an `i` has already.
const DOT_ABOVE: char = '\u{307}';

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Letter,
    Digit,
    Mark,
    Punctuation,
    Forbidden,
}

impl Class {
    /// An allow-list: characters of UTS 39 identifiers (`Identifier_Status=Allowed`), and of those
    /// letters, digits and marks only.
    fn of(c: char) -> Self {
        if c.is_ascii() {
            return match c {
                'a'..='z' | 'A'..='Z' => Self::Letter,
                '0'..='9' => Self::Digit,
                '_' | '-' | '.' => Self::Punctuation,
                _ => Self::Forbidden,
            };
        }
        if !GeneralSecurityProfile::identifier_allowed(c) {
            return Self::Forbidden;
        }
        let mut utf8 = [0; 4];
        let mut looks_like = skeleton(c.encode_utf8(&mut utf8));
        let (first, more) = (looks_like.next(), looks_like.next());
        match (c.general_category_group(), c.general_category()) {
            // A skeleton leaves out what is ignorable by default.
            _ if first.is_none() => Self::Forbidden,
            // Letters that look like what the server puts around a nickname.
            (GeneralCategoryGroup::Letter, _)
                if more.is_none() && first.is_some_and(|c| ":*[]#!".contains(c)) =>
            {
                Self::Forbidden
            }
            (GeneralCategoryGroup::Letter, _) => Self::Letter,
            (_, GeneralCategory::DecimalNumber) => Self::Digit,
            // Not enclosing marks, which hide what they follow.
            (_, GeneralCategory::NonspacingMark | GeneralCategory::SpacingMark) => Self::Mark,
            _ => Self::Forbidden,
        }
    }
}

/// Returns true if a name with this character in it is told by something: a letter or a digit.
pub(crate) fn tells_apart(c: char) -> bool {
    matches!(Class::of(c), Class::Letter | Class::Digit)
}

/// Returns true if this is a combining mark.
pub(super) fn is_mark(c: char) -> bool {
    !c.is_ascii() && c.general_category_group() == GeneralCategoryGroup::Mark
}

/// Returns true if this makes a name more than a number: a letter that does not only modify others.
pub(super) fn is_letter(c: char) -> bool {
    Class::of(c) == Class::Letter && c.general_category() != GeneralCategory::ModifierLetter
}

/// Returns true if this shows nothing without a letter behind it.
pub(super) fn is_stacker(c: char) -> bool {
    STACKERS.contains(&c)
}

/// A name, character by character.
#[derive(Default)]
pub(super) struct Spelling {
    name: String,
    /// The letter on which the next mark stands.
    base: Option<char>,
    /// The number of its marks, and of those that take no place of their own.
    marks: (usize, usize),
    /// The number of letters that are stacked below another.
    stacked: usize,
    /// The digit zero of the digits so far.
    zero: Option<char>,
}

impl Spelling {
    /// The next character.
    ///
    /// # Errors
    ///
    /// The rule that it breaks; then it is left out.
    pub(super) fn push(&mut self, c: char) -> Result<(), Refused> {
        let class = Class::of(c);
        if let Some(stacker) = self.open_stacker()
            && (class != Class::Letter || !self.base.is_some_and(|base| shares_script(base, c)))
        {
            return Err(Refused::Character(stacker));
        }
        match class {
            Class::Forbidden => return Err(Refused::Character(c)),
            Class::Mark => return self.push_mark(c),
            Class::Digit => {
                let zero = zero_of(c);
                if *self.zero.get_or_insert(zero) != zero {
                    return Err(Refused::Digit(c));
                }
            }
            Class::Letter if self.open_stacker().is_some() => {
                if self.stacked >= STACKED_LETTERS {
                    return Err(Refused::Mark(c));
                }
            }
            Class::Letter if goes_on_with_another(c) => {
                if !self.base.is_some_and(|base| shares_script(base, c)) {
                    return Err(Refused::Character(c));
                }
            }
            Class::Letter | Class::Punctuation => {}
        }
        self.push_in_its_script(c)?;
        let stacked = if self.ended_with_a_stacker(c) { self.stacked + 1 } else { 0 };
        self.stacked = stacked;
        self.base = (class == Class::Letter).then_some(c);
        let composed = || c.nfd().skip(1).filter(|c| is_mark(*c)).count();
        self.marks = if c.is_ascii() { (0, 0) } else { (composed(), composed()) };
        Ok(())
    }

    /// The whole name.
    ///
    /// # Errors
    ///
    /// The rule that it breaks as a whole.
    pub(super) fn end(self) -> Result<String, Refused> {
        if let Some(stacker) = self.open_stacker() {
            return Err(Refused::Character(stacker));
        }
        if !self.name.chars().any(is_letter) {
            return Err(Refused::NoLetter);
        }
        Ok(self.name)
    }

    /// The next character, or a `_` for it, and for what it leaves without what it needs.
    pub(super) fn coerce(&mut self, c: char) {
        if self.push(c).is_ok() {
            return;
        }
        self.coerce_end();
        if self.push(c).is_err() {
            self.name.push('_');
            self.base = None;
        }
    }

    /// A `_` for what the end leaves without what it needs.
    pub(super) fn coerce_end(&mut self) {
        if self.open_stacker().is_some() {
            self.name.pop();
            self.name.push('_');
            self.base = None;
        }
    }

    /// The last character, if it shows nothing so far.
    fn open_stacker(&self) -> Option<char> {
        self.name.chars().next_back().filter(|c| is_stacker(*c))
    }

    /// Returns true if this letter, just pushed, is below another.
    fn ended_with_a_stacker(&self, c: char) -> bool {
        self.name.strip_suffix(c).is_some_and(|before| before.ends_with(STACKERS))
    }

    /// A mark stands on a letter of its script, is not there yet, and is one of a few.
    fn push_mark(&mut self, c: char) -> Result<(), Refused> {
        let fits = self.base.is_some_and(|base| shares_script(base, c) && !is_lost_on(base, c));
        let on_base = self.name.chars().rev().take_while(|c| is_mark(*c));
        let (all, nonspacing) = self.marks;
        let spaces = SUBJOINED.contains(&c) || c.general_category() == GeneralCategory::SpacingMark;
        let (all, nonspacing) = (all + 1, nonspacing + usize::from(!spaces));
        if !fits {
            return Err(Refused::Character(c));
        }
        let of_base = self.base.into_iter().nfd();
        let twice = on_base.chain(of_base).any(|before| before == c);
        if twice || all > MARKS || nonspacing > NONSPACING_MARKS {
            return Err(Refused::Mark(c));
        }
        self.push_in_its_script(c)?;
        self.marks = (all, nonspacing);
        Ok(())
    }

    /// UTS 39, section 5.2: all of one script, or Latin with what is written beside it in East Asia.
    fn push_in_its_script(&mut self, c: char) -> Result<(), Refused> {
        self.name.push(c);
        let allowed = self.name.is_ascii()
            || self.name.check_restriction_level(RestrictionLevel::HighlyRestrictive);
        if !allowed {
            self.name.pop();
            return Err(Refused::Script(c));
        }
        Ok(())
    }
}

/// Returns true if this letter prolongs or repeats one of its own script, as `ー` and `々` do. Anywhere else
/// it looks like punctuation.
fn goes_on_with_another(c: char) -> bool {
    let script = c.script_extension();
    c.general_category() == GeneralCategory::ModifierLetter
        && !script.is_common()
        && !script.is_inherited()
}

/// Returns true if a mark and a letter, or two letters of one stack, are of one script. Marks of no
/// script are of those for which they were made.
fn shares_script(base: char, c: char) -> bool {
    let (base, own) = (base.script_extension(), c.script_extension());
    if own.is_inherited() || own.is_common() {
        return [Script::Latin, Script::Greek, Script::Cyrillic]
            .iter()
            .any(|script| !base.is_common() && base.contains_script(*script));
    }
    !base.is_common() && !base.intersection(own).is_empty()
}

/// Returns true if this mark changes nothing of what this letter shows (UTS 39, section 5.4).
fn is_lost_on(base: char, mark: char) -> bool {
    let first = |c: char| skeleton(c.encode_utf8(&mut [0; 4])).next();
    mark == DOT_ABOVE && matches!(first(base), Some('i' | 'j'))
}

/// The zero of the script of this digit. Each script's ten stand together, in order (Unicode standard,
/// section 4.6).
fn zero_of(digit: char) -> char {
    let mut zero = digit;
    for before in (0..u32::from(digit)).rev().take(9).map_while(char::from_u32) {
        if before.general_category() != GeneralCategory::DecimalNumber {
            break;
        }
        zero = before;
    }
    zero
}

/// The first `most` characters of `text` without the white space around it, in NFC; and the two vowels
/// that Unicode has as one character with a mark (Thai and Lao am) as these two, which UTS 39 admits.
pub(super) fn canonical(text: &str, most: usize) -> String {
    let mut name = String::new();
    for c in text.trim().nfc().take(most) {
        let [mark, vowel] = match c {
            '\u{e33}' => ['\u{e4d}', '\u{e32}'],
            '\u{eb3}' => ['\u{ecd}', '\u{eb2}'],
            _ => {
                name.push(c);
                continue;
            }
        };
        // The circle stands below a tone mark.
        let tone = name.pop();
        let is_tone = |c: &char| matches!(c, '\u{e48}'..='\u{e4b}' | '\u{ec8}'..='\u{ecb}');
        name.extend(tone.filter(|c| !is_tone(c)));
        name.push(mark);
        name.extend(tone.filter(is_tone));
        name.push(vowel);
    }
    let end = name.char_indices().nth(most).map_or(name.len(), |(end, _)| end);
    name.truncate(end);
    name
}
