//! Which rule ended a stay.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;

use super::Circumstances;
use super::stay::{Behind, Stay};
use crate::limits;
use crate::recording::replay::block::Block;
use crate::room::command::Command;
use crate::room::event::{Ending, Millis};
use crate::room::facts::Error;
use crate::wire::escape::Escaped;
use crate::wire::sanitize;

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

/// Returns the cause of this stay's end.
pub(super) fn of(stay: &Stay, room: &Circumstances<'_>) -> Block {
    let cause = match (&stay.reason, room.stops) {
        (_, true) => Cause::new("was dropped by the server's end", "the operator stopped it"),
        (Some(reason), false) => left(stay, reason, room),
        (None, false) => never_admitted(stay, room),
    };
    let headline = format!("{} {} at {}", stay.who(), cause.how, room.now);
    let mut lines = vec![("came", stay.came()), ("rule", cause.rule)];
    lines.extend(cause.number.map(|number| ("number", number)));
    lines.push(("bytes", cause.bytes.unwrap_or_else(|| stay.last_words())));
    if stay.nickname().is_none() && !stay.refusal.is_empty() {
        lines.push(("told", stay.refusal.clone()));
    }
    Block { headline, lines }
}

/// Returns the cause of a member's leave, of which everyone was told this reason.
fn left(stay: &Stay, reason: &str, room: &Circumstances<'_>) -> Cause {
    let quit = quit(stay);
    match (reason, stay.ending) {
        ("too slow", _) => too_slow(stay, room),
        ("flooding", _) => flooding(stay),
        ("connection lost", _) => lost(),
        // Its last line comes before its end.
        ("", Some((at, Ending::Gone))) if quit.is_none() => gone(stay, at, room.now),
        ("", Some((at, _))) if quit.is_none() => finished(at),
        (_, _) => {
            let rule = "a line that begins with /quit ends a stay";
            Cause { bytes: quit, ..Cause::new("quit", rule) }
        }
    }
}

/// Returns the cause of the end of a connection without a nickname.
fn never_admitted(stay: &Stay, room: &Circumstances<'_>) -> Cause {
    let was_told = |error: Error<'_>| stay.refusal == error.to_string();
    let settings = room.settings;
    let timeout = settings.handshake_timeout;
    let (each, all) = (settings.max_per_address, settings.max_members);
    if was_told(Error::NoNickname(timeout)) {
        let rule = format!("handshake-timeout={}: a nickname takes no longer", timeout.as_millis());
        return Cause::new("was dropped without a nickname", rule)
            .number(format!("refused answers: {}", stay.refusals));
    }
    if was_told(Error::TooManyNicknames) {
        let most = limits::NICKNAME_REFUSALS;
        let rule = format!("{most} refused answers to NICK end a connection");
        return Cause::new("was dropped without a nickname", rule);
    }
    let strange = "whoever speaks another protocol is turned away at its first line";
    if was_told(Error::Http) {
        return Cause::new("was turned away for speaking HTTP", strange).first(stay);
    }
    if was_told(Error::Tls) {
        return Cause::new("was turned away for speaking TLS", strange).first(stay);
    }
    if was_told(Error::Full) {
        let rule = format!("max-members={all}: so many connections at once");
        return Cause::new("was turned away from a full room", rule);
    }
    if was_told(Error::TooManyFromAddress) {
        let rule = format!("max-per-address={each}: so many connections at once from one address");
        return Cause::new("was turned away", rule);
    }
    if was_told(Error::Closing) {
        return Cause::new("was turned away", "a server that is ending admits nobody");
    }
    let cause = match stay.ending {
        Some((_, Ending::TooSlow)) => too_slow(stay, room),
        Some((_, Ending::Lost | Ending::Unserved)) => lost(),
        Some((at, Ending::Gone)) => gone(stay, at, room.now),
        Some((at, Ending::Finished)) => finished(at),
        None => Cause::new("was dropped", "none that this program knows"),
    };
    Cause { how: cause.how + " before it had a nickname", ..cause }
}

fn too_slow(stay: &Stay, room: &Circumstances<'_>) -> Cause {
    let rule = format!("backlog={}: more bytes may not wait for one member", room.settings.backlog);
    let number = match stay.behind {
        Some(Behind { since: (since, first), last: (at, bytes) }) => {
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

fn lost() -> Cause {
    Cause::new("was lost", "a reset, or a peer that does not answer, ends a stay at once")
}

fn finished(at: Millis) -> Cause {
    Cause::new("left", "whoever closes its side in order leaves once it has been heard")
        .number(format!("it closed its side at {at}"))
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

/// The line of its own by which it quit, if that is among the last that it sent.
fn quit(stay: &Stay) -> Option<String> {
    let tail = stay.tail();
    let is_quit = |line: &&[u8]| {
        let text = sanitize::text(line.strip_suffix(b"\r").unwrap_or(line));
        let own = stay.nickname().and_then(|name| text.strip_prefix(name)?.strip_prefix(": "));
        matches!(Command::parse(own.unwrap_or(&text)), Command::Quit(_))
    };
    tail.split(|&byte| byte == b'\n').find(is_quit).map(quoted)
}

fn quoted(bytes: &[u8]) -> String {
    Escaped(bytes).to_string().trim_start().into()
}
