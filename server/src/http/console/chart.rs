//! Bar charts, made by the server: no script draws, and nothing is fetched. What is drawn stands in a
//! table beside it too, which is the page's part.
//!
//! The bars are SVG, which takes whatever width there is. Numbers and times beside them are HTML, so
//! that they stay as large as other text on a narrow screen. Colours come from the style sheet.

mod draw;
mod length;
pub mod meter;
mod scale;

#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};

pub use self::length::Length;

/// A chart of bars over time.
#[derive(Debug, Clone)]
pub struct Chart<'a> {
    /// Distinguishes it from others of the page; what is no letter, digit or hyphen is left out.
    pub id: &'a str,
    /// What it shows, in a few words.
    pub title: &'a str,
    /// What the bars count, as in "12 tokens".
    pub unit: &'a str,
    /// The colour.
    pub colour: Colour,
    /// How long the time of a bar is.
    pub length: Length,
    /// The bars, in order of time, without gaps.
    pub bars: &'a [Bar],
}

/// The colour of the bars.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// The first.
    A,
    /// The second.
    B,
    /// The third, for what is refused.
    C,
}

/// A stretch of time and its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bar {
    /// When it begins.
    pub from: DateTime<Utc>,
    /// The number.
    pub value: u64,
}

impl Chart<'_> {
    /// The chart as HTML, with everything escaped.
    pub fn html(&self) -> String {
        draw::html(self)
    }
}
