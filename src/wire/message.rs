//! What members can say, and every line that the server says.

mod command;

use core::fmt::{self, Display, Write};

pub(crate) use self::command::command_names;
use self::command::listed;
pub use self::command::{Command, Syntax};
use crate::limits;
use crate::room::event::{Ending, Millis};
use crate::room::history::Latest;
use crate::room::nickname::{Nickname, Refused};
use crate::room::roster::Roster;
use crate::wire::rendering::{AsciiWriter, Rendering};

/// What the server says first, and again after a refused nickname. No line end follows it: the
/// original client compares a whole read with these four bytes.
pub const PROMPT: &str = "NICK";

/// What the server says to all at the end, without its LF. A client that is leaving just then knows by
/// it that it may not have been heard.
pub const SHUTTING_DOWN: &str = "# the server is shutting down";

/// The refusal of a connection for which the machine has no descriptor.
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
    /// To all who remain; and the cause, as [`LeaveReason`] displays it.
    Left(&'a Nickname, &'a dyn Display),
    /// To the receiver of a private message: who says it, and what.
    PrivateFrom(&'a Nickname, &'a str),
    /// To its sender: to whom it was said, and what.
    PrivateTo(&'a Nickname, &'a str),
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
pub enum LeaveReason<'a> {
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

impl Notice<'_> {
    /// As those see it who are sent this rendering. `Display` is the native one.
    #[must_use]
    pub const fn shown(&self, rendering: Rendering) -> ShownNotice<'_> {
        ShownNotice { notice: self, rendering }
    }

    fn write(&self, out: &mut dyn Write, rendering: Rendering) -> fmt::Result {
        match *self {
            Self::Joined(who) => writeln!(out, "{} joined the chat!", who.shown(rendering)),
            Self::Connected => out.write_str("Connected to the server!\n"),
            // The lines that a busy room is made of: the formatting machinery would cost more than
            // their bytes.
            Self::Said(who, text) => {
                who.shown(rendering).write(out)?;
                line(out, ": ", text)
            }
            Self::Acted(who, text) => {
                out.write_str("* ")?;
                who.shown(rendering).write(out)?;
                line(out, " ", text)
            }
            Self::Renamed(before, now) => {
                let (before, now) = (before.shown(rendering), now.shown(rendering));
                writeln!(out, "{before} is now known as {now}")
            }
            Self::Left(who, reason) => {
                writeln!(out, "{} left the chat!{reason}", who.shown(rendering))
            }
            Self::PrivateFrom(who, text) => {
                writeln!(out, "[{} to you] {text}", who.shown(rendering))
            }
            Self::PrivateTo(whom, text) => {
                writeln!(out, "[you to {}] {text}", whom.shown(rendering))
            }
            Self::History(history) => history.write(out, rendering),
            Self::MessageOfTheDay(text) => text.lines().try_for_each(|text| line(out, "# ", text)),
            Self::YouAre(who) => writeln!(out, "# you are {} here", who.shown(rendering)),
            Self::Present(roster) => present(out, roster, rendering),
            Self::Help => listed().try_for_each(|syntax| writeln!(out, "# {syntax}")),
            Self::ShuttingDown => line(out, SHUTTING_DOWN, ""),
            Self::Error(error) => {
                out.write_str("! ")?;
                error.write(out, rendering)?;
                out.write_str("\n")
            }
        }
    }
}

impl Display for Notice<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, Rendering::Native)
    }
}

/// A [`Notice`] in a rendering.
#[derive(Clone, Copy)]
pub struct ShownNotice<'a> {
    notice: &'a Notice<'a>,
    rendering: Rendering,
}

impl Display for ShownNotice<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.rendering {
            Rendering::Native => self.notice.write(f, Rendering::Native),
            Rendering::Ascii => self.notice.write(&mut AsciiWriter(f), Rendering::Ascii),
        }
    }
}

fn line(out: &mut dyn Write, begin: &str, text: &str) -> fmt::Result {
    out.write_str(begin)?;
    out.write_str(text)?;
    out.write_str("\n")
}

/// How many are here, and as many names as fit.
fn present(out: &mut dyn Write, roster: &Roster, rendering: Rendering) -> fmt::Result {
    let mut nicknames = roster.nicknames();
    write!(out, "# {} here: ", nicknames.len())?;
    let (mut bytes, mut separator) = (0, "");
    while bytes < limits::WHO_BYTES {
        let Some(nickname) = nicknames.next() else { return out.write_str("\n") };
        write!(out, "{separator}{}", nickname.shown(rendering))?;
        separator = ", ";
        bytes += separator.len() + nickname.longest();
    }
    match nicknames.len() {
        0 => out.write_str("\n"),
        more => writeln!(out, " and {more} more"),
    }
}

/// What stands behind `left the chat!`, with a space before it if anything does.
impl Display for LeaveReason<'_> {
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
        self.write(f, Rendering::Native)
    }
}

impl Error<'_> {
    fn write(&self, out: &mut dyn Write, rendering: Rendering) -> fmt::Result {
        match *self {
            Self::Nickname(refused) => write!(out, "{refused}"),
            Self::SameNickname(nickname) => {
                write!(out, "you are already called {}", nickname.shown(rendering))
            }
            Self::TooManyNicknames => write!(
                out,
                "{} nicknames were refused, connect again to go on",
                limits::NICKNAME_REFUSALS
            ),
            Self::NoNickname(time) => write!(
                out,
                "no nickname within {} s, connect again and send one line with it",
                time.as_millis().div_ceil(1000)
            ),
            Self::TooLong => {
                write!(out, "message too long (limit {} bytes), not sent", limits::FRAME_BYTES)
            }
            Self::BlankBeforeSlash => {
                out.write_str("begins with a blank and /: send //… to say it")
            }
            Self::UnknownCommand(name) => {
                let name = Short(name);
                write!(out, "unknown command /{name}, try /help; //{name} says it")
            }
            Self::Incomplete(syntax) => {
                write!(
                    out,
                    "/{} needs more words: /{}{}",
                    syntax.name, syntax.name, syntax.arguments
                )
            }
            Self::NoOneCalled(nick) => write!(out, "no one here is called {}", Short(nick)),
            Self::Full => out.write_str("the room is full, try later"),
            Self::TooManyFromAddress => out.write_str("too many connections from your address"),
            Self::TooOftenFromAddress => out.write_str(
                "too many new connections from your address, try again in a few seconds",
            ),
            Self::GaveWay => out.write_str(
                "the room is full, and your network holds more than its share: try later",
            ),
            Self::TooMuchUnread(name) => {
                write!(out, "{} has too much unread, not sent", name.shown(rendering))
            }
            Self::NoToken => out.write_str("give /resume a token of 16 to 128 characters"),
            Self::SecondToken => out.write_str("a token can be spent once, give your nickname"),
            Self::NoHash => {
                out.write_str("give /resume the SHA-256 of a token, as 64 hexadecimal digits")
            }
            Self::Replaced => out.write_str("your nickname was taken back by another connection"),
            Self::TooManyAnswers => {
                out.write_str("too many answers to your address, try again in a few seconds")
            }
            Self::Closing => out.write_str("the server is shutting down"),
            Self::Http => out.write_str(
                "this is a chat room, not a web server: join with chatroom-client, nc or telnet",
            ),
            Self::Tls => out.write_str(
                "this is a chat room without TLS: join with chatroom-client, nc or telnet",
            ),
            Self::Flooding => out.write_str("too many bytes at once, connect again and send less"),
        }
    }
}

/// A quotation that is long enough to be recognised: an answer is not to be as long as what was typed.
struct Short<'a>(&'a str);

impl Display for Short<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = self.0.floor_char_boundary(limits::NICKNAME_CHARS * 4);
        f.write_str(self.0.get(..end).unwrap_or_default())?;
        f.write_str(if end < self.0.len() { "…" } else { "" })
    }
}
