//! What one credential is used for, and what it has left.

#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicU8, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};

use super::admission::{Limit, take_both};
use super::hour_counts::HourCounts;
use super::last_used::LastUsed;
use super::needed::Needed;
use super::window_count::WindowCount;
use crate::domain::allowance::{Allowance, Exceeded};
use crate::domain::ids::SecretId;
use crate::domain::limit::{Quota, QuotaPeriod, RateLimit};
use crate::domain::usage::{Counter, Counts, Rejection};

/// The meter of one credential. It outlives the credential's stay in the cache: a change of the
/// credential must not give it a fresh rate limit.
#[derive(Debug, Default)]
pub struct Meter {
    hours: HourCounts,
    /// The second of Unix time in which something was last counted.
    active: AtomicU32,
    rate: WindowCount,
    quota: WindowCount,
    quota_per: AtomicU8,
    /// What the database says of the present quota period, as far as `quota` includes it.
    quota_stored: WindowCount,
    /// Requests that were handed over and are not written yet.
    unwritten: AtomicU64,
    /// Those among all that was not written when `quota` was begun anew: it does not include them
    /// until they are read back.
    quota_missing: AtomicU64,
    needed: Needed,
    /// When the credential was last used.
    pub used: LastUsed,
    /// Locked when a credential is read from the database and when uses are flushed, and at no
    /// other time.
    secrets: Mutex<Vec<(SecretId, Arc<LastUsed>)>>,
}

/// What a meter hands over to be written.
#[derive(Debug, Default)]
pub(super) struct Taken {
    /// Hours and what was counted in them.
    pub(super) hours: Vec<(DateTime<Utc>, Counts)>,
    /// The credential's last use, where there was one since.
    pub(super) used: Option<DateTime<Utc>>,
    /// The secrets' last uses, where there were some since.
    pub(super) secrets: Vec<(SecretId, DateTime<Utc>)>,
}

impl Taken {
    /// Whether nothing was counted or used.
    pub(super) fn is_empty(&self) -> bool {
        self.hours.is_empty() && self.used.is_none() && self.secrets.is_empty()
    }
}

impl Meter {
    /// Counts one.
    pub fn count(&self, counter: Counter, now: DateTime<Utc>) {
        let second = second_of(now);
        if self.active.load(Ordering::Relaxed) != second {
            self.active.store(second, Ordering::Relaxed);
        }
        self.hours.count(counter, second);
    }

    /// Counts a refusal.
    pub fn reject(&self, why: Rejection, now: DateTime<Utc>) {
        self.count(Counter::Rejected(why), now);
    }

    /// Counts a token given out: for whom, with which scope, and its lifetime in seconds.
    pub fn issued(&self, audience: &str, scope: &str, lifetime: u32, now: DateTime<Utc>) {
        self.count(Counter::TokensIssued, now);
        if self
            .needed
            .issued(audience, scope, second_of(now), lifetime)
        {
            self.count(Counter::TokensNeeded, now);
        }
    }

    /// Decides whether an authenticated request may pass, and counts it against the limits if so. A
    /// request that is refused uses nothing up. A limit that is not enforced refuses nothing; what
    /// it would have refused is counted.
    ///
    /// # Errors
    /// [`Exceeded`], which is counted as a rejection already.
    pub fn admit(
        &self,
        rate_limit: Option<RateLimit>,
        quota: Option<Quota>,
        now: DateTime<Utc>,
    ) -> Result<Allowance, Exceeded> {
        self.follow_quota(quota.map(|quota| quota.per));
        let rate = rate_limit.map(|limit| Limit::rate(limit, &self.rate, now));
        let quota = quota.map(|quota| Limit::quota(quota, &self.quota, now));
        let [used_of_rate, used_of_quota] = take_both(rate.as_ref(), quota.as_ref())
            .inspect_err(|exceeded| self.reject(exceeded.kind.into(), now))?;
        let stands = |limit: Limit<'_>, used: u32| {
            if limit.would_refuse(used) {
                self.count(Counter::WouldReject(limit.kind), now);
            }
            limit.standing(used)
        };
        Ok(Allowance {
            rate: rate
                .zip(used_of_rate)
                .map(|(limit, used)| stands(limit, used)),
            quota: quota
                .zip(used_of_quota)
                .map(|(limit, used)| stands(limit, used)),
        })
    }

    /// How the limits stand, without counting anything.
    pub fn allowance(
        &self,
        rate_limit: Option<RateLimit>,
        quota: Option<Quota>,
        now: DateTime<Utc>,
    ) -> Allowance {
        let stands = |limit: Limit<'_>| limit.standing(limit.used());
        Allowance {
            rate: rate_limit.map(|limit| stands(Limit::rate(limit, &self.rate, now))),
            quota: quota.map(|quota| stands(Limit::quota(quota, &self.quota, now))),
        }
    }

    /// How many requests the rate limit has counted in its present window.
    pub fn rate_used(&self, limit: RateLimit, now: DateTime<Utc>) -> u32 {
        Limit::rate(limit, &self.rate, now).used()
    }

    /// Whether the use of a quota of this period was brought up to date with the database.
    pub fn knows_quota(&self, per: QuotaPeriod) -> bool {
        self.quota_per() == Some(per)
    }

    /// Brings the use of the quota up to date: `total` is what the database says of the period that
    /// `now` lies in. What this node has counted and not written yet stays counted.
    pub fn quota_stored(&self, per: QuotaPeriod, total: u64, now: DateTime<Utc>) {
        self.follow_quota(Some(per));
        let window = per.window(now).number;
        let total = u32::try_from(total).unwrap_or(u32::MAX);
        let before = self.quota_stored.replace(window, total);
        self.quota
            .adjust(window, i64::from(total) - i64::from(before));
    }

    /// Notes that `requests` of this node were written, of an hour in the present quota period.
    pub(super) fn quota_written(&self, hour: DateTime<Utc>, requests: u64, now: DateTime<Utc>) {
        subtract(&self.unwritten, requests);
        let requests = requests - subtract(&self.quota_missing, requests);
        let Some(window) = self.quota_per().map(|per| per.window(now)) else {
            return;
        };
        if hour >= window.began_at {
            let requests = i64::try_from(requests).unwrap_or(i64::MAX);
            self.quota_stored.adjust(window.number, requests);
        }
    }

    /// The period of the credential's quota, where it had one at the last request.
    pub(super) fn quota_per(&self) -> Option<QuotaPeriod> {
        match self.quota_per.load(Ordering::Relaxed) {
            DAY => Some(QuotaPeriod::Day),
            MONTH => Some(QuotaPeriod::Month),
            _ => None,
        }
    }

    /// A quota of another period is counted anew, from what the database says; what was counted
    /// before and is not written yet comes with the next flush.
    fn follow_quota(&self, per: Option<QuotaPeriod>) {
        let code = match per {
            None => NONE,
            Some(QuotaPeriod::Day) => DAY,
            Some(QuotaPeriod::Month) => MONTH,
        };
        if self.quota_per.load(Ordering::Relaxed) != code {
            self.quota.reset();
            self.quota_stored.reset();
            let counted = requests_of(&self.hours.peek());
            let missing = self.unwritten.load(Ordering::Relaxed) + counted;
            self.quota_missing.store(missing, Ordering::Relaxed);
            self.quota_per.store(code, Ordering::Relaxed);
        }
    }

    /// Where the last use of a secret is kept. For whoever reads a credential from the database; a
    /// request finds it there and looks nothing up.
    pub fn secret(&self, id: SecretId) -> Arc<LastUsed> {
        let mut secrets = self.secrets.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, used)) = secrets.iter().find(|(known, _)| *known == id) {
            return Arc::clone(used);
        }
        // Those of secrets that are gone go with the next one that comes, so there are never many.
        secrets.retain(|(_, used)| Arc::strong_count(used) > 1 || !used.is_taken());
        let used = Arc::new(LastUsed::default());
        // Most have one, and there may be a million meters.
        secrets.reserve_exact(1);
        secrets.push((id, Arc::clone(&used)));
        used
    }

    /// What was counted since the last time, without taking it.
    pub(super) fn peek(&self) -> Vec<(DateTime<Utc>, Counts)> {
        self.hours.peek()
    }

    /// Hands over what was counted since the last time.
    pub(super) fn take(&self) -> Taken {
        let secrets = self.secrets.lock().unwrap_or_else(PoisonError::into_inner);
        let hours = self.hours.take();
        self.unwritten
            .fetch_add(requests_of(&hours), Ordering::Relaxed);
        Taken {
            hours,
            used: self.used.take(),
            secrets: secrets
                .iter()
                .filter_map(|(id, used)| Some((*id, used.take()?)))
                .collect(),
        }
    }

    /// The second of Unix time in which something was last counted or used.
    pub(super) fn active(&self) -> u32 {
        let used = self.used.at().map_or(0, second_of);
        self.active.load(Ordering::Relaxed).max(used)
    }
}

const NONE: u8 = 0;
const DAY: u8 = 1;
const MONTH: u8 = 2;

fn second_of(moment: DateTime<Utc>) -> u32 {
    u32::try_from(moment.timestamp().max(0)).unwrap_or(u32::MAX)
}

fn requests_of(hours: &[(DateTime<Utc>, Counts)]) -> u64 {
    hours.iter().map(|(_, counts)| counts.requests()).sum()
}

/// Takes away as much as there is. Returns how much that was.
fn subtract(from: &AtomicU64, by: u64) -> u64 {
    let before = from.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |number| {
        Some(number.saturating_sub(by))
    });
    before.unwrap_or_else(|before| before).min(by)
}
