//! What credentials are used for: how often it is written down, and how long it is kept.

use chrono::TimeDelta;

use super::reader::Reader;
use super::registry::{Kind, Setting};

/// Times of last use are to be at most a minute behind.
const LONGEST_PAUSE: TimeDelta = TimeDelta::seconds(50);

/// The use of a month's quota is read from what is kept.
const LEAST_KEPT: &str = "32d";

pub(super) const FLUSH_EVERY: Setting = Setting {
    name: "usage.flush_every",
    kind: Kind::Duration { min: "1s" },
    default: Some("10s"),
    example: None,
    secret: false,
    doc: "How often what credentials were used for goes from memory to the database, at most every \
          50s. A node that is killed loses what it counted since. Several nodes learn of each \
          other's use of a quota as often.",
};

pub(super) const KEEP_FOR: Setting = Setting {
    name: "usage.keep_for",
    kind: Kind::Duration { min: LEAST_KEPT },
    default: Some("400d"),
    example: None,
    secret: false,
    doc: "How long it is kept what credentials were used for.",
};

/// What credentials are used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UsageSettings {
    /// How often counters are flushed: 1 to 50 seconds.
    pub flush_every: TimeDelta,
    /// How long hours are kept; at least 32 days.
    pub keep_for: TimeDelta,
}

impl UsageSettings {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let flush_every = reader.duration(&FLUSH_EVERY);
        let keep_for = reader.duration(&KEEP_FOR);
        if flush_every.is_some_and(|pause| pause > LONGEST_PAUSE) {
            reader.problem(&FLUSH_EVERY, "must be at most 50s");
        }
        Some(Self {
            flush_every: flush_every?,
            keep_for: keep_for?,
        })
    }
}
