//! Bursts of joins and leaves, told as one row.
//!
//! A change after a quiet time is shown at once, so that one person's coming costs no delay. Changes
//! that follow it closely are counted, and told with the next other row, or when none has come for
//! [`FOLD_QUIET`](limits::FOLD_QUIET), or after [`FOLD_MOST`](limits::FOLD_MOST). A person
//! who joins and leaves within a burst counts in both.

use alloc::format;
use alloc::string::String;

use crate::limits;
use crate::room::event::Millis;
use crate::wire::line::Line;

/// A change of who is here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Someone came.
    Joined,
    /// Someone went.
    Left,
}

impl Change {
    /// Returns the change that a line tells, and of whom.
    #[must_use]
    pub const fn of(line: Line<&str>) -> Option<(Self, &str)> {
        if let Line::Joined { nick } = line {
            Some((Self::Joined, nick))
        } else if let Line::Left { nick, .. } = line {
            Some((Self::Left, nick))
        } else {
            None
        }
    }
}

/// The part of a burst that has not been told yet.
#[derive(Debug, Default)]
pub struct Fold {
    /// The latest change, told or not.
    last: Option<Millis>,
    /// The first that has not been told.
    since: Option<Millis>,
    joined: u64,
    left: u64,
    /// The line of the latest, in case it stays the only one.
    line: String,
}

impl Fold {
    /// Returns true if this change belongs to a burst and has been counted; otherwise it is to be shown.
    pub fn takes(&mut self, now: Millis, change: Change, line: &str) -> bool {
        let begins = self.last.is_none_or(|last| now.since(last) >= limits::FOLD_QUIET);
        self.last = Some(now);
        if begins {
            return false;
        }
        self.since.get_or_insert(now);
        match change {
            Change::Joined => self.joined += 1,
            Change::Left => self.left += 1,
        }
        self.line = line.into();
        true
    }

    /// When what was counted is to be told, if anything was.
    #[must_use]
    pub fn due(&self) -> Option<Millis> {
        let (since, last) = (self.since?, self.last?);
        Some((since + limits::FOLD_MOST).min(last + limits::FOLD_QUIET))
    }

    /// Takes the summary of the changes that were counted.
    pub fn take(&mut self) -> Option<String> {
        self.since.take()?;
        let people = |count| if count == 1 { "person" } else { "people" };
        let told = match (core::mem::take(&mut self.joined), core::mem::take(&mut self.left)) {
            (1, 0) | (0, 1) => core::mem::take(&mut self.line),
            (joined, 0) => format!("{joined} {} joined", people(joined)),
            (0, left) => format!("{left} {} left", people(left)),
            (joined, left) => format!("{joined} {} joined, {left} left", people(joined)),
        };
        Some(told)
    }
}
