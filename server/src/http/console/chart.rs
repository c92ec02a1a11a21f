//! Bar charts as SVG text, made by the server: no script draws, and nothing is fetched. What is drawn
//! stands in a table beside it too, which is the page's part.
//!
//! Colours come from the style sheet, by class: `chart-a`, `chart-b`, `chart-c` for the series,
//! `chart-grid` for the lines, `chart-axis` for the bottom line and the words. The series differ without colour too: the
//! first is plain, the second striped, the third dotted.

mod draw;
mod group;
pub mod meter;
mod scale;

#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};

use crate::app::usage_report::StepView;
use crate::domain::usage_range::StepLength;

/// How many series there are at most.
pub const MAX_SERIES: usize = 3;

/// How many bars are drawn at most. Where there are more steps, each bar is several of them.
pub const MAX_BARS: usize = 90;

/// A chart of stacked bars over time.
#[derive(Debug, Clone)]
pub struct Chart<'a> {
    /// Distinguishes it from others of the page; what is no letter, digit or hyphen is left out.
    pub id: &'a str,
    /// What it shows, in a few words.
    pub title: &'a str,
    /// What of it is worth knowing to somebody who does not see it.
    pub description: &'a str,
    /// What the parts of a bar are, from the bottom up; those after [`MAX_SERIES`] are not drawn.
    pub series: &'a [&'a str],
    /// How long the time of a bar is.
    pub step: StepLength,
    /// The bars, in order of time, without gaps.
    pub bars: &'a [Bar],
}

/// A stretch of time and its numbers, one for each series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bar {
    /// When it begins.
    pub from: DateTime<Utc>,
    /// The numbers. Those without a series are not drawn.
    pub values: [u64; MAX_SERIES],
}

impl Chart<'_> {
    /// The chart as an `svg` element.
    pub fn svg(&self) -> String {
        draw::svg(self)
    }
}

/// The names of what [`usage_bars`] counts.
pub const USAGE_SERIES: [&str; MAX_SERIES] = ["Tokens", "Calls", "Refusals"];

/// Tokens, calls and refusals of each step of a usage report.
pub fn usage_bars(steps: &[StepView]) -> Vec<Bar> {
    let bars = steps.iter().map(|step| Bar {
        from: step.from,
        values: [
            step.counts.tokens_issued,
            step.counts.calls_verified,
            step.counts.rejected.total(),
        ],
    });
    bars.collect()
}
