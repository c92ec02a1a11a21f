//! Charts to the letter, and meters.

use chrono::TimeDelta;

use super::meter::{MeterState, grouped, utilisation};
use super::scale::{Scale, short};
use super::*;

fn begin() -> DateTime<Utc> {
    "2026-11-21T00:00:00Z".parse().unwrap()
}

fn bars(values: &[[u64; 3]], step: StepLength) -> Vec<Bar> {
    let length = match step {
        StepLength::Hour => TimeDelta::hours(1),
        StepLength::Day => TimeDelta::days(1),
    };
    let mut from = begin();
    let mut bars = Vec::new();
    for values in values {
        bars.push(Bar {
            from,
            values: *values,
        });
        from += length;
    }
    bars
}

fn drawn(series: &[&str], values: &[[u64; 3]], step: StepLength) -> String {
    let chart = Chart {
        id: "u",
        title: "Use",
        description: "",
        series,
        step,
        bars: &bars(values, step),
    };
    chart.svg()
}

/// The path of a series.
fn path<'a>(svg: &'a str, class: &str) -> &'a str {
    let begin = format!("<path fill=\"url(#u-{class})\" d=\"");
    let (_, rest) = svg.split_once(&begin).unwrap_or_default();
    rest.split_once('"').unwrap_or_default().0
}

/// The words that are written, without those of title and description.
fn words(svg: &str) -> Vec<&str> {
    let texts = svg.split("<text ").skip(1);
    let inner = texts.filter_map(|text| text.split_once('>')?.1.split_once("</text>"));
    inner.map(|(words, _)| words).collect()
}

#[test]
fn a_whole_chart() {
    let svg = drawn(&["Tokens"], &[[10, 9, 9], [5, 0, 0]], StepLength::Hour);
    assert_eq!(
        svg,
        "<svg class=\"chart-bars\" role=\"img\" aria-labelledby=\"u-title u-desc\" \
         viewBox=\"0 0 480 200\"><title id=\"u-title\">Use</title>\
         <desc id=\"u-desc\">From 2026-11-21 00:00 to 2026-11-21 02:00 UTC, each bar an hour.</desc>\
         <defs><pattern id=\"u-a\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\">\
         <rect class=\"chart-a\" width=\"6\" height=\"6\"/></pattern></defs>\
         <path class=\"chart-axis\" d=\"M40 142H472\" fill=\"none\" stroke=\"currentColor\"/>\
         <text class=\"chart-axis\" x=\"34\" y=\"146\" text-anchor=\"end\">0</text>\
         <path class=\"chart-grid\" d=\"M40 116H472\" fill=\"none\" stroke=\"currentColor\"/>\
         <text class=\"chart-axis\" x=\"34\" y=\"120\" text-anchor=\"end\">2</text>\
         <path class=\"chart-grid\" d=\"M40 90H472\" fill=\"none\" stroke=\"currentColor\"/>\
         <text class=\"chart-axis\" x=\"34\" y=\"94\" text-anchor=\"end\">4</text>\
         <path class=\"chart-grid\" d=\"M40 64H472\" fill=\"none\" stroke=\"currentColor\"/>\
         <text class=\"chart-axis\" x=\"34\" y=\"68\" text-anchor=\"end\">6</text>\
         <path class=\"chart-grid\" d=\"M40 38H472\" fill=\"none\" stroke=\"currentColor\"/>\
         <text class=\"chart-axis\" x=\"34\" y=\"42\" text-anchor=\"end\">8</text>\
         <path class=\"chart-grid\" d=\"M40 12H472\" fill=\"none\" stroke=\"currentColor\"/>\
         <text class=\"chart-axis\" x=\"34\" y=\"16\" text-anchor=\"end\">10</text>\
         <path fill=\"url(#u-a)\" d=\"M61.6 142v-130h172.8v130zM277.6 142v-65h172.8v65z\"/>\
         <text class=\"chart-axis\" x=\"148\" y=\"159\" text-anchor=\"middle\">21 Nov</text>\
         <text class=\"chart-axis\" x=\"364\" y=\"159\" text-anchor=\"middle\">01:00</text>\
         <rect fill=\"url(#u-a)\" x=\"40\" y=\"178\" width=\"12\" height=\"12\" \
         stroke=\"currentColor\"/>\
         <text class=\"chart-axis\" x=\"58\" y=\"188\">Tokens</text></svg>"
    );
}

#[test]
fn series_stand_upon_each_other() {
    let svg = drawn(&USAGE_SERIES, &[[2, 3, 5]], StepLength::Hour);
    assert_eq!(path(&svg, "a"), "M83.2 142v-26h345.6v26z");
    assert_eq!(path(&svg, "b"), "M83.2 116v-39h345.6v39z");
    assert_eq!(path(&svg, "c"), "M83.2 77v-65h345.6v65z");
    // Known apart without colour: plain, striped, dotted; and by name.
    for part in [
        "<rect class=\"chart-b\" width=\"6\" height=\"6\"/><path d=\"M0 6L6 0\"",
        "<rect class=\"chart-c\" width=\"6\" height=\"6\"/><path d=\"M2 3h2\"",
        ">Tokens</text>",
        ">Calls</text>",
        ">Refusals</text>",
    ] {
        assert_eq!(svg.matches(part).count(), 1, "{part}");
    }
}

#[test]
fn what_is_not_nothing_is_seen_beside_what_is_huge() {
    let huge = u64::MAX;
    let svg = drawn(&USAGE_SERIES, &[[huge, 0, 0], [1, 1, 0]], StepLength::Hour);
    // 2E19 is the topmost of the round numbers, in steps of 5E18.
    assert_eq!(
        path(&svg, "a"),
        "M61.6 142v-119.9h172.8v119.9zM277.6 142v-1h172.8v1z"
    );
    assert_eq!(path(&svg, "b"), "M277.6 141v-1h172.8v1z");
    assert_eq!(path(&svg, "c"), "");
    assert_eq!(words(&svg)[..5], ["0", "5E", "10E", "15E", "20E"]);
    drawn(&USAGE_SERIES, &[[huge; 3]], StepLength::Day);
}

#[test]
fn nothing_is_said_in_words() {
    for values in [&[[0; 3]; 24][..], &[]] {
        let svg = drawn(&USAGE_SERIES, values, StepLength::Hour);
        assert!(svg.contains("Nothing was counted.</desc>"), "{svg}");
        assert_eq!((path(&svg, "a"), path(&svg, "b")), ("", ""));
        assert_eq!(words(&svg)[..2], ["0", "1"]);
    }
    let svg = drawn(&[], &[[7; 3]], StepLength::Hour);
    assert_eq!(words(&svg), ["0", "1", "21 Nov"]);
}

#[test]
fn there_are_never_too_many_bars_and_none_is_lost() {
    for (step, count, drawn_bars, length) in [
        (StepLength::Hour, 24, 24, "each bar an hour"),
        (StepLength::Hour, 90, 90, "each bar an hour"),
        (StepLength::Hour, 91, 46, "each bar 2 hours"),
        (StepLength::Hour, 745, 63, "each bar 12 hours"),
        (StepLength::Day, 30, 30, "each bar a day"),
        (StepLength::Day, 401, 58, "each bar 7 days"),
        (StepLength::Day, 5_000, 90, "each bar 28 days"),
    ] {
        let svg = drawn(&["Tokens"], &vec![[1, 0, 0]; count], step);
        assert_eq!(path(&svg, "a").matches('M').count(), drawn_bars, "{count}");
        assert!(svg.contains(length), "{count}: {svg}");
        let times = words(&svg).len() - svg.matches("chart-grid").count() - 2;
        assert!((1..=7).contains(&times), "{count}: {:?}", words(&svg));
    }
}

#[test]
fn ninety_bars_of_three_series_are_small() {
    let values: Vec<_> = (0..90)
        .map(|n| [n * 7_919, n * 104_729 % 999_983, n * 31])
        .collect();
    let svg = drawn(&USAGE_SERIES, &values, StepLength::Hour);
    assert!(svg.len() < 15_000, "{}", svg.len());
}

#[test]
fn times_stand_under_round_hours_and_days() {
    let times = |count, step| {
        let svg = drawn(&[], &vec![[1, 0, 0]; count], step);
        let words = words(&svg).into_iter().skip(2).map(str::to_owned);
        words.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(times(24, StepLength::Hour), "21 Nov 06:00 12:00 18:00");
    assert_eq!(
        times(31 * 24, StepLength::Hour),
        "26 Nov 3 Dec 10 Dec 17 Dec"
    );
    assert_eq!(times(30, StepLength::Day), "26 Nov 3 Dec 10 Dec 17 Dec");
}

#[test]
fn every_text_is_escaped_and_nothing_is_inline() {
    let hostile = "</title><script>alert('1')</script>\" & \u{1b}";
    let svg = Chart {
        id: "a\" onload=\"b",
        title: hostile,
        description: hostile,
        series: &[hostile],
        step: StepLength::Hour,
        bars: &bars(&[[1, 0, 0]], StepLength::Hour),
    }
    .svg();
    let safe = "&lt;/title&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&quot; &amp;  ";
    assert_eq!(svg.matches(safe.trim_end()).count(), 3);
    assert!(
        svg.contains("aria-labelledby=\"aonloadb-title aonloadb-desc\""),
        "{svg}"
    );
    for bad in ["<script", "style=", "onload=", "\u{1b}", "href"] {
        assert!(!svg.contains(bad), "{bad}");
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
