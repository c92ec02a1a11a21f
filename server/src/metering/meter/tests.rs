//! The limits under many requests at once, and what other nodes used.

use super::*;
use crate::domain::allowance::LimitKind;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn noon() -> DateTime<Utc> {
    at("2026-11-21T12:00:15Z")
}

const fn rate_limit(requests: u32, enforce: bool) -> RateLimit {
    RateLimit {
        requests,
        per_seconds: 60,
        enforce,
    }
}

const fn quota(requests: u32, enforce: bool) -> Quota {
    Quota {
        requests,
        per: QuotaPeriod::Day,
        enforce,
    }
}

fn counted(meter: &Meter, counter: Counter) -> u64 {
    let hours = meter.take().hours;
    hours.iter().map(|(_, counts)| counts.get(counter)).sum()
}

#[test]
fn a_rate_limit_lets_so_many_pass_and_the_next_window_as_many_again() {
    let meter = Meter::default();
    for left in (0..3).rev() {
        let allowance = meter
            .admit(Some(rate_limit(3, true)), None, noon())
            .unwrap();
        let standing = allowance.rate.unwrap();
        assert_eq!((standing.remaining, standing.resets_in), (left, 45));
    }
    let exceeded = meter
        .admit(Some(rate_limit(3, true)), None, noon())
        .unwrap_err();
    assert_eq!((exceeded.kind, exceeded.retry_after), (LimitKind::Rate, 45));
    let fields = exceeded.allowance.fields().unwrap();
    assert_eq!(fields.limit, r#""rate";r=0;t=45"#);
    assert_eq!(counted(&meter, Counter::Rejected(Rejection::RateLimit)), 1);
    let next = at("2026-11-21T12:01:00Z");
    assert!(meter.admit(Some(rate_limit(3, true)), None, next).is_ok());
}

#[test]
fn what_is_refused_uses_nothing_up() {
    let meter = Meter::default();
    meter
        .admit(Some(rate_limit(1, true)), Some(quota(10, true)), noon())
        .unwrap();
    for _ in 0..20 {
        meter
            .admit(Some(rate_limit(1, true)), Some(quota(10, true)), noon())
            .unwrap_err();
    }
    let left = meter.allowance(Some(rate_limit(1, true)), Some(quota(10, true)), noon());
    assert_eq!(left.quota.unwrap().remaining, 9);

    let meter = Meter::default();
    meter
        .admit(Some(rate_limit(10, true)), Some(quota(1, true)), noon())
        .unwrap();
    for _ in 0..20 {
        meter
            .admit(Some(rate_limit(10, true)), Some(quota(1, true)), noon())
            .unwrap_err();
    }
    let left = meter.allowance(Some(rate_limit(10, true)), Some(quota(1, true)), noon());
    assert_eq!(left.rate.unwrap().remaining, 9);
}

#[test]
fn of_two_that_refuse_the_longer_one_is_told() {
    let meter = Meter::default();
    meter
        .admit(Some(rate_limit(1, true)), Some(quota(1, true)), noon())
        .unwrap();
    let exceeded = meter
        .admit(Some(rate_limit(1, true)), Some(quota(1, true)), noon())
        .unwrap_err();
    assert_eq!(exceeded.kind, LimitKind::Quota);
    assert_eq!(exceeded.retry_after, 12 * 3_600 - 15);
    assert_eq!(counted(&meter, Counter::Rejected(Rejection::Quota)), 1);
}

#[test]
fn a_limit_that_only_counts_refuses_nothing_and_says_what_it_would_have() {
    let meter = Meter::default();
    for _ in 0..5 {
        meter
            .admit(Some(rate_limit(2, false)), Some(quota(4, false)), noon())
            .unwrap();
    }
    let hours = meter.take().hours;
    assert_eq!(hours.len(), 1);
    let (hour, counts) = hours[0];
    assert_eq!(hour, at("2026-11-21T12:00:00Z"));
    assert_eq!(counts.get(Counter::WouldReject(LimitKind::Rate)), 3);
    assert_eq!(counts.get(Counter::WouldReject(LimitKind::Quota)), 1);
    assert_eq!(counts.get(Counter::Rejected(Rejection::RateLimit)), 0);
}

#[test]
fn many_at_once_get_exactly_as_many_as_both_limits_allow() {
    let meter = Meter::default();
    let pass = || {
        meter
            .admit(Some(rate_limit(900, true)), Some(quota(700, true)), noon())
            .is_ok()
    };
    let passed: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| (0..500).filter(|_| pass()).count()))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .sum()
    });
    assert_eq!(passed, 700);
    let left = meter.allowance(Some(rate_limit(900, true)), Some(quota(700, true)), noon());
    assert_eq!(left.rate.unwrap().remaining, 200);
}

#[test]
fn a_quota_includes_what_other_nodes_have_written() {
    let meter = Meter::default();
    let used = |meter: &Meter| {
        let left = meter.allowance(None, Some(quota(100, true)), noon());
        100 - left.quota.unwrap().remaining
    };
    assert!(!meter.knows_quota(QuotaPeriod::Day));
    meter.quota_stored(QuotaPeriod::Day, 30, noon());
    assert!(meter.knows_quota(QuotaPeriod::Day));
    assert_eq!(used(&meter), 30);
    for _ in 0..5 {
        meter.admit(None, Some(quota(100, true)), noon()).unwrap();
    }
    assert_eq!(used(&meter), 35);
    // Three of the five are written, and two of another node.
    meter.quota_written(at("2026-11-21T12:00:00Z"), 3, noon());
    meter.quota_stored(QuotaPeriod::Day, 35, noon());
    assert_eq!(used(&meter), 37);
    // What was written of yesterday is not of this period.
    meter.quota_written(at("2026-11-20T23:00:00Z"), 50, noon());
    meter.quota_stored(QuotaPeriod::Day, 35, noon());
    assert_eq!(used(&meter), 37);
    // Another day, and another period.
    let tomorrow = at("2026-11-22T00:00:00Z");
    let left = meter.allowance(None, Some(quota(100, true)), tomorrow);
    assert_eq!(left.quota.unwrap().remaining, 100);
    meter.quota_stored(QuotaPeriod::Month, 90, noon());
    let month = Quota {
        requests: 100,
        per: QuotaPeriod::Month,
        enforce: true,
    };
    let left = meter.allowance(None, Some(month), noon());
    assert_eq!(left.quota.unwrap().remaining, 10);
}

#[test]
fn each_secret_has_its_own_last_use() {
    let meter = Meter::default();
    let id = |number| SecretId(uuid::Uuid::from_u128(number));
    let first = meter.secret(id(1));
    meter.secret(id(2));
    assert!(Arc::ptr_eq(&first, &meter.secret(id(1))));
    first.touch(noon());
    meter.used.touch(noon());
    let taken = meter.take();
    assert_eq!(taken.secrets, [(id(1), noon())]);
    assert_eq!(taken.used, Some(noon()));
    assert!(meter.take().is_empty());
    for number in 10..1_000 {
        meter.secret(id(number));
    }
    let kept = meter.secrets.lock().unwrap().len();
    assert!(kept <= 2, "{kept} are kept of secrets that are gone");
}

#[test]
fn a_quota_gets_what_was_counted_before_it_with_the_flush() {
    let used = |meter: &Meter, quota: Quota| {
        let left = meter.allowance(None, Some(quota), noon());
        100 - left.quota.unwrap().remaining
    };
    let pass = |meter: &Meter, quota: Option<Quota>, times: u32| {
        for _ in 0..times {
            meter.admit(None, quota, noon()).unwrap();
            meter.count(Counter::CallsVerified, noon());
        }
    };
    let written = |meter: &Meter, taken: Taken| {
        for (hour, counts) in taken.hours {
            meter.quota_written(hour, counts.requests(), noon());
        }
    };
    let meter = Meter::default();
    let daily = quota(100, true);
    let monthly = Quota {
        per: QuotaPeriod::Month,
        ..daily
    };
    // Of these, some were handed over to be written when the quota comes, and some were not.
    pass(&meter, None, 7);
    let taken = meter.take();
    pass(&meter, None, 5);
    meter.quota_stored(QuotaPeriod::Day, 0, noon());
    pass(&meter, Some(daily), 3);
    assert_eq!(used(&meter, daily), 3);
    written(&meter, taken);
    written(&meter, meter.take());
    meter.quota_stored(QuotaPeriod::Day, 15, noon());
    assert_eq!(used(&meter, daily), 15);
    // The same where the period is another one.
    pass(&meter, Some(daily), 4);
    meter.quota_stored(QuotaPeriod::Month, 15, noon());
    pass(&meter, Some(monthly), 2);
    written(&meter, meter.take());
    meter.quota_stored(QuotaPeriod::Month, 21, noon());
    assert_eq!(used(&meter, monthly), 21);
    // And nothing is counted twice from then on.
    pass(&meter, Some(monthly), 1);
    written(&meter, meter.take());
    meter.quota_stored(QuotaPeriod::Month, 22, noon());
    assert_eq!(used(&meter, monthly), 22);
}
