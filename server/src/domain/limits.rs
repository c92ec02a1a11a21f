//! Rate limit and quota together, and which of two are the stricter.

use super::limit::{Quota, QuotaPeriod, RateLimit};

/// The days of the longest month.
const DAYS_A_MONTH: u64 = 31;

/// How fast and how much a credential may be used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Limits {
    /// How fast.
    pub rate_limit: Option<RateLimit>,
    /// How much a day or a month.
    pub quota: Option<Quota>,
}

impl Limits {
    /// What is left of it when what is only counted and never refused is taken away.
    #[must_use]
    pub fn enforced(self) -> Self {
        Self {
            rate_limit: self.rate_limit.filter(|limit| limit.enforce),
            quota: self.quota.filter(|quota| quota.enforce),
        }
    }

    /// Whether something is ever refused for them.
    pub fn bind(self) -> bool {
        self.enforced() != Self::default()
    }

    /// Whether `other` allows no more than these do.
    pub fn cover(self, other: Self) -> bool {
        self.cover_rate(other.rate_limit) && self.cover_quota(other.quota)
    }

    /// Whether `other` allows no more at once, and none faster.
    pub fn cover_rate(self, other: Option<RateLimit>) -> bool {
        let Some(own) = self.enforced().rate_limit else {
            return true;
        };
        other.is_some_and(|other| {
            // As rates, and without dividing: both products fit.
            let faster = u64::from(other.requests) * u64::from(own.per_seconds)
                > u64::from(own.requests) * u64::from(other.per_seconds);
            // The same rate over a longer window lets more through at once.
            other.enforce && !faster && other.requests <= own.requests
        })
    }

    /// Whether `other` allows no more in any day or month.
    pub fn cover_quota(self, other: Option<Quota>) -> bool {
        let Some(own) = self.enforced().quota else {
            return true;
        };
        other.is_some_and(|other| {
            let days = match (own.per, other.per) {
                (QuotaPeriod::Month, QuotaPeriod::Day) => DAYS_A_MONTH,
                // All that a month allows may be used in one day of it.
                _ => 1,
            };
            other.enforce && u64::from(other.requests) * days <= u64::from(own.requests)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(requests: u32, per_seconds: u32, enforce: bool) -> Limits {
        Limits {
            rate_limit: Some(RateLimit {
                requests,
                per_seconds,
                enforce,
            }),
            quota: None,
        }
    }

    fn quota(requests: u32, per: QuotaPeriod, enforce: bool) -> Limits {
        Limits {
            rate_limit: None,
            quota: Some(Quota {
                requests,
                per,
                enforce,
            }),
        }
    }

    #[test]
    fn a_rate_covers_what_is_no_faster_and_no_more_at_once() {
        let own = rate(10, 60, true);
        for (other, covered) in [
            (own, true),
            (rate(9, 60, true), true),
            (rate(10, 61, true), true),
            (rate(1, 6, true), true),
            (rate(11, 60, true), false),
            (rate(10, 59, true), false),
            (rate(1, 5, true), false),
            (rate(14_400, 86_400, true), false),
            (rate(1, 60, false), false),
            (Limits::default(), false),
        ] {
            assert_eq!(own.cover(other), covered, "{other:?}");
        }
        assert!(!rate(10, 60, true).cover(quota(1, QuotaPeriod::Day, true)));
    }

    #[test]
    fn a_quota_covers_what_is_no_more_in_any_of_its_periods() {
        use QuotaPeriod::{Day, Month};
        for (own, other, covered) in [
            ((100, Day), (100, Day), true),
            ((100, Day), (101, Day), false),
            ((100, Day), (100, Month), true),
            ((100, Day), (101, Month), false),
            ((310, Month), (10, Day), true),
            ((310, Month), (11, Day), false),
            ((310, Month), (310, Month), true),
            ((310, Month), (311, Month), false),
        ] {
            let (own, other) = (quota(own.0, own.1, true), quota(other.0, other.1, true));
            assert_eq!(own.cover(other), covered, "{own:?} {other:?}");
        }
        let own = quota(100, Day, true);
        assert!(!own.cover(quota(1, Day, false)));
        assert!(!own.cover(Limits::default()));
    }

    #[test]
    fn what_is_not_enforced_binds_nobody() {
        for loose in [
            Limits::default(),
            rate(1, 60, false),
            quota(1, QuotaPeriod::Day, false),
        ] {
            assert!(!loose.bind());
            assert!(loose.cover(Limits::default()));
        }
        assert!(rate(1, 60, true).bind());
        assert!(quota(1, QuotaPeriod::Day, true).bind());
    }

    #[test]
    fn the_greatest_numbers_are_compared_too() {
        let own = rate(u32::MAX, u32::MAX, true);
        assert!(own.cover(own));
        let own = quota(u32::MAX, QuotaPeriod::Month, true);
        assert!(!own.cover(quota(u32::MAX, QuotaPeriod::Day, true)));
    }
}
