//! Settings that are one of a few words.

use std::fmt::{self, Display};
use std::str::FromStr;

use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::{Bell, Color, PresenceShown, Time};

/// A setting that is one of a few words.
pub trait Choice: Copy + Display + FromStr + Send + Sync + 'static {
    /// The words, each of which reads as a value that prints as that word.
    const WORDS: &'static [&'static str];
}

impl Choice for Color {
    const WORDS: &'static [&'static str] = &["auto", "always", "never"];
}

impl Choice for Time {
    const WORDS: &'static [&'static str] = Self::WORDS;
}

impl Choice for PresenceShown {
    const WORDS: &'static [&'static str] = Self::WORDS;
}

impl Choice for Bell {
    const WORDS: &'static [&'static str] = Self::WORDS;
}

impl Choice for Edit {
    const WORDS: &'static [&'static str] = &["emacs", "vi"];
}

/// The parser of a flag, so that help and completions know the words.
pub(super) fn one_of<T: Choice>() -> impl TypedValueParser<Value = T> {
    PossibleValuesParser::new(T::WORDS)
        .try_map(|word| word.parse().map_err(|_| expected_one_of::<T>()))
}

/// Returns the error for a word that is none of these.
pub(super) fn expected_one_of<T: Choice>() -> String {
    let words: Vec<_> = T::WORDS.iter().map(|word| format!("\"{word}\"")).collect();
    match words.split_last() {
        Some((last, [])) => format!("give {last}"),
        Some((last, others)) => format!("give {} or {last}", others.join(", ")),
        None => String::new(),
    }
}

/// The keys of the line editor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Those of Emacs, as shells have them.
    Emacs,
    /// Those of vi.
    Vi,
}

impl FromStr for Edit {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        match word {
            "emacs" => Ok(Self::Emacs),
            "vi" => Ok(Self::Vi),
            _ => Err(()),
        }
    }
}

impl Display for Edit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Emacs => "emacs",
            Self::Vi => "vi",
        })
    }
}
