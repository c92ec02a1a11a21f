//! Credentials that were used lately.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use arc_swap::ArcSwap;
use chrono::{DateTime, Utc};
use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter};

use crate::crypto::fingerprint::Fingerprint;
use crate::domain::credential::Credential;
use crate::domain::grant::GrantedCredential;
use crate::domain::ids::CredentialId;
use crate::domain::scope::Scope;
use crate::metering::{LastUsed, Meter};

/// A credential, what it may have, and the fingerprints of its secrets.
#[derive(Debug)]
pub struct CachedCredential {
    /// The credential with its grants.
    pub granted: GrantedCredential,
    /// One for each of the credential's secrets, in the same order.
    pub fingerprints: Vec<Fingerprint>,
    /// What it is used for. It stays the same when the credential is read anew.
    pub meter: Arc<Meter>,
    /// When each of its secrets was last used, in the same order.
    secrets_used: Vec<Arc<LastUsed>>,
}

/// The memory that an ordinary credential takes here, in bytes: one with a few scopes.
const ORDINARY: usize = 2_048;

impl CachedCredential {
    /// Takes over what was read.
    pub fn new(
        mut granted: GrantedCredential,
        mut fingerprints: Vec<Fingerprint>,
        meter: Arc<Meter>,
    ) -> Self {
        // There may be a million, each for long, and a list that was filled has room for more.
        granted.shrink_to_fit();
        fingerprints.shrink_to_fit();
        let secrets = &granted.credential.secrets;
        let secrets_used = secrets
            .iter()
            .map(|secret| meter.secret(secret.id))
            .collect();
        Self {
            granted,
            fingerprints,
            meter,
            secrets_used,
        }
    }

    /// The place of the live secret whose fingerprint this is.
    pub fn accepts(&self, presented: &Fingerprint, now: DateTime<Utc>) -> Option<usize> {
        accepts(&self.granted.credential, &self.fingerprints, presented, now)
    }

    /// How many ordinary credentials take as much memory as this one, which may have a great many
    /// scopes; at least one.
    fn weight(&self) -> u32 {
        let credential = &self.granted.credential;
        let texts = |scopes: &[Scope]| -> usize {
            let texts = scopes.iter().map(|scope| allocated(scope.as_str()));
            texts.map(|bytes| bytes + size_of::<Scope>()).sum()
        };
        let grants =
            self.granted.grants.iter().map(|grant| {
                size_of_val(grant) + texts(&grant.scopes) + allocated(&grant.scope_text)
            });
        let description = credential.description.as_ref();
        let bytes = size_of_val(self)
            + size_of::<Meter>()
            + grants.sum::<usize>()
            + texts(&credential.scopes)
            + allocated(credential.name.as_str())
            + description.map_or(0, |text| allocated(text.as_str()))
            + size_of_val(credential.audiences.as_slice())
            + size_of_val(credential.secrets.as_slice())
            + size_of_val(self.fingerprints.as_slice());
        u32::try_from(bytes.div_ceil(ORDINARY)).unwrap_or(u32::MAX)
    }

    /// Notes that the credential was used, with the secret at this place.
    pub fn used(&self, secret: usize, now: DateTime<Utc>) {
        self.meter.used.touch(now);
        if let Some(used) = self.secrets_used.get(secret) {
            used.touch(now);
        }
    }
}

/// The memory that a text takes with the system's allocator, in bytes: in steps of 16, and at least 32.
const fn allocated(text: &str) -> usize {
    let taken = (text.len() + 8).next_multiple_of(16);
    if taken < 32 { 32 } else { taken }
}

/// The place of the live secret whose fingerprint `presented` is. Every secret is compared, so that
/// the time tells nothing.
pub fn accepts(
    credential: &Credential,
    fingerprints: &[Fingerprint],
    presented: &Fingerprint,
    now: DateTime<Utc>,
) -> Option<usize> {
    credential
        .secrets
        .iter()
        .zip(fingerprints)
        .enumerate()
        .fold(None, |accepted, (place, (secret, fingerprint))| {
            let matches = fingerprint.matches(presented) & secret.is_live(now);
            accepted.or(matches.then_some(place))
        })
}

/// Credentials by id. Holds at most as many as it was made for, and fewer where some take more memory
/// than most; the least used give way.
#[derive(Debug)]
pub struct CredentialCache {
    capacity: u64,
    entries: ArcSwap<Entries>,
    /// How many changes there have been. Held while entries come or go, never while they are read,
    /// so that an entry that is older than a change cannot be seen after it, not for a moment.
    changes: Mutex<u64>,
}

type Entries = Cache<CredentialId, Arc<CachedCredential>, ByMemory>;

#[derive(Debug, Clone)]
struct ByMemory;

impl Weighter<CredentialId, Arc<CachedCredential>> for ByMemory {
    fn weight(&self, _: &CredentialId, entry: &Arc<CachedCredential>) -> u64 {
        entry.weight().into()
    }
}

/// Entries are in parts, each under a lock of its own, with so many in each at least and twice as many
/// at most, up to [`MOST_PARTS`]. Each has its share of the capacity, so in small parts chance would
/// leave places of one empty while another has none, and what is larger than a part is not kept.
const A_PART: u64 = 4_000;

const MOST_PARTS: u64 = 256;

fn parts(capacity: u64) -> usize {
    let most = (capacity / A_PART).clamp(1, MOST_PARTS);
    // To any other number the library adds some.
    1 << most.ilog2()
}

fn no_entries(capacity: u64) -> Arc<Entries> {
    let mut options = OptionsBuilder::new();
    options
        .estimated_items_capacity(usize::try_from(capacity).unwrap_or(usize::MAX))
        .weight_capacity(capacity)
        .shards(parts(capacity));
    let hasher = DefaultHashBuilder::default();
    let lifecycle = DefaultLifecycle::default();
    Arc::new(match options.build() {
        Ok(options) => Cache::with_options(options, ByMemory, hasher, lifecycle),
        // It says so where one of the two capacities was not told.
        Err(_) => Cache::with_weighter(0, capacity, ByMemory),
    })
}

/// The state of the cache when a read of the database began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadStarted(u64);

impl CredentialCache {
    /// An empty cache for at most `capacity` ordinary credentials.
    pub fn new(capacity: u64) -> Self {
        Self {
            capacity,
            entries: ArcSwap::new(no_entries(capacity)),
            changes: Mutex::new(0),
        }
    }

    /// The credential, if it is here.
    pub fn get(&self, id: CredentialId) -> Option<Arc<CachedCredential>> {
        self.entries.load().get(&id)
    }

    /// How many are here.
    pub fn count(&self) -> u64 {
        u64::try_from(self.entries.load().len()).unwrap_or(u64::MAX)
    }

    /// To be called before reading the database, for [`Self::insert`] afterwards.
    pub fn read_started(&self) -> ReadStarted {
        ReadStarted(*self.changes())
    }

    /// Keeps what was read, unless something changed since the read began: then the read may be
    /// older than the change, and would stay wrong for good.
    pub fn insert(&self, started: ReadStarted, entry: Arc<CachedCredential>) {
        let changes = self.changes();
        if *changes == started.0 {
            let id = entry.granted.credential.id;
            self.entries.load().insert(id, entry);
        }
    }

    /// Forgets a credential that changed.
    pub fn forget(&self, id: CredentialId) {
        let mut changes = self.changes();
        *changes += 1;
        self.entries.load().remove(&id);
    }

    /// Forgets all, as when a resource server changed or the feed has a gap.
    pub fn forget_all(&self) {
        let mut changes = self.changes();
        *changes += 1;
        let forgotten = self.entries.swap(no_entries(self.capacity));
        drop(changes);
        if forgotten.is_empty() {
            return;
        }
        // To give back the memory of very many takes a second, in which nobody is to wait.
        let _ = thread::Builder::new()
            .name("forgetting".to_owned())
            .spawn(move || drop(forgotten));
    }

    fn changes(&self) -> MutexGuard<'_, u64> {
        self.changes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_large_and_there_are_not_many() {
        for (capacity, expected) in [
            (1, 1),
            (7_999, 1),
            (8_000, 2),
            (100_000, 16),
            (1_000_000, 128),
            (10_000_000, 256),
        ] {
            assert_eq!(parts(capacity), expected, "{capacity}");
        }
    }

    #[test]
    fn a_text_is_weighed_as_the_allocator_does() {
        let weighed = [0, 24, 25, 40, 41].map(|length| allocated(&"a".repeat(length)));
        assert_eq!(weighed, [32, 32, 48, 48, 64]);
    }
}
