//! The client's settings, and where they come from: flags over the environment over a file over the
//! defaults.
//!
//! All of it is pure but [`read`], which reads the file, and [`Surroundings::of_standard_output`].
//! Flags and the file fill the same [`PartialConfig`]; what is settled then is [`Settings`], which prints
//! itself as a file that says the same.

mod color;
mod edit;
mod file;
mod partial;

use std::fmt::{self, Display};
use std::path::{Path, PathBuf};

use clap::builder::PossibleValue;
use clap::{Arg, Args, Command};

pub use crate::view::{Bell, PresenceShown, Time};
pub use color::{Color, Surroundings};
pub use edit::Edit;
pub use file::{default_place, read};
pub use partial::PartialConfig;

/// All that a person can set.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Settings {
    /// `host:port` of the server.
    pub server: String,
    /// The nickname to join with; the person is asked where there is none.
    pub nick: Option<String>,
    /// True if the server is the original Python program.
    pub legacy: bool,
    /// True if lines are only ever appended, in a terminal too.
    pub plain: bool,
    /// True if each line is a JSON object, even if `plain` is set.
    pub json: bool,
    /// When there are colours.
    pub color: Color,
    /// The form of the time in front of a line.
    pub time: Time,
    /// The form of joins and leaves.
    pub presence: PresenceShown,
    /// The lines that ring the bell.
    pub bell: Bell,
    /// True if a lost connection is the end.
    pub no_reconnect: bool,
    /// The file that keeps what was typed; see [`history_path`](Self::history_path).
    pub history_file: Option<String>,
    /// The keys of the line editor.
    pub edit: Edit,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            server: "127.0.0.1:55555".into(),
            nick: None,
            legacy: false,
            plain: false,
            json: false,
            color: Color::default(),
            time: Time::default(),
            presence: PresenceShown::default(),
            bell: Bell::default(),
            no_reconnect: false,
            history_file: None,
            edit: Edit::default(),
        }
    }
}

impl Settings {
    /// These, but for what is given. An empty text is none: so a flag can undo what a file says.
    #[must_use]
    pub fn with(self, partial: PartialConfig) -> Self {
        let or = |partial: Option<String>, before| partial.map_or(before, Some);
        Self {
            server: partial.server.unwrap_or(self.server),
            nick: or(partial.nick, self.nick).filter(|nick| !nick.is_empty()),
            legacy: partial.legacy.unwrap_or(self.legacy),
            plain: partial.plain.unwrap_or(self.plain),
            json: partial.json.unwrap_or(self.json),
            color: partial.color.unwrap_or(self.color),
            time: partial.time.unwrap_or(self.time),
            presence: partial.presence.unwrap_or(self.presence),
            bell: partial.bell.unwrap_or(self.bell),
            no_reconnect: partial.no_reconnect.unwrap_or(self.no_reconnect),
            history_file: or(partial.history_file, self.history_file).filter(|it| !it.is_empty()),
            edit: partial.edit.unwrap_or(self.edit),
        }
    }

    /// Returns the file that keeps typed lines, if any; see [`in_home`].
    #[must_use]
    pub fn history_path(&self, home: Option<&Path>) -> Option<PathBuf> {
        self.history_file.as_deref().map(|path| in_home(path, home))
    }
}

/// A path in which `~/` is the home directory, where no shell has put it: in a file, behind a `=`, in
/// `/save`. Where nobody has one it is left as it is.
#[must_use]
pub fn in_home(path: &str, home: Option<&Path>) -> PathBuf {
    match (path.strip_prefix("~/"), home) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => path.into(),
    }
}

/// A file that says the same, each setting with the help of its flag as its comment.
impl Display for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "# Settings of chatroom-client. Flags and the environment go before these.")?;
        let flags = PartialConfig::augment_args(Command::new("chatroom-client"));
        let settings = toml::Table::try_from(self).map_err(|_| fmt::Error)?;
        for flag in flags.get_arguments() {
            let key = flag.get_id().as_str().replace('_', "-");
            writeln!(f)?;
            comment(f, &help(flag))?;
            match settings.get(&key) {
                Some(value) => writeln!(f, "{key} = {value}")?,
                None => writeln!(f, "{key} = \"\"")?,
            }
        }
        Ok(())
    }
}

/// Returns a flag's help, with its possible values.
fn help(flag: &Arg) -> String {
    let help = flag.get_help().map(ToString::to_string).unwrap_or_default();
    let words = flag.get_possible_values();
    if flag.is_hide_possible_values_set() || words.is_empty() {
        return help;
    }
    let words: Vec<_> = words.iter().map(PossibleValue::get_name).collect();
    format!("{help} [{}]", words.join(", "))
}

/// Writes this as lines that fit a screen.
fn comment(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    const WIDTH: usize = 80;
    let mut line = String::from("#");
    for word in text.split_whitespace() {
        if line.len() + word.len() >= WIDTH {
            writeln!(f, "{line}")?;
            line = "#".into();
        }
        line.push(' ');
        line.push_str(word);
    }
    writeln!(f, "{line}")
}
