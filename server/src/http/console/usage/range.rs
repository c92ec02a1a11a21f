//! Over which time usage is shown, as the address says it.

use actix_web::http::StatusCode;
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};

use crate::domain::usage_range::{InvalidRange, StepLength, UsageRange};
use crate::http::console::fields::Fields;
use crate::http::console::form_errors::FormErrors;
use crate::http::console::refusal::Refusal;

/// The choices, as the address and the page name them.
pub const CHOICES: [(&str, &str); 5] = [
    (DAY, "Last 24 hours"),
    ("7d", "Last 7 days"),
    ("30d", "Last 30 days"),
    ("90d", "Last 90 days"),
    (CUSTOM, "From day to day"),
];

const DAY: &str = "24h";
const CUSTOM: &str = "custom";

/// Up to so many days are shown by hour.
const DAYS_BY_HOUR: i64 = 2;

/// What was chosen.
pub struct Chosen {
    /// One of [`CHOICES`].
    pub name: String,
    /// The first day, as it was typed.
    pub from: String,
    /// The last day, as it was typed.
    pub to: String,
    /// The time.
    pub range: UsageRange,
    /// What is wrong with the choice. What is shown instead is the last day.
    pub errors: FormErrors,
}

impl Chosen {
    /// Reads the query.
    ///
    /// # Errors
    /// 500 where no time can be shown at all, which does not happen.
    pub fn read(query: &Fields, now: DateTime<Utc>) -> Result<Self, Refusal> {
        let mut errors = FormErrors::default();
        let name = query.given("range").unwrap_or(DAY);
        let range = match name {
            DAY => None,
            "7d" => Some(last_days(7, now)),
            "30d" => Some(last_days(30, now)),
            "90d" => Some(last_days(90, now)),
            CUSTOM => custom(query, &mut errors, now),
            _ => {
                errors.add("range", "Choose one of these.");
                None
            }
        };
        let range = match range {
            Some(Err(invalid)) => {
                errors.take::<()>(invalid.field, Err(invalid.rule.to_owned()));
                None
            }
            Some(Ok(range)) => Some(range),
            None => None,
        };
        let day = || UsageRange::new(None, None, StepLength::Hour, now);
        let range = range.map_or_else(day, Ok);
        Ok(Self {
            name: name.to_owned(),
            from: query.text("from").to_owned(),
            to: query.text("to").to_owned(),
            range: range.map_err(|error| Refusal::internal(error.to_string()))?,
            errors,
        })
    }

    /// 422 where something is wrong with the choice.
    pub fn status(&self) -> StatusCode {
        if self.errors.is_empty() {
            StatusCode::OK
        } else {
            StatusCode::UNPROCESSABLE_ENTITY
        }
    }

    /// What is shown, in words.
    pub fn words(&self) -> String {
        let known = CHOICES.iter().find(|(name, _)| *name == self.name);
        match known.filter(|(name, _)| *name != CUSTOM && self.errors.is_empty()) {
            Some((_, words)) => (*words).to_owned(),
            None if self.errors.is_empty() => format!("{} to {}", self.from, self.to),
            None => CHOICES[0].1.to_owned(),
        }
    }
}

/// Whole days of UTC, today the last.
fn last_days(days: i64, now: DateTime<Utc>) -> Result<UsageRange, InvalidRange> {
    let from = midnight(now.date_naive()) - TimeDelta::days(days - 1);
    UsageRange::new(Some(from), None, StepLength::Day, now)
}

/// From the first day to the last, both of UTC and whole.
fn custom(
    query: &Fields,
    errors: &mut FormErrors,
    now: DateTime<Utc>,
) -> Option<Result<UsageRange, InvalidRange>> {
    let from = day(query, "from", "Enter the first day.", errors);
    let to = day(query, "to", "Enter the last day.", errors);
    let (from, to) = (from?, to?);
    let Some(end) = to.succ_opt() else {
        errors.add("to", "This must lie between the years 1972 and 2970.");
        return None;
    };
    if from > to {
        errors.add("from", "This must not be after the last day.");
        return None;
    }
    let step = if (to - from).num_days() < DAYS_BY_HOUR {
        StepLength::Hour
    } else {
        StepLength::Day
    };
    let (from, end) = (midnight(from), midnight(end));
    Some(UsageRange::new(Some(from), Some(end), step, now))
}

fn day(
    query: &Fields,
    field: &'static str,
    missing: &str,
    errors: &mut FormErrors,
) -> Option<NaiveDate> {
    let read = query.given(field).map(str::parse::<NaiveDate>).transpose();
    let rule = "must be a day such as 2030-01-31".to_owned();
    errors.required(field, read.map_err(|_| rule), missing)
}

fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> Chosen {
        let now = "2026-11-21T14:30:00Z".parse().unwrap();
        Chosen::read(&Fields::parse(query.as_bytes()), now).unwrap()
    }

    fn span(query: &str) -> String {
        let chosen = read(query);
        assert!(chosen.errors.is_empty(), "{query}");
        let at = |moment: DateTime<Utc>| moment.format("%m-%dT%H").to_string();
        let (from, to) = (at(chosen.range.from()), at(chosen.range.to()));
        format!("{from} {to} {:?}", chosen.range.step())
    }

    #[test]
    fn each_choice_is_a_time_in_whole_steps() {
        assert_eq!(span(""), "11-20T15 11-21T15 Hour");
        assert_eq!(span("range=24h"), "11-20T15 11-21T15 Hour");
        assert_eq!(span("range=7d"), "11-15T00 11-22T00 Day");
        assert_eq!(span("range=30d"), "10-23T00 11-22T00 Day");
        assert_eq!(span("range=90d"), "08-24T00 11-22T00 Day");
        let days = "range=custom&from=2026-11-01&to=";
        assert_eq!(span(&format!("{days}2026-11-01")), "11-01T00 11-02T00 Hour");
        assert_eq!(span(&format!("{days}2026-11-02")), "11-01T00 11-03T00 Hour");
        assert_eq!(span(&format!("{days}2026-11-03")), "11-01T00 11-04T00 Day");
        assert_eq!(read("range=7d").words(), "Last 7 days");
        assert_eq!(
            read(&format!("{days}2026-11-02")).words(),
            "2026-11-01 to 2026-11-02"
        );
    }

    #[test]
    fn what_is_no_time_is_told_at_its_field() {
        for (query, field) in [
            ("range=1y", "range"),
            ("range=custom", "from"),
            ("range=custom&from=2026-11-01", "to"),
            ("range=custom&from=2026-11-02&to=2026-11-01", "from"),
            ("range=custom&from=2025-01-01&to=2026-11-01", "from"),
            ("range=custom&from=1066-10-14&to=1066-10-14", "to"),
            ("range=custom&from=x&to=2026-11-01", "from"),
            ("range=custom&from=2026-11-01&to=262142-12-31", "to"),
            ("range=custom&from=2026-11-01&to=%2B262142-12-31", "to"),
        ] {
            let chosen = read(query);
            assert!(!chosen.errors.of(field).is_empty(), "{query}");
            assert_eq!(chosen.status(), StatusCode::UNPROCESSABLE_ENTITY);
            assert_eq!(chosen.range.step(), StepLength::Hour);
        }
    }
}
