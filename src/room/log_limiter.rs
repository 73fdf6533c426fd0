//! The limits of the operator's log.
//!
//! A scan of a thousand connections a second is one fact, not two thousand lines. So a source may
//! cause [`limits::LOG_LINES_PER_SOURCE`] lines of a kind in a second, and all together
//! [`limits::LOG_LINES`]; the rest are counted, and when the second is over the log is told how many,
//! and from where most of them came. Each kind is counted apart, so that no scan hides who came in.

use alloc::collections::BTreeMap;
use core::net::SocketAddr;

use crate::limits;
use crate::room::actions::ActionList;
use crate::room::budgets::Source;
use crate::room::budgets::source::Prefix;
use crate::room::event::{ClientId, Level, Millis};
use crate::room::log_record::{Logged, Record};

/// The topic of a line.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize, serde::Serialize,
)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Topic {
    /// Connections that are no members.
    Connections,
    Members,
    /// Private messages that are refused.
    Private,
    /// Peers that are paused, and resumed.
    Pauses,
}

impl Topic {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Connections => "connections",
            Self::Members => "members",
            Self::Private => "private messages",
            Self::Pauses => "pauses",
        }
    }

    /// Returns the lines that one source may cause in a second. A flood of private messages is one fact.
    const fn per_source(self) -> u64 {
        match self {
            Self::Connections | Self::Members | Self::Pauses => limits::LOG_LINES_PER_SOURCE as u64,
            Self::Private => 1,
        }
    }

    /// A summary has the level of the lines that it stands for.
    const fn level(self) -> Level {
        match self {
            Self::Connections | Self::Members | Self::Private => Level::Info,
            Self::Pauses => Level::Debug,
        }
    }
}

/// The log's lines of the last second or so.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct LogLimiter {
    pub(crate) windows: BTreeMap<Topic, Window>,
    /// It has said that many may share an address.
    pub(crate) advised: bool,
}

/// The lines about one topic, from the first one to a second later.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Window {
    pub(crate) ends: Millis,
    /// Lines that were logged.
    pub(crate) logged: u64,
    /// Lines that were not.
    pub(crate) left_out: u64,
    /// Lines of each source, logged or not; of at most [`limits::LOG_SOURCES`].
    pub(crate) sources: BTreeMap<Prefix, u64>,
}

impl LogLimiter {
    /// Logs this about a connection, or counts it.
    pub(crate) fn log(
        &mut self,
        now: Millis,
        (id, address): (ClientId, SocketAddr),
        record: Record<'_>,
        actions: &mut ActionList,
    ) {
        self.time_passes(now, actions);
        let topic = record.topic();
        let window = self.windows.entry(topic).or_default();
        if window.logged + window.left_out == 0 {
            window.ends = now + limits::LOG_WINDOW;
        }
        if window.takes(topic, address) {
            actions.log(topic.level(), Logged { id, address, record });
        }
    }

    /// Says once that more connections may have to be allowed from an address.
    pub(crate) fn advise(&mut self, address: SocketAddr, most: u32, actions: &mut ActionList) {
        if !self.advised {
            self.advised = true;
            actions.log(Level::Info, Record::Advice(address.ip(), most));
        }
    }

    /// Returns true if a room can have this at this time.
    pub(crate) fn could_be(&self, now: Millis) -> bool {
        self.windows.values().all(|window| {
            let counted: u64 = window.sources.values().fold(0, |all, one| all.saturating_add(*one));
            let lines = window.logged.saturating_add(window.left_out);
            // More than any second has, and few enough to count on.
            let counts = (1..u64::MAX / 2).contains(&lines) && counted <= lines;
            counts
                && !window.sources.is_empty()
                && window.sources.len() <= limits::LOG_SOURCES
                && window.ends <= now + limits::LOG_WINDOW
        })
    }

    /// Returns the time of the next summary, if nothing else happens before.
    pub(crate) fn poll_timeout(&self) -> Option<Millis> {
        let untold = self.windows.values().filter(|window| window.left_out > 0);
        untold.map(|window| window.ends).min()
    }

    /// Tells what was left out in a second that is over.
    pub(crate) fn time_passes(&mut self, now: Millis, actions: &mut ActionList) {
        self.windows.retain(|topic, window| {
            let runs = now < window.ends;
            if !runs {
                window.end(*topic, actions);
            }
            runs
        });
    }

    /// Tells what was left out.
    pub(crate) fn end(&mut self, actions: &mut ActionList) {
        self.windows.iter().for_each(|(topic, window)| window.end(*topic, actions));
        self.windows.clear();
    }
}

impl Window {
    /// Counts a line that is due to this address; whether it is to be logged.
    fn takes(&mut self, topic: Topic, address: SocketAddr) -> bool {
        let prefix = Prefix::narrowest(address.ip());
        if self.sources.len() < limits::LOG_SOURCES || self.sources.contains_key(&prefix) {
            *self.sources.entry(prefix).or_default() += 1;
        }
        let of_source = self.sources.get(&prefix).copied().unwrap_or(0);
        let exempt = !Source::of(address.ip()).has_account();
        let takes =
            self.logged < limits::LOG_LINES.into() && (exempt || of_source <= topic.per_source());
        if takes {
            self.logged += 1;
        } else {
            self.left_out += 1;
        }
        takes
    }

    fn end(&self, topic: Topic, actions: &mut ActionList) {
        if self.left_out == 0 {
            return;
        }
        let most = self.sources.iter().max_by_key(|(_, lines)| **lines);
        let Some((&source, &lines)) = most else { return };
        let (left_out, about) = (self.left_out, topic.name());
        actions.log(topic.level(), Record::LeftOut { left_out, about, source, lines });
    }
}
