//! The settings that flags and the environment give, or a file.

use clap::Args;
use clap::builder::FalseyValueParser;
use serde::de::{Deserialize, Deserializer, Error};

use super::{Bell, Color, Edit, PresenceShown, Time};
use crate::limits;
use crate::shell::client::run;
use crate::shell::url;
use crate::wire::sanitize;

/// The remedy for a file that is no TOML.
const SHAPE: &str = "; each setting is one line, like nick = \"Ann\"";

// Each flag has its environment twin and stands in a file under its name, but for ADDR, which is
// `server` in both. No flag has a default here: it would go before the file.
#[expect(missing_docs, reason = "what clap is told as help is the documentation")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Args, serde::Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct PartialConfig {
    /// Host and port of the server, also as chat://HOST:PORT; the port may be left out [default:
    /// 127.0.0.1:55555]
    #[arg(value_name = "ADDR", env = "CHATROOM_SERVER", hide_env_values = true,
        value_parser = url::server)]
    #[serde(deserialize_with = "server")]
    pub server: Option<String>,

    /// Nickname to join with; you are asked for one otherwise
    #[arg(long, value_name = "NAME", env = "CHATROOM_NICK", hide_env_values = true,
        value_parser = nickname)]
    #[serde(deserialize_with = "nick")]
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
    #[arg(long, value_name = "WHEN", env = "CHATROOM_COLOR", hide_env_values = true)]
    pub color: Option<Color>,

    /// Local time in front of lines; short is HH:MM, full has the date and seconds
    /// [default: short]
    #[arg(long, value_name = "FORM", env = "CHATROOM_TIME", hide_env_values = true)]
    pub time: Option<Time>,

    /// Joins and leaves to show; fold makes one line of many [default: fold]
    #[arg(long, value_name = "HOW", env = "CHATROOM_PRESENCE", hide_env_values = true)]
    pub presence: Option<PresenceShown>,

    /// Lines that ring: mention is your name in a message, private a private message, all every message
    /// [default: mention,private]
    #[arg(long, value_name = "WHEN", env = "CHATROOM_BELL", hide_env_values = true)]
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
    #[arg(long, value_name = "KEYS", env = "CHATROOM_EDIT", hide_env_values = true)]
    pub edit: Option<Edit>,
}

impl PartialConfig {
    /// Reads what a file says.
    ///
    /// # Errors
    ///
    /// The number of a line that makes no sense, and why.
    pub fn from_toml(file: &[u8]) -> Result<Self, (usize, String)> {
        let line = |at: usize| 1 + file.iter().take(at).filter(|byte| **byte == b'\n').count();
        let text = str::from_utf8(file)
            .map_err(|error| (line(error.valid_up_to()), "this is not UTF-8".to_owned()))?;
        let told = |error: toml::de::Error, remedy: &str| {
            let at = error.span().map_or(0, |span| span.start);
            (line(at), one_line(&format!("{}{remedy}", error.message())))
        };
        let file = toml::Deserializer::parse(text).map_err(|error| told(error, SHAPE))?;
        Self::deserialize(file).map_err(|error| told(error, ""))
    }
}

/// Reads a nickname. None at all is one that is asked for.
fn nickname(text: &str) -> Result<String, String> {
    if text.is_empty() { Ok(String::new()) } else { run::nickname(text) }
}

fn nick<'de, D: Deserializer<'de>>(value: D) -> Result<Option<String>, D::Error> {
    nickname(&String::deserialize(value)?).map(Some).map_err(D::Error::custom)
}

fn server<'de, D: Deserializer<'de>>(value: D) -> Result<Option<String>, D::Error> {
    url::server(&String::deserialize(value)?).map(Some).map_err(D::Error::custom)
}

/// Returns what is wrong with a file, of which it may quote anything, in one line that is safe to show.
fn one_line(message: &str) -> String {
    let words: Vec<_> = message.split_whitespace().collect();
    let mut line = sanitize::text(words.join(" ").as_bytes());
    if let Some((end, _)) = line.char_indices().nth(limits::CONFIG_ERROR_CHARS) {
        line.truncate(end);
        line.push('…');
    }
    line
}
