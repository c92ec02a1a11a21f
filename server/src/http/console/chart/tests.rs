//! Charts to the letter, and meters.

use chrono::TimeDelta;

use super::length::{MAX_BARS, labelled};
use super::meter::{MeterState, grouped, utilisation};
use super::scale::{Scale, short};
use super::*;
use crate::domain::usage_range::StepLength;

fn drawn(values: &[u64], step: StepLength) -> String {
    let mut from: DateTime<Utc> = "2026-11-21T00:00:00Z".parse().unwrap();
    let mut bars = Vec::new();
    for value in values {
        let value = *value;
        bars.push(Bar { from, value });
        from += match step {
            StepLength::Hour => TimeDelta::hours(1),
            StepLength::Day => TimeDelta::days(1),
        };
    }
    let chart = Chart {
        id: "u",
        title: "Tokens",
        unit: "tokens",
        colour: Colour::A,
        length: Length::of(values.len(), step),
        bars: &bars,
    };
    chart.html()
}

/// The path of the bars.
fn path(html: &str) -> &str {
    let (_, rest) = html.split_once("<g class=\"chart-a\"><path d=\"").unwrap();
    rest.split_once('"').unwrap().0
}

#[test]
fn a_whole_chart() {
    assert_eq!(
        drawn(&[10, 5], StepLength::Hour),
        "<div class=\"chart-plot\"><ul class=\"chart-y\" aria-hidden=\"true\"><li>10</li><li>8</li>\
         <li>6</li><li>4</li><li>2</li><li>0</li></ul>\
         <svg role=\"img\" aria-labelledby=\"u-title u-desc\" viewBox=\"0 0 720 160\" \
         preserveAspectRatio=\"none\"><title id=\"u-title\">Tokens</title>\
         <desc id=\"u-desc\">From 2026-11-21 00:00 to 2026-11-21 02:00 UTC, each bar an hour. \
         15 tokens in all; the highest bar is 10 at 2026-11-21 00:00 UTC.</desc>\
         <path class=\"chart-axis\" d=\"M0 160H720\"/><path class=\"chart-grid\" d=\"M0 128H720\"/>\
         <path class=\"chart-grid\" d=\"M0 96H720\"/><path class=\"chart-grid\" d=\"M0 64H720\"/>\
         <path class=\"chart-grid\" d=\"M0 32H720\"/><path class=\"chart-grid\" d=\"M0 0H720\"/>\
         <g class=\"chart-a\"><path d=\"M36 160v-160h288v160zM396 160v-80h288v80z\"/></g></svg>\
         <ul class=\"chart-x\" aria-hidden=\"true\">\
         <li><time datetime=\"2026-11-21T00:00:00Z\" data-clock>00:00</time></li>\
         <li><time datetime=\"2026-11-21T01:00:00Z\" data-clock>01:00</time></li></ul></div>"
    );
}

#[test]
fn what_is_not_nothing_is_seen_beside_what_is_huge() {
    let html = drawn(&[u64::MAX, 1, 0], StepLength::Day);
    assert_eq!(path(&html).matches("v-1h").count(), 1, "{html}");
    assert_eq!(path(&html).matches('M').count(), 2);
    // A day is the same wherever the reader is.
    assert!(
        html.contains("<li>21 Nov</li>") && !html.contains("<time"),
        "{html}"
    );
}

#[test]
fn nothing_is_said_in_words() {
    for values in [&[0; 24][..], &[]] {
        let html = drawn(values, StepLength::Hour);
        assert!(html.contains("Nothing was counted.</desc>"), "{html}");
        assert_eq!(path(&html), "");
    }
}

#[test]
fn there_are_never_too_many_bars() {
    for (step, count, steps, words) in [
        (StepLength::Hour, 24, 1, "an hour"),
        (StepLength::Hour, 48, 1, "an hour"),
        (StepLength::Hour, 49, 2, "2 hours"),
        (StepLength::Hour, 745, 24, "24 hours"),
        (StepLength::Day, 30, 1, "a day"),
        (StepLength::Day, 90, 7, "7 days"),
        (StepLength::Day, 401, 28, "28 days"),
    ] {
        let length = Length::of(count, step);
        assert_eq!((length.steps, length.words), (steps, words), "{count}");
        assert!(count.div_ceil(length.steps) <= MAX_BARS);
    }
}

#[test]
fn times_stand_under_the_first_and_the_last_bar_and_evenly_between() {
    for (bars, expected) in [
        (0, vec![]),
        (1, vec![0]),
        (2, vec![0, 1]),
        (3, vec![0, 1, 2]),
        (7, vec![0, 2, 4, 6]),
        (13, vec![0, 3, 6, 9, 12]),
        (24, vec![0, 6, 12, 17, 23]),
        (31, vec![0, 6, 12, 18, 24, 30]),
    ] {
        assert_eq!(labelled(bars), expected, "{bars}");
    }
}

#[test]
fn every_text_is_escaped_and_nothing_is_inline() {
    let hostile = "</title><script>alert('1')</script>\" & \u{1b}";
    let html = Chart {
        id: "a\" onload=\"b",
        title: hostile,
        unit: hostile,
        colour: Colour::C,
        length: Length::of(1, StepLength::Hour),
        bars: &[Bar {
            from: DateTime::UNIX_EPOCH,
            value: 1,
        }],
    }
    .html();
    let safe = "&lt;/title&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&quot; &amp;  ";
    assert_eq!(html.matches(safe.trim_end()).count(), 2);
    assert!(
        html.contains("aria-labelledby=\"aonloadb-title aonloadb-desc\""),
        "{html}"
    );
    for bad in ["<script", "style=", "onload=", "\u{1b}", "href"] {
        assert!(!html.contains(bad), "{bad}");
    }
}

#[test]
fn lines_are_at_round_numbers() {
    for (greatest, expected) in [
        (0, vec![0, 1]),
        (1, vec![0, 1]),
        (5, vec![0, 1, 2, 3, 4, 5]),
        (6, vec![0, 2, 4, 6]),
        (11, vec![0, 5, 10, 15]),
        (26, vec![0, 10, 20, 30]),
        (100, vec![0, 20, 40, 60, 80, 100]),
        (101, vec![0, 50, 100, 150]),
    ] {
        let lines: Vec<_> = Scale::up_to(greatest).lines().collect();
        assert_eq!(lines, expected, "{greatest}");
    }
    for greatest in [u128::from(u64::MAX), u128::from(u64::MAX) * 3] {
        let last = Scale::up_to(greatest).lines().last().unwrap();
        assert!(last >= greatest && last < greatest * 2);
    }
    for (number, text) in [
        (0, "0"),
        (999, "999"),
        (1_000, "1k"),
        (1_500, "1.5k"),
        (20_000, "20k"),
        (2_000_000, "2M"),
        (50_000_000_000_000_000_000, "50E"),
    ] {
        assert_eq!(short(number), text);
    }
}

#[test]
fn a_meter_says_how_a_limit_stands() {
    for (used, limit, value, percent, state, words) in [
        (0, 10, 0, 0, MeterState::Free, "0 of 10 used (0%)"),
        (
            799,
            1_000,
            799,
            79,
            MeterState::Free,
            "799 of 1,000 used (79%)",
        ),
        (8, 10, 8, 80, MeterState::Near, "8 of 10 used (80%)"),
        (
            9_999,
            10_000,
            9_999,
            99,
            MeterState::Near,
            "9,999 of 10,000 used (99%)",
        ),
        (10, 10, 10, 100, MeterState::Full, "10 of 10 used (100%)"),
        (25, 10, 10, 250, MeterState::Beyond, "25 of 10 used (250%)"),
        (1, 0, 1, 100, MeterState::Beyond, "1 of 0 used (100%)"),
    ] {
        let meter = utilisation(used, limit);
        assert_eq!((meter.value, meter.percent), (value, percent), "{words}");
        assert_eq!((meter.state, meter.words.as_str()), (state, words));
    }
    assert_eq!(
        (utilisation(1, 1_000).high, utilisation(1, 1_000).max),
        (800, 1_000)
    );
    assert_eq!(utilisation(u64::MAX, 1).percent, u64::MAX);
    assert_eq!(grouped(u64::MAX), "18,446,744,073,709,551,615");
    assert_eq!(
        (grouped(0), grouped(100), grouped(1_000)),
        ("0".into(), "100".into(), "1,000".into())
    );
}
