//! Nicknames: parsed, never merely validated.

use alloc::string::{String, ToString};
use core::fmt;

use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};
use unicode_security::skeleton;

use crate::limits::NICKNAME_CHARS;

/// A nickname that can stand in front of a line: 1 to 32 characters in NFC, letters, digits,
/// `_ - .` and combining marks after a letter, at least one letter or digit, not a reserved word.
///
/// Whether it is free is the [`Roster`](crate::roster::Roster)'s to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nickname(String);

/// Why a text is no nickname. `Display` says it to the person who chose it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Nothing in it that a name is told by.
    NoLetter,
    /// More than [`NICKNAME_CHARS`] characters.
    TooLong,
    /// A character that no nickname may hold.
    Character(char),
    /// A word of the server's own, or one that looks like it.
    Reserved(String),
    /// Someone here is called that, or something that looks the same.
    Taken(String),
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoLetter => f.write_str("a nickname needs a letter or a digit, choose another"),
            Self::TooLong => {
                write!(
                    f,
                    "a nickname has at most {NICKNAME_CHARS} characters, choose a shorter one"
                )
            }
            Self::Character(c) => {
                write!(f, "a nickname may not hold '{c}', use letters, digits and _ - .")
            }
            Self::Reserved(name) => write!(f, "the nickname {name} is reserved, choose another"),
            Self::Taken(name) => write!(f, "the nickname {name} is taken, choose another"),
        }
    }
}

/// Nobody may be called what the protocol says, what the server is called, or what `[you to …]`
/// calls the reader.
const RESERVED: [&str; 3] = ["NICK", "server", "you"];

/// What an unframed peer is called when nothing of its answer can be kept.
const FALLBACK: &str = "guest";

impl Nickname {
    /// The nickname that `answer` is, without the white space around it.
    ///
    /// # Errors
    ///
    /// The first rule that it breaks; never [`Refused::Taken`].
    pub fn parse(answer: &str) -> Result<Self, Refused> {
        // One character more than fit decides as well as all of them.
        let name: String = answer.trim().nfc().take(NICKNAME_CHARS + 1).collect();
        if name.chars().count() > NICKNAME_CHARS {
            return Err(Refused::TooLong);
        }
        let mut before = None;
        for c in name.chars() {
            if !may_follow(before, c) {
                return Err(Refused::Character(c));
            }
            before = Some(c);
        }
        if !name.chars().any(tells_apart) {
            return Err(Refused::NoLetter);
        }
        let own = keys(&name);
        if RESERVED.iter().any(|word| keys(word).iter().any(|key| own.contains(key))) {
            return Err(Refused::Reserved(name));
        }
        Ok(Self(name))
    }

    /// The nickname of a peer that cannot be asked twice: what is not allowed becomes `_`, what is
    /// too long is cut. It may be a reserved word; see [`is_reserved`](Self::is_reserved).
    #[must_use]
    pub fn mend(answer: &str) -> Self {
        let mut name = String::new();
        let mut before = None;
        for c in answer.trim().nfc().take(NICKNAME_CHARS) {
            let c = if may_follow(before, c) { c } else { '_' };
            name.push(c);
            before = Some(c);
        }
        // NFC of the mended text is itself: a `_` composes with nothing.
        if !name.chars().any(tells_apart) {
            name = FALLBACK.into();
        }
        Self(name)
    }

    /// The same with a number behind it, cut so that both fit. It is not reserved: no such word looks
    /// as if it ended in a digit.
    #[must_use]
    pub fn numbered(&self, number: &Digits) -> Self {
        Self(self.cut_for(number.len()).0 + &number.written)
    }

    /// What stands before a number of so many digits.
    #[must_use]
    pub fn cut_for(&self, digits: usize) -> Self {
        Self(self.0.chars().take(NICKNAME_CHARS.saturating_sub(digits)).collect())
    }

    /// Whether it is, or looks like, a word of the server's own. Only a mended one can be.
    #[must_use]
    pub fn is_reserved(&self) -> bool {
        matches!(Self::parse(&self.0), Err(Refused::Reserved(_)))
    }

    /// As it was chosen.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What it is told apart by.
    #[must_use]
    pub fn keys(&self) -> Keys {
        keys(&self.0)
    }
}

/// A number behind a nickname.
#[derive(Clone, Debug)]
pub struct Digits {
    written: String,
    key: String,
}

impl Digits {
    /// Those of this number.
    #[must_use]
    pub fn of(number: usize) -> Self {
        let written = number.to_string();
        Self { key: skeleton(&written).collect::<String>().to_lowercase(), written }
    }

    /// How many there are.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "there is always one")]
    pub const fn len(&self) -> usize {
        self.written.len()
    }

    /// What each [key](Nickname::keys) of a nickname with this number ends with.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }
}

impl fmt::Display for Nickname {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a nickname is told apart by: two nicknames are the same where they share a key.
///
/// Confusable skeletons (Unicode TS 39, section 4) know no case, and no single one serves: `Ian` and
/// `lan` look alike as they stand, `IAN` and `ian` only in small letters, and Cyrillic `ТОМ` looks
/// like `tom` only in capitals. So a name has a key for each, compared without case.
pub type Keys = [String; 3];

fn keys(name: &str) -> Keys {
    // Through capitals, so that letters with more than one small form, or none, have one.
    let (upper, lower) = (name.to_uppercase(), name.to_uppercase().to_lowercase());
    [name, &lower, &upper].map(|name| skeleton(name).collect::<String>().to_lowercase())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Letter,
    Digit,
    Mark,
    Punctuation,
    Forbidden,
}

impl Class {
    fn of(c: char) -> Self {
        let looks_like = skeleton(c.encode_utf8(&mut [0; 4])).collect::<String>();
        match (c.general_category_group(), c.general_category()) {
            _ if matches!(c, '_' | '-' | '.') => Self::Punctuation,
            // Letters and marks that show nothing (the Hangul fillers, variation selectors) make
            // two names of one look; a skeleton leaves out what is ignorable by default.
            _ if looks_like.is_empty() => Self::Forbidden,
            // Letters that look like what the server puts around a nickname, such as the click
            // `ǃ` and the length mark `ː`.
            (GeneralCategoryGroup::Letter, _) if ":*[]#!".contains(&looks_like) => Self::Forbidden,
            (GeneralCategoryGroup::Letter, _) => Self::Letter,
            (_, GeneralCategory::DecimalNumber) => Self::Digit,
            // Not enclosing marks, which hide what they follow.
            (_, GeneralCategory::NonspacingMark | GeneralCategory::SpacingMark) => Self::Mark,
            _ => Self::Forbidden,
        }
    }

    const fn tells_apart(self) -> bool {
        matches!(self, Self::Letter | Self::Digit)
    }
}

/// Whether a name with this character in it is told by something: a letter or a digit.
pub(crate) fn tells_apart(c: char) -> bool {
    c.is_ascii_alphanumeric() || Class::of(c).tells_apart()
}

fn may_follow(before: Option<char>, c: char) -> bool {
    match Class::of(c) {
        Class::Letter | Class::Digit | Class::Punctuation => true,
        Class::Mark => {
            before.is_some_and(|before| matches!(Class::of(before), Class::Letter | Class::Mark))
        }
        Class::Forbidden => false,
    }
}
