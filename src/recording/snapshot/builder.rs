//! Text to a snapshot, line by line.

use alloc::format;
use alloc::string::{String, ToString};
use core::mem;
use core::str::FromStr;

use serde::de::DeserializeOwned;

use super::{FIRST, Gone, LAST, Snapshot};
use crate::limits;
use crate::room::facts::LeaveReason;
use crate::wire::sanitize::{self, quoted};

/// Reads a snapshot whose lines come one by one. Its memory is linear in them.
///
/// ```
/// use chatroom::Millis;
/// use chatroom::recording::snapshot::{Builder, begins};
///
/// let mut builder = Builder::default();
/// assert!(begins("snapshot at +1.500s"));
/// assert_eq!(builder.line("snapshot at +1.500s"), Ok(None));
/// assert_eq!(builder.line("room {\"said\":57}"), Ok(None));
/// let snapshot = builder.line("end of snapshot")?.expect("that was all of it");
/// assert_eq!(snapshot.now(), Millis::new(1500));
/// # Ok::<(), String>(())
/// ```
#[derive(Debug, Default)]
pub struct Builder {
    /// `None` before its first line.
    snapshot: Option<Snapshot>,
    /// The line about the room has been read.
    has_room: bool,
}

impl Builder {
    /// Takes the next line; white space around it does not matter. The last one gives the snapshot,
    /// after which another may begin.
    ///
    /// Lines that contradict each other are told by [`resume`](crate::ServerCore::resume).
    ///
    /// # Errors
    ///
    /// Says in one line, sanitised, what is wrong with this one, which is then left out.
    pub fn line(&mut self, line: &str) -> Result<Option<Snapshot>, String> {
        let line = line.trim();
        let Some(snapshot) = &mut self.snapshot else {
            let now = line.strip_prefix(FIRST).ok_or_else(|| nothing_like(line))?.parse()?;
            self.snapshot = Some(Snapshot { now, ..Snapshot::default() });
            return Ok(None);
        };
        if line == LAST {
            return Ok(mem::take(self).snapshot.map(in_order));
        }
        let (word, value) = line.split_once(' ').ok_or_else(|| nothing_like(line))?;
        match word {
            "room" if self.has_room => return Err("this has been said above".into()),
            "room" => {
                let room: Snapshot = read(value)?;
                check_topic(&room.topic)?;
                self.has_room = true;
                let Snapshot { now, history, accounts, gone, reserved, peers, .. } =
                    mem::take(snapshot);
                *snapshot = Snapshot { now, history, accounts, gone, reserved, peers, ..room };
            }
            "said" => snapshot.history.push(read(value)?),
            "source" => snapshot.accounts.push(read(value)?),
            "gone" => {
                let gone: Gone = read(value)?;
                check_words(&gone.reason)?;
                snapshot.gone.push(gone);
            }
            "kept" => snapshot.reserved.push(read(value)?),
            "peer" => snapshot.peers.push(read(value)?),
            _ => return Err(nothing_like(line)),
        }
        Ok(None)
    }
}

/// Reads what `Display` writes. Empty lines do not matter.
impl FromStr for Snapshot {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut lines = text.lines().filter(|line| !line.trim().is_empty());
        let mut builder = Builder::default();
        for line in lines.by_ref() {
            if let Some(snapshot) = builder.line(line)? {
                let more = lines.next();
                return more.map_or(Ok(snapshot), |more| Err(nothing_like(more)));
            }
        }
        Err(format!("the snapshot has no `{LAST}`"))
    }
}

/// Sorts the peers: a snapshot written by hand may name one without a nickname first.
fn in_order(mut snapshot: Snapshot) -> Snapshot {
    snapshot.peers.sort_by_key(|peer| (!peer.is_member()).then_some(peer.id));
    snapshot
}

/// A topic as a member can set it: safe to show, and of one line.
fn check_topic(topic: &str) -> Result<(), String> {
    let could_be = topic.is_empty()
        || topic.len() <= limits::TOPIC_BYTES
            && topic.trim() == topic
            && sanitize::first_visible(topic).is_some()
            && sanitize::text(topic.as_bytes()) == topic;
    if could_be { Ok(()) } else { Err(format!("{} is no topic", quoted(topic))) }
}

/// The last words of a member that is gone: safe to show.
fn check_words(reason: &LeaveReason<String>) -> Result<(), String> {
    match reason {
        LeaveReason::Quit(words) if sanitize::text(words.as_bytes()) != *words => {
            Err(format!("{} are no last words", quoted(words)))
        }
        LeaveReason::Ended(_)
        | LeaveReason::Quit(_)
        | LeaveReason::Flooding
        | LeaveReason::GaveWay => Ok(()),
    }
}

/// Reads a value, and says in one short line what is wrong with it.
fn read<T: DeserializeOwned>(value: &str) -> Result<T, String> {
    serde_json::from_str(value).map_err(|error| {
        let error = error.to_string();
        let error = error.split(" at line 1 column ").next().unwrap_or_default();
        let shown: String = error.chars().take(limits::SNAPSHOT_ERROR_CHARS).collect();
        format!("{}: {}", quoted(value), sanitize::text(shown.as_bytes()))
    })
}

fn nothing_like(text: &str) -> String {
    format!("{} is nothing that a snapshot says", quoted(text))
}
