//! Durations as people write them.

use chrono::TimeDelta;
use grantd::domain::duration::parse_duration;

#[test]
fn a_whole_number_and_a_unit() {
    for (text, seconds) in [
        ("0s", 0),
        ("30s", 30),
        ("15m", 900),
        ("24h", 86_400),
        ("90d", 7_776_000),
        ("2w", 1_209_600),
        ("007m", 420),
        ("36600d", 36_600 * 86_400),
    ] {
        assert_eq!(
            parse_duration(text),
            Ok(TimeDelta::seconds(seconds)),
            "{text}"
        );
    }
}

#[test]
fn nothing_else() {
    for text in [
        "",
        "s",
        "5",
        "-5s",
        "+5s",
        "5 s",
        " 5s",
        "5s ",
        "5S",
        "5.5h",
        "1h30m",
        "5y",
        "5ms",
        "5é",
        "٥s",
        "36601d",
        "9223372036854775807w",
        "99999999999999999999s",
        "5\ns",
    ] {
        assert!(parse_duration(text).is_err(), "{text:?}");
    }
}
