//! Which command of the room a word begins like.

use crate::room::command;

/// The beginning of the name of a command, in small letters; no name is longer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Command {
    name: [u8; 16],
    length: usize,
}

impl Command {
    /// This with another letter, where a command of the room begins so.
    pub(super) fn with(self, c: char) -> Option<Self> {
        let mut longer = self;
        *longer.name.get_mut(self.length)? = u8::try_from(c.to_ascii_lowercase()).ok()?;
        longer.length += 1;
        let begun = longer.name.get(..longer.length)?;
        command::names().any(|name| name.as_bytes().starts_with(begun)).then_some(longer)
    }

    /// Returns true if a token, or its hash, follows.
    pub(super) fn takes_a_token(self) -> bool {
        self.name.get(..self.length).is_some_and(|name| name == b"resume")
    }

    /// Returns true if a nickname follows.
    pub(super) fn takes_a_nickname(self) -> bool {
        self.name.get(..self.length).is_some_and(|name| name == b"nick" || name == b"msg")
    }
}
