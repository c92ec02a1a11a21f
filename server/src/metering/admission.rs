//! Whether a request passes the limits of its credential.

use chrono::{DateTime, Utc};

use super::window_count::WindowCount;
use crate::domain::allowance::{Allowance, Exceeded, LimitKind, Standing};
use crate::domain::limit::{Quota, RateLimit};
use crate::domain::window::Window;

/// One limit, its window at the moment of a request, and how much of it is used.
pub(super) struct Limit<'a> {
    pub(super) kind: LimitKind,
    requests: u32,
    enforced: bool,
    window: Window,
    used: &'a WindowCount,
}

impl<'a> Limit<'a> {
    pub(super) fn rate(limit: RateLimit, used: &'a WindowCount, now: DateTime<Utc>) -> Self {
        Self {
            kind: LimitKind::Rate,
            requests: limit.requests,
            enforced: limit.enforce,
            window: limit.window(now),
            used,
        }
    }

    pub(super) fn quota(quota: Quota, used: &'a WindowCount, now: DateTime<Utc>) -> Self {
        Self {
            kind: LimitKind::Quota,
            requests: quota.requests,
            enforced: quota.enforce,
            window: quota.window(now),
            used,
        }
    }

    /// Whether a limit that refuses nothing is exceeded by so many requests.
    pub(super) fn would_refuse(&self, used: u32) -> bool {
        !self.enforced && used > self.requests
    }

    /// How it stands after so many requests.
    pub(super) fn standing(&self, used: u32) -> Standing {
        Standing {
            kind: self.kind,
            requests: self.requests,
            window_seconds: self.window.seconds,
            remaining: self.requests.saturating_sub(used),
            resets_in: self.window.resets_in,
            enforced: self.enforced,
        }
    }

    /// How many requests it has counted.
    pub(super) fn used(&self) -> u32 {
        self.used.count(self.window.number)
    }

    fn is_full(&self) -> bool {
        self.enforced && self.used() >= self.requests
    }

    /// Counts a request. Returns how many there are with it; none where it is one too many.
    fn take(&self) -> Option<u32> {
        if self.enforced {
            return self.used.take(self.window.number, self.requests).ok();
        }
        // It refuses nothing, not even where it cannot count any further.
        match self.used.take(self.window.number, u32::MAX) {
            Ok(used) | Err(used) => Some(used),
        }
    }
}

/// Counts a request against both limits or against none. Returns how many each has counted with it.
///
/// # Errors
/// [`Exceeded`] where one of them refuses.
pub(super) fn take_both(
    rate: Option<&Limit<'_>>,
    quota: Option<&Limit<'_>>,
) -> Result<[Option<u32>; 2], Exceeded> {
    if [rate, quota].into_iter().flatten().any(Limit::is_full) {
        return Err(exceeded(rate, quota));
    }
    let mut used = [None; 2];
    if let Some(rate) = rate {
        used[0] = Some(rate.take().ok_or_else(|| exceeded(Some(rate), quota))?);
    }
    if let Some(limit) = quota {
        used[1] = limit.take();
        if used[1].is_none() {
            if let Some(rate) = rate {
                rate.used.give_back(rate.window.number);
            }
            return Err(exceeded(rate, quota));
        }
    }
    Ok(used)
}

/// Which limit refuses: of two, the one that does for longer.
fn exceeded(rate: Option<&Limit<'_>>, quota: Option<&Limit<'_>>) -> Exceeded {
    let by = [rate, quota]
        .into_iter()
        .flatten()
        .filter(|limit| limit.is_full())
        .max_by_key(|limit| limit.window.resets_in);
    Exceeded {
        // None is full any more where another request gave back just now.
        kind: by.map_or(LimitKind::Rate, |limit| limit.kind),
        retry_after: by.map_or(1, |limit| limit.window.resets_in),
        allowance: Allowance {
            rate: rate.map(|limit| limit.standing(limit.used())),
            quota: quota.map(|limit| limit.standing(limit.used())),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Between the look at both limits and the counting, another request may use the last of one. It
    /// is the same here as if both were one: what the first takes is the last of the second.
    #[test]
    fn what_the_rate_limit_took_is_given_back_where_the_quota_refuses() {
        let limit = RateLimit {
            requests: 1,
            per_seconds: 60,
            enforce: true,
        };
        let used = WindowCount::default();
        let rate = Limit::rate(limit, &used, DateTime::UNIX_EPOCH);
        let quota = Limit {
            kind: LimitKind::Quota,
            ..Limit::rate(limit, &used, DateTime::UNIX_EPOCH)
        };
        assert!(take_both(Some(&rate), Some(&quota)).is_err());
        assert_eq!(rate.used(), 0);
    }
}
