//! The words in which a nickname is refused.

use core::fmt;

use unicode_script::UnicodeScript;

use crate::limits::NICKNAME_CHARS;
use crate::room::nickname::Refused;
use crate::wire::sanitize::is_visible;

/// As it is said to the person who chose the nickname.
impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoLetter => f.write_str("a nickname needs a letter, choose another"),
            Self::TooLong => {
                write!(
                    f,
                    "a nickname has at most {NICKNAME_CHARS} characters, choose a shorter one"
                )
            }
            Self::Character(c) => {
                let c = Quoted(*c);
                write!(f, "a nickname may not hold {c}, use letters, digits and _ - .")
            }
            Self::Script(c) => {
                let (c, script) = (Quoted(*c), c.script().full_name());
                write!(f, "a nickname may not mix {c}, which is {script}, with other letters, ")?;
                f.write_str("use those of one language")
            }
            Self::Digit(c) => {
                let c = Quoted(*c);
                write!(f, "a nickname may not mix {c} with other digits, use those of one language")
            }
            Self::Mark(c) => {
                let c = Quoted(*c);
                write!(
                    f,
                    "a nickname may not hold {c} there, use at most two different marks on one letter"
                )
            }
            Self::Reserved(name) => write!(f, "the nickname {name} is reserved, choose another"),
            Self::Taken(name) => write!(f, "the nickname {name} is taken, choose another"),
            Self::LooksLike(name, other) => {
                write!(f, "the nickname {name} looks like {other}, choose another")
            }
        }
    }
}

/// A character as a person can find it: itself, unless it shows nothing by itself, and its number
/// outside ASCII.
struct Quoted(char);

impl fmt::Display for Quoted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (c, number) = (self.0, u32::from(self.0));
        match c {
            ' '..='~' => write!(f, "'{c}'"),
            _ if is_visible(c) => write!(f, "'{c}' (U+{number:04X})"),
            _ => write!(f, "U+{number:04X}"),
        }
    }
}
