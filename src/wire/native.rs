//! The native rendering: every line that the room says to people, and the same in ASCII.
//!
//! [`Line::parse`](crate::wire::line::Line::parse) is the inverse.

use alloc::string::{String, ToString};
use core::fmt::{self, Display, Write};

use crate::limits;
use crate::room::command::{self, Syntax};
use crate::room::event::Ending;
use crate::room::facts::{Error, LeaveReason, Name, Reply, RoomEvent};
use crate::room::history::{Entry, Kind, Latest};
use crate::room::roster::Roster;
use crate::room::wall_time::WallTime;
use crate::wire::rendering::{LineWriter, Rendering};

/// The question for a nickname. No line end follows it: the original client compares a whole read with
/// these four bytes.
pub const PROMPT: &str = "NICK";

/// The last line to everyone, without its LF. A client that is leaving just then knows by it that it
/// may not have been heard.
pub const SHUTTING_DOWN: &str = "# the server is shutting down";

/// Returns true if the server ends a member's connection behind this line, whatever it has not heard by then.
#[must_use]
pub fn ends_a_stay(line: &str) -> bool {
    let reasons = [Error::GaveWay, Error::Flooding, Error::Replaced];
    let is = |reason: &str| reasons.iter().any(|error| error.to_string() == reason);
    line == SHUTTING_DOWN || line.strip_prefix("! ").is_some_and(is)
}

/// The refusal of a connection for which the machine has no descriptor.
#[must_use]
pub fn full() -> String {
    Reply::Error(Error::Full).to_string()
}

/// A fact that has a rendering.
pub trait Render {
    /// Writes whole lines, each with its LF, but for [`PROMPT`].
    ///
    /// # Errors
    ///
    /// Those of `out`.
    fn render<W: Write>(&self, out: &mut LineWriter<'_, W>) -> fmt::Result;

    /// Displays this fact in a rendering; where that has times, as one of this time.
    fn shown(self, rendering: Rendering, time: WallTime) -> Shown<Self>
    where
        Self: Sized,
    {
        Shown { fact: self, rendering, time }
    }
}

/// A fact in a rendering.
#[derive(Clone, Copy, Debug)]
pub struct Shown<T> {
    fact: T,
    rendering: Rendering,
    time: WallTime,
}

impl<T: Render> Display for Shown<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fact.render(&mut LineWriter::new(f, self.rendering, self.time))
    }
}

impl Render for Name<'_> {
    fn render<W: Write>(&self, out: &mut LineWriter<'_, W>) -> fmt::Result {
        out.write_str(self.text)?;
        match (out.rendering(), self.number) {
            (Rendering::Ascii, Some(number)) => write!(out, "{number}"),
            (Rendering::Native | Rendering::NativeTimed, _) | (Rendering::Ascii, None) => Ok(()),
        }
    }
}

impl Render for RoomEvent<'_> {
    fn render<W: Write>(&self, out: &mut LineWriter<'_, W>) -> fmt::Result {
        match *self {
            Self::Joined(who) => joined(out, who),
            Self::Said(who, text) => said(out, who, text),
            Self::Acted(who, text) => acted(out, who, text),
            Self::Renamed(before, now) => {
                before.render(out)?;
                out.write_str(" is now known as ")?;
                now.render(out)?;
                out.write_str("\n")
            }
            Self::Left(who, reason) => {
                who.render(out)?;
                writeln!(out, " left the chat!{reason}")
            }
            Self::Topic(who, text) => {
                out.write_str("# ")?;
                who.render(out)?;
                line(out, " set the topic: ", text)
            }
            Self::Closing => line(out, SHUTTING_DOWN, ""),
        }
    }
}

impl Render for Reply<'_> {
    fn render<W: Write>(&self, out: &mut LineWriter<'_, W>) -> fmt::Result {
        match *self {
            Self::Prompt => out.write_untimed(PROMPT),
            Self::AskAgain(error) => {
                Self::Error(error).render(out)?;
                out.write_untimed(PROMPT)
            }
            Self::Welcome => out.write_str("Connected to the server!\n"),
            Self::Joined(who) => joined(out, who),
            Self::PrivateFrom(_, who, text) => {
                out.write_str("[")?;
                who.render(out)?;
                line(out, " to you] ", text)
            }
            Self::PrivateTo(_, whom, text) => {
                out.write_str("[you to ")?;
                whom.render(out)?;
                line(out, "] ", text)
            }
            Self::History(latest) => history(out, &latest),
            Self::MessageOfTheDay(text) => text.lines().try_for_each(|text| line(out, "# ", text)),
            Self::YouAre(who) => {
                out.write_str("# you are ")?;
                who.render(out)?;
                out.write_str(" here\n")
            }
            Self::Topic("") => line(out, "# no topic is set, /topic <text> sets one", ""),
            Self::Topic(text) => line(out, "# topic: ", text),
            Self::Names(roster) => names(out, roster),
            Self::Count(members) => {
                writeln!(out, "# {members} here (type /who for names, /help for commands)")
            }
            Self::Help => {
                command::listed().try_for_each(|Syntax { name, arguments, effect, .. }| {
                    writeln!(out, "# /{name}{arguments} - {effect}")
                })
            }
            Self::Error(error) | Self::TurnedAway(error) => {
                out.write_str("! ")?;
                error.render(out)?;
                out.write_str("\n")
            }
        }
    }
}

/// The native rendering.
impl Display for RoomEvent<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.shown(Rendering::Native, WallTime::UNKNOWN).fmt(f)
    }
}

/// The native rendering.
impl Display for Reply<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.shown(Rendering::Native, WallTime::UNKNOWN).fmt(f)
    }
}

/// As it was said, at its own time.
impl Render for &Entry {
    fn render<W: Write>(&self, out: &mut LineWriter<'_, W>) -> fmt::Result {
        out.set_time(self.time());
        match self.kind() {
            Kind::Said => said(out, self.name(), self.text()),
            Kind::Acted => acted(out, self.name(), self.text()),
        }
    }
}

fn joined<W: Write>(out: &mut LineWriter<'_, W>, who: Name<'_>) -> fmt::Result {
    who.render(out)?;
    out.write_str(" joined the chat!\n")
}

fn said<W: Write>(out: &mut LineWriter<'_, W>, who: Name<'_>, text: &str) -> fmt::Result {
    who.render(out)?;
    line(out, ": ", text)
}

fn acted<W: Write>(out: &mut LineWriter<'_, W>, who: Name<'_>, text: &str) -> fmt::Result {
    out.write_str("* ")?;
    who.render(out)?;
    line(out, " ", text)
}

fn line<W: Write>(out: &mut LineWriter<'_, W>, begin: &str, text: &str) -> fmt::Result {
    out.write_str(begin)?;
    out.write_str(text)?;
    out.write_str("\n")
}

/// Writes a head with the numbers of these messages, and the messages.
fn history<W: Write>(out: &mut LineWriter<'_, W>, latest: &Latest<'_>) -> fmt::Result {
    let (first, last) = latest.numbers();
    writeln!(out, "# messages {first} to {last}:")?;
    latest.entries().try_for_each(|entry| entry.render(out))
}

/// Writes the number of members, and as many names as fit.
fn names<W: Write>(out: &mut LineWriter<'_, W>, roster: &Roster) -> fmt::Result {
    let mut nicknames = roster.nicknames();
    write!(out, "# {} here: ", nicknames.len())?;
    let (mut bytes, mut separator) = (0, "");
    while bytes < limits::WHO_BYTES {
        let Some(nickname) = nicknames.next() else { return out.write_str("\n") };
        out.write_str(separator)?;
        Name::from(nickname).render(out)?;
        separator = ", ";
        bytes += separator.len() + nickname.longest();
    }
    match nicknames.len() {
        0 => out.write_str("\n"),
        more => writeln!(out, " and {more} more"),
    }
}

/// Writes the text behind `left the chat!`, with a space before it if there is any.
impl<T: AsRef<str>> Display for LeaveReason<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ended(Ending::Finished | Ending::Gone) => Ok(()),
            Self::Ended(Ending::Lost | Ending::Unserved) => f.write_str(" (connection lost)"),
            Self::Ended(Ending::TooSlow) => f.write_str(" (too slow)"),
            Self::Flooding => f.write_str(" (flooding)"),
            Self::GaveWay => f.write_str(" (the room is full)"),
            Self::Quit(text) if text.as_ref().is_empty() => Ok(()),
            Self::Quit(text) => write!(f, " (quit: {})", text.as_ref()),
        }
    }
}

/// Without what marks a line as a refusal.
impl Display for Error<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.shown(Rendering::Native, WallTime::UNKNOWN).fmt(f)
    }
}

impl Render for Error<'_> {
    fn render<W: Write>(&self, out: &mut LineWriter<'_, W>) -> fmt::Result {
        match *self {
            Self::Nickname(refused) => write!(out, "{refused}"),
            Self::SameNickname(nickname) => {
                out.write_str("you are already called ")?;
                nickname.render(out)
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
            Self::SlashBehindControl => out.write_str("holds a control code before a /, not sent"),
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
            Self::NoOneToReplyTo => out.write_str("no one here has sent you a private message"),
            Self::TopicTooLong => {
                write!(out, "topic too long (limit {} bytes), not set", limits::TOPIC_BYTES)
            }
            Self::Full => out.write_str("the room is full, try later"),
            Self::TooManyFromAddress => out.write_str("too many connections from your address"),
            Self::TooOftenFromAddress => out.write_str(
                "too many new connections from your address, try again in a few seconds",
            ),
            Self::GaveWay => out.write_str(
                "the room is full, and your network holds more than its share: try later",
            ),
            Self::TooMuchUnread(name) => {
                name.render(out)?;
                out.write_str(" has too much unread, not sent")
            }
            Self::NoToken => out.write_str("give /resume a token in ASCII without blanks"),
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
