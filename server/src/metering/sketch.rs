//! Counts by key in memory that never grows (a count-min sketch): a count may be too high where keys
//! share places, and is never too low.

use std::sync::atomic::{AtomicU64, Ordering};

/// Places a row; a power of two.
const PLACES: usize = 32_768;

/// Counts of the present window. Each place holds the window's number and a count.
pub(super) struct Sketch([Box<[AtomicU64]>; 2]);

impl Sketch {
    pub(super) fn new() -> Self {
        let row = || (0..PLACES).map(|_| AtomicU64::new(0)).collect();
        Self([row(), row()])
    }

    /// How often a key was counted in this window.
    pub(super) fn count(&self, key: [u64; 2], window: u32) -> u32 {
        let [a, b] = self.places(key).map(|place| {
            let packed = place.load(Ordering::Relaxed);
            count_of(packed, window)
        });
        a.min(b)
    }

    /// Counts a key. Only the places that hold its lowest count go up (a conservative update), which
    /// keeps keys that share places apart for longer.
    pub(super) fn add(&self, key: [u64; 2], window: u32) {
        let next = self.count(key, window).saturating_add(1);
        for place in self.places(key) {
            let mut packed = place.load(Ordering::Relaxed);
            while count_of(packed, window) < next {
                let raised = u64::from(window) << 32 | u64::from(next);
                match place.compare_exchange_weak(
                    packed,
                    raised,
                    Ordering::Relaxed,
                    Ordering::Relaxed,
                ) {
                    Ok(_) => break,
                    Err(other) => packed = other,
                }
            }
        }
    }

    fn places(&self, key: [u64; 2]) -> [&AtomicU64; 2] {
        let [a, b] = key.map(place_of);
        [&self.0[0][a], &self.0[1][b]]
    }
}

#[expect(clippy::cast_possible_truncation, reason = "less than PLACES")]
const fn place_of(hash: u64) -> usize {
    (hash % PLACES as u64) as usize
}

#[expect(clippy::cast_possible_truncation, reason = "the halves of a u64")]
const fn count_of(packed: u64, window: u32) -> u32 {
    if (packed >> 32) as u32 == window {
        packed as u32
    } else {
        0
    }
}

impl std::fmt::Debug for Sketch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sketch").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_belongs_to_its_key_and_its_window() {
        let sketch = Sketch::new();
        for _ in 0..3 {
            sketch.add([1, 2], 7);
        }
        assert_eq!(sketch.count([1, 2], 7), 3);
        assert_eq!(sketch.count([1, 2], 8), 0);
        assert_eq!(
            sketch.count([1, 3], 7),
            0,
            "one place is shared, one is not"
        );
        sketch.add([1, 3], 7);
        assert_eq!(sketch.count([1, 3], 7), 1);
        assert_eq!(sketch.count([1, 2], 7), 3);
        sketch.add([1, 2], 8);
        assert_eq!(sketch.count([1, 2], 8), 1);
    }
}
