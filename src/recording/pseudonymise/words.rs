//! Words to their pseudonyms.

use alloc::vec::Vec;
use core::mem;

use unicode_properties::UnicodeGeneralCategory;

use super::command::Command;
use super::mix;
use crate::room::nickname;
use crate::wire::sanitize;

/// Words that the room knows.
const KEPT: [&str; 4] = ["nick", "server", "you", "http"];

/// The most digits behind letters that stay: as many as the room gives out to a hundred people of one name.
const KEPT_DIGITS: u32 = 2;

/// Where in a frame, and in a word, a text is.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Words {
    at: At,
    word: Word,
    /// The number of its digits.
    digits: u32,
    /// The part of a command's name so far.
    command: Command,
    /// Of the letters and digits of the word so far.
    hash: u64,
    /// A character that has begun, and may go on in the next read.
    cut: Cut,
}

/// The first bytes of a character.
#[derive(Clone, Copy, Debug, Default)]
struct Cut {
    bytes: [u8; 3],
    length: usize,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum At {
    /// Where a frame begins.
    #[default]
    Start,
    /// In its first word, which may be a nickname.
    First,
    /// Behind that and a colon.
    Colon,
    /// Behind that and a space: a message may begin.
    Message,
    /// Behind a slash there.
    Slash,
    /// In the name of a command.
    Command,
    /// Behind that of one that takes a nickname, or in that.
    Nickname,
    /// Behind the name of one that takes a token.
    BeforeToken,
    /// In that: it is random, and its hash elsewhere must stay that.
    Token,
    Text,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Word {
    /// Between two words.
    #[default]
    None,
    Letters,
    Digits,
}

impl Words {
    /// Those of a text that is no frame of a peer.
    pub(super) fn text() -> Self {
        Self { at: At::Text, ..Self::default() }
    }

    /// Appends what stands for these bytes.
    pub(super) fn push(&mut self, key: u64, data: &[u8], out: &mut Vec<u8>) {
        let data = self.end_cut(key, data, out);
        for chunk in data.utf8_chunks() {
            let mut text = chunk.valid();
            while let Some(c) = text.chars().next() {
                let kept = if self.word == Word::None { kept(text) } else { 0 };
                let (word, rest) =
                    text.split_at_checked(kept.max(c.len_utf8())).unwrap_or((text, ""));
                if kept > 0 {
                    out.extend_from_slice(word.as_bytes());
                    word.chars().for_each(|c| self.pass(key, c));
                } else {
                    let stands = self.pseudonym(key, c);
                    out.extend_from_slice(stands.encode_utf8(&mut [0; 4]).as_bytes());
                    self.pass(key, c);
                }
                text = rest;
            }
            out.extend_from_slice(chunk.invalid());
            self.cut = Cut::of(chunk.invalid());
        }
    }

    /// Goes on with a character that the last read has cut, and returns the bytes behind it. A pseudonym
    /// differs in the last byte alone, so those before it could be told at once.
    fn end_cut<'a>(&mut self, key: u64, data: &'a [u8], out: &mut Vec<u8>) -> &'a [u8] {
        let Cut { bytes, length } = mem::take(&mut self.cut);
        let mut begun: Vec<_> = bytes.into_iter().take(length).collect();
        let mut rest = data;
        while let (1.., Some((&byte, after))) = (begun.len(), rest.split_first()) {
            begun.push(byte);
            match str::from_utf8(&begun).map(|text| text.chars().next()) {
                Ok(Some(c)) => {
                    let mut pseudonym = [0; 4];
                    let pseudonym = self.pseudonym(key, c).encode_utf8(&mut pseudonym).as_bytes();
                    out.extend(pseudonym.last());
                    self.pass(key, c);
                    return after;
                }
                Err(error) if error.error_len().is_none() => out.push(byte),
                Ok(None) | Err(_) => return rest,
            }
            rest = after;
        }
        self.cut = Cut::of(&begun);
        rest
    }

    /// Returns the pseudonym of this character here.
    fn pseudonym(&self, key: u64, c: char) -> char {
        let random = mix(key, self.hash);
        match (self.at, c) {
            (At::BeforeToken | At::Token, c) => c,
            (At::Slash | At::Command, c) if self.command.with(c).is_some() => c,
            (At::Slash | At::Command, 'a'..='z') => self.no_command(rotated(c, 'a', 26, random)),
            (At::Start | At::First | At::Nickname, '0'..='9')
                if self.word == Word::Letters && self.digits < KEPT_DIGITS =>
            {
                c
            }
            (_, 'a'..='z') => rotated(c, 'a', 26, random),
            (_, 'A'..='Z') => rotated(c, 'A', 26, random),
            (_, '0'..='9') => rotated(c, '0', 10, random),
            (_, c) if c.is_alphanumeric() && !c.is_ascii() => neighbour(c, random),
            (_, c) => c,
        }
    }

    /// This letter, or the next with which no command begins so.
    fn no_command(&self, c: char) -> char {
        let after = ('a'..='z').cycle().skip_while(|other| *other != c).take(26);
        after.into_iter().find(|c| self.command.with(*c).is_none()).unwrap_or(c)
    }

    /// Goes on behind this character.
    fn pass(&mut self, key: u64, c: char) {
        // The room leaves it out.
        if c != '\n' && sanitize::shown(c).is_none() {
            return;
        }
        self.at = match (self.at, c) {
            (_, '\n') => At::Start,
            (At::Start | At::Message, '/') => At::Slash,
            (At::Command, c) if c.is_whitespace() && self.command.takes_a_nickname() => {
                At::Nickname
            }
            (At::Command, c) if c.is_whitespace() && self.command.takes_a_token() => {
                At::BeforeToken
            }
            (At::BeforeToken, c) if c.is_whitespace() => At::BeforeToken,
            (At::BeforeToken | At::Token, c) if !c.is_whitespace() => At::Token,
            (At::Slash | At::Command, c) => match self.command.with(c) {
                Some(command) => {
                    self.command = command;
                    At::Command
                }
                None => At::Text,
            },
            (At::Nickname, c) if self.word == Word::None && c.is_whitespace() => At::Nickname,
            (At::Nickname, c) if is_of_a_word(c) || matches!(c, '_' | '-' | '.') => At::Nickname,
            (At::First, ':') => At::Colon,
            (At::Colon, ' ') => At::Message,
            (At::Start | At::First, c) if is_of_a_word(c) || matches!(c, '_' | '-' | '.') => {
                At::First
            }
            (
                At::Start
                | At::First
                | At::Colon
                | At::Message
                | At::Nickname
                | At::BeforeToken
                | At::Token
                | At::Text,
                _,
            ) => At::Text,
        };
        if self.at != At::Command {
            self.command = Command::default();
        }
        if !is_of_a_word(c) {
            self.word = Word::None;
            self.hash = 0;
            self.digits = 0;
            return;
        }
        if self.word == Word::None {
            self.word = if c.is_numeric() { Word::Digits } else { Word::Letters };
        }
        self.digits += u32::from(c.is_ascii_digit());
        self.hash = c.to_lowercase().fold(self.hash, |hash, c| mix(key ^ hash, u64::from(c) + 1));
    }
}

impl Cut {
    /// These bytes, where a character can go on behind them.
    fn of(bytes: &[u8]) -> Self {
        let goes_on = str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none());
        let mut cut = Self::default();
        if goes_on {
            cut.length = bytes.len();
            cut.bytes.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
        }
        cut
    }
}

/// Marks are of the letter that they stand behind.
fn is_of_a_word(c: char) -> bool {
    use unicode_properties::GeneralCategoryGroup;
    c.is_alphanumeric() || c.general_category_group() == GeneralCategoryGroup::Mark
}

/// Returns the number of bytes at the beginning of this text that are a word of the room's own.
fn kept(text: &str) -> usize {
    let end = text.find(|c| !is_of_a_word(c)).unwrap_or(text.len());
    let word = text.get(..end).unwrap_or_default();
    if KEPT.iter().any(|kept| kept.eq_ignore_ascii_case(word)) { end } else { 0 }
}

/// Returns one of so many characters from `first` on: another for each `c`.
fn rotated(c: char, first: char, count: u32, random: u64) -> char {
    let from = u32::from(c) - u32::from(first);
    let to = (from + 1 + (random % u64::from(count - 1)) as u32) % count;
    char::from_u32(u32::from(first) + to).unwrap_or(c)
}

/// A character of the same kind, of those that differ in the last byte of UTF-8 alone: another for each.
fn neighbour(c: char, random: u64) -> char {
    let first = u32::from(c) & !0x3f;
    let all = (first..=first | 0x3f).filter_map(char::from_u32);
    let alike = |other: &char| {
        other.general_category() == c.general_category()
            && nickname::tells_apart(*other) == nickname::tells_apart(c)
    };
    let alike: Vec<_> = all.filter(alike).collect();
    let before = alike.iter().position(|other| *other == c).unwrap_or(0);
    let after = before + 1 + random as usize % alike.len().saturating_sub(1).max(1);
    alike.iter().cycle().nth(after).copied().unwrap_or(c)
}
