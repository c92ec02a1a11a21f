//! Which tokens were needed: those that a client which keeps its tokens would have asked for too.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::domain::usage::renewal_margin;

/// How many kinds of token, by audience and scope, are followed for one credential. Of one that
/// asks for more kinds by turns, tokens count as needed that were not: nobody is wronged.
const KINDS: usize = 8;

/// Until when the last needed token of each kind serves: the kind's hash above, the second from
/// which on a new one is needed below.
#[derive(Debug, Default)]
pub(super) struct Needed([AtomicU64; KINDS]);

impl Needed {
    /// Says whether a token given out at `now` (Unix seconds) was needed, and remembers it if so.
    pub(super) fn issued(&self, audience: &str, scope: &str, now: u32, lifetime: u32) -> bool {
        let kind = kind_of(audience, scope);
        let renewable_from = now
            .saturating_add(lifetime)
            .saturating_sub(renewal_margin(lifetime));
        let remembered = (kind << 32) | u64::from(renewable_from);
        loop {
            let mut place = &self.0[0];
            let mut held = place.load(Ordering::Relaxed);
            for slot in &self.0 {
                let packed = slot.load(Ordering::Relaxed);
                if packed >> 32 == kind {
                    if serves_until(packed) > u64::from(now) {
                        return false;
                    }
                    (place, held) = (slot, packed);
                    break;
                }
                if serves_until(packed) < serves_until(held) {
                    (place, held) = (slot, packed);
                }
            }
            let exchanged =
                place.compare_exchange(held, remembered, Ordering::Relaxed, Ordering::Relaxed);
            // Where another token came first, it may be of this kind: look again.
            if exchanged.is_ok() {
                return true;
            }
        }
    }
}

const fn serves_until(packed: u64) -> u64 {
    packed & 0xFFFF_FFFF
}

/// Never 0, which is an empty slot's.
fn kind_of(audience: &str, scope: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    (audience, scope).hash(&mut hasher);
    (hasher.finish() >> 32).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u32 = 1_800_000_000;

    #[test]
    fn one_is_needed_when_the_last_one_nears_its_end() {
        let needed = Needed::default();
        assert!(needed.issued("a", "s", NOW, 900));
        assert!(!needed.issued("a", "s", NOW, 900));
        assert!(!needed.issued("a", "s", NOW + 809, 900));
        assert!(needed.issued("a", "s", NOW + 810, 900));
        // What was not needed covers nothing: the next is due as if it had not been given.
        assert!(!needed.issued("a", "s", NOW + 1_619, 900));
        assert!(needed.issued("a", "s", NOW + 1_620, 900));
    }

    #[test]
    fn each_kind_is_needed_by_itself() {
        let needed = Needed::default();
        for (audience, scope) in [("a", "s"), ("b", "s"), ("a", "t"), ("a", "")] {
            assert!(needed.issued(audience, scope, NOW, 900));
        }
        for (audience, scope) in [("a", "s"), ("b", "s"), ("a", "t"), ("a", "")] {
            assert!(!needed.issued(audience, scope, NOW + 1, 900));
        }
    }

    #[test]
    fn more_kinds_than_are_followed_wrong_nobody() {
        let needed = Needed::default();
        for round in 0..3 {
            for kind in 0..100 {
                needed.issued("a", &kind.to_string(), NOW + round, 900);
            }
        }
        assert!(needed.issued("a", "new", NOW, 900));
        assert!(!needed.issued("a", "new", NOW, 900));
    }

    #[test]
    fn of_many_at_once_one_is_needed() {
        let needed = Needed::default();
        let count: usize = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|_| {
                    scope.spawn(|| {
                        (0..500)
                            .filter(|_| needed.issued("a", "s", NOW, 900))
                            .count()
                    })
                })
                .collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .sum()
        });
        assert_eq!(count, 1);
    }
}
