//! How long the time of a bar is, so that there are few enough, and which of them have it written
//! under them.

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::usage_range::StepLength;

/// How many bars there are at most, and so lines of the table.
pub(super) const MAX_BARS: usize = 48;

/// How many times are written under the bars at most.
const MAX_LABELS: usize = 6;

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

/// How many steps a bar may be, and how long such a bar is in words.
const HOURS: [(usize, &str); 6] = [
    (1, "an hour"),
    (2, "2 hours"),
    (3, "3 hours"),
    (6, "6 hours"),
    (12, "12 hours"),
    (24, "24 hours"),
];
const DAYS: [(usize, &str); 3] = [(1, "a day"), (7, "7 days"), (28, "28 days")];

/// How long a bar is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Length {
    /// How many steps it is.
    pub steps: usize,
    /// In words, such as "2 hours".
    pub words: &'static str,
    /// Whether it is whole days of UTC.
    pub is_days: bool,
    seconds: i64,
}

impl Length {
    /// The least with which so many steps become few enough bars.
    pub fn of(count: usize, step: StepLength) -> Self {
        let (lengths, seconds): (&[_], i64) = match step {
            StepLength::Hour => (&HOURS, HOUR),
            StepLength::Day => (&DAYS, DAY),
        };
        let fits = |(steps, _): &&(usize, &str)| count.div_ceil(*steps) <= MAX_BARS;
        let longest = lengths.last().copied().unwrap_or((1, ""));
        let (steps, words) = lengths.iter().find(fits).copied().unwrap_or(longest);
        Self {
            steps,
            words,
            is_days: step == StepLength::Day,
            seconds: seconds.saturating_mul(i64::try_from(steps).unwrap_or(1)),
        }
    }

    /// When a bar that begins at `from` ends.
    pub(super) fn end(&self, from: DateTime<Utc>) -> DateTime<Utc> {
        from.checked_add_signed(TimeDelta::seconds(self.seconds))
            .unwrap_or(from)
    }
}

/// Which of so many bars have their time written under them: the first, the last, and some between
/// at even distances, or nearly so.
pub(super) fn labelled(bars: usize) -> Vec<usize> {
    let Some(last) = bars.checked_sub(1).filter(|last| *last > 0) else {
        return (0..bars).collect();
    };
    let gaps = MAX_LABELS.saturating_sub(1).min(last);
    let gaps = (2..=gaps).rev().find(|gaps| last % gaps == 0);
    let gaps = gaps.unwrap_or_else(|| last.min(4));
    (0..=gaps)
        .map(|gap| (last * gap + gaps / 2) / gaps)
        .collect()
}
