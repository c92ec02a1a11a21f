//! The log.

use log::LevelFilter;

use super::reader::Reader;
use super::registry::{Kind, Setting};

pub(super) const FORMAT: Setting = Setting {
    name: "log.format",
    kind: Kind::Choice(&["text", "json"]),
    default: Some("text"),
    example: None,
    secret: false,
    doc: "Lines for people (`text`) or one JSON object a line (`json`). The log goes to standard \
          error.",
};

pub(super) const LEVEL: Setting = Setting {
    name: "log.level",
    kind: Kind::Choice(&["error", "warn", "info", "debug", "trace"]),
    default: Some("info"),
    example: None,
    secret: false,
    doc: "How much is logged, from least to most.",
};

/// How a line of the log looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// The log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogSettings {
    /// How a line looks.
    pub format: LogFormat,
    /// What is logged; never `Off`.
    pub level: LevelFilter,
}

impl LogSettings {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let format = reader.chosen(&FORMAT, |text| match text {
            "text" => Some(LogFormat::Text),
            "json" => Some(LogFormat::Json),
            _ => None,
        });
        let level = reader.chosen(&LEVEL, |text| match text {
            "error" => Some(LevelFilter::Error),
            "warn" => Some(LevelFilter::Warn),
            "info" => Some(LevelFilter::Info),
            "debug" => Some(LevelFilter::Debug),
            "trace" => Some(LevelFilter::Trace),
            _ => None,
        });
        Some(Self {
            format: format?,
            level: level?,
        })
    }
}
