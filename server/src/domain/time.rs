//! Moments as people and programs write them.

use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::ToSchema;

/// The text is no moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a time as RFC 3339 writes it, such as 2030-01-31T12:00:00Z")]
pub struct InvalidTime;

/// A moment, written as RFC 3339 §5.6 does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(try_from = "String")]
#[schema(as = Time, value_type = String, format = DateTime, examples("2030-01-31T12:00:00Z"))]
pub struct Rfc3339(pub DateTime<Utc>);

impl FromStr for Rfc3339 {
    type Err = InvalidTime;

    fn from_str(text: &str) -> Result<Self, InvalidTime> {
        text.parse().map(Self).map_err(|_| InvalidTime)
    }
}

impl TryFrom<String> for Rfc3339 {
    type Error = InvalidTime;

    fn try_from(text: String) -> Result<Self, InvalidTime> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_in_any_zone() {
        let moment = |text: &str| text.parse::<Rfc3339>().map(|time| time.0.timestamp());
        assert_eq!(moment("1970-01-01T01:00:10+01:00"), Ok(10));
        assert_eq!(moment("1970-01-01T00:00:10.5Z"), Ok(10));
        for bad in [
            "",
            "2030-01-31",
            "tomorrow",
            "1900000000",
            "2030-01-31T12:00:00",
        ] {
            assert_eq!(moment(bad), Err(InvalidTime), "{bad:?}");
        }
    }
}
