//! The fields for rate limit and quota: numbers, or nothing.

use crate::domain::limit::{Quota, QuotaPeriod, RateLimit};
use crate::http::console::fields::Fields;
use crate::http::console::form_errors::FormErrors;

/// The fields as they are shown.
#[derive(Debug, Default)]
pub struct LimitFields {
    /// Requests of the rate limit.
    pub rate_requests: String,
    /// Its window, in seconds.
    pub rate_seconds: String,
    /// Whether more is refused.
    pub rate_enforce: bool,
    /// Requests of the quota.
    pub quota_requests: String,
    /// `day` or `month`.
    pub quota_per: String,
    /// Whether more is refused.
    pub quota_enforce: bool,
}

impl LimitFields {
    /// For limits that there are.
    pub fn of(rate_limit: Option<RateLimit>, quota: Option<Quota>) -> Self {
        let text = |number: Option<u32>| number.map_or_else(String::new, |it| it.to_string());
        Self {
            rate_requests: text(rate_limit.map(|limit| limit.requests)),
            rate_seconds: text(rate_limit.map(|limit| limit.per_seconds)),
            rate_enforce: rate_limit.is_none_or(|limit| limit.enforce),
            quota_requests: text(quota.map(|quota| quota.requests)),
            quota_per: match quota.map(|quota| quota.per) {
                Some(QuotaPeriod::Month) => "month",
                _ => "day",
            }
            .to_owned(),
            quota_enforce: quota.is_none_or(|quota| quota.enforce),
        }
    }

    /// As they were sent.
    pub fn sent(form: &Fields) -> Self {
        let text = |name| form.text(name).to_owned();
        Self {
            rate_requests: text("rate_requests"),
            rate_seconds: text("rate_seconds"),
            rate_enforce: form.is_ticked("rate_enforce"),
            quota_requests: text("quota_requests"),
            quota_per: text("quota_per"),
            quota_enforce: form.is_ticked("quota_enforce"),
        }
    }

    /// The limits; what is wrong is noted at its field.
    pub fn read(&self, errors: &mut FormErrors) -> (Option<RateLimit>, Option<Quota>) {
        (self.read_rate_limit(errors), self.read_quota(errors))
    }

    fn read_rate_limit(&self, errors: &mut FormErrors) -> Option<RateLimit> {
        if self.rate_requests.is_empty() && self.rate_seconds.is_empty() {
            return None;
        }
        let requests = number(errors, "rate_requests", &self.rate_requests);
        let per_seconds = number(errors, "rate_seconds", &self.rate_seconds);
        let limit = RateLimit {
            requests: requests?,
            per_seconds: per_seconds?,
            enforce: self.rate_enforce,
        };
        limit
            .check()
            .map_err(|error| {
                let field = match error.field {
                    "per_seconds" => "rate_seconds",
                    _ => "rate_requests",
                };
                errors.add(field, format!("This {error}."));
            })
            .ok()?;
        Some(limit)
    }

    fn read_quota(&self, errors: &mut FormErrors) -> Option<Quota> {
        if self.quota_requests.is_empty() {
            return None;
        }
        let requests = number(errors, "quota_requests", &self.quota_requests)?;
        let per = match self.quota_per.as_str() {
            "month" => QuotaPeriod::Month,
            "day" => QuotaPeriod::Day,
            _ => {
                errors.add("quota_per", "Choose a day or a month.");
                return None;
            }
        };
        let quota = Quota {
            requests,
            per,
            enforce: self.quota_enforce,
        };
        quota
            .check()
            .map_err(|error| errors.add("quota_requests", format!("This {error}.")))
            .ok()?;
        Some(quota)
    }
}

fn number(errors: &mut FormErrors, field: &'static str, text: &str) -> Option<u32> {
    let read = text.parse();
    if read.is_err() {
        errors.add(
            field,
            "This must be a whole number, without other characters.",
        );
    }
    read.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Option<RateLimit>, Option<Quota>, Vec<&'static str>) {
        let mut errors = FormErrors::default();
        let (rate, quota) = LimitFields::sent(&Fields::parse(text.as_bytes())).read(&mut errors);
        let fields = errors.list().iter().map(|(field, _)| *field).collect();
        (rate, quota, fields)
    }

    #[test]
    fn limits_survive_their_way_through_the_form() {
        let rate = RateLimit {
            requests: 5,
            per_seconds: 60,
            enforce: false,
        };
        let quota = Quota {
            requests: 7,
            per: QuotaPeriod::Month,
            enforce: true,
        };
        let mut errors = FormErrors::default();
        let fields = LimitFields::of(Some(rate), Some(quota));
        assert_eq!(fields.read(&mut errors), (Some(rate), Some(quota)));
        assert_eq!(LimitFields::of(None, None).read(&mut errors), (None, None));
        assert!(errors.is_empty());
    }

    #[test]
    fn what_is_wrong_is_noted_at_its_field() {
        for (text, field) in [
            ("rate_requests=5", "rate_seconds"),
            ("rate_seconds=5", "rate_requests"),
            ("rate_requests=0&rate_seconds=5", "rate_requests"),
            ("rate_requests=5&rate_seconds=86401", "rate_seconds"),
            ("rate_requests=-1&rate_seconds=5", "rate_requests"),
            ("quota_requests=many&quota_per=day", "quota_requests"),
            ("quota_requests=0&quota_per=day", "quota_requests"),
            ("quota_requests=5&quota_per=week", "quota_per"),
        ] {
            assert_eq!(read(text), (None, None, vec![field]), "{text}");
        }
    }
}
