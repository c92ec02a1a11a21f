//! The counters of one hour.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use chrono::{DateTime, Utc};

use crate::domain::usage::{COUNTERS, Counter, Counts};

const SECONDS_AN_HOUR: u32 = 3_600;

/// Counters, of the even and of the odd hours, so that what was counted just before an hour begins
/// goes to the hour before.
#[derive(Debug, Default)]
pub(super) struct HourCounts([OneHour; 2]);

#[derive(Debug, Default)]
struct OneHour {
    /// Its number since the epoch.
    number: AtomicU32,
    counts: [AtomicU64; COUNTERS],
}

impl HourCounts {
    /// Counts one, in the hour of this second of Unix time.
    pub(super) fn count(&self, counter: Counter, second: u32) {
        let number = second / SECONDS_AN_HOUR;
        let hour = &self.0[usize::from(number % 2 == 1)];
        if hour.number.load(Ordering::Relaxed) != number {
            hour.number.store(number, Ordering::Relaxed);
        }
        hour.counts[counter.index()].fetch_add(1, Ordering::Relaxed);
    }

    /// Hands over what was counted since the last time, with the beginning of each hour.
    pub(super) fn take(&self) -> Vec<(DateTime<Utc>, Counts)> {
        let take = |count: &AtomicU64| match count.load(Ordering::Relaxed) {
            0 => 0,
            _ => count.swap(0, Ordering::Relaxed),
        };
        self.0.iter().filter_map(|hour| hour.read(take)).collect()
    }

    /// What was counted since the last time, without taking it.
    pub(super) fn peek(&self) -> Vec<(DateTime<Utc>, Counts)> {
        let look = |count: &AtomicU64| count.load(Ordering::Relaxed);
        self.0.iter().filter_map(|hour| hour.read(look)).collect()
    }
}

impl OneHour {
    /// The hour and its counters, each read this way; none where nothing was counted.
    fn read(&self, each: impl Fn(&AtomicU64) -> u64) -> Option<(DateTime<Utc>, Counts)> {
        let mut counts = Counts::default();
        for counter in Counter::ALL {
            counts.set(counter, each(&self.counts[counter.index()]));
        }
        let second = i64::from(self.number.load(Ordering::Relaxed)) * i64::from(SECONDS_AN_HOUR);
        (!counts.is_zero()).then_some((DateTime::from_timestamp(second, 0)?, counts))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_counted_before_the_hour_stays_in_its_hour() {
        let counts = HourCounts::default();
        let hour = 500_000 * SECONDS_AN_HOUR;
        counts.count(Counter::TokensIssued, hour - 1);
        counts.count(Counter::TokensIssued, hour);
        counts.count(Counter::TokensIssued, hour + 3_599);
        let mut taken: Vec<(i64, u64)> = counts
            .take()
            .iter()
            .map(|(hour, counts)| (hour.timestamp(), counts.get(Counter::TokensIssued)))
            .collect();
        taken.sort_unstable();
        let hour = i64::from(hour);
        assert_eq!(taken, [(hour - 3_600, 1), (hour, 2)]);
        assert!(counts.take().is_empty());
    }
}
