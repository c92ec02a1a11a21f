//! The field for the end of a credential: a date and a time in UTC, or nothing.

use chrono::{DateTime, NaiveDateTime, Utc};

const RULE: &str = "must be a date and a time in UTC such as 2027-01-31 12:00";

/// What stands in the field for an end.
pub fn shown(expires_at: Option<DateTime<Utc>>) -> String {
    expires_at.map_or_else(String::new, |at| at.format("%Y-%m-%dT%H:%M").to_string())
}

/// Reads the field. Nothing is said where it shows the end that there is: that may have seconds,
/// which the field does not show.
///
/// # Errors
/// The rule that the text breaks.
pub fn read(
    text: &str,
    before: Option<DateTime<Utc>>,
) -> Result<Option<Option<DateTime<Utc>>>, String> {
    if text == shown(before) {
        return Ok(None);
    }
    if text.is_empty() {
        return Ok(Some(None));
    }
    // Browsers write a T, and people a blank.
    let text = text.trim_end_matches('Z').replacen(' ', "T", 1);
    let read = |format| NaiveDateTime::parse_from_str(&text, format).ok();
    let at = read("%Y-%m-%dT%H:%M").or_else(|| read("%Y-%m-%dT%H:%M:%S"));
    at.map(|at| Some(Some(at.and_utc())))
        .ok_or_else(|| RULE.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_is_read_as_browsers_and_people_write_it() {
        let before: DateTime<Utc> = "2030-01-31T12:00:05Z".parse().unwrap();
        let other: DateTime<Utc> = "2031-02-01T08:30:00Z".parse().unwrap();
        assert_eq!(shown(Some(before)), "2030-01-31T12:00");
        assert_eq!(read("2030-01-31T12:00", Some(before)), Ok(None));
        assert_eq!(read("", None), Ok(None));
        assert_eq!(read("", Some(before)), Ok(Some(None)));
        for text in [
            "2031-02-01T08:30",
            "2031-02-01 08:30",
            "2031-02-01T08:30:00",
            "2031-02-01T08:30:00Z",
        ] {
            assert_eq!(read(text, Some(before)), Ok(Some(Some(other))), "{text}");
        }
        for bad in [
            "tomorrow",
            "2031-02-01",
            "2031-02-30T08:30",
            "99999-01-01T00:00x",
        ] {
            assert!(read(bad, Some(before)).is_err(), "{bad}");
        }
    }
}
