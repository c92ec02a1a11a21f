//! From memory to the database, every few seconds, and the use of quotas back.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::{Mutex, RwLock, RwLockReadGuard};
use tokio::task::yield_now;

use super::meter::Taken;
use super::meters::Meters;
use super::waiting::{MOST_WAITING, Waiting, first_uses, remove};
use crate::domain::ids::CredentialId;
use crate::domain::limit::QuotaPeriod;
use crate::domain::usage::Counts;
use crate::store::credentials::{USES_A_CHANGE, credentials_used, secrets_used};
use crate::store::usage::{self, ROWS_A_CHANGE};
use crate::store::{Store, StoreError};

/// The pause between two changes of a flush. Processes that wait for a SQLite file do not queue: they
/// look now and then whether it is free.
const PAUSE: Duration = Duration::from_millis(5);

/// What a flush did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Flushed {
    /// Hours of credentials that were written.
    pub written: usize,
    /// Hours of credentials that were dropped, since too many were waiting.
    pub dropped: usize,
}

/// Writes what the meters have counted.
#[derive(Debug, Default)]
pub struct Flusher {
    /// One flush runs at a time.
    turn: Mutex<()>,
    /// Held while something goes from the meters to what waits, or from there to the database; not
    /// from one such step to the next.
    waiting: RwLock<Waiting>,
    /// Whether others need no pause any more.
    last: AtomicBool,
}

/// What was counted of one credential on this node and is not written yet. A flush goes no further
/// while this is held, so what is read from the database meanwhile has none of it.
#[derive(Debug)]
pub struct Unwritten<'a> {
    /// Hours and what was counted in them; an hour may come more than once.
    pub hours: Vec<(DateTime<Utc>, Counts)>,
    _waiting: RwLockReadGuard<'a, Waiting>,
}

impl Flusher {
    /// For as many meters as may be in memory. All that they hand over at once, and what those that
    /// gave way since left behind, waits without any of it being dropped; only where the database
    /// does not answer for several flushes the oldest hours go.
    pub fn of(meters: usize) -> Self {
        let waiting = RwLock::new(Waiting {
            most: meters.saturating_mul(2).max(MOST_WAITING),
            ..Waiting::default()
        });
        Self {
            waiting,
            ..Self::default()
        }
    }

    /// The next flush is the last one, and the process is about to end: it does not pause, and leaves
    /// quotas as they are. One that is under way gives way to it after its present step, since what it
    /// has not taken yet may matter more than what it has.
    pub fn hurry(&self) {
        self.last.store(true, Ordering::Relaxed);
    }

    /// Writes all that was counted up to now, and reads back how much of their quotas the
    /// credentials that were used have used on all nodes.
    ///
    /// It writes in many small changes, so that another change, here or on another node, waits for
    /// one of them only.
    ///
    /// # Errors
    /// [`StoreError`] where the database does not do its part. What could not be written waits for
    /// the next flush.
    pub async fn flush(
        &self,
        meters: &Meters,
        store: &Store,
        now: DateTime<Utc>,
    ) -> Result<Flushed, StoreError> {
        let _turn = self.turn.lock().await;
        let is_last = self.is_last();
        let gives_way = || !is_last && self.is_last();
        let mut flushed = Flushed::default();
        let mut quotas = HashMap::new();
        for part in meters.parts() {
            let mut waiting = self.waiting.write().await;
            let taken = meters.take(part, now);
            note_quotas(meters, &taken, &mut quotas);
            flushed.dropped += waiting.put(taken);
            drop(waiting);
            // There may be a million meters, and this thread follows the change feed too.
            yield_now().await;
        }
        loop {
            let mut waiting = self.waiting.write().await;
            let Some(rows) = waiting.first() else {
                break;
            };
            let mut write = store.begin(now).await?;
            usage::add(&mut write, &rows).await?;
            write.commit().await?;
            for row in &rows {
                waiting.hours.remove(&(row.hour, row.credential_id));
                if let Some(meter) = meters.find(row.credential_id) {
                    meter.quota_written(row.hour, row.counts.requests(), now);
                }
            }
            drop(waiting);
            flushed.written += rows.len();
            if gives_way() {
                return Ok(flushed);
            }
            self.pause_after(&rows, ROWS_A_CHANGE).await;
        }
        loop {
            let mut waiting = self.waiting.write().await;
            let Some(uses) = first_uses(&mut waiting.credentials) else {
                break;
            };
            let mut write = store.begin(now).await?;
            credentials_used(&mut write, &uses).await?;
            write.commit().await?;
            remove(&mut waiting.credentials, &uses);
            drop(waiting);
            if gives_way() {
                return Ok(flushed);
            }
            self.pause_after(&uses, USES_A_CHANGE).await;
        }
        loop {
            let mut waiting = self.waiting.write().await;
            let Some(uses) = first_uses(&mut waiting.secrets) else {
                break;
            };
            let mut write = store.begin(now).await?;
            secrets_used(&mut write, &uses).await?;
            write.commit().await?;
            remove(&mut waiting.secrets, &uses);
            drop(waiting);
            if gives_way() {
                return Ok(flushed);
            }
            self.pause_after(&uses, USES_A_CHANGE).await;
        }
        if !is_last {
            read_quotas(meters, store, &quotas, now).await?;
        }
        Ok(flushed)
    }

    fn is_last(&self) -> bool {
        self.last.load(Ordering::Relaxed)
    }

    /// Lets others write, where there is more to come.
    async fn pause_after<T>(&self, written: &[T], most: usize) {
        if written.len() >= most && !self.is_last() {
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// How many hours of credentials were counted and are not written, and how many last uses were
    /// taken and are not. Waits for one step of a flush that is under way.
    pub async fn left(&self, meters: &Meters) -> (usize, usize) {
        let waiting = self.waiting.read().await;
        (
            waiting.hours.len() + meters.hours(),
            waiting.credentials.len() + waiting.secrets.len(),
        )
    }

    /// What was counted of this credential and is not written yet. Waits for one step of a flush
    /// that is under way.
    pub async fn unwritten(&self, meters: &Meters, id: CredentialId) -> Unwritten<'_> {
        let waiting = self.waiting.read().await;
        let mut hours = meters.peek(id);
        hours.extend(waiting.of(id));
        Unwritten {
            hours,
            _waiting: waiting,
        }
    }
}

/// Notes the credentials with a quota that were used since the last flush. One that was not used
/// cannot exceed its quota here, and is read at the flush after its next use.
fn note_quotas(
    meters: &Meters,
    taken: &[(CredentialId, Taken)],
    quotas: &mut HashMap<QuotaPeriod, Vec<CredentialId>>,
) {
    for (id, taken) in taken {
        let per = meters.find(*id).and_then(|meter| meter.quota_per());
        if let Some(per) = per.filter(|_| !taken.hours.is_empty()) {
            quotas.entry(per).or_default().push(*id);
        }
    }
}

async fn read_quotas(
    meters: &Meters,
    store: &Store,
    quotas: &HashMap<QuotaPeriod, Vec<CredentialId>>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    for (per, ids) in quotas {
        let since = per.window(now).began_at;
        for ids in ids.chunks(ROWS_A_CHANGE) {
            let totals = usage::requests_since(store, ids.iter().copied(), since).await?;
            for id in ids {
                let total = totals.get(id).copied().unwrap_or(0);
                // The quota may be another one since.
                let meter = meters.find(*id);
                if let Some(meter) = meter.filter(|meter| meter.knows_quota(*per)) {
                    meter.quota_stored(*per, total, now);
                }
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use uuid::Uuid;

    use super::*;
    use crate::domain::usage::Counter;

    #[tokio::test]
    async fn what_is_not_written_is_seen_and_stays() {
        let hour = |number| DateTime::UNIX_EPOCH + TimeDelta::hours(number);
        let (own, other) = [1, 2].map(Uuid::from_u128).map(CredentialId).into();
        let (meters, flusher) = (Meters::new(1), Flusher::default());
        let seen = async || {
            let unwritten = flusher.unwritten(&meters, own).await;
            let mut hours: Vec<_> = unwritten
                .hours
                .iter()
                .map(|(hour, counts)| (*hour, counts.get(Counter::TokensIssued)))
                .collect();
            hours.sort_unstable();
            hours
        };
        meters.of(own).count(Counter::TokensIssued, hour(7));
        // Its meter gives way.
        meters.of(other).count(Counter::TokensIssued, hour(8));
        meters.of(own).count(Counter::TokensIssued, hour(8));
        assert_eq!(seen().await, [(hour(7), 1), (hour(8), 1)]);
        let taken = meters.take(0, hour(9));
        flusher.waiting.write().await.put(taken);
        meters.of(own).count(Counter::TokensIssued, hour(8));
        let all = [(hour(7), 1), (hour(8), 1), (hour(8), 1)];
        assert_eq!(seen().await, all);
        assert_eq!(seen().await, all, "looking takes nothing away");
        assert_eq!(flusher.left(&meters).await, (3, 0));
    }

    #[test]
    fn what_waits_is_bounded_and_the_oldest_goes() {
        let hour =
            |number: usize| DateTime::UNIX_EPOCH + TimeDelta::hours(i64::try_from(number).unwrap());
        let id = CredentialId(Uuid::nil());
        let mut waiting = Waiting::default();
        let mut put = |hours: std::ops::Range<usize>| {
            let mut counts = Counts::default();
            counts.set(Counter::TokensIssued, 2);
            let hours = hours.map(|number| (hour(number), counts)).collect();
            let taken = Taken {
                hours,
                ..Taken::default()
            };
            waiting.put(vec![(id, taken)])
        };
        assert_eq!(put(0..MOST_WAITING), 0);
        assert_eq!(put(5..10), 0, "what is of the same hour is added up");
        assert_eq!(put(MOST_WAITING..MOST_WAITING + 3), 3);
        let rows = waiting.first().unwrap();
        assert_eq!(rows.len(), ROWS_A_CHANGE);
        assert_eq!(rows[0].hour, hour(3));
        assert_eq!(rows[2].counts.get(Counter::TokensIssued), 4);
    }

    /// What all meters hand over at once, and as much again of those that gave way.
    #[test]
    fn one_flush_of_very_many_drops_nothing() {
        const METERS: usize = 100_000;
        let flusher = Flusher::of(METERS);
        let mut counts = Counts::default();
        counts.set(Counter::TokensIssued, 1);
        let taken = (0..2 * METERS as u128).map(|number| {
            let taken = Taken {
                hours: vec![(DateTime::UNIX_EPOCH, counts)],
                used: Some(DateTime::UNIX_EPOCH),
                ..Taken::default()
            };
            (CredentialId(Uuid::from_u128(number)), taken)
        });
        let mut waiting = flusher.waiting.try_write().unwrap();
        assert_eq!(waiting.put(taken.collect()), 0);
        assert_eq!(waiting.credentials.len(), 2 * METERS);
    }
}
