//! The budget of private messages to one member.

use alloc::collections::BTreeMap;

use super::bucket::{Bucket, Quota};
use super::source::Sender;
use crate::limits;
use crate::room::event::Millis;
use crate::room::settings::Settings;

/// The recent private messages to one member, in all and by each sender's source.
///
/// It remembers a sender until that one's part has refilled. As all parts together spend from the
/// whole, few are remembered: some five hundred at the default backlog.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub struct Mailbox {
    pub(crate) all: Bucket,
    pub(crate) senders: BTreeMap<Sender, Bucket>,
}

impl Mailbox {
    /// The same without what has refilled.
    pub(crate) fn used(&self, now: Millis) -> Self {
        let used = self.senders.iter().filter(|(_, part)| !part.is_full(now));
        let senders = used.map(|(sender, part)| (*sender, *part)).collect();
        Self { all: self.all.used(now), senders }
    }

    /// Takes a private message of this cost; `false`, and nothing is taken, where it does not fit
    /// what is left in all, or to this sender.
    #[must_use]
    pub fn take(&mut self, now: Millis, sender: Sender, cost: u64, settings: &Settings) -> bool {
        let (all, each) = quotas(settings);
        self.senders.retain(|_, bucket| !bucket.is_full(now));
        let mut part = self.senders.get(&sender).copied().unwrap_or_default();
        let fits =
            self.all.ready_at(now, all, cost).is_none() && part.ready_at(now, each, cost).is_none();
        if fits && all != Quota::UNLIMITED {
            self.all.take(now, all, cost);
            part.take(now, each, cost);
            self.senders.insert(sender, part);
        }
        fits
    }
}

/// The quota of one member in all, and that of one sender's source.
fn quotas(settings: &Settings) -> (Quota, Quota) {
    if settings.rate == 0 {
        return (Quota::UNLIMITED, Quota::UNLIMITED);
    }
    let burst = settings.private_burst();
    let part = |whole: u64| whole / limits::PRIVATE_PART;
    let all = Quota { per_second: limits::PRIVATE_RATE, burst };
    (all, Quota { per_second: part(limits::PRIVATE_RATE), burst: part(burst) })
}
