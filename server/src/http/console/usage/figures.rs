//! What was counted, as charts with tables under them.

use chrono::{DateTime, Utc};

use crate::app::usage_report::{CountsView, StepView};
use crate::domain::usage_range::UsageRange;
use crate::http::console::chart::meter::grouped;
use crate::http::console::chart::{Bar, Chart, Colour, Length};

/// A chart and its table.
pub struct Figure {
    /// Names it in the page.
    pub id: &'static str,
    /// What it shows.
    pub title: &'static str,
    /// All of it together.
    pub total: String,
    /// The chart as HTML; empty where nothing was counted.
    pub chart: String,
    /// Whether the lines of the table are days.
    pub is_days: bool,
    /// The columns of the table after the time.
    pub columns: Vec<&'static str>,
    /// Its lines; those in which nothing was counted are left out.
    pub rows: Vec<Row>,
}

/// A line of a table.
pub struct Row {
    /// When its time begins.
    pub from: DateTime<Utc>,
    /// The numbers.
    pub cells: Vec<String>,
}

/// A column of the tables.
struct Column {
    name: &'static str,
    read: fn(&CountsView) -> u64,
    /// Whether it is left out where it counts nothing.
    is_rare: bool,
}

const fn column(name: &'static str, read: fn(&CountsView) -> u64) -> Column {
    Column {
        name,
        read,
        is_rare: false,
    }
}

const fn rare(name: &'static str, read: fn(&CountsView) -> u64) -> Column {
    Column {
        name,
        read,
        is_rare: true,
    }
}

/// The first column is what the chart shows.
const TOKENS: [Column; 2] = [
    column("Issued", |counts| counts.tokens_issued),
    column("Needed", |counts| counts.tokens_needed),
];

const CALLS: [Column; 1] = [column("Verified", |counts| counts.calls_verified)];

const REFUSALS: [Column; 10] = [
    column("Refused", |counts| counts.rejected.total()),
    rare("Wrong secret", |counts| counts.rejected.wrong_secret),
    rare("Disabled", |counts| counts.rejected.disabled),
    rare("Expired", |counts| counts.rejected.expired),
    rare("Scope not granted", |counts| counts.rejected.scope),
    rare("API not granted", |counts| counts.rejected.audience),
    rare("Rate limit", |counts| counts.rejected.rate_limit),
    rare("Quota", |counts| counts.rejected.quota),
    rare("Let pass beyond the rate limit", |counts| {
        counts.would_have_been_rejected.rate_limit
    }),
    rare("Let pass beyond the quota", |counts| {
        counts.would_have_been_rejected.quota
    }),
];

/// The charts of a report.
pub fn figures(range: UsageRange, total: &CountsView, steps: &[StepView]) -> Vec<Figure> {
    let figure = |id, title, unit, colour, columns: &[Column]| {
        let about = About {
            id,
            title,
            unit,
            colour,
            columns,
        };
        about.figure(range, total, steps)
    };
    vec![
        figure("tokens", "Tokens issued", "tokens", Colour::A, &TOKENS),
        figure("calls", "Calls verified", "calls", Colour::B, &CALLS),
        figure("refusals", "Refusals", "refusals", Colour::C, &REFUSALS),
    ]
}

struct About<'a> {
    id: &'static str,
    title: &'static str,
    unit: &'static str,
    colour: Colour,
    columns: &'a [Column],
}

impl About<'_> {
    fn figure(&self, range: UsageRange, total: &CountsView, steps: &[StepView]) -> Figure {
        let length = Length::of(steps.len(), range.step());
        let shown = |column: &&Column| !column.is_rare || (column.read)(total) > 0;
        let columns: Vec<_> = self.columns.iter().filter(shown).collect();
        let sums: Vec<_> = steps
            .chunks(length.steps)
            .filter_map(|steps| Some((steps.first()?.from, sums(steps, &columns))))
            .collect();
        let bars: Vec<_> = sums
            .iter()
            .map(|(from, sums)| Bar {
                from: *from,
                value: sums.first().copied().unwrap_or(0),
            })
            .collect();
        let chart = Chart {
            id: self.id,
            title: self.title,
            unit: self.unit,
            colour: self.colour,
            length,
            bars: &bars,
        };
        let is_counted = |(_, sums): &&(_, Vec<u64>)| sums.iter().any(|sum| *sum > 0);
        let rows = sums.iter().filter(is_counted).map(|(from, sums)| Row {
            from: *from,
            cells: sums.iter().copied().map(grouped).collect(),
        });
        let all = self
            .columns
            .first()
            .map_or(0, |column| (column.read)(total));
        Figure {
            id: self.id,
            title: self.title,
            total: grouped(all),
            chart: if all > 0 { chart.html() } else { String::new() },
            is_days: length.is_days,
            columns: columns.iter().map(|column| column.name).collect(),
            rows: rows.collect(),
        }
    }
}

fn sums(steps: &[StepView], columns: &[&Column]) -> Vec<u64> {
    let sum = |column: &&Column| {
        let counts = steps.iter().map(|step| (column.read)(&step.counts));
        counts.fold(0, u64::saturating_add)
    };
    columns.iter().map(sum).collect()
}

/// Tokens for each one needed, as far as it says something.
pub fn over_fetch(counts: &CountsView) -> Option<String> {
    let ratio = counts.over_fetch_ratio?;
    (counts.tokens_issued > 0).then(|| format!("{ratio:.1}"))
}

/// Whether anything was counted at all.
pub fn is_anything(counts: &CountsView) -> bool {
    let let_pass = &counts.would_have_been_rejected;
    counts.tokens_issued > 0
        || counts.calls_verified > 0
        || counts.rejected.total() > 0
        || let_pass.rate_limit > 0
        || let_pass.quota > 0
}
