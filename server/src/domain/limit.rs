//! How much one credential may be used: rate limit and quota.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The most requests that a limit may name. More than any machine answers in a month.
pub const MAX_REQUESTS: u32 = 1_000_000_000;

/// The longest window of a rate limit: a day. What is longer is a quota.
pub const MAX_WINDOW_SECONDS: u32 = 86_400;

/// At most so many requests in each window of so many seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RateLimit {
    /// Requests a window: 1 to [`MAX_REQUESTS`].
    #[schema(minimum = 1, maximum = 1_000_000_000)]
    pub requests: u32,
    /// Length of the window in seconds: 1 to [`MAX_WINDOW_SECONDS`].
    #[schema(minimum = 1, maximum = 86_400)]
    pub per_seconds: u32,
    /// Whether what exceeds it is refused, or only counted as what would have been.
    #[serde(default = "enforced")]
    #[schema(default = true)]
    pub enforce: bool,
}

/// What a quota is counted over, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum QuotaPeriod {
    /// A calendar day.
    Day,
    /// A calendar month.
    Month,
}

/// At most so many requests in each day or month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Quota {
    /// Requests a period: 1 to [`MAX_REQUESTS`].
    #[schema(minimum = 1, maximum = 1_000_000_000)]
    pub requests: u32,
    /// The period.
    pub per: QuotaPeriod,
    /// Whether what exceeds it is refused, or only counted as what would have been.
    #[serde(default = "enforced")]
    #[schema(default = true)]
    pub enforce: bool,
}

const fn enforced() -> bool {
    true
}

/// A number of a limit lies outside its range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be 1 to {most}")]
pub struct OutOfRange {
    /// The field of the limit that breaks the rule.
    pub field: &'static str,
    /// The greatest number allowed.
    pub most: u32,
}

impl RateLimit {
    /// Checks the ranges.
    ///
    /// # Errors
    /// [`OutOfRange`] naming the field.
    pub fn check(&self) -> Result<(), OutOfRange> {
        within("requests", self.requests, MAX_REQUESTS)?;
        within("per_seconds", self.per_seconds, MAX_WINDOW_SECONDS)
    }
}

impl Quota {
    /// Checks the range.
    ///
    /// # Errors
    /// [`OutOfRange`] naming the field.
    pub fn check(&self) -> Result<(), OutOfRange> {
        within("requests", self.requests, MAX_REQUESTS)
    }
}

fn within(field: &'static str, number: u32, most: u32) -> Result<(), OutOfRange> {
    if (1..=most).contains(&number) {
        Ok(())
    } else {
        Err(OutOfRange { field, most })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(requests: u32, per_seconds: u32) -> RateLimit {
        RateLimit {
            requests,
            per_seconds,
            enforce: true,
        }
    }

    #[test]
    fn numbers_outside_their_range_are_named() {
        assert_eq!(rate(1, 1).check(), Ok(()));
        assert_eq!(rate(MAX_REQUESTS, MAX_WINDOW_SECONDS).check(), Ok(()));
        for (limit, field) in [
            (rate(0, 60), "requests"),
            (rate(MAX_REQUESTS + 1, 60), "requests"),
            (rate(1, 0), "per_seconds"),
            (rate(1, MAX_WINDOW_SECONDS + 1), "per_seconds"),
        ] {
            assert_eq!(limit.check().unwrap_err().field, field, "{limit:?}");
        }
        let quota = Quota {
            requests: 0,
            per: QuotaPeriod::Day,
            enforce: true,
        };
        assert_eq!(quota.check().unwrap_err().field, "requests");
    }

    #[test]
    fn a_limit_is_enforced_unless_it_says_otherwise() {
        let limit: RateLimit = serde_json::from_str(r#"{"requests":5,"per_seconds":60}"#).unwrap();
        assert!(limit.enforce);
        let quota: Quota =
            serde_json::from_str(r#"{"requests":5,"per":"month","enforce":false}"#).unwrap();
        assert!(!quota.enforce);
        assert!(serde_json::from_str::<Quota>(r#"{"requests":5,"per":"week"}"#).is_err());
    }
}
