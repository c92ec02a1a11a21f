//! Few enough bars, and which of them have their time written under them.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Bar, MAX_BARS, MAX_SERIES};
use crate::domain::usage_range::StepLength;

/// How many times are written at most.
const MAX_LABELS: i64 = 6;

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

/// How many steps a bar may be, and how long such a bar is in words.
const HOURS: [(usize, &str); 6] = [
    (1, "an hour"),
    (2, "2 hours"),
    (3, "3 hours"),
    (6, "6 hours"),
    (12, "12 hours"),
    (24, "a day"),
];
const DAYS: [(usize, &str); 3] = [(1, "a day"), (7, "7 days"), (28, "28 days")];

/// How far apart the times that are written may be, in seconds.
const INTERVALS: [i64; 13] = [
    HOUR,
    2 * HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY,
    2 * DAY,
    7 * DAY,
    14 * DAY,
    28 * DAY,
    56 * DAY,
    112 * DAY,
    364 * DAY,
];

/// Bars of one length.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Grouped {
    pub(super) bars: Vec<Bar>,
    /// How long each is, in words.
    pub(super) length: &'static str,
    /// How long each is, in seconds.
    seconds: i64,
}

impl Grouped {
    /// Adds up as many neighbours as it takes to have at most [`MAX_BARS`].
    pub(super) fn new(bars: &[Bar], step: StepLength) -> Self {
        let (lengths, seconds): (&[_], i64) = match step {
            StepLength::Hour => (&HOURS, HOUR),
            StepLength::Day => (&DAYS, DAY),
        };
        let fits = |(size, _): &&(usize, &str)| bars.len().div_ceil(*size) <= MAX_BARS;
        let longest = lengths.last().copied().unwrap_or((1, ""));
        let (size, length) = lengths.iter().find(fits).copied().unwrap_or(longest);
        let bars = bars.chunks(size).take(MAX_BARS).filter_map(sum).collect();
        let seconds = seconds.saturating_mul(i64::try_from(size).unwrap_or(1));
        Self {
            bars,
            length,
            seconds,
        }
    }

    /// The numbers of the bars that have their time written under them, and the times.
    pub(super) fn labels(&self) -> Vec<(usize, String)> {
        let count = i64::try_from(self.bars.len()).unwrap_or(i64::MAX);
        let span = self.seconds.saturating_mul(count);
        let fits = |interval: &i64| *interval >= self.seconds && span / interval <= MAX_LABELS;
        let interval = INTERVALS.into_iter().find(fits).unwrap_or(364 * DAY);
        let labels = self.bars.iter().enumerate().filter_map(|(index, bar)| {
            let begins = bar.from.timestamp();
            // Round times, wherever in the bar they lie.
            let last = begins.saturating_add(self.seconds - 1);
            let is_round = last.div_euclid(interval) > (begins - 1).div_euclid(interval);
            is_round.then(|| (index, label(bar.from, interval)))
        });
        labels.collect()
    }

    /// From when to when the bars go, in words.
    pub(super) fn span(&self) -> Option<String> {
        let (first, last) = (self.bars.first()?, self.bars.last()?);
        let end = last
            .from
            .checked_add_signed(TimeDelta::seconds(self.seconds))?;
        let format = "%Y-%m-%d %H:%M";
        Some(format!(
            "From {} to {} UTC, each bar {}.",
            first.from.format(format),
            end.format(format),
            self.length
        ))
    }
}

fn sum(bars: &[Bar]) -> Option<Bar> {
    let mut values = [0_u64; MAX_SERIES];
    for bar in bars {
        for (sum, value) in values.iter_mut().zip(bar.values) {
            *sum = sum.saturating_add(value);
        }
    }
    let from = bars.first()?.from;
    Some(Bar { from, values })
}

/// The time of day, or the day where it begins there or times are days apart.
fn label(moment: DateTime<Utc>, interval: i64) -> String {
    let format = if interval >= DAY || moment.timestamp().rem_euclid(DAY) == 0 {
        "%-d %b"
    } else {
        "%H:%M"
    };
    moment.format(format).to_string()
}
