//! The settings that flags and the environment give, or a file.

use clap::Args;
use clap::builder::FalseyValueParser;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::choice::{Choice, expected_one_of, one_of};
use super::{Bell, Color, Edit, PresenceShown, Time};
use crate::shell::client::run;
use crate::shell::url;

/// The keys of a file: the flags' names.
pub const KEYS: [&str; 12] = [
    "server",
    "nick",
    "legacy",
    "plain",
    "json",
    "color",
    "time",
    "presence",
    "bell",
    "no-reconnect",
    "history-file",
    "edit",
];

/// The form of a file, for an error about one that is no TOML.
const SHAPE: &str = "each setting is one line, like nick = \"Ann\"";

/// The characters of an unknown key that an error shows: all of any that was meant as one.
const KEY_SHOWN: usize = 40;

// Each flag has its environment twin and stands in a file under its name, but for ADDR, which is
// `server` in both. No flag has a default here: it would go before the file.
#[expect(missing_docs, reason = "what clap is told as help is the documentation")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Args)]
pub struct PartialConfig {
    /// Host and port of the server, also as chat://HOST:PORT; the port may be left out [default:
    /// 127.0.0.1:55555]
    #[arg(value_name = "ADDR", env = "CHATROOM_SERVER", hide_env_values = true,
        value_parser = url::server)]
    pub server: Option<String>,

    /// Nickname to join with; you are asked for one otherwise
    #[arg(long, value_name = "NAME", env = "CHATROOM_NICK", hide_env_values = true,
        value_parser = nickname)]
    pub nick: Option<String>,

    /// Speak to the original Python server: no line ends, ASCII only
    #[arg(long, value_name = "BOOL", env = "CHATROOM_LEGACY", hide_env_values = true,
        num_args = 0..=1, require_equals = true, default_missing_value = "true",
        hide_possible_values = true, value_parser = FalseyValueParser::new())]
    pub legacy: Option<bool>,

    /// Only append lines and never move the cursor: for screen readers, logs and dumb terminals,
    /// for which it is chosen by itself
    #[arg(long, value_name = "BOOL", env = "CHATROOM_PLAIN", hide_env_values = true,
        num_args = 0..=1, require_equals = true, default_missing_value = "true",
        hide_possible_values = true, value_parser = FalseyValueParser::new())]
    pub plain: Option<bool>,

    /// Write one JSON object a line, for programs; goes before --plain
    #[arg(long, value_name = "BOOL", env = "CHATROOM_JSON", hide_env_values = true,
        num_args = 0..=1, require_equals = true, default_missing_value = "true",
        hide_possible_values = true, value_parser = FalseyValueParser::new())]
    pub json: Option<bool>,

    /// When there are colours; auto is in a terminal that is not dumb, without NO_COLOR
    /// [default: auto]
    #[arg(long, value_name = "WHEN", env = "CHATROOM_COLOR", hide_env_values = true,
        value_parser = one_of::<Color>())]
    pub color: Option<Color>,

    /// Local time in front of lines; short is HH:MM, full has the date and seconds
    /// [default: short]
    #[arg(long, value_name = "FORM", env = "CHATROOM_TIME", hide_env_values = true,
        value_parser = one_of::<Time>())]
    pub time: Option<Time>,

    /// Joins and leaves to show; fold makes one line of many [default: fold]
    #[arg(long, value_name = "HOW", env = "CHATROOM_PRESENCE", hide_env_values = true,
        value_parser = one_of::<PresenceShown>())]
    pub presence: Option<PresenceShown>,

    /// Lines that ring: mention is your name in a message, private a private message, all every message
    /// [default: mention,private]
    #[arg(long, value_name = "WHEN", env = "CHATROOM_BELL", hide_env_values = true,
        value_parser = one_of::<Bell>())]
    pub bell: Option<Bell>,

    /// End when the connection is lost, rather than try again
    #[arg(long, value_name = "BOOL", env = "CHATROOM_NO_RECONNECT", hide_env_values = true,
        num_args = 0..=1, require_equals = true, default_missing_value = "true",
        hide_possible_values = true, value_parser = FalseyValueParser::new())]
    pub no_reconnect: Option<bool>,

    /// Keep what you type in this file; otherwise it is forgotten when you leave
    #[arg(long, value_name = "FILE", env = "CHATROOM_HISTORY_FILE", hide_env_values = true,
        value_hint = clap::ValueHint::FilePath)]
    pub history_file: Option<String>,

    /// Keys of the line editor [default: emacs]
    #[arg(long, value_name = "KEYS", env = "CHATROOM_EDIT", hide_env_values = true,
        value_parser = one_of::<Edit>())]
    pub edit: Option<Edit>,
}

impl PartialConfig {
    /// Reads what a file says.
    ///
    /// # Errors
    ///
    /// The first line that makes no sense, its number, and what would make sense.
    pub fn from_toml(file: &[u8]) -> Result<Self, (usize, String)> {
        let line = |at: usize| 1 + file.iter().take(at).filter(|byte| **byte == b'\n').count();
        let text = str::from_utf8(file)
            .map_err(|error| (line(error.valid_up_to()), "this is not UTF-8".to_owned()))?;
        let table = DeTable::parse(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            (line(at), format!("{}; {SHAPE}", one_line(error.message())))
        })?;
        let mut entries: Vec<_> = table.get_ref().iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        let mut partial = Self::default();
        for (key, value) in entries {
            partial.set(key.get_ref(), value).map_err(|wrong| (line(key.span().start), wrong))?;
        }
        Ok(partial)
    }

    fn set(&mut self, key: &str, value: &Spanned<DeValue<'_>>) -> Result<(), String> {
        let value = value.get_ref();
        let set = match key {
            "server" => text(value, url::server).map(|it| self.server = Some(it)),
            "nick" => text(value, nickname).map(|it| self.nick = Some(it)),
            "legacy" => truth(value).map(|it| self.legacy = Some(it)),
            "plain" => truth(value).map(|it| self.plain = Some(it)),
            "json" => truth(value).map(|it| self.json = Some(it)),
            "color" => word(value).map(|it| self.color = Some(it)),
            "time" => word(value).map(|it| self.time = Some(it)),
            "presence" => word(value).map(|it| self.presence = Some(it)),
            "bell" => word(value).map(|it| self.bell = Some(it)),
            "no-reconnect" => truth(value).map(|it| self.no_reconnect = Some(it)),
            "history-file" => {
                text(value, |it| Ok(it.into())).map(|it| self.history_file = Some(it))
            }
            "edit" => word(value).map(|it| self.edit = Some(it)),
            _ => {
                let key: String = key.chars().take(KEY_SHOWN).collect();
                return Err(format!("there is no setting {key:?}, only {}", KEYS.join(", ")));
            }
        };
        set.map_err(|wrong| format!("{key}: {wrong}"))
    }
}

/// Reads a nickname. None at all is one that is asked for.
fn nickname(text: &str) -> Result<String, String> {
    if text.is_empty() { Ok(String::new()) } else { run::nickname(text) }
}

fn text(
    value: &DeValue<'_>,
    read: impl Fn(&str) -> Result<String, String>,
) -> Result<String, String> {
    value.as_str().ok_or_else(|| "give a text in quotes".to_owned()).and_then(read)
}

fn truth(value: &DeValue<'_>) -> Result<bool, String> {
    value.as_bool().ok_or_else(|| "give true or false, without quotes".into())
}

fn word<T: Choice>(value: &DeValue<'_>) -> Result<T, String> {
    value.as_str().and_then(|word| word.parse().ok()).ok_or_else(expected_one_of::<T>)
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
