//! What members can say, and every line that the server says.

use core::fmt::{self, Display};

use crate::event::{Ending, Millis};
use crate::history::Latest;
use crate::limits;
use crate::nickname::{Nickname, Refused};
use crate::roster::Roster;
use crate::sanitize;

/// What the server says first, and again after a refused nickname. No line end follows it: the
/// original client compares a whole read with these four bytes.
pub const PROMPT: &str = "NICK";

/// What the server says to all at the end, without its LF. A client that is leaving just then knows by
/// it that it may not have been heard.
pub const SHUTTING_DOWN: &str = "# the server is shutting down";

/// A frame, understood.
#[derive(Clone, Copy, Debug)]
pub enum Command<'a> {
    /// A message to all.
    Say(&'a str),
    /// `/me`: an action line to all.
    Act(&'a str),
    /// `/msg`: a private message.
    Tell {
        /// Who is meant, as typed.
        to: &'a str,
        /// What is said.
        text: &'a str,
    },
    /// `/nick`: another nickname, as typed.
    Rename(&'a str),
    /// `/who`: who is here.
    Who,
    /// `/help`: what can be said.
    Help,
    /// `/resume`: the hash of the token that takes this nickname back.
    Resume(&'a str),
    /// `/quit`: leaves, with some last words or none.
    Quit(&'a str),
    /// A command that there is not.
    Unknown(&'a str),
    /// A command that lacks an argument.
    Incomplete(&'static Syntax),
}

/// One command: what is typed, and what it does.
#[derive(Debug)]
pub struct Syntax {
    /// Without the slash.
    name: &'static str,
    /// Its arguments, as `/help` shows them.
    arguments: &'static str,
    /// What it does, as `/help` says it; empty for one that only programs use, which it leaves out.
    effect: &'static str,
    /// What the words after the name mean; `None` where there are too few of them.
    parse: for<'a> fn(&'a str) -> Option<Command<'a>>,
}

/// All commands; parsed from here, and told by `/help` from here.
const COMMANDS: [Syntax; 7] = [
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
        name: "nick",
        arguments: " <new>",
        effect: "another nickname",
        parse: |words| Some(Command::Rename(some(words)?)),
    },
    Syntax {
        name: "resume",
        arguments: " <hash>",
        effect: "",
        parse: |words| Some(Command::Resume(some(words)?.trim())),
    },
    Syntax {
        name: "quit",
        arguments: " [text]",
        effect: "leave, with some last words",
        parse: |words| Some(Command::Quit(last_words(some(words).unwrap_or_default().trim()))),
    },
];

/// The names of all commands, those included that only programs use, without the slash.
pub(crate) fn command_names() -> impl Iterator<Item = &'static str> {
    COMMANDS.iter().map(|syntax| syntax.name)
}

/// Those that people use.
fn listed() -> impl Iterator<Item = &'static Syntax> {
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
    /// What a sanitised frame means. A `/` begins a command, `//` a message with a literal `/`.
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

/// What a connection is told where the machine has no descriptor for it.
#[must_use]
pub fn full() -> alloc::string::String {
    alloc::format!("{}", Notice::Error(Error::Full))
}

/// Everything that the server says, other than [`PROMPT`]. `Display` gives whole lines, each with
/// its LF.
#[derive(Clone, Copy)]
pub enum Notice<'a> {
    /// To all: a nickname was accepted.
    Joined(&'a Nickname),
    /// To the newcomer, after that.
    Connected,
    /// To all: a message.
    Said(&'a Nickname, &'a str),
    /// To all: an action.
    Acted(&'a Nickname, &'a str),
    /// To all: the nickname before, and the one now.
    Renamed(&'a Nickname, &'a Nickname),
    /// To all who remain; and the cause, as [`Farewell`] displays it.
    Left(&'a Nickname, &'a dyn Display),
    /// To the receiver of a private message: who says it, and what.
    ToldBy(&'a Nickname, &'a str),
    /// To its sender: to whom it was said, and what.
    Told(&'a Nickname, &'a str),
    /// To a newcomer: what was said before.
    History(Latest<'a>),
    /// To a newcomer: the message of the day, sanitised, without the last line end.
    MessageOfTheDay(&'a str),
    /// To an unframed newcomer whose nickname was coerced.
    YouAre(&'a Nickname),
    /// The answer to `/who`.
    Present(&'a Roster),
    /// The answer to `/help`.
    Help,
    /// To all, at the end.
    ShuttingDown,
    /// To one: what was refused, why, and what to do.
    Error(Error<'a>),
}

/// How a member left: what is worth knowing of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Farewell<'a> {
    /// As the connection ended.
    Ended(Ending),
    /// By `/quit`, with these words, which may be empty.
    Quit(&'a str),
    /// The room held more for it than it may, or than there was memory for.
    Flooding,
    /// It gave its seat to a newcomer.
    GaveWay,
}

/// What was refused. `Display` says it, why, and what to do.
#[derive(Clone, Copy, Debug)]
pub enum Error<'a> {
    /// A nickname, on joining or by `/nick`.
    Nickname(&'a Refused),
    /// `/nick` with the nickname that one has.
    SameNickname(&'a Nickname),
    /// The last refusal before the connection is closed.
    TooManyNicknames,
    /// No nickname within this time.
    NoNickname(Millis),
    /// A frame of too many bytes.
    TooLong,
    /// A message that looks like a command and is none.
    BlankBeforeSlash,
    /// A command that there is not.
    UnknownCommand(&'a str),
    /// A command without its argument.
    Incomplete(&'static Syntax),
    /// `/msg` to someone who is not here.
    NoOneCalled(&'a str),
    /// The members' limit.
    Full,
    /// The address's limit.
    TooManyFromAddress,
    /// The limit of new connections from an address.
    TooOftenFromAddress,
    /// The room is full, and this member has given way.
    GaveWay,
    /// A private message to someone who has been sent too many lately.
    TooMuchUnread(&'a Nickname),
    /// An answer to someone whose source has been shown too much lately.
    TooManyAnswers,
    /// `/resume` before the nickname, with what is no token.
    NoToken,
    /// A second token.
    SecondToken,
    /// `/resume` of a member, with what is no hash.
    NoHash,
    /// Another connection has taken this one's nickname, with its token.
    Replaced,
    /// The server is ending.
    Closing,
    /// A web page, or something else that speaks HTTP.
    Http,
    /// A TLS ClientHello.
    Tls,
    /// More bytes than one connection may have waiting.
    Flooding,
}

impl Display for Notice<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Joined(who) => writeln!(f, "{who} joined the chat!"),
            Self::Connected => f.write_str("Connected to the server!\n"),
            Self::Said(who, text) => line(f, &["", who.as_str(), ": ", text]),
            Self::Acted(who, text) => line(f, &["* ", who.as_str(), " ", text]),
            Self::Renamed(before, now) => writeln!(f, "{before} is now known as {now}"),
            Self::Left(who, farewell) => writeln!(f, "{who} left the chat!{farewell}"),
            Self::ToldBy(who, text) => writeln!(f, "[{who} to you] {text}"),
            Self::Told(whom, text) => writeln!(f, "[you to {whom}] {text}"),
            Self::History(history) => write!(f, "{history}"),
            Self::MessageOfTheDay(text) => text.lines().try_for_each(|text| line(f, &["# ", text])),
            Self::YouAre(who) => writeln!(f, "# you are {who} here"),
            Self::Present(roster) => present(f, roster),
            Self::Help => listed().try_for_each(|syntax| writeln!(f, "# {syntax}")),
            Self::ShuttingDown => line(f, &[SHUTTING_DOWN]),
            Self::Error(error) => writeln!(f, "! {error}"),
        }
    }
}

/// The lines that a busy room is made of: the formatting machinery would cost more than their
/// bytes.
fn line(f: &mut fmt::Formatter<'_>, parts: &[&str]) -> fmt::Result {
    parts.iter().try_for_each(|part| f.write_str(part))?;
    f.write_str("\n")
}

/// How many are here, and as many names as fit.
fn present(f: &mut fmt::Formatter<'_>, roster: &Roster) -> fmt::Result {
    let mut nicknames = roster.nicknames();
    write!(f, "# {} here: ", nicknames.len())?;
    let (mut bytes, mut separator) = (0, "");
    while bytes < limits::WHO_BYTES {
        let Some(nickname) = nicknames.next() else { return f.write_str("\n") };
        write!(f, "{separator}{nickname}")?;
        separator = ", ";
        bytes += separator.len() + nickname.as_str().len();
    }
    match nicknames.len() {
        0 => f.write_str("\n"),
        more => writeln!(f, " and {more} more"),
    }
}

/// What somebody typed, quoted so far that it is recognised: an answer is not to be as long as that.
struct Short<'a>(&'a str);

impl Display for Short<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = self.0.floor_char_boundary(limits::NICKNAME_CHARS * 4);
        f.write_str(self.0.get(..end).unwrap_or_default())?;
        f.write_str(if end < self.0.len() { "…" } else { "" })
    }
}

impl Display for Syntax {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "/{}{} - {}", self.name, self.arguments, self.effect)
    }
}

/// What stands behind `left the chat!`, with a space before it if anything does.
impl Display for Farewell<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ended(Ending::Finished | Ending::Gone) | Self::Quit("") => Ok(()),
            Self::Ended(Ending::Lost | Ending::Unserved) => f.write_str(" (connection lost)"),
            Self::Ended(Ending::TooSlow) => f.write_str(" (too slow)"),
            Self::Flooding => f.write_str(" (flooding)"),
            Self::GaveWay => f.write_str(" (the room is full)"),
            Self::Quit(text) => write!(f, " (quit: {text})"),
        }
    }
}

impl Display for Error<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Nickname(refused) => write!(f, "{refused}"),
            Self::SameNickname(nickname) => write!(f, "you are already called {nickname}"),
            Self::TooManyNicknames => write!(
                f,
                "{} nicknames were refused, connect again to go on",
                limits::NICKNAME_REFUSALS
            ),
            Self::NoNickname(time) => write!(
                f,
                "no nickname within {} s, connect again and send one line with it",
                time.as_millis().div_ceil(1000)
            ),
            Self::TooLong => {
                write!(f, "message too long (limit {} bytes), not sent", limits::FRAME_BYTES)
            }
            Self::BlankBeforeSlash => f.write_str("begins with a blank and /: send //… to say it"),
            Self::UnknownCommand(name) => {
                let name = Short(name);
                write!(f, "unknown command /{name}, try /help; //{name} says it")
            }
            Self::Incomplete(syntax) => {
                write!(f, "/{} needs more words: /{}{}", syntax.name, syntax.name, syntax.arguments)
            }
            Self::NoOneCalled(nick) => write!(f, "no one here is called {}", Short(nick)),
            Self::Full => f.write_str("the room is full, try later"),
            Self::TooManyFromAddress => f.write_str("too many connections from your address"),
            Self::TooOftenFromAddress => f.write_str(
                "too many new connections from your address, try again in a few seconds",
            ),
            Self::GaveWay => f.write_str(
                "the room is full, and your network holds more than its share: try later",
            ),
            Self::TooMuchUnread(name) => write!(f, "{name} has too much unread, not sent"),
            Self::NoToken => f.write_str("give /resume a token of 16 to 128 characters"),
            Self::SecondToken => f.write_str("a token can be spent once, give your nickname"),
            Self::NoHash => {
                f.write_str("give /resume the SHA-256 of a token, as 64 hexadecimal digits")
            }
            Self::Replaced => f.write_str("your nickname was taken back by another connection"),
            Self::TooManyAnswers => {
                f.write_str("too many answers to your address, try again in a few seconds")
            }
            Self::Closing => f.write_str("the server is shutting down"),
            Self::Http => f.write_str(
                "this is a chat room, not a web server: join with chatroom-client, nc or telnet",
            ),
            Self::Tls => f.write_str(
                "this is a chat room without TLS: join with chatroom-client, nc or telnet",
            ),
            Self::Flooding => f.write_str("too many bytes at once, connect again and send less"),
        }
    }
}
