//! Durations as people write them in settings and commands: `90d`, `24h`, `15m`, `30s`.

use chrono::TimeDelta;

/// The text is no duration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be a whole number and a unit, such as 90d, 24h, 15m or 30s")]
pub struct InvalidDuration;

/// The longest duration accepted: 100 years. Far beyond any use, and far from overflow.
const MAX_SECONDS: i64 = 100 * 366 * 86_400;

/// Reads `<number><unit>`; units are `s`, `m`, `h`, `d` and `w`.
///
/// # Errors
/// [`InvalidDuration`] for anything else: no unit, a sign, a fraction, or more than 100 years.
pub fn parse_duration(text: &str) -> Result<TimeDelta, InvalidDuration> {
    let split = text
        .find(|c: char| !c.is_ascii_digit())
        .ok_or(InvalidDuration)?;
    let (digits, unit) = text.split_at(split);
    let number: i64 = digits.parse().map_err(|_| InvalidDuration)?;
    let unit_seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        "w" => 7 * 86_400,
        _ => return Err(InvalidDuration),
    };
    number
        .checked_mul(unit_seconds)
        .filter(|seconds| *seconds <= MAX_SECONDS)
        .map(TimeDelta::seconds)
        .ok_or(InvalidDuration)
}

/// A duration in words, in the greatest unit of which it is a whole number: "90 days", "1 hour".
pub fn in_words(duration: TimeDelta) -> String {
    let seconds = duration.num_seconds();
    let units = [(86_400, "day"), (3_600, "hour"), (60, "minute")];
    let whole = units
        .into_iter()
        .find(|(length, _)| seconds != 0 && seconds % length == 0);
    let (length, unit) = whole.unwrap_or((1, "second"));
    let number = seconds / length;
    format!("{number} {unit}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_the_greatest_whole_unit() {
        for (text, words) in [
            ("90d", "90 days"),
            ("1d", "1 day"),
            ("36h", "36 hours"),
            ("60m", "1 hour"),
            ("90s", "90 seconds"),
            ("0s", "0 seconds"),
        ] {
            assert_eq!(in_words(parse_duration(text).unwrap()), words);
        }
    }
}
