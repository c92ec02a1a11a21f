//! From bars to SVG.

use std::fmt::Write as _;

use super::group::Grouped;
use super::scale::{Scale, short};
use super::{Chart, MAX_SERIES};

/// The classes of the series, and their marks on a square of [`TILE`]: none, a stripe, a dot. A
/// series is a pattern, whose ground has the colour.
const SERIES: [(char, &str); MAX_SERIES] = [('a', ""), ('b', "M0 6L6 0"), ('c', "M2 3h2")];
const TILE: u32 = 6;

// Where things stand, in units of the view box. The chart takes whatever width it is given.
// It is small, so that words can still be read on a narrow screen.
const WIDTH: usize = 480;
const HEIGHT: u32 = 200;
const LEFT: usize = 40;
const RIGHT: usize = 472;
const TOP: u128 = 12;
const BOTTOM: u128 = 142;
const TIMES: u32 = 159;
const LEGEND: u32 = 188;

/// Bars are drawn to the tenth of a unit.
const TENTHS: u128 = 10;

/// The chart as an `svg` element.
pub(super) fn svg(chart: &Chart<'_>) -> String {
    let id: String = chart.id.chars().filter(|c| is_plain(*c)).collect();
    let grouped = Grouped::new(chart.bars, chart.step);
    let count = chart.series.len().min(MAX_SERIES);
    let greatest = grouped.bars.iter().map(|bar| sum(&bar.values, count));
    let greatest = greatest.max().unwrap_or(0);
    let scale = Scale::up_to(greatest);
    let mut svg = String::with_capacity(4_096);
    head(&mut svg, chart, &grouped, &id, greatest);
    grid(&mut svg, scale);
    for series in 0..count {
        bars(&mut svg, &grouped, scale, &id, series);
    }
    times(&mut svg, &grouped);
    legend(&mut svg, chart, &id);
    svg.push_str("</svg>");
    svg
}

fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-'
}

/// Of the first `count` values.
fn sum(values: &[u64; MAX_SERIES], count: usize) -> u128 {
    values.iter().take(count).copied().map(u128::from).sum()
}

// Writing to a string does not fail, so what `write!` says is not looked at.

fn head(svg: &mut String, chart: &Chart<'_>, grouped: &Grouped, id: &str, greatest: u128) {
    let mut description = chart.description.to_owned();
    for sentence in [
        grouped.span(),
        (greatest == 0).then(|| "Nothing was counted.".to_owned()),
    ]
    .into_iter()
    .flatten()
    {
        if !description.is_empty() {
            description.push(' ');
        }
        description.push_str(&sentence);
    }
    let _ = write!(
        svg,
        "<svg class=\"chart-bars\" role=\"img\" aria-labelledby=\"{id}-title {id}-desc\" \
         viewBox=\"0 0 {WIDTH} {HEIGHT}\">\
         <title id=\"{id}-title\">{}</title><desc id=\"{id}-desc\">{}</desc><defs>",
        escape(chart.title),
        escape(&description),
    );
    for (class, mark) in SERIES.iter().take(chart.series.len()) {
        let _ = write!(
            svg,
            "<pattern id=\"{id}-{class}\" width=\"{TILE}\" height=\"{TILE}\" \
             patternUnits=\"userSpaceOnUse\">\
             <rect class=\"chart-{class}\" width=\"{TILE}\" height=\"{TILE}\"/>"
        );
        if !mark.is_empty() {
            let _ = write!(
                svg,
                "<path d=\"{mark}\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.5\"/>"
            );
        }
        svg.push_str("</pattern>");
    }
    svg.push_str("</defs>");
}

fn grid(svg: &mut String, scale: Scale) {
    for number in scale.lines() {
        let y = BOTTOM - scale.height(number, BOTTOM - TOP);
        let (class, x) = (
            if number == 0 {
                "chart-axis"
            } else {
                "chart-grid"
            },
            LEFT - 6,
        );
        let _ = write!(
            svg,
            "<path class=\"{class}\" d=\"M{LEFT} {y}H{RIGHT}\" fill=\"none\" \
             stroke=\"currentColor\"/>\
             <text class=\"chart-axis\" x=\"{x}\" y=\"{}\" text-anchor=\"end\">{}</text>",
            y + 4,
            short(number),
        );
    }
}

/// The left edge of a bar and its width, in tenths. A fifth of each bar's place stays free.
fn place(index: usize, count: usize) -> (usize, usize) {
    let whole = (RIGHT - LEFT) * 10;
    let (begin, end) = (whole * index / count, whole * (index + 1) / count);
    let width = ((end - begin) * 4 / 5).max(1);
    (LEFT * 10 + begin + (end - begin - width) / 2, width)
}

/// One path for all bars of a series, which stand on those of the series before.
fn bars(svg: &mut String, grouped: &Grouped, scale: Scale, id: &str, series: usize) {
    let mut path = String::new();
    for (index, bar) in grouped.bars.iter().enumerate() {
        let (bottom, top) = stacked(bar.values, scale, series);
        if top > bottom {
            let (x, width) = place(index, grouped.bars.len());
            let y = BOTTOM * TENTHS - bottom;
            let (x, y) = (tenths(x as u128), tenths(y));
            let (width, height) = (tenths(width as u128), tenths(top - bottom));
            let _ = write!(path, "M{x} {y}v-{height}h{width}v{height}z");
        }
    }
    if let Some((class, _)) = SERIES.get(series).filter(|_| !path.is_empty()) {
        let _ = write!(svg, "<path fill=\"url(#{id}-{class})\" d=\"{path}\"/>");
    }
}

/// The lower and the upper edge of a series' part of a bar, in tenths above the bottom line. What is
/// not nothing is a unit high at least, so that it is seen beside what is far greater.
fn stacked(values: [u64; MAX_SERIES], scale: Scale, series: usize) -> (u128, u128) {
    let (mut below, mut top, mut total) = (0, 0, 0);
    for value in values.into_iter().take(series + 1) {
        below = top;
        total += u128::from(value);
        if value > 0 {
            let exact = scale.height(total, (BOTTOM - TOP) * TENTHS);
            top = exact.max(below + TENTHS);
        }
    }
    (below, top)
}

fn times(svg: &mut String, grouped: &Grouped) {
    for (index, time) in grouped.labels() {
        let (x, width) = place(index, grouped.bars.len());
        // Those at the ends would stand out of the picture.
        let x = ((x + width / 2) / 10).clamp(LEFT + 16, RIGHT - 16);
        let _ = write!(
            svg,
            "<text class=\"chart-axis\" x=\"{x}\" y=\"{TIMES}\" text-anchor=\"middle\">{time}</text>"
        );
    }
}

fn legend(svg: &mut String, chart: &Chart<'_>, id: &str) {
    let mut x = LEFT;
    for (name, (class, _)) in chart.series.iter().zip(SERIES) {
        let (text, y) = (x + 18, LEGEND - 10);
        let _ = write!(
            svg,
            "<rect fill=\"url(#{id}-{class})\" x=\"{x}\" y=\"{y}\" width=\"12\" height=\"12\" stroke=\"currentColor\"/>\
             <text class=\"chart-axis\" x=\"{text}\" y=\"{LEGEND}\">{}</text>",
            escape(name),
        );
        x += 42 + 8 * name.chars().count();
    }
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
