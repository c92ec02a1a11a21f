//! A count that begins anew with each window, in one atomic: the window's number and the count.

use std::sync::atomic::{AtomicU64, Ordering};

/// Counts within the present window.
#[derive(Debug, Default)]
pub(super) struct WindowCount(AtomicU64);

/// Both halves of the atomic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct State {
    window: u32,
    count: u32,
}

impl State {
    #[expect(clippy::cast_possible_truncation, reason = "the halves of a u64")]
    const fn unpack(packed: u64) -> Self {
        Self {
            window: (packed >> 32) as u32,
            count: packed as u32,
        }
    }

    const fn pack(self) -> u64 {
        ((self.window as u64) << 32) | self.count as u64
    }

    /// The state as whoever is in `window` sees it. A request that began just before the next window
    /// did counts in that one; it must not set the count back. Any other window is over.
    fn seen_from(self, window: u32) -> Self {
        if self.window == window || self.window == window.wrapping_add(1) {
            self
        } else {
            Self { window, count: 0 }
        }
    }
}

impl WindowCount {
    /// What was counted in this window so far.
    pub(super) fn count(&self, window: u32) -> u32 {
        State::unpack(self.0.load(Ordering::Relaxed))
            .seen_from(window)
            .count
    }

    /// Counts one more, unless that would be more than `most`.
    ///
    /// # Errors
    /// The count, unchanged, where `most` is reached.
    pub(super) fn take(&self, window: u32, most: u32) -> Result<u32, u32> {
        self.change(window, |count| {
            (count < most).then(|| count.saturating_add(1))
        })
    }

    /// Undoes one [`Self::take`] of the same window.
    pub(super) fn give_back(&self, window: u32) {
        let _ = self.change(window, |count| count.checked_sub(1));
    }

    /// Adds what was counted elsewhere; less than nothing where too much was added before.
    pub(super) fn adjust(&self, window: u32, by: i64) {
        let _ = self.change(window, |count| {
            let sum = i64::from(count).saturating_add(by).max(0);
            Some(u32::try_from(sum).unwrap_or(u32::MAX))
        });
    }

    /// Sets the count. Returns what it was, so that of several at once each has another's number.
    pub(super) fn replace(&self, window: u32, by: u32) -> u32 {
        let before = std::cell::Cell::new(0);
        let _ = self.change(window, |count| {
            before.set(count);
            Some(by)
        });
        before.get()
    }

    /// Forgets all.
    pub(super) fn reset(&self) {
        self.0.store(0, Ordering::Relaxed);
    }

    fn change(&self, window: u32, next: impl Fn(u32) -> Option<u32>) -> Result<u32, u32> {
        let mut packed = self.0.load(Ordering::Relaxed);
        loop {
            let seen = State::unpack(packed).seen_from(window);
            let Some(count) = next(seen.count) else {
                return Err(seen.count);
            };
            let changed = State { count, ..seen }.pack();
            match self.0.compare_exchange_weak(
                packed,
                changed,
                Ordering::Relaxed,
                Ordering::Relaxed,
            ) {
                Ok(_) => return Ok(count),
                Err(other) => packed = other,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_allows_so_many_and_the_next_one_as_many_again() {
        let count = WindowCount::default();
        assert_eq!(count.take(7, 2), Ok(1));
        assert_eq!(count.take(7, 2), Ok(2));
        assert_eq!(count.take(7, 2), Err(2));
        assert_eq!(count.count(7), 2);
        assert_eq!(count.count(9), 0);
        assert_eq!(count.take(8, 2), Ok(1));
    }

    #[test]
    fn a_request_from_just_before_does_not_set_the_new_window_back() {
        let count = WindowCount::default();
        for _ in 0..5 {
            count.take(8, 100).unwrap();
        }
        assert_eq!(count.take(7, 100), Ok(6));
        assert_eq!(count.count(8), 6);
        // A clock that was set back for long begins anew instead.
        assert_eq!(count.take(5, 100), Ok(1));
    }

    #[test]
    fn what_is_given_back_can_be_taken_again() {
        let count = WindowCount::default();
        count.take(7, 1).unwrap();
        count.give_back(7);
        assert_eq!(count.take(7, 1), Ok(1));
        count.adjust(7, -5);
        assert_eq!(count.count(7), 0);
        count.give_back(7);
        count.adjust(7, i64::MAX);
        assert_eq!(count.take(7, u32::MAX), Err(u32::MAX));
    }

    #[test]
    fn many_at_once_get_exactly_as_many_as_there_are() {
        let count = WindowCount::default();
        let taken: usize = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|_| {
                    scope.spawn(|| (0..1_000).filter(|_| count.take(1, 3_000).is_ok()).count())
                })
                .collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .sum()
        });
        assert_eq!(taken, 3_000);
    }
}
