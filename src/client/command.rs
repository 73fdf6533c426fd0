//! The commands that are for one's own client, beside those of the room
//! ([`command`](crate::room::command)).

use alloc::string::String;
use core::fmt;

/// A command of the client's own, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Local {
    /// `/ignore`: someone is not to be read any more.
    Ignore(String),
    /// `/unignore`: someone is to be read again.
    Unignore(String),
    /// `/clear`: the screen.
    Clear,
    /// `/reconnect`: leave this connection, or end the wait for the next.
    Reconnect,
    /// `/save`: what was shown, into this file.
    Save(String),
    /// `/set` alone: tell the options.
    Options,
    /// `/set`: an option, and its value, as typed.
    Set {
        /// Which.
        option: String,
        /// Its new value.
        value: String,
    },
    /// A command that lacks an argument.
    Incomplete {
        /// Its name.
        name: &'static str,
        /// Its arguments, with a space before them.
        arguments: &'static str,
    },
}

/// A command: its name, its arguments and its effect.
#[derive(Debug)]
pub struct Syntax {
    /// Without the slash.
    pub name: &'static str,
    /// Its arguments, with a space before them.
    pub arguments: &'static str,
    /// Its effect.
    pub effect: &'static str,
    /// Parses the words after the name; `None` where there are too few of them.
    parse: fn(&str) -> Option<Local>,
}

/// All of them; parsed from here, completed from here, and told after the room's own `/help`.
pub static LOCAL: [Syntax; 6] = [
    Syntax {
        name: "ignore",
        arguments: " <nick>",
        effect: "do not show what someone says",
        parse: |words| Some(Local::Ignore(some(words)?)),
    },
    Syntax {
        name: "unignore",
        arguments: " <nick>",
        effect: "show it again",
        parse: |words| Some(Local::Unignore(some(words)?)),
    },
    Syntax {
        name: "clear",
        arguments: "",
        effect: "clear the screen",
        parse: |_| Some(Local::Clear),
    },
    Syntax {
        name: "reconnect",
        arguments: "",
        effect: "connect again, now",
        parse: |_| Some(Local::Reconnect),
    },
    Syntax {
        name: "save",
        arguments: " <file>",
        effect: "write what was shown to a new file",
        parse: |words| Some(Local::Save(some(words)?)),
    },
    Syntax {
        name: "set",
        arguments: " [<option> <value>]",
        effect: "change how lines are shown, or tell how they are",
        parse: |words| {
            if words.is_empty() {
                return Some(Local::Options);
            }
            let (option, value) = words.split_once(char::is_whitespace)?;
            Some(Local::Set { option: option.into(), value: some(value)? })
        },
    },
];

fn some(words: &str) -> Option<String> {
    Some(words.trim()).filter(|words| !words.is_empty()).map(Into::into)
}

impl Local {
    /// Parses a typed line; `None` for a line that goes to the room.
    #[must_use]
    pub fn parse(line: &str) -> Option<Self> {
        let command = line.strip_prefix('/')?.trim_end();
        let (name, words) = command.split_once(char::is_whitespace).unwrap_or((command, ""));
        let syntax = LOCAL.iter().find(|syntax| syntax.name.eq_ignore_ascii_case(name))?;
        let incomplete = Self::Incomplete { name: syntax.name, arguments: syntax.arguments };
        Some((syntax.parse)(words.trim_start()).unwrap_or(incomplete))
    }
}

/// As the room's `/help` says it.
impl fmt::Display for Syntax {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "/{}{} - {}", self.name, self.arguments, self.effect)
    }
}
