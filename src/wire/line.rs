//! A line of the server's, understood: the inverse of what [`native`](crate::wire::native) writes.
//!
//! No nickname holds white space or one of `: * [ ] # ! /`, and each holds a letter or a digit, so what
//! stands first says what a line is and who caused it, whatever the rest is.

use alloc::string::String;

use crate::limits;
use crate::room::facts::Name;
use crate::room::history::{Entry, Kind};
use crate::room::nickname::tells_apart;
use crate::room::wall_time::WallTime;
use crate::wire::sanitize;

/// The meaning of a line, with its parts held as `T`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line<T> {
    /// `nick: text`.
    Said {
        /// The speaker.
        nick: T,
        /// The message.
        text: T,
    },
    /// `* nick text`.
    Acted {
        /// The actor.
        nick: T,
        /// The action.
        text: T,
    },
    /// `[nick to you] text`.
    PrivateFrom {
        /// The speaker.
        nick: T,
        /// The message.
        text: T,
    },
    /// `[you to nick] text`.
    PrivateTo {
        /// To whom.
        nick: T,
        /// The message.
        text: T,
    },
    /// `nick joined the chat!`.
    Joined {
        /// The newcomer.
        nick: T,
    },
    /// `nick left the chat!`, with a reason in brackets or none.
    Left {
        /// The member who left.
        nick: T,
        /// Without its brackets; empty for none.
        reason: T,
    },
    /// `before is now known as now`.
    Renamed {
        /// The nickname before.
        before: T,
        /// The nickname now.
        now: T,
    },
    /// `# nick set the topic: text`.
    TopicSet {
        /// The member who set it.
        nick: T,
        /// The topic.
        text: T,
    },
    /// `Connected to the server!`.
    Connected,
    /// `# messages first to last:`, the head of the history.
    History {
        /// The number of the first message that follows.
        first: u64,
        /// The number of the last.
        last: u64,
    },
    /// `# count here: nick, nick`.
    Present {
        /// The number of members.
        count: u64,
        /// Those who are named, with `, ` between them; and perhaps ` and 7 more`.
        nicks: T,
    },
    /// `# text`.
    Information(T),
    /// `! text`.
    Refused(T),
    /// Anything else, which a server of ours does not say.
    Other(T),
}

impl<T> Line<T> {
    /// The same line with its parts held in another way.
    fn map<U>(self, part: impl Fn(T) -> U) -> Line<U> {
        match self {
            Self::Said { nick, text } => Line::Said { nick: part(nick), text: part(text) },
            Self::Acted { nick, text } => Line::Acted { nick: part(nick), text: part(text) },
            Self::PrivateFrom { nick, text } => {
                Line::PrivateFrom { nick: part(nick), text: part(text) }
            }
            Self::PrivateTo { nick, text } => {
                Line::PrivateTo { nick: part(nick), text: part(text) }
            }
            Self::Joined { nick } => Line::Joined { nick: part(nick) },
            Self::Left { nick, reason } => Line::Left { nick: part(nick), reason: part(reason) },
            Self::Renamed { before, now } => Line::Renamed { before: part(before), now: part(now) },
            Self::TopicSet { nick, text } => Line::TopicSet { nick: part(nick), text: part(text) },
            Self::Connected => Line::Connected,
            Self::History { first, last } => Line::History { first, last },
            Self::Present { count, nicks } => Line::Present { count, nicks: part(nicks) },
            Self::Information(text) => Line::Information(part(text)),
            Self::Refused(text) => Line::Refused(part(text)),
            Self::Other(text) => Line::Other(part(text)),
        }
    }

    /// Returns true if the room numbers it: a message or an action to all.
    #[must_use]
    pub const fn is_numbered(&self) -> bool {
        matches!(self, Self::Said { .. } | Self::Acted { .. })
    }
}

impl<'a> Line<&'a str> {
    /// Parses a line without its end.
    #[must_use]
    pub fn parse(line: &'a str) -> Self {
        let parsed = match line.split_at_checked(2) {
            Some(("# ", text)) => Some(information(text)),
            Some(("! ", text)) => Some(Self::Refused(text)),
            Some(("* ", rest)) => action(rest),
            _ if line.starts_with('[') => private(line),
            _ => news(line).or_else(|| message(line)),
        };
        parsed.unwrap_or(Self::Other(line))
    }

    /// The message to everyone that it says, as the history keeps it.
    pub(crate) fn entry(&self) -> Option<Entry> {
        let (kind, text, said) = match *self {
            Self::Said { nick, text } => (Kind::Said, nick, text),
            Self::Acted { nick, text } => (Kind::Acted, nick, text),
            Self::PrivateFrom { .. }
            | Self::PrivateTo { .. }
            | Self::Joined { .. }
            | Self::Left { .. }
            | Self::Renamed { .. }
            | Self::TopicSet { .. }
            | Self::Connected
            | Self::History { .. }
            | Self::Present { .. }
            | Self::Information(_)
            | Self::Refused(_)
            | Self::Other(_) => return None,
        };
        Some(Entry::new(kind, Name { text, number: None }, said, WallTime::UNKNOWN))
    }
}

fn information(text: &str) -> Line<&str> {
    history(text)
        .or_else(|| present(text))
        .or_else(|| topic(text))
        .unwrap_or(Line::Information(text))
}

fn history(text: &str) -> Option<Line<&str>> {
    let (first, last) = text.strip_prefix("messages ")?.strip_suffix(':')?.split_once(" to ")?;
    Some(Line::History { first: first.parse().ok()?, last: last.parse().ok()? })
}

fn present(text: &str) -> Option<Line<&str>> {
    let (count, nicks) = text.split_once(" here: ")?;
    Some(Line::Present { count: count.parse().ok()?, nicks })
}

fn topic(text: &str) -> Option<Line<&str>> {
    let (nick, text) = text.split_once(" set the topic: ")?;
    is_nick(nick).then_some(Line::TopicSet { nick, text })
}

fn action(rest: &str) -> Option<Line<&str>> {
    let (nick, text) = rest.split_once(' ')?;
    is_nick(nick).then_some(Line::Acted { nick, text })
}

fn private(line: &str) -> Option<Line<&str>> {
    let (head, text) = line.strip_prefix('[')?.split_once("] ")?;
    if let Some(nick) = head.strip_prefix("you to ") {
        return is_nick(nick).then_some(Line::PrivateTo { nick, text });
    }
    let nick = head.strip_suffix(" to you")?;
    is_nick(nick).then_some(Line::PrivateFrom { nick, text })
}

fn message(line: &str) -> Option<Line<&str>> {
    let (nick, text) = line.split_once(": ")?;
    is_nick(nick).then_some(Line::Said { nick, text })
}

fn news(line: &str) -> Option<Line<&str>> {
    if line == "Connected to the server!" {
        return Some(Line::Connected);
    }
    let (nick, what) = line.split_once(' ')?;
    if !is_nick(nick) {
        return None;
    }
    if what == "joined the chat!" {
        return Some(Line::Joined { nick });
    }
    if let Some(now) = what.strip_prefix("is now known as ") {
        return is_nick(now).then_some(Line::Renamed { before: nick, now });
    }
    let reason = what.strip_prefix("left the chat!")?;
    let reason = match reason {
        "" => reason,
        reason => reason.strip_prefix(" (")?.strip_suffix(')')?,
    };
    Some(Line::Left { nick, reason })
}

/// Returns true if this can be a nickname, of a server of ours or of the original, which has no limit.
/// Nobody is called `--`, which begins what the client itself says.
pub(crate) fn is_nick(nick: &str) -> bool {
    let marks = |c: char| c.is_whitespace() || matches!(c, ':' | '*' | '[' | ']' | '#' | '!' | '/');
    let fits =
        nick.chars().take(2 * limits::NICKNAME_CHARS + 1).count() <= 2 * limits::NICKNAME_CHARS;
    fits && !nick.contains(marks) && nick.contains(tells_apart)
}

/// A line that a server has sent: safe to show, and parsed once for all who read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// Without its time.
    text: String,
    time: Option<WallTime>,
    /// Each part by its place in the text.
    meaning: Line<Place>,
}

/// A part of a text: its first byte, and its length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place(usize, usize);

impl Received {
    /// Sanitises and parses a line without its end.
    #[must_use]
    pub fn parse(line: &[u8]) -> Self {
        let line = sanitize::text(line);
        let timed = line.split_once(' ').and_then(|(time, text)| Some((time.parse().ok()?, text)));
        let (time, text) = match timed {
            Some((time, text)) => (Some(time), String::from(text)),
            None => (None, line),
        };
        let begin = text.as_ptr().addr();
        let place = |part: &str| Place(part.as_ptr().addr().wrapping_sub(begin), part.len());
        let meaning = Line::parse(&text).map(place);
        Self { text, time, meaning }
    }

    /// The line, without its time.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The time in front of it, where there is one: that of the server's clock, at which it was said.
    #[must_use]
    pub const fn time(&self) -> Option<WallTime> {
        self.time
    }

    /// Its meaning.
    #[must_use]
    pub fn line(&self) -> Line<&str> {
        let part = |Place(begin, length)| self.text.get(begin..begin + length);
        self.meaning.map(|place| part(place).unwrap_or_default())
    }
}

impl From<&str> for Received {
    fn from(line: &str) -> Self {
        Self::parse(line.as_bytes())
    }
}
