//! The facts of a room: everything that it makes anyone hear, before any rendering of it.
//!
//! Everyone hears a [`RoomEvent`], one connection a [`Reply`]. [`native`](crate::wire::native) writes both.
//! Observers read a [`Fact`] for each of them, and never its rendering.

use alloc::string::String;
use core::fmt;

use crate::room::command::Syntax;
use crate::room::event::{ClientId, Ending, Millis};
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
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

/// A fact for observers, with its words held as `T`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact<T> {
    /// The connection that caused a fact for everyone, or the one that hears it alone. `None` for the
    /// server's end, and where a member was gone before the snapshot from which the room goes on.
    pub id: Option<ClientId>,
    /// The kind of the fact.
    pub kind: FactKind<T>,
}

/// The kind of a [`Fact`]. The first seven are for everyone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FactKind<T> {
    /// It was admitted with this nickname.
    Joined(T),
    /// It says something.
    Said,
    /// It does something.
    Acted,
    /// It is called this now.
    Renamed(T),
    /// It left, perhaps some time ago.
    Left(LeaveReason<T>),
    /// It set the topic.
    Topic,
    /// The server ends.
    Closing,
    /// It is asked for a nickname.
    Prompt,
    /// Its nickname is refused for this, and it is asked again.
    AskedAgain(T),
    /// It is welcome.
    Welcome,
    /// It takes the place of its lost connection, with this nickname.
    Resumed(T),
    /// It is shown the latest messages.
    History,
    /// It is shown the message of the day.
    MessageOfTheDay,
    /// This member sends it a private message.
    PrivateFrom(ClientId),
    /// It has sent this member a private message.
    PrivateTo(ClientId),
    /// It is told something else, such as what it asked for.
    Answered,
    /// Something that it asked for is refused.
    Refused,
    /// It is told why its connection ends here.
    TurnedAway(Error<'static>),
}

impl<T> FactKind<T> {
    /// Returns the nickname that the connection has by this.
    pub const fn nickname(&self) -> Option<&T> {
        if let Self::Joined(nickname) | Self::Renamed(nickname) | Self::Resumed(nickname) = self {
            Some(nickname)
        } else {
            None
        }
    }
}

impl<T> Fact<T> {
    /// The same fact with its words held in another way.
    pub fn map<U>(self, words: impl FnOnce(T) -> U) -> Fact<U> {
        let kind = match self.kind {
            FactKind::Joined(name) => FactKind::Joined(words(name)),
            FactKind::Said => FactKind::Said,
            FactKind::Acted => FactKind::Acted,
            FactKind::Renamed(name) => FactKind::Renamed(words(name)),
            FactKind::Left(reason) => FactKind::Left(reason.map(words)),
            FactKind::Topic => FactKind::Topic,
            FactKind::Closing => FactKind::Closing,
            FactKind::Prompt => FactKind::Prompt,
            FactKind::AskedAgain(error) => FactKind::AskedAgain(words(error)),
            FactKind::Welcome => FactKind::Welcome,
            FactKind::Resumed(name) => FactKind::Resumed(words(name)),
            FactKind::History => FactKind::History,
            FactKind::MessageOfTheDay => FactKind::MessageOfTheDay,
            FactKind::PrivateFrom(id) => FactKind::PrivateFrom(id),
            FactKind::PrivateTo(id) => FactKind::PrivateTo(id),
            FactKind::Answered => FactKind::Answered,
            FactKind::Refused => FactKind::Refused,
            FactKind::TurnedAway(error) => FactKind::TurnedAway(error),
        };
        Fact { id: self.id, kind }
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
    PrivateFrom(ClientId, Name<'a>, &'a str),
    /// To its sender: the receiver, and the text.
    PrivateTo(ClientId, Name<'a>, &'a str),
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
    /// The last refusal, since the connection ends for it.
    TurnedAway(Error<'static>),
}

/// A refusal: of what, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    /// A slash behind a control function that is no known key.
    SlashBehindControl,
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
