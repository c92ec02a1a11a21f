//! Usual and extreme times, and the sums of their steps.

use super::*;
use crate::domain::usage::Counter;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn now() -> DateTime<Utc> {
    at("2026-11-21T12:34:56.789Z")
}

fn range(from: &str, to: &str, step: StepLength) -> Result<UsageRange, InvalidRange> {
    UsageRange::new(Some(at(from)), Some(at(to)), step, now())
}

fn ends(range: UsageRange) -> (DateTime<Utc>, DateTime<Utc>, usize) {
    (range.from(), range.to(), range.steps([]).len())
}

#[test]
fn by_itself_it_is_the_last_day_by_hour_and_the_last_month_by_day() {
    let hours = UsageRange::new(None, None, StepLength::Hour, now()).unwrap();
    let first = at("2026-11-20T13:00:00Z");
    assert_eq!(ends(hours), (first, at("2026-11-21T13:00:00Z"), 24));
    let days = UsageRange::new(None, None, StepLength::Day, now()).unwrap();
    let day = at("2026-10-23T00:00:00Z");
    assert_eq!(ends(days), (day, at("2026-11-22T00:00:00Z"), 30));
    let hours = UsageRange::new(None, None, StepLength::Hour, first).unwrap();
    assert_eq!(hours.to(), first + TimeDelta::hours(1), "it has just begun");
    let earlier = Some(at("2026-11-01T00:00:00Z"));
    let hours = UsageRange::new(None, earlier, StepLength::Hour, now()).unwrap();
    assert_eq!(hours.from(), at("2026-10-31T00:00:00Z"));
}

#[test]
fn steps_are_whole() {
    let hours = range(
        "2026-11-21T10:59:59Z",
        "2026-11-21T12:00:01Z",
        StepLength::Hour,
    );
    let first = at("2026-11-21T10:00:00Z");
    assert_eq!(ends(hours.unwrap()), (first, at("2026-11-21T13:00:00Z"), 3));
    let day = range(
        "2026-11-21T10:59:59Z",
        "2026-11-22T00:00:00Z",
        StepLength::Day,
    );
    let first = at("2026-11-21T00:00:00Z");
    assert_eq!(ends(day.unwrap()), (first, at("2026-11-22T00:00:00Z"), 1));
}

#[test]
fn what_is_too_long_or_nowhere_is_named() {
    use StepLength::{Day, Hour};
    let longest = range("2026-10-01T00:30:00Z", "2026-11-01T00:30:00Z", Hour).unwrap();
    assert_eq!(longest.steps([]).len(), 745);
    let longest = range("2025-01-01T00:30:00Z", "2026-02-05T00:30:00Z", Day).unwrap();
    assert_eq!(longest.steps([]).len(), 401);
    for (from, to, step, field) in [
        ("2026-10-01T00:00:00Z", "2026-11-01T00:00:01Z", Hour, "from"),
        ("2025-01-01T00:00:00Z", "2026-02-05T00:00:01Z", Day, "from"),
        ("2026-11-01T00:00:00Z", "2026-11-01T00:00:00Z", Hour, "from"),
        ("2026-11-02T00:00:00Z", "2026-11-01T00:00:00Z", Day, "from"),
        ("1971-01-01T00:00:00Z", "2026-11-01T00:00:00Z", Day, "from"),
        ("-0001-01-01T00:00:00Z", "2026-11-01T00:00:00Z", Day, "from"),
        ("2026-11-01T00:00:00Z", "9999-12-31T23:59:60Z", Day, "to"),
        ("2026-11-01T00:00:00Z", "1969-12-31T23:59:59Z", Day, "to"),
    ] {
        let refused = range(from, to, step).unwrap_err();
        assert_eq!(refused.field, field, "{from} {to} {refused}");
    }
    for extreme in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
        for step in [Hour, Day] {
            assert!(UsageRange::new(Some(extreme), None, step, now()).is_err());
            assert!(UsageRange::new(None, Some(extreme), step, now()).is_err());
            assert!(UsageRange::new(None, None, step, extreme).is_err());
        }
    }
    assert_eq!("week".parse::<StepLength>(), Err(InvalidStep));
}

#[test]
fn hours_are_summed_up_and_gaps_are_filled() {
    let issued = |from: &str, number| {
        let mut counts = Counts::default();
        counts.set(Counter::TokensIssued, number);
        UsageStep {
            from: at(from),
            counts,
        }
    };
    let hours = [
        issued("2026-11-20T23:00:00Z", 1),
        issued("2026-11-21T23:00:00Z", 3),
        issued("2026-11-21T00:00:00Z", 2),
        issued("2026-11-23T05:00:00Z", 4),
        issued("2026-11-23T05:00:00Z", 5),
        issued("2026-11-24T00:00:00Z", 6),
    ];
    let range = range(
        "2026-11-21T00:00:00Z",
        "2026-11-23T12:00:00Z",
        StepLength::Day,
    );
    let days: Vec<_> = range
        .unwrap()
        .steps(hours)
        .iter()
        .map(|day| (day.from, day.counts.get(Counter::TokensIssued)))
        .collect();
    assert_eq!(
        days,
        [
            (at("2026-11-21T00:00:00Z"), 5),
            (at("2026-11-22T00:00:00Z"), 0),
            (at("2026-11-23T00:00:00Z"), 9),
        ]
    );
}
