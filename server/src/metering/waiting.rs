//! What was taken from the meters and is not written yet.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;
use std::ops::Bound;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::meter::Taken;
use crate::domain::ids::{CredentialId, SecretId};
use crate::domain::usage::Counts;
use crate::store::credentials::USES_A_CHANGE;
use crate::store::usage::{ROWS_A_CHANGE, UsageRow};

/// How many hours of credentials, and how many last uses, wait at most, where few credentials are
/// kept in memory; about 25 MB.
pub(super) const MOST_WAITING: usize = 100_000;

/// What was taken from the meters and is not written yet, the oldest hour first.
#[derive(Debug)]
pub(super) struct Waiting {
    /// How many of each there are at most.
    pub(super) most: usize,
    pub(super) hours: BTreeMap<(DateTime<Utc>, CredentialId), Counts>,
    pub(super) credentials: HashMap<CredentialId, DateTime<Utc>>,
    pub(super) secrets: HashMap<SecretId, DateTime<Utc>>,
}

impl Default for Waiting {
    fn default() -> Self {
        Self {
            most: MOST_WAITING,
            hours: BTreeMap::new(),
            credentials: HashMap::new(),
            secrets: HashMap::new(),
        }
    }
}

impl Waiting {
    /// Adds what was taken. Returns how many rows had to go for it.
    pub(super) fn put(&mut self, taken: Vec<(CredentialId, Taken)>) -> usize {
        for (id, taken) in taken {
            for (hour, counts) in taken.hours {
                self.hours.entry((hour, id)).or_default().add(&counts);
            }
            if let Some(at) = taken.used {
                used(&mut self.credentials, id, at, self.most);
            }
            for (secret, at) in taken.secrets {
                used(&mut self.secrets, secret, at, self.most);
            }
        }
        let mut dropped = 0;
        while self.hours.len() > self.most {
            self.hours.pop_first();
            dropped += 1;
        }
        dropped
    }

    /// What waits of one credential. There are few hours, and may be a million credentials in each.
    pub(super) fn of(&self, id: CredentialId) -> Vec<(DateTime<Utc>, Counts)> {
        let mut found = Vec::new();
        let mut next = self.hours.first_key_value();
        while let Some(((hour, _), _)) = next {
            let counts = self.hours.get(&(*hour, id));
            found.extend(counts.map(|counts| (*hour, *counts)));
            let end_of_hour = Bound::Excluded((*hour, CredentialId(Uuid::max())));
            next = self.hours.range((end_of_hour, Bound::Unbounded)).next();
        }
        found
    }

    /// What one change may write; none where nothing waits.
    pub(super) fn first(&self) -> Option<Vec<UsageRow>> {
        let rows: Vec<UsageRow> = self
            .hours
            .iter()
            .take(ROWS_A_CHANGE)
            .map(|((hour, id), counts)| UsageRow {
                credential_id: *id,
                hour: *hour,
                counts: *counts,
            })
            .collect();
        (!rows.is_empty()).then_some(rows)
    }
}

/// Keeps a last use. Where too many wait, what is new is left out: the next use is kept again.
fn used<I: Eq + Hash>(
    waiting: &mut HashMap<I, DateTime<Utc>>,
    id: I,
    at: DateTime<Utc>,
    most: usize,
) {
    if waiting.len() < most || waiting.contains_key(&id) {
        waiting.insert(id, at);
    }
}

/// What one change may write of last uses; none where none waits, and then no memory is kept for
/// many.
pub(super) fn first_uses<I: Copy>(
    waiting: &mut HashMap<I, DateTime<Utc>>,
) -> Option<Vec<(I, DateTime<Utc>)>> {
    if waiting.is_empty() {
        *waiting = HashMap::new();
        return None;
    }
    let some = waiting.iter().take(USES_A_CHANGE);
    Some(some.map(|(id, at)| (*id, *at)).collect())
}

pub(super) fn remove<I: Eq + Hash>(
    waiting: &mut HashMap<I, DateTime<Utc>>,
    uses: &[(I, DateTime<Utc>)],
) {
    for (id, _) in uses {
        waiting.remove(id);
    }
}
