//! From bars to HTML.

use std::fmt::Write as _;

use chrono::{DateTime, Utc};

use super::length::labelled;
use super::meter::grouped;
use super::scale::{Scale, short};
use super::{Chart, Colour};

// The view box. The style sheet gives the picture its size, and stretches it.
const WIDTH: usize = 720;
const HEIGHT: u128 = 160;

/// Bars are drawn to the tenth of a unit.
const TENTHS: u128 = 10;

/// The chart, as the part of a `figure` below its caption.
pub(super) fn html(chart: &Chart<'_>) -> String {
    let greatest = chart.bars.iter().map(|bar| bar.value).max().unwrap_or(0);
    let scale = Scale::up_to(greatest.into());
    let mut html = String::with_capacity(4_096);
    html.push_str("<div class=\"chart-plot\">");
    numbers(&mut html, scale);
    svg(&mut html, chart, scale);
    times(&mut html, chart);
    html.push_str("</div>");
    html
}

// Writing to a string does not fail, so what `write!` says is not looked at.

/// The round numbers, from the top down.
fn numbers(html: &mut String, scale: Scale) {
    html.push_str("<ul class=\"chart-y\" aria-hidden=\"true\">");
    let lines: Vec<u128> = scale.lines().collect();
    for number in lines.into_iter().rev() {
        let _ = write!(html, "<li>{}</li>", short(number));
    }
    html.push_str("</ul>");
}

fn svg(html: &mut String, chart: &Chart<'_>, scale: Scale) {
    let id: String = chart.id.chars().filter(|c| is_plain(*c)).collect();
    let _ = write!(
        html,
        "<svg role=\"img\" aria-labelledby=\"{id}-title {id}-desc\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
         preserveAspectRatio=\"none\"><title id=\"{id}-title\">{}</title>\
         <desc id=\"{id}-desc\">{}</desc>",
        escape(chart.title),
        escape(&description(chart)),
    );
    grid(html, scale);
    let colour = match chart.colour {
        Colour::A => 'a',
        Colour::B => 'b',
        Colour::C => 'c',
    };
    let _ = write!(
        html,
        "<g class=\"chart-{colour}\"><path d=\"{}\"/></g></svg>",
        path(chart, scale)
    );
}

fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-'
}

/// What is worth knowing to somebody who does not see it.
fn description(chart: &Chart<'_>) -> String {
    let (Some(first), Some(last)) = (chart.bars.first(), chart.bars.last()) else {
        return "Nothing was counted.".to_owned();
    };
    let format = if chart.length.is_days {
        "%Y-%m-%d"
    } else {
        "%Y-%m-%d %H:%M"
    };
    let mut text = format!(
        "From {} to {} UTC, each bar {}. ",
        first.from.format(format),
        chart.length.end(last.from).format(format),
        chart.length.words,
    );
    let sum = chart.bars.iter().map(|bar| bar.value);
    let sum = sum.fold(0, u64::saturating_add);
    // The first of those that are as great as any.
    let most = chart.bars.iter().rev().max_by_key(|bar| bar.value);
    match most.filter(|_| sum > 0) {
        Some(most) => {
            let _ = write!(
                text,
                "{} {} in all; the highest bar is {} at {} UTC.",
                grouped(sum),
                chart.unit,
                grouped(most.value),
                most.from.format(format),
            );
        }
        None => text.push_str("Nothing was counted."),
    }
    text
}

fn grid(html: &mut String, scale: Scale) {
    for number in scale.lines() {
        let class = if number == 0 {
            "chart-axis"
        } else {
            "chart-grid"
        };
        let y = HEIGHT - scale.height(number, HEIGHT);
        let _ = write!(html, "<path class=\"{class}\" d=\"M0 {y}H{WIDTH}\"/>");
    }
}

/// One path for all bars. What is not nothing is a unit high at least, so that it is seen beside what
/// is far greater.
fn path(chart: &Chart<'_>, scale: Scale) -> String {
    let mut path = String::new();
    for (index, bar) in chart
        .bars
        .iter()
        .enumerate()
        .filter(|(_, bar)| bar.value > 0)
    {
        let (x, width) = place(index, chart.bars.len());
        let height = scale.height(bar.value.into(), HEIGHT * TENTHS).max(TENTHS);
        let (x, width) = (tenths(x as u128), tenths(width as u128));
        let height = tenths(height);
        let _ = write!(path, "M{x} {HEIGHT}v-{height}h{width}v{height}z");
    }
    path
}

/// The left edge of a bar and its width, in tenths. A fifth of each bar's place stays free.
fn place(index: usize, count: usize) -> (usize, usize) {
    let whole = WIDTH * 10;
    let (begin, end) = (whole * index / count, whole * (index + 1) / count);
    let width = ((end - begin) * 4 / 5).max(1);
    (begin + (end - begin - width) / 2, width)
}

/// Times under some of the bars. Days are those of UTC wherever the reader is; the script may write
/// times of day in the reader's zone.
fn times(html: &mut String, chart: &Chart<'_>) {
    let spans_days = match (chart.bars.first(), chart.bars.last()) {
        (Some(first), Some(last)) => (last.from - first.from).num_hours() > 30,
        _ => false,
    };
    html.push_str("<ul class=\"chart-x\" aria-hidden=\"true\">");
    for index in labelled(chart.bars.len()) {
        let Some(bar) = chart.bars.get(index) else {
            continue;
        };
        let _ = match (chart.length.is_days, spans_days) {
            (true, _) => write!(html, "<li>{}</li>", day(bar.from)),
            (false, true) => write!(
                html,
                "<li>{} {}</li>",
                day(bar.from),
                bar.from.format("%H:%M")
            ),
            (false, false) => write!(
                html,
                "<li><time datetime=\"{}\" data-clock>{}</time></li>",
                bar.from.format("%Y-%m-%dT%H:%M:%SZ"),
                bar.from.format("%H:%M"),
            ),
        };
    }
    html.push_str("</ul>");
}

fn day(moment: DateTime<Utc>) -> String {
    moment.format("%-d %b").to_string()
}

fn tenths(number: u128) -> String {
    match number % TENTHS {
        0 => (number / TENTHS).to_string(),
        tenth => format!("{}.{tenth}", number / TENTHS),
    }
}

/// Text that means nothing but itself between tags and in attributes.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c if c.is_control() => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}
