//! Nicknames: parsed, never merely validated.

mod keys;
mod letters;
mod parts;

use alloc::string::{String, ToString};
use core::fmt;

use unicode_security::skeleton;

pub use self::keys::Keys;
pub(crate) use self::letters::tells_apart;
use self::letters::{Spelling, canonical};
use crate::limits::NICKNAME_CHARS;

/// A nickname that can stand in front of a line: 1 to 32 characters in NFC, letters of UTS 39
/// identifiers, digits, `_ - .` and combining marks after a letter of their script, at least one letter,
/// scripts mixed only as UTS 39 calls "highly restrictive", not a reserved word.
///
/// The [`Roster`](crate::room::roster::Roster) says whether it is free.
///
/// To those who see only ASCII it is shown with a `?` for each other character, and where that could be
/// someone else who is here with a number behind it, which the roster gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nickname {
    name: String,
    /// Behind its form in ASCII.
    number: Option<u32>,
}

/// The reason why a text is no nickname.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Nothing in it that a name is told by.
    NoLetter,
    /// More than [`NICKNAME_CHARS`] characters.
    TooLong,
    /// A character that no nickname may hold, or not there.
    Character(char),
    /// A letter of another script than those before it.
    Script(char),
    /// A digit of another script than those before it.
    Digit(char),
    /// One mark too many on a letter, or one letter too many below it.
    Mark(char),
    /// A word of the server's own, or one that looks like it.
    Reserved(String),
    /// Someone here is called that, or something that looks the same.
    Taken(String),
    /// Someone here has another nickname, which looks the same.
    LooksLike(String, String),
}

/// The keys of `NICK`, `server` and `you`: nobody may be called what the protocol says, what the server is
/// called, or what `[you to …]` calls the reader.
const RESERVED: [&str; 4] = ["nlck", "nick", "server", "you"];

/// The nickname of an unframed peer of whose answer nothing can be kept.
const FALLBACK: &str = "guest";

impl Nickname {
    /// The nickname that `answer` is, without the white space around it.
    ///
    /// # Errors
    ///
    /// The first rule that it breaks; never [`Refused::Taken`] or [`Refused::LooksLike`].
    pub fn parse(answer: &str) -> Result<Self, Refused> {
        // One character more than fit decides as well as all of them.
        let name = canonical(answer, NICKNAME_CHARS + 1);
        if name.chars().count() > NICKNAME_CHARS {
            return Err(Refused::TooLong);
        }
        let mut spelling = Spelling::default();
        name.chars().try_for_each(|c| spelling.push(c))?;
        let name = spelling.end()?;
        if keys::keys(&name).iter().any(|key| RESERVED.contains(&&**key)) {
            return Err(Refused::Reserved(name));
        }
        Ok(Self::plain(name))
    }

    /// The nickname of a peer that cannot be asked twice: what is not allowed becomes `_`, what is
    /// too long is cut. It may be a reserved word; see [`is_reserved`](Self::is_reserved).
    #[must_use]
    pub fn coerce(answer: &str) -> Self {
        let mut spelling = Spelling::default();
        canonical(answer, NICKNAME_CHARS).chars().for_each(|c| spelling.coerce(c));
        spelling.coerce_end();
        Self::plain(spelling.end().unwrap_or_else(|_| FALLBACK.into()))
    }

    /// The same with a number behind it, cut so that both fit. It is not reserved: no such word looks
    /// as if it ended, or began, with a digit.
    #[must_use]
    pub fn numbered(&self, number: &Digits) -> Self {
        Self::plain(self.cut_for(number.len()).name + &number.written)
    }

    /// Returns the part before a number of so many digits: no digits of another script, nothing that needs
    /// what was cut; and of a name that is read from right to left, only what a screen shows together.
    #[must_use]
    pub fn cut_for(&self, digits: usize) -> Self {
        let plain = |c: char| if c.is_numeric() && !c.is_ascii() { '_' } else { c };
        let most = NICKNAME_CHARS.saturating_sub(digits);
        let mut name: String = self.name.chars().take(most).map(plain).collect();
        if keys::is_right_to_left(&name) {
            let stays = |c: char| keys::is_of_the_right(c) || letters::is_mark(c);
            name.truncate(name.trim_end_matches(|c| !stays(c)).len());
        }
        name.truncate(name.trim_end_matches(letters::is_stacker).len());
        let has_letter = name.chars().any(letters::is_letter);
        Self::plain(if has_letter { name } else { FALLBACK.into() })
    }

    /// Returns true if it is, or looks like, a word of the server's own. Only a coerced one can be.
    #[must_use]
    pub fn is_reserved(&self) -> bool {
        matches!(Self::parse(&self.name), Err(Refused::Reserved(_)))
    }

    /// As it was chosen.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.name
    }

    /// Returns the bytes of its longest rendering.
    #[must_use]
    pub fn longest(&self) -> usize {
        let digits = |number: u32| number.checked_ilog10().map_or(1, |tens| tens as usize + 1);
        let ascii = |number| self.name.chars().count() + digits(number);
        self.name.len().max(self.number.map_or(0, ascii))
    }

    /// The number behind its form in ASCII, from 2; `None` where there is none.
    #[must_use]
    pub const fn number(&self) -> Option<u32> {
        self.number
    }

    pub(crate) const fn set_number(&mut self, number: Option<u32>) {
        self.number = number;
    }

    const fn plain(name: String) -> Self {
        Self { name, number: None }
    }

    /// Returns the keys that tell it apart.
    #[must_use]
    pub fn keys(&self) -> Keys {
        keys::keys(&self.name)
    }

    /// Some keys of each nickname that has one of these numbers behind this one, which was
    /// [cut for it](Self::cut_for).
    pub(crate) fn numbered_keys(&self) -> NumberedKeys {
        NumberedKeys {
            base: keys::own_keys(&self.name),
            in_front: keys::is_right_to_left(&self.name),
        }
    }
}

/// The keys of a nickname that gets numbers.
#[derive(Debug)]
pub(crate) struct NumberedKeys {
    base: [String; 3],
    /// A screen shows the number to the left.
    in_front: bool,
}

impl NumberedKeys {
    /// Three keys of the nickname with this number, or some that another one has.
    pub(crate) fn with(&self, digits: &Digits) -> [String; 3] {
        self.base.each_ref().map(|base| match self.in_front {
            true => [&*digits.key, base].concat(),
            false => [base, &*digits.key].concat(),
        })
    }
}

/// A number behind a nickname.
#[derive(Clone, Debug)]
pub struct Digits {
    written: String,
    /// Their look.
    key: String,
}

impl Digits {
    /// Those of this number.
    #[must_use]
    pub fn of(number: usize) -> Self {
        let written = number.to_string();
        Self { key: skeleton(&written).collect::<String>().to_lowercase(), written }
    }

    /// Returns the number of them.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "there is always one")]
    pub const fn len(&self) -> usize {
        self.written.len()
    }
}

impl fmt::Display for Nickname {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// Returns the look of a text with a `?` for each character outside ASCII: one text for all that differ
/// only in case, or in letters that look alike in some case, such as `Ian`, `lan` and `IAN`. Of two
/// texts, one behind the other, it is that of the first and that of the second.
pub(crate) fn ascii_look(text: &str) -> String {
    let small = text.chars().map(|c| match c.to_ascii_lowercase() {
        'i' => 'l',
        c if c.is_ascii() => c,
        _ => '?',
    });
    skeleton(&small.collect::<String>()).collect::<String>().to_ascii_lowercase()
}
