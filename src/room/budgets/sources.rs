//! The accounts of all sources: each has its budgets, and its connections.

use alloc::collections::BTreeMap;

use super::bucket::{Bucket, Quota};
use super::room::Virtual;
use super::source::{NESTED, Prefix, Source, next_after};
use crate::limits;
use crate::room::event::Millis;
use crate::room::settings::Settings;

/// The reason why a connection is refused for its source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Too many connections at once.
    TooMany,
    /// Too many new ones in a short time.
    TooOften,
    /// More sources than are kept.
    TooManySources,
}

/// The account of one prefix: its recent use of each budget, and its connections.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Account {
    /// Connections at once.
    #[serde(skip)]
    pub(crate) connections: u32,
    /// New connections.
    pub(crate) connecting: Bucket,
    /// The budget of what others receive from it.
    pub(crate) output: Bucket,
    /// The budget of what it is shown itself: history and answers.
    pub(crate) shown: Bucket,
    /// The budget of bytes from it.
    pub(crate) input: Bucket,
    /// The tag of its last frame.
    pub(crate) served: Virtual,
    /// Nicknames that are kept for it.
    #[serde(skip)]
    pub(crate) reserved: u32,
}

impl Account {
    /// Its budgets: connecting, output, shown, input.
    pub(crate) const fn buckets(&self) -> [Bucket; 4] {
        [self.connecting, self.output, self.shown, self.input]
    }

    /// Returns its use that has not refilled yet, and nothing that follows from other facts, where the
    /// room has served others up to `served`.
    pub(crate) fn used(&self, now: Millis, served: Virtual) -> Self {
        let [connecting, output, shown, input] = self.buckets().map(|bucket| bucket.used(now));
        let served = if self.served > served { self.served } else { 0 };
        Self { connecting, output, shown, input, served, ..Self::default() }
    }

    /// Returns true if nothing would be lost with it, where the room has served others up to
    /// `served`.
    pub(crate) fn is_idle(&self, now: Millis, served: Virtual) -> bool {
        let refilled = self.buckets().into_iter().all(|bucket| bucket.is_full(now));
        self.connections == 0 && self.reserved == 0 && refilled && self.served <= served
    }
}

/// The quota of new connections of one address.
fn connecting(settings: &Settings) -> Quota {
    let n = u64::from(settings.max_per_address);
    match settings.rate {
        0 => Quota::UNLIMITED,
        _ => Quota { per_second: n.div_ceil(4), burst: n.saturating_mul(2) },
    }
}

/// The quota of what others receive from one address.
fn output(settings: &Settings) -> Quota {
    bytes(limits::SOURCE_RATE, limits::SOURCE_BURST, settings)
}

/// The quota of what one address is shown itself.
fn shown(settings: &Settings) -> Quota {
    bytes(limits::SHOWN_RATE, limits::SHOWN_BURST, settings)
}

/// The quota of bytes from one address.
fn input(settings: &Settings) -> Quota {
    bytes(limits::INPUT_RATE, limits::INPUT_BURST, settings)
}

fn bytes(rate: u64, burst: u64, settings: &Settings) -> Quota {
    let n = u64::from(settings.max_per_address);
    match settings.rate {
        0 => Quota::UNLIMITED,
        _ => Quota { per_second: rate.saturating_mul(n), burst: burst.saturating_mul(n) },
    }
}

/// The accounts of all sources.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    accounts: BTreeMap<Prefix, Account>,
    /// Behind whom to look next for one to forget.
    swept: Option<Prefix>,
}

impl Sources {
    /// Checks that one more connection may come from here, where the room has served others up to
    /// `served`.
    ///
    /// # Errors
    ///
    /// Says why not.
    pub fn check(
        &mut self,
        now: Millis,
        source: Source,
        served: Virtual,
        settings: &Settings,
    ) -> Result<(), Refusal> {
        self.sweep(now, served);
        let quota = connecting(settings);
        for prefix in source.prefixes() {
            let factor = prefix.factor();
            let account = match self.accounts.get(&prefix) {
                Some(account) => *account,
                None if self.accounts.len() >= limits::SOURCES => {
                    return Err(Refusal::TooManySources);
                }
                None => Account::default(),
            };
            if u64::from(account.connections) >= u64::from(settings.max_per_address) * factor {
                return Err(Refusal::TooMany);
            }
            if account.connecting.ready_at(now, quota.times(factor), 1).is_some() {
                return Err(Refusal::TooOften);
            }
        }
        Ok(())
    }

    /// Takes a new connection, which has been [checked](Self::check), from how many there may be in a
    /// while.
    pub fn connect(&mut self, now: Millis, source: Source, settings: &Settings) {
        let quota = connecting(settings);
        for prefix in source.prefixes() {
            let account = self.accounts.entry(prefix).or_default();
            account.connecting.take(now, quota.times(prefix.factor()), 1);
        }
    }

    /// Counts one more connection at once.
    pub fn count(&mut self, source: Source) {
        for prefix in source.prefixes() {
            self.accounts.entry(prefix).or_default().connections += 1;
        }
    }

    /// Until when nothing is to be read from this source, if it has sent too much.
    #[must_use]
    pub fn unread_until(&self, now: Millis, source: Source, settings: &Settings) -> Option<Millis> {
        let quota = input(settings);
        let until = source.prefixes().map(|prefix| {
            let account = self.accounts.get(&prefix)?;
            account.input.ready_at(now, quota.times(prefix.factor()), 1)
        });
        until.max().flatten()
    }

    /// Counts one connection more that is here already, as in a snapshot; `false` where it is one too
    /// many.
    pub(crate) fn resume(&mut self, source: Source, settings: &Settings) -> bool {
        let most = u64::from(settings.max_per_address);
        source.prefixes().all(|prefix| {
            let account = self.accounts.entry(prefix).or_default();
            account.connections += 1;
            u64::from(account.connections) <= most * prefix.factor()
        })
    }

    /// Uncounts a connection that is gone.
    pub fn release(&mut self, source: Source) {
        for prefix in source.prefixes() {
            if let Some(account) = self.accounts.get_mut(&prefix) {
                account.connections = account.connections.saturating_sub(1);
            }
        }
    }

    /// Books `cost` of what others receive; returns from when on it may be spent. Bookings of one
    /// source are served in their order.
    pub fn book(&mut self, now: Millis, source: Source, cost: u64, settings: &Settings) -> Millis {
        let quota = output(settings);
        let mut due = now;
        for prefix in source.prefixes() {
            let account = self.accounts.entry(prefix).or_default();
            let quota = quota.times(prefix.factor());
            due = account.output.ready_at(now, quota, cost).map_or(due, |ready| due.max(ready));
            account.output.take(now, quota, cost);
        }
        due
    }

    /// Corrects a booking to what was spent of it.
    pub fn settle(
        &mut self,
        now: Millis,
        source: Source,
        booked: u64,
        spent: u64,
        settings: &Settings,
    ) {
        if !source.has_account() {
            return;
        }
        let quota = output(settings);
        for prefix in source.prefixes() {
            let account = self.accounts.entry(prefix).or_default();
            let quota = quota.times(prefix.factor());
            match spent.checked_sub(booked) {
                Some(more) => account.output.take(now, quota, more),
                None => account.output.give_back(quota, booked - spent),
            }
        }
    }

    /// Returns the bytes that this source may be shown now.
    #[must_use]
    pub fn may_be_shown(&self, now: Millis, source: Source, settings: &Settings) -> u64 {
        let quota = shown(settings);
        let left = source.prefixes().map(|prefix| {
            let account = self.accounts.get(&prefix).copied().unwrap_or_default();
            account.shown.available(now, quota.times(prefix.factor()))
        });
        left.min().unwrap_or(u64::MAX)
    }

    /// This source is shown so many bytes.
    pub fn show(&mut self, now: Millis, source: Source, bytes: usize, settings: &Settings) {
        let quota = shown(settings);
        for prefix in source.prefixes() {
            let account = self.accounts.entry(prefix).or_default();
            account.shown.take(now, quota.times(prefix.factor()), bytes as u64);
        }
    }

    /// A read of so many bytes came from this source; returns until when nothing more is to be read
    /// from it.
    pub fn read(
        &mut self,
        now: Millis,
        source: Source,
        bytes: usize,
        settings: &Settings,
    ) -> Option<Millis> {
        if !source.has_account() {
            return None;
        }
        let quota = input(settings);
        let mut until = None;
        for prefix in source.prefixes() {
            let account = self.accounts.entry(prefix).or_default();
            let quota = quota.times(prefix.factor());
            account.input.take(now, quota, limits::READ_COST + bytes as u64);
            until = until.max(account.input.ready_at(now, quota, 1));
        }
        until
    }

    /// The tag of the next frame of this source, which costs so much, where the room has served others up
    /// to `served`. To a wider prefix it counts for less, as that has more to spend.
    pub fn tag(&mut self, source: Source, served: Virtual, cost: u64) -> Virtual {
        let mut tag = served;
        for prefix in source.prefixes() {
            let account = self.accounts.entry(prefix).or_default();
            let step = in_eighths(cost) / prefix.factor();
            account.served = account.served.max(served).saturating_add(step);
            tag = tag.max(account.served);
        }
        tag
    }

    /// The first of its prefixes for which no nickname more may be kept.
    #[must_use]
    pub fn reserves_too_much(&self, source: Source, settings: &Settings) -> Option<Prefix> {
        let most = u64::from(settings.max_per_address);
        source.prefixes().find(|prefix| {
            let reserved = self.accounts.get(prefix).map_or(0, |account| account.reserved);
            u64::from(reserved) >= most * prefix.factor()
        })
    }

    /// A nickname is kept for this source.
    pub fn reserve(&mut self, source: Source) {
        for prefix in source.prefixes() {
            self.accounts.entry(prefix).or_default().reserved += 1;
        }
    }

    /// It no longer is.
    pub fn unreserve(&mut self, source: Source) {
        for prefix in source.prefixes() {
            let account = self.accounts.entry(prefix).or_default();
            account.reserved = account.reserved.saturating_sub(1);
        }
    }

    /// The most connections of one of its prefixes.
    #[must_use]
    pub fn connections(&self, source: Source) -> u32 {
        let accounts = source.prefixes().filter_map(|prefix| self.accounts.get(&prefix));
        accounts.map(|account| account.connections).max().unwrap_or(0)
    }

    /// The prefix with the most connections, and how many; the first of several.
    #[must_use]
    pub fn largest(&self) -> Option<(Prefix, u32)> {
        let counts = self.accounts.iter().map(|(prefix, account)| (*prefix, account.connections));
        counts.reduce(|most, next| if next.1 > most.1 { next } else { most })
    }

    /// Forgets every connection, not what was used.
    pub fn release_all(&mut self) {
        self.accounts.values_mut().for_each(|account| account.connections = 0);
    }

    /// All that is in use, or was lately.
    pub(crate) fn accounts(&self) -> impl Iterator<Item = (Prefix, Account)> {
        self.accounts.iter().map(|(prefix, account)| (*prefix, *account))
    }

    /// Returns the account of a prefix of a snapshot; its connections are counted apart.
    pub(crate) fn account(&mut self, prefix: Prefix) -> &mut Account {
        self.accounts.entry(prefix).or_default()
    }

    /// Looks at some accounts for each new connection, and forgets those that are idle: so there are
    /// never many more than are in use.
    fn sweep(&mut self, now: Millis, served: Virtual) {
        for _ in 0..2 * NESTED.len() {
            let next = match self.swept {
                Some(swept) => self.accounts.range(next_after(swept)..).next(),
                None => self.accounts.iter().next(),
            };
            let Some((&prefix, account)) = next else {
                self.swept = None;
                return;
            };
            if account.is_idle(now, served) {
                self.accounts.remove(&prefix);
            }
            self.swept = Some(prefix);
        }
    }
}

/// A virtual time of so many bytes.
#[must_use]
pub const fn in_eighths(cost: u64) -> Virtual {
    cost.saturating_mul(8)
}
