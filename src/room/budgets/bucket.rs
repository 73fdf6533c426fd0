//! A token bucket: so much of something may be used in a while.

use crate::room::event::Millis;

/// A rate and a burst: so much a second, after so much at once. The unit is that of
/// the thing: messages, connections or bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// The rate, a second; 0 is no limit.
    pub per_second: u64,
    /// The burst.
    pub burst: u64,
}

impl Quota {
    /// No limit.
    pub const UNLIMITED: Self = Self { per_second: 0, burst: 0 };

    /// The same, this many times.
    #[must_use]
    pub const fn times(self, factor: u64) -> Self {
        Self {
            per_second: self.per_second.saturating_mul(factor),
            burst: self.burst.saturating_mul(factor),
        }
    }

    /// Nanoseconds in which so much is refilled; 0 where there is no limit.
    fn refill(self, amount: u64) -> u64 {
        if self.per_second == 0 {
            return 0;
        }
        // As a rule: dividing 128 bits takes several times as long.
        if let Some(nanos) = amount.checked_mul(NANOS_PER_SECOND) {
            return nanos / self.per_second;
        }
        let nanos = u128::from(amount) * u128::from(NANOS_PER_SECOND);
        u64::try_from(nanos / u128::from(self.per_second)).unwrap_or(u64::MAX)
    }
}

/// A token bucket in its virtual-scheduling form (the generic cell rate algorithm, ITU-T I.371): the
/// one number kept is when the bucket will be full again, in nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(transparent)]
pub struct Bucket {
    full_at: u64,
}

const NANOS_PER_MILLI: u64 = 1_000_000;
const NANOS_PER_SECOND: u64 = 1_000_000_000;

impl Bucket {
    /// A bucket that will be full then, in nanoseconds since the server started.
    #[must_use]
    pub const fn resume(full_at: u64) -> Self {
        Self { full_at }
    }

    /// Returns the time at which it will be full, in nanoseconds since the server started.
    #[must_use]
    pub const fn full_at(self) -> u64 {
        self.full_at
    }

    /// Returns the time at which `cost` is there: later than `now`, or `None` for at once. More than
    /// fits is there when the bucket is full.
    #[must_use]
    pub fn ready_at(self, now: Millis, quota: Quota, cost: u64) -> Option<Millis> {
        let spare = quota.refill(quota.burst).saturating_sub(quota.refill(cost));
        let ready = self.full_at.saturating_sub(spare).div_ceil(NANOS_PER_MILLI);
        Some(Millis::new(ready)).filter(|&ready| ready > now)
    }

    /// Returns the time at which no more than `debt` is owed: later than `now`, or `None` for at once.
    #[must_use]
    pub fn owes_at_most(self, now: Millis, quota: Quota, debt: u64) -> Option<Millis> {
        let most = Quota { burst: quota.burst.saturating_add(debt), ..quota };
        self.ready_at(now, most, 0)
    }

    /// Takes `cost`, whether it is there or not. The source owes the rest, but never more than a
    /// burst: two refills later others behind its address can go on.
    pub fn take(&mut self, now: Millis, quota: Quota, cost: u64) {
        let burst = quota.refill(quota.burst).max(quota.refill(cost));
        let latest = nanos(now).saturating_add(burst.saturating_mul(2));
        let full_at = self.full_at.max(nanos(now)).saturating_add(quota.refill(cost));
        self.full_at = full_at.min(latest).max(self.full_at);
    }

    /// Puts back what was taken and not used.
    pub fn give_back(&mut self, quota: Quota, amount: u64) {
        self.full_at = self.full_at.saturating_sub(quota.refill(amount));
    }

    /// Returns what is left; 0 where something is owed, [`u64::MAX`] where there is no limit.
    #[must_use]
    pub fn available(self, now: Millis, quota: Quota) -> u64 {
        if quota.per_second == 0 {
            return u64::MAX;
        }
        let missing = u128::from(self.full_at.saturating_sub(nanos(now)));
        let missing = (missing * u128::from(quota.per_second)).div_ceil(NANOS_PER_SECOND.into());
        quota.burst.saturating_sub(u64::try_from(missing).unwrap_or(u64::MAX))
    }

    /// The same, where one that is full is as any other that is.
    #[must_use]
    pub const fn used(self, now: Millis) -> Self {
        if self.is_full(now) { Self { full_at: 0 } } else { self }
    }

    /// Returns true if nothing of it is in use.
    #[must_use]
    pub const fn is_full(self, now: Millis) -> bool {
        self.full_at <= nanos(now)
    }
}

const fn nanos(time: Millis) -> u64 {
    time.as_millis().saturating_mul(NANOS_PER_MILLI)
}
