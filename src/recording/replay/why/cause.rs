//! Which rule ended a stay.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;

use super::stay::{End, Stay};
use crate::limits;
use crate::recording::replay::block::Block;
use crate::room::event::{Ending, Millis};
use crate::room::facts::{Error, LeaveReason};
use crate::room::settings::Settings;
use crate::wire::escape::Escaped;

/// The cause of an end: its kind, the rule and its number; and the bytes, where they are not the last that
/// were sent.
#[derive(Default)]
struct Cause {
    how: String,
    rule: String,
    number: Option<String>,
    bytes: Option<String>,
}

impl Cause {
    fn new(how: &str, rule: impl Into<String>) -> Self {
        Self { how: how.into(), rule: rule.into(), ..Self::default() }
    }

    fn number(self, number: impl Into<String>) -> Self {
        Self { number: Some(number.into()), ..self }
    }

    /// Of the bytes, those that were sent first matter.
    fn first(self, stay: &Stay) -> Self {
        Self { bytes: Some(quoted(&stay.head)), ..self }
    }
}

/// Returns the cause of the end of this stay, of which it is known now.
pub(super) fn of(stay: &Stay, now: Millis, settings: &Settings) -> Block {
    let now = stay.dropped.unwrap_or(now);
    let cause = match &stay.end {
        Some(End::Shutdown) => {
            Cause::new("was dropped by the server's end", "the operator stopped it")
        }
        Some(End::Left(LeaveReason::Ended(ending))) => ended(stay, *ending, now, settings),
        Some(End::Left(LeaveReason::Quit(words))) => {
            let bytes = format!("/quit {words}").trim_end().into();
            let rule = "a line that begins with /quit ends a stay";
            Cause { bytes: Some(bytes), ..Cause::new("quit", rule) }
        }
        Some(End::Left(LeaveReason::Flooding)) => flooding(stay),
        Some(End::Left(LeaveReason::GaveWay)) => gave_way(settings),
        Some(End::TurnedAway(error)) => turned_away(stay, *error, settings),
        None => {
            let cause = match stay.ending {
                Some((_, ending)) => ended(stay, ending, now, settings),
                None => Cause::new("was dropped", "none that this program knows"),
            };
            let early = if stay.who.nickname.is_none() { " before it had a nickname" } else { "" };
            Cause { how: cause.how + early, ..cause }
        }
    };
    let headline = format!("{} {} at {now}", stay.called(), cause.how);
    let mut lines = vec![("came", stay.came()), ("rule", cause.rule)];
    lines.extend(cause.number.map(|number| ("number", number)));
    lines.push(("bytes", cause.bytes.unwrap_or_else(|| stay.last_words())));
    let told = stay.refusal.clone().filter(|_| stay.who.nickname.is_none());
    lines.extend(told.map(|told| ("told", told)));
    Block { headline, lines }
}

/// Returns the cause of the end of a connection that ended so.
fn ended(stay: &Stay, ending: Ending, now: Millis, settings: &Settings) -> Cause {
    // The room tells the others of a peer that is gone as of one that finished.
    let (at, ending) = stay.ending.unwrap_or((now, ending));
    match ending {
        Ending::TooSlow => too_slow(stay, settings),
        Ending::Lost | Ending::Unserved => {
            Cause::new("was lost", "a reset, or a peer that does not answer, ends a stay at once")
        }
        Ending::Gone => gone(stay, at, now),
        Ending::Finished => {
            Cause::new("left", "whoever closes its side in order leaves once it has been heard")
                .number(format!("it closed its side at {at}"))
        }
    }
}

/// Returns the cause of the end of a connection that was told this last.
fn turned_away(stay: &Stay, error: Error<'_>, settings: &Settings) -> Cause {
    let (each, all) = (settings.max_per_address, settings.max_members);
    let strange = "whoever speaks another protocol is turned away at its first line";
    match error {
        Error::NoNickname(timeout) => {
            let timeout = timeout.as_millis();
            let rule = format!("handshake-timeout={timeout}: a nickname takes no longer");
            Cause::new("was dropped without a nickname", rule)
                .number(format!("refused answers: {}", stay.refusals))
        }
        Error::TooManyNicknames => {
            let rule =
                format!("{} refused answers to NICK end a connection", limits::NICKNAME_REFUSALS);
            Cause::new("was dropped without a nickname", rule)
        }
        Error::Http => Cause::new("was turned away for speaking HTTP", strange).first(stay),
        Error::Tls => Cause::new("was turned away for speaking TLS", strange).first(stay),
        Error::Full => {
            let rule = format!("max-members={all}: so many connections at once");
            Cause::new("was turned away from a full room", rule)
        }
        Error::TooManyFromAddress => {
            let rule =
                format!("max-per-address={each}: so many connections at once from one address");
            Cause::new("was turned away", rule)
        }
        Error::Closing => Cause::new("was turned away", "a server that is ending admits nobody"),
        Error::GaveWay => gave_way(settings),
        Error::Flooding => flooding(stay),
        Error::Replaced => {
            let rule = "a nickname goes to the connection that shows its token";
            Cause::new("was replaced by another connection", rule)
        }
        // The rule is in the text that it was told.
        Error::TooOftenFromAddress
        | Error::Nickname(_)
        | Error::SameNickname(_)
        | Error::TooLong
        | Error::BlankBeforeSlash
        | Error::SlashBehindControl
        | Error::UnknownCommand(_)
        | Error::Incomplete(_)
        | Error::NoOneCalled(_)
        | Error::NoOneToReplyTo
        | Error::TopicTooLong
        | Error::TooMuchUnread(_)
        | Error::TooManyAnswers
        | Error::NoToken
        | Error::SecondToken
        | Error::NoHash => Cause::new("was turned away", error.to_string()),
    }
}

fn gave_way(settings: &Settings) -> Cause {
    let rule = format!(
        "max-members={}: in a full room the newest of the largest source gives way",
        settings.max_members
    );
    Cause::new("was dropped for a newcomer", rule)
}

fn too_slow(stay: &Stay, settings: &Settings) -> Cause {
    let rule = format!("backlog={}: more bytes may not wait for one member", settings.backlog);
    let number = match stay.behind {
        Some([(since, first), (at, bytes)]) => {
            format!("{bytes} bytes waited at {at}, {first} did at {since}")
        }
        None => "the recording does not say how much waited".into(),
    };
    Cause::new("was dropped as too slow", rule).number(number)
}

fn flooding(stay: &Stay) -> Cause {
    let rule = format!("{} bytes of one member may wait for their turn", limits::HELD_BYTES);
    Cause::new("was dropped for flooding", rule)
        .number(format!("{} waited, and {} more came at {}", stay.held, stay.latest, stay.spoke))
}

/// Returns the cause of the end of a peer that was gone at that time, and has been heard since then.
fn gone(stay: &Stay, at: Millis, now: Millis) -> Cause {
    let most = limits::LAST_WORDS;
    if now.since(at) < most {
        let rule = "whoever closes its connection leaves once it has been heard";
        return Cause::new("left", rule).number(format!("it closed its connection at {at}"));
    }
    let rule =
        format!("{} s is the longest that one is heard who is gone", most.as_millis() / 1000);
    Cause::new("left before all was heard", rule)
        .number(format!("it was gone at {at}; {} bytes had not had their turn", stay.held))
}

fn quoted(bytes: &[u8]) -> String {
    Escaped(bytes).to_string().trim_start().into()
}
