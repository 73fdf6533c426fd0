//! The facts of a room: everything that it makes anyone hear, before any rendering of it.
//!
//! Everyone hears a [`RoomEvent`], one connection a [`Reply`]. [`native`](crate::wire::native) writes both.

use alloc::string::String;
use core::fmt;

use crate::room::command::Syntax;
use crate::room::event::{Ending, Millis};
use crate::room::history::Latest;
use crate::room::nickname::{Nickname, Refused};
use crate::room::roster::Roster;

/// A nickname in a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Name<'a> {
    /// As it was chosen.
    pub text: &'a str,
    /// The number behind its form in ASCII, from 2; `None` where there is none.
    pub number: Option<u32>,
}

impl<'a> From<&'a Nickname> for Name<'a> {
    fn from(nickname: &'a Nickname) -> Self {
        Self { text: nickname.as_str(), number: nickname.number() }
    }
}

/// A fact for everyone in the room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoomEvent<'a> {
    /// A member was admitted.
    Joined(Name<'a>),
    /// A member says this.
    Said(Name<'a>, &'a str),
    /// A member does this.
    Acted(Name<'a>, &'a str),
    /// A member, called the first before, is called the second now.
    Renamed(Name<'a>, Name<'a>),
    /// A member left.
    Left(Name<'a>, LeaveReason<&'a str>),
    /// A member set the topic to this.
    Topic(Name<'a>, &'a str),
    /// The server ends.
    Closing,
}

/// The reason of a leave, with the last words held as `T`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeaveReason<T> {
    /// The connection ended so.
    Ended(Ending),
    /// It said `/quit`, with these words, which may be empty.
    Quit(T),
    /// The room held more for it than it may, or than there was memory for.
    Flooding,
    /// It gave its seat to a newcomer.
    GaveWay,
}

impl LeaveReason<String> {
    /// The same reason with its words borrowed.
    #[must_use]
    pub fn as_deref(&self) -> LeaveReason<&str> {
        match self {
            Self::Ended(ending) => LeaveReason::Ended(*ending),
            Self::Quit(text) => LeaveReason::Quit(text),
            Self::Flooding => LeaveReason::Flooding,
            Self::GaveWay => LeaveReason::GaveWay,
        }
    }
}

impl<T> LeaveReason<T> {
    /// The same reason with its words held in another way.
    pub fn map<U>(self, words: impl FnOnce(T) -> U) -> LeaveReason<U> {
        match self {
            Self::Ended(ending) => LeaveReason::Ended(ending),
            Self::Quit(text) => LeaveReason::Quit(words(text)),
            Self::Flooding => LeaveReason::Flooding,
            Self::GaveWay => LeaveReason::GaveWay,
        }
    }
}

/// A fact for one connection.
#[derive(Clone, Copy, Debug)]
pub enum Reply<'a> {
    /// The question for a nickname.
    Prompt,
    /// The same after this answer was refused.
    AskAgain(Error<'a>),
    /// To a newcomer: it is a member.
    Welcome,
    /// To a newcomer who takes the place of its lost connection, of which nobody else hears.
    Joined(Name<'a>),
    /// To the receiver of a private message: its sender, and the text.
    PrivateFrom(Name<'a>, &'a str),
    /// To its sender: the receiver, and the text.
    PrivateTo(Name<'a>, &'a str),
    /// To a newcomer: the latest messages.
    History(Latest<'a>),
    /// To a newcomer: the message of the day, sanitised, without the last line end.
    MessageOfTheDay(&'a str),
    /// To a newcomer that did not choose this nickname.
    YouAre(Name<'a>),
    /// The topic, to a newcomer and in answer to `/topic`; empty where nobody has set one.
    Topic(&'a str),
    /// The answer to `/who`, and to a newcomer while few are here.
    Names(&'a Roster),
    /// To a newcomer: the number of members, where they are too many to name.
    Count(usize),
    /// The answer to `/help`.
    Help,
    /// A refusal.
    Error(Error<'a>),
}

/// A refusal: of what, and why.
#[derive(Clone, Copy, Debug)]
pub enum Error<'a> {
    /// A nickname, on joining or by `/nick`.
    Nickname(&'a Refused),
    /// `/nick` with the nickname that one has.
    SameNickname(Name<'a>),
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
    /// `/reply` where no one who is here has sent this member a private message.
    NoOneToReplyTo,
    /// A topic of too many bytes.
    TopicTooLong,
    /// The members' limit.
    Full,
    /// The address's limit.
    TooManyFromAddress,
    /// The limit of new connections from an address.
    TooOftenFromAddress,
    /// The room is full, and this member has given way.
    GaveWay,
    /// A private message to someone who has been sent too many lately.
    TooMuchUnread(Name<'a>),
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

/// Nicknames are for everyone to see, and so for the log.
impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text)
    }
}
