//! A clock that stands still until it is told to move.

use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use grantd::clock::Clock;

/// A clock that stands still until it is told to move.
#[derive(Debug)]
pub(crate) struct FixedClock(AtomicI64);

impl FixedClock {
    /// A clock that stands at the given moment.
    pub(crate) fn at(moment: DateTime<Utc>) -> Self {
        Self(AtomicI64::new(moment.timestamp_micros()))
    }

    /// Moves the clock.
    pub(crate) fn advance(&self, by: TimeDelta) {
        let micros = by
            .num_microseconds()
            .expect("a test moves by less than millennia");
        self.0.fetch_add(micros, Ordering::SeqCst);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.0.load(Ordering::SeqCst)).expect("a moment")
    }
}
