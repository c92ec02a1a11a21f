//! When something was last used, kept until it is written down.

use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Utc};

const A_MILLISECOND: i64 = 1_000;

/// The last use of a credential or of a secret, in microseconds of Unix time; 0 where there was none
/// since this node began to watch it.
#[derive(Debug, Default)]
pub struct LastUsed {
    at: AtomicI64,
    written: AtomicI64,
}

impl LastUsed {
    /// It is used now. Uses within a millisecond are one: to note each would have the processors
    /// take the note from each other at each request of a busy client.
    pub fn touch(&self, now: DateTime<Utc>) {
        let now = now.timestamp_micros();
        if now
            >= self
                .at
                .load(Ordering::Relaxed)
                .saturating_add(A_MILLISECOND)
        {
            self.at.fetch_max(now, Ordering::Relaxed);
        }
    }

    /// The last use that this node has seen.
    pub fn at(&self) -> Option<DateTime<Utc>> {
        moment(self.at.load(Ordering::Relaxed))
    }

    /// The last use, where it was not taken before.
    pub(super) fn take(&self) -> Option<DateTime<Utc>> {
        let at = self.at.load(Ordering::Relaxed);
        let written = self.written.swap(at, Ordering::Relaxed);
        moment(at).filter(|_| at != written)
    }

    /// Whether there is nothing to take.
    pub(super) fn is_taken(&self) -> bool {
        self.at.load(Ordering::Relaxed) == self.written.load(Ordering::Relaxed)
    }
}

fn moment(micros: i64) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_micros(micros).filter(|_| micros != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_use_is_taken_once_and_the_latest_counts() {
        let at = |micros| DateTime::from_timestamp_micros(micros);
        let used = LastUsed::default();
        assert_eq!((used.at(), used.take()), (None, None));
        for micros in [10_000, 30_000, 20_000] {
            used.touch(at(micros).unwrap());
        }
        assert!(!used.is_taken());
        assert_eq!(used.at(), at(30_000));
        assert_eq!(used.take(), at(30_000));
        assert!(used.is_taken());
        assert_eq!(used.take(), None);
        used.touch(at(30_999).unwrap());
        assert_eq!(used.take(), None);
        used.touch(at(31_000).unwrap());
        assert_eq!(used.take(), at(31_000));
    }
}
