//! Whether what is in memory may still be believed, and whether the database answers: what the
//! follower of the change feed has seen last. Times are of the monotonic clock, so that a clock that
//! is set does not matter.

use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use tokio::time::timeout;

use super::App;
use super::error::OpenError;
use super::feed::{STALE_AFTER, catch_up};

/// A database that has not answered for so long counts as one that does not.
const SILENT_AFTER: Duration = Duration::from_secs(2);

/// The follower waits for so long more, then gives up the read and begins another: its connection may
/// be dead.
const GIVE_UP_AFTER: Duration = Duration::from_secs(3);

/// No follower was started.
const NEVER: u64 = u64::MAX;

/// What the follower has seen last.
#[derive(Debug)]
pub struct Freshness {
    start: Instant,
    /// When the last read of the feed that came to its end began, in milliseconds since `start`:
    /// what changed before is forgotten.
    followed_at: AtomicU64,
    /// The same of a read after which all that was due has been read anew.
    caught_up_at: AtomicU64,
    database_is_silent: AtomicBool,
}

impl Default for Freshness {
    fn default() -> Self {
        Self {
            start: Instant::now(),
            followed_at: AtomicU64::new(NEVER),
            caught_up_at: AtomicU64::new(NEVER),
            database_is_silent: AtomicBool::new(false),
        }
    }
}

impl Freshness {
    /// Notes that a follower begins, with caches that are right.
    pub(super) fn begin(&self) {
        let now = self.since_start(Instant::now());
        self.followed_at.store(now, Ordering::Release);
        self.caught_up_at.store(now, Ordering::Release);
    }

    /// Notes that what changed before `moment` is not in memory any more.
    pub(super) fn followed(&self, moment: Instant) {
        // Without a follower nobody would renew it.
        if self.is_followed() {
            let at = self.since_start(moment);
            self.followed_at.fetch_max(at, Ordering::AcqRel);
        }
    }

    /// Notes that all that had changed before `moment` has been read anew.
    fn caught_up(&self, moment: Instant) {
        let at = self.since_start(moment);
        self.caught_up_at.fetch_max(at, Ordering::AcqRel);
    }

    fn database_is_silent_now(&self, silent: bool) {
        self.database_is_silent.store(silent, Ordering::Release);
    }

    fn since_start(&self, moment: Instant) -> u64 {
        let at = moment.saturating_duration_since(self.start).as_millis();
        u64::try_from(at).unwrap_or(NEVER - 1)
    }

    /// How long ago `at` was. `None` where there is no follower, as in a command: then nothing is
    /// stale.
    fn age(&self, at: &AtomicU64) -> Option<Duration> {
        let at = match at.load(Ordering::Acquire) {
            NEVER => return None,
            at => Duration::from_millis(at),
        };
        Some(self.start.elapsed().saturating_sub(at))
    }

    /// Whether a follower tells how things are.
    pub fn is_followed(&self) -> bool {
        self.followed_at.load(Ordering::Acquire) != NEVER
    }

    /// Whether the follower caught up within [`STALE_AFTER`].
    pub fn is_fresh(&self) -> bool {
        self.age(&self.caught_up_at)
            .is_none_or(|age| age < STALE_AFTER)
    }

    /// Whether the database did not answer when it was asked last.
    pub fn database_is_silent(&self) -> bool {
        self.database_is_silent.load(Ordering::Acquire)
    }

    /// Whether what is in memory is no older than `bound` (`limits.stale_after`). Keys that cannot be
    /// read do not count: what was revoked is known all the same.
    pub fn is_within(&self, bound: TimeDelta) -> bool {
        let bound = bound.to_std().unwrap_or(Duration::ZERO);
        self.age(&self.followed_at).is_none_or(|age| age < bound)
    }
}

/// Catches up once, and notes what was seen of the database.
///
/// # Errors
/// As [`catch_up`], and where it takes too long.
pub(super) async fn catch_up_once(app: &App) -> Result<(), OpenError> {
    let began = Instant::now();
    let result = read(app).await;
    if result.is_ok() {
        app.freshness.caught_up(began);
        app.freshness.database_is_silent_now(false);
    } else {
        let silent = !answers(app).await;
        app.freshness.database_is_silent_now(silent);
    }
    result
}

/// Catches up. Where that takes long it is noted, and all connections are given up afterwards, however
/// it ends: where this one was dead, so are others, which may wait at their dead end for long.
async fn read(app: &App) -> Result<(), OpenError> {
    let result = {
        let mut reading = pin!(catch_up(app));
        if let Ok(result) = timeout(SILENT_AFTER, &mut reading).await {
            return result;
        }
        app.freshness.database_is_silent_now(true);
        timeout(GIVE_UP_AFTER, reading)
            .await
            .unwrap_or_else(|_| Err(OpenError::Store("it does not answer".to_owned())))
    };
    app.store.reconnect().await?;
    result
}

/// Whether the database answers now. All its connections may be in use, and that is another matter.
pub async fn answers(app: &App) -> bool {
    timeout(SILENT_AFTER, app.store.aside().ping())
        .await
        .is_ok_and(|answer| answer.is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_follower_nothing_is_stale() {
        let freshness = Freshness::default();
        assert!(!freshness.is_followed());
        assert!(freshness.is_fresh() && freshness.is_within(TimeDelta::zero()));
        assert!(!freshness.database_is_silent());
    }

    #[test]
    fn age_counts_from_the_beginning_of_the_last_good_read() {
        let ago = |seconds| Instant::now().checked_sub(Duration::from_secs(seconds));
        let freshness = Freshness {
            start: ago(60).expect("the machine has run for longer"),
            followed_at: AtomicU64::new(0),
            caught_up_at: AtomicU64::new(0),
            ..Freshness::default()
        };
        freshness.followed(ago(20).expect("the same"));
        assert!(freshness.is_followed() && !freshness.is_fresh());
        assert!(freshness.is_within(TimeDelta::seconds(30)));
        assert!(!freshness.is_within(TimeDelta::seconds(10)));
        freshness.caught_up(ago(1).expect("the same"));
        assert!(freshness.is_fresh());
        // A read that began earlier and came to its end later.
        freshness.followed(ago(30).expect("the same"));
        assert!(freshness.is_within(TimeDelta::seconds(30)));
    }
}
