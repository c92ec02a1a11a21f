//! The meters of all credentials that were used lately.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

use super::meter::{Meter, Taken};
use crate::domain::ids::CredentialId;
use crate::domain::limit::MAX_WINDOW_SECONDS;
use crate::domain::usage::Counts;

/// A meter that counted nothing for as long as the longest window of a rate limit has nothing left
/// that matters. (What is used of a quota stands in the database.)
const IDLE: TimeDelta = TimeDelta::seconds(MAX_WINDOW_SECONDS as i64);

/// Very many meters are kept in so many parts at most, each under a lock of its own: a flush looks at
/// all meters, and who reads a credential meanwhile, or needs the thread, waits for one part only.
const MOST_PARTS: usize = 256;

/// Fewer than so many are not divided.
const A_PART: usize = 1_024;

/// One meter a credential. Looked into when a credential is read from the database; requests find
/// the meter beside the credential.
#[derive(Debug)]
pub struct Meters {
    /// A part's.
    capacity: usize,
    parts: Box<[Mutex<Held>]>,
}

#[derive(Debug, Default)]
struct Held {
    meters: HashMap<CredentialId, Arc<Meter>>,
    /// With so many meters it is time to make room. More than the capacity where nearly all are in
    /// use: looking through all of them for the few that are not, for every new one, would take
    /// longer than all the rest.
    full_at: usize,
    /// What meters that had to give way had counted.
    left: Vec<(CredentialId, Taken)>,
}

impl Meters {
    /// None yet. There are at most `capacity` meters or, where nearly as many are in use, an eighth of
    /// it beside those that are.
    pub fn new(capacity: usize) -> Self {
        // A power of two, since a byte tells the part: any other number would fill some more than others.
        let parts = 1 << (capacity / A_PART).clamp(1, MOST_PARTS).ilog2();
        Self {
            capacity: capacity.div_ceil(parts).max(1),
            parts: (0..parts).map(|_| Mutex::default()).collect(),
        }
    }

    /// The meter of this credential, which must be one that there is: strangers would fill the
    /// memory otherwise.
    pub fn of(&self, id: CredentialId) -> Arc<Meter> {
        let mut held = self.held(id);
        if let Some(meter) = held.meters.get(&id) {
            return Arc::clone(meter);
        }
        if held.meters.len() >= held.full_at.max(self.capacity) {
            held.make_room(self.capacity);
        }
        let meter = Arc::new(Meter::default());
        held.meters.insert(id, Arc::clone(&meter));
        meter
    }

    /// The meter of this credential, where there is one.
    pub fn find(&self, id: CredentialId) -> Option<Arc<Meter>> {
        self.held(id).meters.get(&id).cloned()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.parts.iter().map(|part| lock(part).meters.len()).sum()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The parts, each to be handed to [`Self::take`].
    pub(super) fn parts(&self) -> std::ops::Range<usize> {
        0..self.parts.len()
    }

    /// Hands over what was counted in a part since the last time, and forgets idle meters.
    pub(super) fn take(&self, part: usize, now: DateTime<Utc>) -> Vec<(CredentialId, Taken)> {
        let Some(part) = self.parts.get(part) else {
            return Vec::new();
        };
        let long_ago = (now - IDLE).timestamp();
        let mut held = lock(part);
        let mut taken = std::mem::take(&mut held.left);
        held.meters.retain(|id, meter| {
            let counted = meter.take();
            let nothing = counted.is_empty();
            if !nothing {
                taken.push((*id, counted));
            }
            !nothing || is_in_use(meter) || i64::from(meter.active()) >= long_ago
        });
        taken
    }

    /// How many hours of credentials were counted since the last time.
    pub(super) fn hours(&self) -> usize {
        let of_part = |part: &Mutex<Held>| {
            let held = lock(part);
            let left = held.left.iter().map(|(_, taken)| taken.hours.len());
            let meters = held.meters.values().map(|meter| meter.peek().len());
            left.chain(meters).sum::<usize>()
        };
        self.parts.iter().map(of_part).sum()
    }

    /// What was counted of one credential since the last time, without taking it.
    pub(super) fn peek(&self, id: CredentialId) -> Vec<(DateTime<Utc>, Counts)> {
        let held = self.held(id);
        let left = held.left.iter().filter(|(owner, _)| *owner == id);
        let mut hours: Vec<_> = left.flat_map(|(_, taken)| taken.hours.clone()).collect();
        if let Some(meter) = held.meters.get(&id) {
            hours.extend(meter.peek());
        }
        hours
    }

    /// The part that this credential's meter belongs to.
    fn held(&self, id: CredentialId) -> MutexGuard<'_, Held> {
        // The last byte of a UUIDv7 is random.
        let place = usize::from(id.0.as_bytes()[15]) % self.parts.len();
        lock(&self.parts[place])
    }
}

fn lock(part: &Mutex<Held>) -> MutexGuard<'_, Held> {
    part.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Held {
    /// Lets an eighth of the meters go, those first that were active longest ago; never one that is
    /// in use, which would go on counting for nobody.
    fn make_room(&mut self, capacity: usize) {
        let mut idle: Vec<(u32, CredentialId)> = self
            .meters
            .iter()
            .filter(|(_, meter)| !is_in_use(meter))
            .map(|(id, meter)| (meter.active(), *id))
            .collect();
        let number = (capacity / 8).max(1);
        if idle.len() > number {
            idle.select_nth_unstable(number);
            idle.truncate(number);
        }
        for (_, id) in idle {
            if let Some(meter) = self.meters.remove(&id) {
                let counted = meter.take();
                // A flush takes these away every few seconds. Where it cannot, old counts go.
                if !counted.is_empty() && self.left.len() < capacity {
                    self.left.push((id, counted));
                }
            }
        }
        self.full_at = self.meters.len() + number;
    }
}

/// Whether a credential in memory, or a request under way, holds the meter. Only the lock, or one
/// that holds it already, makes another holder.
fn is_in_use(meter: &Arc<Meter>) -> bool {
    Arc::strong_count(meter) > 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::usage::Counter;

    fn id(number: u128) -> CredentialId {
        CredentialId(uuid::Uuid::from_u128(number))
    }

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + second, 0).unwrap()
    }

    fn all_of(meters: &Meters, now: DateTime<Utc>) -> Vec<(CredentialId, Taken)> {
        let parts = meters.parts();
        parts.flat_map(|part| meters.take(part, now)).collect()
    }

    fn issued(taken: &[(CredentialId, Taken)]) -> u64 {
        taken
            .iter()
            .flat_map(|(_, taken)| &taken.hours)
            .map(|(_, counts)| counts.get(Counter::TokensIssued))
            .sum()
    }

    #[test]
    fn a_credential_keeps_its_meter() {
        let meters = Meters::new(10);
        let meter = meters.of(id(1));
        drop(meters.of(id(2)));
        assert!(Arc::ptr_eq(&meter, &meters.of(id(1))));
        assert!(meters.find(id(2)).is_some());
        assert!(meters.find(id(3)).is_none());
    }

    #[test]
    fn there_are_never_many_more_than_may_be_and_no_count_is_lost() {
        let meters = Meters::new(100);
        let in_use = meters.of(id(0));
        for number in 0..1_000 {
            let meter = meters.of(id(number));
            meter.count(Counter::TokensIssued, at(i64::try_from(number).unwrap()));
            assert!(meters.len() <= 100);
            if number % 50 == 0 {
                // The flush.
                in_use.count(Counter::TokensIssued, at(2_000));
            }
        }
        assert!(
            Arc::ptr_eq(&in_use, &meters.of(id(0))),
            "the one in use stays"
        );
        let taken = all_of(&meters, at(1_000));
        // A hundred are kept of those that gave way unflushed, and a hundred meters.
        assert!(issued(&taken) >= 200, "{}", issued(&taken));
        assert_eq!(issued(&all_of(&meters, at(1_000))), 0);
    }

    /// All places of the cache are taken, and strangers come and go beside: an eighth of them may
    /// gather before anybody looks for those that can go.
    #[test]
    fn room_is_made_for_many_at_once_where_nearly_all_are_in_use() {
        let meters = Meters::new(800);
        let in_use: Vec<_> = (0..800).map(|number| meters.of(id(number))).collect();
        for stranger in 800..900 {
            drop(meters.of(id(stranger)));
        }
        assert_eq!(meters.len(), 900, "nobody has looked since the first");
        for stranger in 900..10_000 {
            drop(meters.of(id(stranger)));
            assert!(meters.len() <= 900);
        }
        assert!(Arc::ptr_eq(&in_use[7], &meters.of(id(7))));
    }

    #[test]
    fn very_many_are_kept_in_parts_and_each_is_found_and_taken() {
        let meters = Meters::new(10_000);
        assert_eq!(meters.parts.len(), 8);
        for number in 0..1_000 {
            meters.of(id(number)).count(Counter::TokensIssued, at(0));
        }
        assert_eq!(meters.len(), 1_000);
        assert!((0..1_000).all(|number| meters.peek(id(number)).len() == 1));
        assert_eq!(issued(&all_of(&meters, at(1))), 1_000);
    }

    #[test]
    fn those_that_were_active_last_stay() {
        let meters = Meters::new(8);
        for number in 0..9 {
            let second = if number == 3 { 0 } else { 10 };
            meters
                .of(id(number))
                .count(Counter::TokensIssued, at(second));
        }
        assert!(meters.find(id(3)).is_none());
        assert_eq!(meters.len(), 8);
        assert_eq!(issued(&all_of(&meters, at(10))), 9);
    }

    #[test]
    fn idle_ones_go_when_they_were_written() {
        let meters = Meters::new(10);
        let in_use = meters.of(id(1));
        meters.of(id(2)).count(Counter::TokensIssued, at(0));
        let later = at(MAX_WINDOW_SECONDS.into()) + TimeDelta::seconds(1);
        assert_eq!(issued(&all_of(&meters, later)), 1);
        assert_eq!(
            meters.len(),
            2,
            "what was just taken may have to be written"
        );
        assert_eq!(issued(&all_of(&meters, later)), 0);
        assert_eq!(meters.len(), 1);
        drop(in_use);
        all_of(&meters, later);
        assert!(meters.is_empty());
    }
}
