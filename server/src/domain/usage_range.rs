//! Over which time, and in which steps, usage is shown.

use std::collections::BTreeMap;
use std::str::FromStr;

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::usage::{Counts, UsageStep};

#[cfg(test)]
mod tests;

/// How long a step is. Days are those of UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = UsageStepLength)]
pub enum StepLength {
    /// An hour.
    #[default]
    Hour,
    /// A day.
    Day,
}

/// The text names no step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be hour or day")]
pub struct InvalidStep;

impl FromStr for StepLength {
    type Err = InvalidStep;

    fn from_str(text: &str) -> Result<Self, InvalidStep> {
        match text {
            "hour" => Ok(Self::Hour),
            "day" => Ok(Self::Day),
            _ => Err(InvalidStep),
        }
    }
}

impl StepLength {
    const fn length(self) -> TimeDelta {
        match self {
            Self::Hour => TimeDelta::hours(1),
            Self::Day => TimeDelta::days(1),
        }
    }

    /// The longest time that is shown, and the rule in words.
    const fn most(self) -> (TimeDelta, &'static str) {
        match self {
            Self::Hour => (
                TimeDelta::days(31),
                "must be at most 31 days before to, or 400 days with step=day",
            ),
            Self::Day => (TimeDelta::days(400), "must be at most 400 days before to"),
        }
    }

    /// What is shown where nothing is said: a day of hours, 30 days.
    const fn usual(self) -> TimeDelta {
        match self {
            Self::Hour => TimeDelta::hours(24),
            Self::Day => TimeDelta::days(30),
        }
    }

    /// The beginning of the step that a moment lies in.
    fn beginning(self, moment: DateTime<Utc>) -> DateTime<Utc> {
        moment.duration_trunc(self.length()).unwrap_or(moment)
    }

    /// The first beginning of a step that is not before a moment.
    fn end(self, moment: DateTime<Utc>) -> DateTime<Utc> {
        let beginning = self.beginning(moment);
        if beginning == moment {
            moment
        } else {
            beginning + self.length()
        }
    }
}

/// A time in whole steps: at most 745 hours or 401 days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UsageRange {
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    step: StepLength,
}

/// One end of the time breaks its rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{rule}")]
pub struct InvalidRange {
    /// `from` or `to`.
    pub field: &'static str,
    /// The rule.
    pub rule: &'static str,
}

impl UsageRange {
    /// From one moment up to another: each step that has a part in between, whole. Up to `now` where
    /// no end is said, and from a day before the end, or from 30 days before it where steps are days,
    /// where no beginning is.
    ///
    /// # Errors
    /// [`InvalidRange`] for what lies outside of the years that are written with four digits, ends
    /// before it begins, or is too long.
    pub fn new(
        from: Option<DateTime<Utc>>,
        to: Option<DateTime<Utc>>,
        step: StepLength,
        now: DateTime<Utc>,
    ) -> Result<Self, InvalidRange> {
        // The step that has just begun is part of what was up to now.
        let to = to.unwrap_or_else(|| {
            now.checked_add_signed(TimeDelta::microseconds(1))
                .unwrap_or(now)
        });
        let to = within_reason("to", to)?;
        let end = step.end(to);
        let from = match from {
            None => end - step.usual(),
            Some(from) => within_reason("from", from)?,
        };
        let invalid = |rule| InvalidRange {
            field: "from",
            rule,
        };
        let (most, too_long) = step.most();
        if from >= to {
            return Err(invalid("must be before to"));
        }
        if to - from > most {
            return Err(invalid(too_long));
        }
        Ok(Self {
            from: step.beginning(from),
            to: end,
            step,
        })
    }

    /// The beginning of the first step.
    pub const fn from(&self) -> DateTime<Utc> {
        self.from
    }

    /// The end of the last step.
    pub const fn to(&self) -> DateTime<Utc> {
        self.to
    }

    /// The length of the steps.
    pub const fn step(&self) -> StepLength {
        self.step
    }

    /// Every step, in order, with the sum of what was counted in it. Hours may come in any order and
    /// more than once; those outside are left out.
    pub fn steps(&self, hours: impl IntoIterator<Item = UsageStep>) -> Vec<UsageStep> {
        let beginnings =
            std::iter::successors(Some(self.from), |last| Some(*last + self.step.length()));
        let mut steps: BTreeMap<DateTime<Utc>, Counts> = beginnings
            .take_while(|beginning| *beginning < self.to)
            .map(|beginning| (beginning, Counts::default()))
            .collect();
        for hour in hours {
            if let Some(sum) = steps.get_mut(&self.step.beginning(hour.from)) {
                sum.add(&hour.counts);
            }
        }
        steps
            .into_iter()
            .map(|(from, counts)| UsageStep { from, counts })
            .collect()
    }
}

/// Far from the ends of what can be computed and written.
fn within_reason(
    field: &'static str,
    moment: DateTime<Utc>,
) -> Result<DateTime<Utc>, InvalidRange> {
    let first = DateTime::UNIX_EPOCH + TimeDelta::days(500);
    let last = first + TimeDelta::days(366 * 1_000);
    if moment < first || moment > last {
        return Err(InvalidRange {
            field,
            rule: "must lie between the years 1972 and 2970",
        });
    }
    Ok(moment)
}
