//! Credentials that were used lately.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use moka::sync::Cache;

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
        granted: GrantedCredential,
        fingerprints: Vec<Fingerprint>,
        meter: Arc<Meter>,
    ) -> Self {
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
            let lengths = scopes.iter().map(|scope| scope.as_str().len());
            lengths.map(|length| length + size_of::<Scope>()).sum()
        };
        let grants = self
            .granted
            .grants
            .iter()
            .map(|grant| size_of_val(grant) + texts(&grant.scopes) + grant.scope_text.len());
        let description = credential.description.as_ref();
        let bytes = size_of_val(self)
            + size_of::<Meter>()
            + grants.sum::<usize>()
            + texts(&credential.scopes)
            + credential.name.as_str().len()
            + description.map_or(0, |text| text.as_str().len())
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
    entries: Cache<CredentialId, Arc<CachedCredential>>,
    /// How many changes there have been. Held while entries come or go, never while they are read,
    /// so that an entry that is older than a change cannot be seen after it, not for a moment.
    changes: Mutex<u64>,
}

/// The state of the cache when a read of the database began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadStarted(u64);

impl CredentialCache {
    /// An empty cache for at most `capacity` ordinary credentials.
    pub fn new(capacity: u64) -> Self {
        Self {
            entries: Cache::builder()
                .max_capacity(capacity)
                .weigher(|_, entry: &Arc<CachedCredential>| entry.weight())
                .build(),
            changes: Mutex::new(0),
        }
    }

    /// The credential, if it is here.
    pub fn get(&self, id: CredentialId) -> Option<Arc<CachedCredential>> {
        self.entries.get(&id)
    }

    /// How many are here.
    pub fn count(&self) -> u64 {
        // What came and went a moment ago is counted only then.
        self.entries.run_pending_tasks();
        self.entries.entry_count()
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
            self.entries.insert(entry.granted.credential.id, entry);
        }
    }

    /// Forgets a credential that changed.
    pub fn forget(&self, id: CredentialId) {
        let mut changes = self.changes();
        *changes += 1;
        self.entries.invalidate(&id);
    }

    /// Forgets all, as when a resource server changed or the feed has a gap.
    pub fn forget_all(&self) {
        let mut changes = self.changes();
        *changes += 1;
        self.entries.invalidate_all();
    }

    fn changes(&self) -> MutexGuard<'_, u64> {
        self.changes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
