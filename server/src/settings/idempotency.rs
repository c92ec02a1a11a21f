//! Requests that are sent again.

use chrono::TimeDelta;

use super::reader::Reader;
use super::registry::{Kind, Setting};

pub(super) const KEEP_FOR: Setting = Setting {
    name: "idempotency.keep_for",
    kind: Kind::Duration { min: "0s" },
    default: Some("24h"),
    example: None,
    secret: false,
    doc: "How long a request with an `Idempotency-Key` is remembered, at most `7d`. Sent again \
          within that time, it gets the same answer, which takes a copy of the secret that it made: \
          sealed, so that it opens with the caller's key alone. `0s` switches it off: the header \
          means nothing then, and nothing is kept.",
};

/// The longest that a request is remembered.
const LONGEST: TimeDelta = TimeDelta::days(7);

/// Requests that are sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IdempotencySettings {
    /// How long they are remembered; zero: not at all.
    pub keep_for: TimeDelta,
}

impl IdempotencySettings {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let keep_for = reader.duration(&KEEP_FOR)?;
        if keep_for > LONGEST {
            reader.problem(&KEEP_FOR, "must be at most 7d");
        }
        Some(Self { keep_for })
    }
}
