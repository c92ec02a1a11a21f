//! The one source of time. Everything that needs "now" is handed it.

use std::time::SystemTime;

use chrono::{DateTime, Utc};

/// Tells the time.
pub trait Clock: Send + Sync + 'static {
    /// The present moment, in UTC, to the microsecond: PostgreSQL keeps no more, and what is
    /// answered must be what is read back.
    fn now(&self) -> DateTime<Utc>;
}

/// The machine's own clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the place the rule points to"
    )]
    fn now(&self) -> DateTime<Utc> {
        // From the parts: to cut a date off costs as much again as to make it, on every request.
        let since_epoch = SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        let seconds = i64::try_from(since_epoch.as_secs()).unwrap_or(i64::MAX);
        DateTime::from_timestamp(seconds, since_epoch.subsec_micros() * 1_000).unwrap_or_default()
    }
}
