//! When the counting of a limit begins anew: fixed windows of a rate limit, days and months of a quota.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveTime, Utc};

use super::limit::{Quota, QuotaPeriod, RateLimit};

/// The stretch of time in which a limit counts at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Tells it from every other stretch of the same limit. The next window has the next number.
    pub number: u32,
    /// When it began.
    pub began_at: DateTime<Utc>,
    /// Its length in seconds.
    pub seconds: u32,
    /// Seconds until the counting begins anew; at least 1.
    pub resets_in: u32,
}

impl RateLimit {
    /// The window that `now` lies in. Windows are laid end to end from the epoch on, so that every
    /// node, and a node that was started anew, has the same ones.
    pub fn window(&self, now: DateTime<Utc>) -> Window {
        let seconds = self.per_seconds.max(1);
        let moment = now.timestamp().max(0);
        let number = moment / i64::from(seconds);
        let began = number * i64::from(seconds);
        Window {
            number: clamped(number),
            began_at: DateTime::from_timestamp(began, 0).unwrap_or(now),
            seconds,
            resets_in: clamped(began + i64::from(seconds) - moment).max(1),
        }
    }
}

impl Quota {
    /// The day or the month, in UTC, that `now` lies in.
    pub fn window(&self, now: DateTime<Utc>) -> Window {
        self.per.window(now)
    }
}

impl QuotaPeriod {
    /// The period that `now` lies in. A day never has the number of a month.
    pub fn window(self, now: DateTime<Utc>) -> Window {
        let day = now.date_naive();
        let (first, after, number) = match self {
            Self::Day => {
                let number = now.timestamp().max(0) / 86_400;
                (day, day.checked_add_days(Days::new(1)), number * 2)
            }
            Self::Month => {
                let first = day.with_day(1).unwrap_or(day);
                let number = i64::from(day.year()) * 12 + i64::from(day.month0());
                (
                    first,
                    first.checked_add_months(Months::new(1)),
                    number * 2 + 1,
                )
            }
        };
        let began_at = midnight(first);
        let ends_at = after.map_or(now, midnight);
        Window {
            number: clamped(number),
            began_at,
            seconds: clamped((ends_at - began_at).num_seconds()).max(1),
            resets_in: clamped((ends_at.timestamp() - now.timestamp()).max(1)),
        }
    }
}

fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}

fn clamped(number: i64) -> u32 {
    u32::try_from(number.max(0)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn rate(per_seconds: u32) -> RateLimit {
        RateLimit {
            requests: 1,
            per_seconds,
            enforce: true,
        }
    }

    #[test]
    fn windows_of_a_rate_limit_lie_end_to_end() {
        let first = rate(60).window(at("2026-11-21T10:20:00Z"));
        let last = rate(60).window(at("2026-11-21T10:20:59.999999Z"));
        let next = rate(60).window(at("2026-11-21T10:21:00Z"));
        assert_eq!(first.number, last.number);
        assert_eq!(next.number, first.number + 1);
        assert_eq!((first.resets_in, last.resets_in), (60, 1));
        assert_eq!(first.began_at, at("2026-11-21T10:20:00Z"));
        assert_eq!(last.began_at, first.began_at);
        assert_eq!(rate(1).window(at("2026-11-21T10:20:00.5Z")).resets_in, 1);
    }

    #[test]
    fn days_and_months_are_those_of_utc() {
        let day = QuotaPeriod::Day.window(at("2026-11-21T23:59:50.2Z"));
        assert_eq!(day.began_at, at("2026-11-21T00:00:00Z"));
        assert_eq!((day.seconds, day.resets_in), (86_400, 10));
        let next = QuotaPeriod::Day.window(at("2026-11-22T00:00:00Z"));
        assert_eq!((next.seconds, next.resets_in), (86_400, 86_400));
        assert_ne!(next.number, day.number);

        let month = QuotaPeriod::Month.window(at("2028-02-29T23:59:59Z"));
        assert_eq!(month.began_at, at("2028-02-01T00:00:00Z"));
        assert_eq!((month.seconds, month.resets_in), (29 * 86_400, 1));
        let december = QuotaPeriod::Month.window(at("2026-12-31T00:00:00Z"));
        let january = QuotaPeriod::Month.window(at("2027-01-01T00:00:00Z"));
        assert_eq!(december.resets_in, 86_400);
        assert_eq!(january.began_at, at("2027-01-01T00:00:00Z"));
        assert_ne!(december.number, january.number);
    }

    #[test]
    fn a_day_is_never_taken_for_a_month() {
        let months: Vec<u32> = (0..3_000)
            .map(|months| at("1970-01-01T00:00:00Z") + Months::new(months))
            .map(|moment| QuotaPeriod::Month.window(moment).number)
            .collect();
        for day in 0..40_000 {
            let moment = at("1970-01-01T00:00:00Z") + Days::new(day);
            assert!(!months.contains(&QuotaPeriod::Day.window(moment).number));
        }
    }

    #[test]
    fn moments_that_no_clock_shows_are_harmless() {
        for moment in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
            for window in [
                rate(86_400).window(moment),
                QuotaPeriod::Day.window(moment),
                QuotaPeriod::Month.window(moment),
            ] {
                assert!(window.resets_in >= 1 && window.seconds >= 1);
            }
        }
    }
}
