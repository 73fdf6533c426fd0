//! The commands of a member.

use crate::limits;
use crate::wire::sanitize;

/// A frame, understood.
#[derive(Clone, Copy, Debug)]
pub enum Command<'a> {
    /// A message to all.
    Say(&'a str),
    /// `/me`: an action line to all.
    Act(&'a str),
    /// `/msg`: a private message.
    Tell {
        /// The addressee, as typed.
        to: &'a str,
        /// The text.
        text: &'a str,
    },
    /// `/reply`: a private message to the last one who sent this member one.
    Reply(&'a str),
    /// `/nick`: another nickname, as typed.
    Rename(&'a str),
    /// `/topic`: sets what the room talks about, or asks for it, where there are no words.
    Topic(&'a str),
    /// `/who`: who is here.
    Who,
    /// `/help`: what can be said.
    Help,
    /// `/resume`: the hash of the token that takes this nickname back.
    Resume(&'a str),
    /// `/times`: the time in front of each line.
    Times,
    /// `/quit`: leaves, with some last words or none.
    Quit(&'a str),
    /// A command that there is not.
    Unknown(&'a str),
    /// A command that lacks an argument.
    Incomplete(&'static Syntax),
}

/// A command: its name, its arguments and its effect.
#[derive(Debug)]
pub struct Syntax {
    /// Without the slash.
    pub(crate) name: &'static str,
    /// Its arguments, as `/help` shows them.
    pub(crate) arguments: &'static str,
    /// Its effect, for `/help`; empty for a command that only programs use, which `/help` leaves out.
    pub(crate) effect: &'static str,
    /// Parses the words after the name; `None` where there are too few of them.
    parse: for<'a> fn(&'a str) -> Option<Command<'a>>,
}

/// No two commands have one name.
impl PartialEq for Syntax {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Syntax {}

/// All commands; parsed from here, and told by `/help` from here.
const COMMANDS: [Syntax; 10] = [
    Syntax { name: "help", arguments: "", effect: "this list", parse: |_| Some(Command::Help) },
    Syntax {
        name: "who",
        arguments: "",
        effect: "who is here, in joining order",
        parse: |_| Some(Command::Who),
    },
    Syntax {
        name: "me",
        arguments: " <text>",
        effect: "say what you do: * you wave",
        parse: |words| Some(Command::Act(some(words)?)),
    },
    Syntax {
        name: "msg",
        arguments: " <nick> <text>",
        effect: "a message to one person only",
        parse: |words| {
            let (to, text) = words.split_once(char::is_whitespace)?;
            Some(Command::Tell { to, text: some(text)? })
        },
    },
    Syntax {
        name: "reply",
        arguments: " <text>",
        effect: "answer the last private message",
        parse: |words| Some(Command::Reply(some(words)?)),
    },
    Syntax {
        name: "nick",
        arguments: " <new>",
        effect: "another nickname",
        parse: |words| Some(Command::Rename(some(words)?)),
    },
    Syntax {
        name: "topic",
        arguments: " [text]",
        effect: "what the room talks about, or set it",
        parse: |words| Some(Command::Topic(some(words).unwrap_or_default().trim())),
    },
    Syntax {
        name: "resume",
        arguments: " <hash>",
        effect: "",
        parse: |words| Some(Command::Resume(some(words)?.trim())),
    },
    Syntax { name: "times", arguments: "", effect: "", parse: |_| Some(Command::Times) },
    Syntax {
        name: "quit",
        arguments: " [text]",
        effect: "leave, with some last words",
        parse: |words| Some(Command::Quit(last_words(some(words).unwrap_or_default().trim()))),
    },
];

/// The names of all commands, those included that only programs use, without the slash.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    COMMANDS.iter().map(|syntax| syntax.name)
}

/// Those that people use.
pub(crate) fn listed() -> impl Iterator<Item = &'static Syntax> {
    COMMANDS.iter().filter(|syntax| !syntax.effect.is_empty())
}

/// As many of these words as fit, whole characters.
fn last_words(words: &str) -> &str {
    let end = words.floor_char_boundary(limits::QUIT_BYTES);
    words.get(..end).unwrap_or_default().trim_end()
}

/// These words, if a person sees any of them.
fn some(words: &str) -> Option<&str> {
    Some(words).filter(|words| sanitize::first_visible(words).is_some())
}

impl<'a> Command<'a> {
    /// Parses a sanitised frame. A `/` begins a command, `//` a message with a literal `/`.
    #[must_use]
    pub fn parse(text: &'a str) -> Self {
        let Some(command) = text.strip_prefix('/') else { return Self::Say(text) };
        if command.starts_with('/') {
            return Self::Say(command);
        }
        let (name, words) = command.split_once(char::is_whitespace).unwrap_or((command, ""));
        let Some(syntax) = COMMANDS.iter().find(|syntax| syntax.name.eq_ignore_ascii_case(name))
        else {
            return Self::Unknown(name);
        };
        (syntax.parse)(words.trim_start()).unwrap_or(Self::Incomplete(syntax))
    }
}
