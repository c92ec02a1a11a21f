//! Reads what the caches hold from the database.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::App;
use super::error::OpenError;
use crate::cache::credentials::{CachedCredential, ReadStarted, accepts};
use crate::cache::keyring::{Keyring, PublishedKey};
use crate::cache::resource_servers::ResourceServers;
use crate::crypto::fingerprint::Fingerprint;
use crate::crypto::jwk::PublicJwk;
use crate::crypto::key_pair::KeyPair;
use crate::crypto::sealing::{Sealer, signing_key_context};
use crate::crypto::signer::Signer;
use crate::domain::claims::ACCESS_TOKEN_TYPE;
use crate::domain::credential::CredentialStatus;
use crate::domain::grant::GrantedCredential;
use crate::domain::ids::CredentialId;
use crate::domain::issuer::Issuer;
use crate::domain::signing_key::KeyState;
use crate::store::credentials::StoredCredential;
use crate::store::signing_keys::StoredKey;
use crate::store::{self, Handle, Store, StoreError};

/// A credential as it was just read, not worked out yet and not kept.
pub struct Reading {
    stored: StoredCredential,
    started: ReadStarted,
    servers: Arc<ResourceServers>,
}

impl Reading {
    /// The credential's id.
    pub fn id(&self) -> CredentialId {
        self.stored.credential.id
    }

    /// As [`CachedCredential::accepts`].
    pub fn accepts(&self, presented: &Fingerprint, now: DateTime<Utc>) -> Option<usize> {
        accepts(
            &self.stored.credential,
            &self.stored.fingerprints,
            presented,
            now,
        )
    }

    /// Works out what it may have, and keeps it for the next time.
    pub fn keep(self, app: &App) -> Arc<CachedCredential> {
        let servers = self.servers;
        let id = self.stored.credential.id;
        let entry = Arc::new(CachedCredential::new(
            GrantedCredential::new(self.stored.credential, |id| servers.find(id)),
            self.stored.fingerprints,
            app.meters.of(id),
        ));
        app.credentials.insert(self.started, Arc::clone(&entry));
        entry
    }
}

/// The credential, if it is in memory.
///
/// # Errors
/// [`StoreError::Unavailable`] where what is in memory is too old to go by.
pub fn remembered_credential(
    app: &App,
    id: CredentialId,
) -> Result<Option<Arc<CachedCredential>>, StoreError> {
    app.check_freshness()?;
    Ok(app.credentials.get(id))
}

/// Reads one credential, in one statement. A revoked one is as one that never was.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn read_credential(app: &App, id: CredentialId) -> Result<Option<Reading>, StoreError> {
    let started = app.credentials.read_started();
    let servers = Arc::clone(&app.resource_servers());
    let stored = store::credentials::find(&app.store, id).await?;
    Ok(stored
        .filter(|stored| stored.credential.status != CredentialStatus::Revoked)
        .map(|stored| Reading {
            stored,
            started,
            servers,
        }))
}

/// The credential from memory, or else from the database.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn cached_credential(
    app: &App,
    id: CredentialId,
) -> Result<Option<Arc<CachedCredential>>, StoreError> {
    match remembered_credential(app, id)? {
        Some(entry) => Ok(Some(entry)),
        None => Ok(read_credential(app, id)
            .await?
            .map(|reading| reading.keep(app))),
    }
}

/// Reads all resource servers.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn resource_servers(
    handle: &impl Handle,
    issuer: &Issuer,
) -> Result<ResourceServers, StoreError> {
    let stored = store::resource_servers::all(handle).await?;
    ResourceServers::new(issuer, stored).map_err(|error| StoreError::Corrupt(error.to_string()))
}

/// Reads and opens the published signing keys.
///
/// # Errors
/// [`OpenError::WrongMasterKey`] where a sealed key does not open.
pub async fn keyring(store: &Store, sealer: &Sealer) -> Result<Keyring, OpenError> {
    let stored = store::signing_keys::all_live(store).await?;
    let published = stored
        .into_iter()
        .map(|stored| published_key(stored, sealer))
        .collect::<Result<Vec<_>, _>>()?;
    Keyring::new(published).map_err(OpenError::Other)
}

fn published_key(stored: StoredKey, sealer: &Sealer) -> Result<PublishedKey, OpenError> {
    let StoredKey {
        key,
        public_jwk,
        sealed,
    } = stored;
    let unreadable = |error: &dyn std::fmt::Display| {
        OpenError::Other(format!(
            "The signing key {} cannot be read: {error}.",
            key.kid
        ))
    };
    let jwk: PublicJwk = serde_json::from_str(&public_jwk).map_err(|error| unreadable(&error))?;
    // Every sealed key is opened, also those that do not sign: a wrong master key shows at once, and
    // nobody who can only write to the database gets a key of their own into the JWKS.
    let sealed = sealed.ok_or_else(|| unreadable(&"its private half is missing"))?;
    let pkcs8 = sealer
        .open(&sealed, &signing_key_context(&key.kid, key.algorithm))
        .map_err(|_| OpenError::WrongMasterKey {
            kid: key.kid.clone(),
        })?;
    let key_pair =
        KeyPair::from_pkcs8(key.algorithm, &pkcs8).map_err(|error| unreadable(&error))?;
    if *key_pair.public_jwk() != jwk {
        return Err(unreadable(
            &"its public half is not that of its private half",
        ));
    }
    let signer = (key.state == KeyState::Active)
        .then(|| Signer::new(key_pair, ACCESS_TOKEN_TYPE))
        .transpose()
        .map_err(|error| unreadable(&error))?;
    Ok(PublishedKey { key, jwk, signer })
}
