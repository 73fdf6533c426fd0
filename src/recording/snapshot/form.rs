//! The JSON of what a snapshot holds: text, for what people read and write as text; and whatever could not
//! have come out of a room is refused.

use alloc::string::{String, ToString};

use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::{Serialize, Serializer};

use crate::room::budgets::source::{Prefix, Sender};
use crate::room::event::{ClientId, Millis};
use crate::room::facts::Name;
use crate::room::history::Entry;
use crate::room::nickname::Nickname;
use crate::room::reservations::{Owner, TokenHash};
use crate::room::wall_time::WallTime;
use crate::wire::line::Line;
use crate::wire::native::Render;
use crate::wire::rendering::Rendering;
use crate::wire::sanitize::{self, quoted};

macro_rules! as_text {
    ($($type:ty),+) => {$(
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(value: D) -> Result<Self, D::Error> {
                String::deserialize(value)?.parse().map_err(D::Error::custom)
            }
        }
    )+};
}

as_text!(ClientId, Millis, WallTime, Prefix, Sender, Owner, TokenHash);

/// The text of a nickname, or of a message in its native rendering; the number of the name; the time of the
/// message.
#[derive(serde::Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
struct Form {
    text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    number: Option<u32>,
    #[serde(default, skip_serializing_if = "super::is_default")]
    at: WallTime,
}

/// Returns the number of a name, if that can have it.
fn number_of<E: Error>(name: &str, number: Option<u32>) -> Result<Option<u32>, E> {
    match number {
        Some(..=1) => Err(E::custom("a form in ASCII is numbered from 2")),
        Some(_) if name.is_ascii() => Err(E::custom("a name in ASCII has no other form")),
        number => Ok(number),
    }
}

impl Serialize for Nickname {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Name { text, number } = self.into();
        Form { text: text.into(), number, at: WallTime::UNKNOWN }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Nickname {
    fn deserialize<D: Deserializer<'de>>(value: D) -> Result<Self, D::Error> {
        let Form { text, number, at } = Form::deserialize(value)?;
        if at != WallTime::UNKNOWN {
            return Err(D::Error::custom("a nickname has no time"));
        }
        let nickname = Self::parse(&text).ok().filter(|nickname| nickname.as_str() == text);
        let mut nickname =
            nickname.ok_or_else(|| D::Error::custom(quoted(&text) + " is no nickname"))?;
        nickname.set_number(number_of(&text, number)?);
        Ok(nickname)
    }
}

impl Serialize for Entry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let line = self.shown(Rendering::Native, WallTime::UNKNOWN).to_string();
        let text = line.trim_end_matches('\n').into();
        Form { text, number: self.name().number, at: self.time() }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Entry {
    fn deserialize<D: Deserializer<'de>>(value: D) -> Result<Self, D::Error> {
        let Form { text, number, at } = Form::deserialize(value)?;
        let safe = Some(&*text).filter(|text| sanitize::text(text.as_bytes()) == *text);
        let entry = safe.and_then(|line| Line::parse(line).entry());
        let entry = entry
            .ok_or_else(|| D::Error::custom(quoted(&text) + " is no message that a room says"))?;
        let number = number_of(entry.name().text, number)?;
        Ok(entry.with(number, at))
    }
}
