//! Lines for programs (`--json`): one object a line, by [`Line`].
//!
//! | `type` | fields, in this order | when |
//! |---|---|---|
//! | `message` | `nick`, `text` | `Jacob: hi` |
//! | `action` | `nick`, `text` | `* Jacob waves` |
//! | `private` | `from`, `to`, `text` | one of the two is `you`, which nobody can be called |
//! | `joined` | `nick` | |
//! | `left` | `nick`, `reason` | the reason may be empty: `too slow`, `connection lost`, `quit: bye` |
//! | `renamed` | `nick`, `now` | |
//! | `topic` | `nick`, `text` | somebody has set the topic |
//! | `connected` | | the room has taken the nickname |
//! | `history` | `first`, `last` | these messages follow, numbered by the room |
//! | `present` | `count`, `nicks` | the answer to `/who`; `nicks` may be fewer |
//! | `information` | `text` | anything else that the server says to you |
//! | `refused` | `text` | something of yours was refused |
//! | `other` | `text` | what no server of ours says |
//! | `notice` | `text` | the client itself says something |
//!
//! Each begins with `type` and ends with `time`, local, in RFC 3339: that of the server, at which a line
//! was said, or of the client, where the server tells none. `count`, `first` and `last` are
//! numbers, `nicks` is a list, everything else is text. Fields may be added, before `time`; none of
//! these goes or changes its meaning. The input is text:
//!
//! ```sh
//! #!/bin/sh
//! # A bot that answers `bot: time?`.
//! mkfifo say
//! chatroom-client chat.example --nick bot --json <say |
//!     jq --unbuffered -r 'select(.text == "bot: time?" and (.history | not)) | .nick' |
//!     while read -r nick; do
//!         echo "$nick: it is $(date +%H:%M)"
//!     done >say
//! ```
//!
//! ```
//! use chatroom::view::{LocalTime, json};
//!
//! let (hour, minute, second) = (10, 11, 12);
//! let at = LocalTime { year: 2026, month: 11, day: 22, hour, minute, second, offset: 60 };
//! assert_eq!(
//!     json::line(at, &"Jacob: hi".into()),
//!     r#"{"type":"message","nick":"Jacob","text":"hi","time":"2026-11-22T10:11:12+01:00"}"#
//! );
//! ```

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Serialize, Serializer};

use super::LocalTime;
use crate::wire::line::{Line, Received};
use crate::wire::sanitize;

/// Returns a line of the server's as an object without a line end.
#[must_use]
pub fn line(at: LocalTime, line: &Received) -> String {
    object(at, What::of(line.line()), false)
}

/// A line of the room's history, likewise; `history` is true in it.
#[must_use]
pub fn replay(at: LocalTime, line: &Received) -> String {
    object(at, What::of(line.line()), true)
}

/// Returns the client's own words as an object without a line end.
#[must_use]
pub fn notice(at: LocalTime, text: &str) -> String {
    object(at, What::Notice { text: &sanitize::text(text.as_bytes()) }, false)
}

fn object(time: LocalTime, what: What<'_>, history: bool) -> String {
    // Nothing in it can fail: text, numbers, and names of fields that are text.
    serde_json::to_string(&Object { what, time, history }).unwrap_or_default()
}

#[derive(Serialize)]
struct Object<'a> {
    #[serde(flatten)]
    what: What<'a>,
    time: LocalTime,
    #[serde(skip_serializing_if = "core::ops::Not::not")]
    history: bool,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum What<'a> {
    Message { nick: &'a str, text: &'a str },
    Action { nick: &'a str, text: &'a str },
    Private { from: &'a str, to: &'a str, text: &'a str },
    Joined { nick: &'a str },
    Left { nick: &'a str, reason: &'a str },
    Renamed { nick: &'a str, now: &'a str },
    Topic { nick: &'a str, text: &'a str },
    Connected,
    History { first: u64, last: u64 },
    Present { count: u64, nicks: Vec<&'a str> },
    Information { text: &'a str },
    Refused { text: &'a str },
    Other { text: &'a str },
    Notice { text: &'a str },
}

impl<'a> What<'a> {
    fn of(line: Line<&'a str>) -> Self {
        match line {
            Line::Said { nick, text } => Self::Message { nick, text },
            Line::Acted { nick, text } => Self::Action { nick, text },
            Line::PrivateFrom { nick, text } => Self::Private { from: nick, to: "you", text },
            Line::PrivateTo { nick, text } => Self::Private { from: "you", to: nick, text },
            Line::Joined { nick } => Self::Joined { nick },
            Line::Left { nick, reason } => Self::Left { nick, reason },
            Line::Renamed { before, now } => Self::Renamed { nick: before, now },
            Line::TopicSet { nick, text } => Self::Topic { nick, text },
            Line::Connected => Self::Connected,
            Line::History { first, last } => Self::History { first, last },
            Line::Present { count, nicks } => Self::Present { count, nicks: listed(nicks) },
            Line::Information(text) => Self::Information { text },
            Line::Refused(text) => Self::Refused { text },
            Line::Other(text) => Self::Other { text },
        }
    }
}

/// Those who are named; nicknames hold no spaces, so what follows the last one is ` and 7 more`.
fn listed(nicks: &str) -> Vec<&str> {
    let first_words = nicks.split(", ").filter_map(|nick| nick.split(' ').next());
    first_words.filter(|nick| !nick.is_empty()).collect()
}

impl Serialize for LocalTime {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}
