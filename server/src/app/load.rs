//! Reads what the caches hold from the database.

use std::sync::Arc;

use super::App;
use super::error::OpenError;
use crate::cache::credentials::CachedCredential;
use crate::cache::keyring::{Keyring, PublishedKey};
use crate::cache::resource_servers::ResourceServers;
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
use crate::store::signing_keys::StoredKey;
use crate::store::{self, Handle, Store, StoreError};

/// Reads one credential, in one statement, and keeps it for the next time. A revoked one is as one
/// that never was.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn credential(
    app: &App,
    id: CredentialId,
) -> Result<Option<Arc<CachedCredential>>, StoreError> {
    let started = app.credentials.read_started();
    let servers = app.resource_servers().clone();
    let Some(stored) = store::credentials::find(&app.store, id).await? else {
        return Ok(None);
    };
    if stored.credential.status == CredentialStatus::Revoked {
        return Ok(None);
    }
    let entry = Arc::new(CachedCredential {
        granted: GrantedCredential::new(stored.credential, |id| servers.find(id)),
        fingerprints: stored.fingerprints,
    });
    app.credentials.insert(started, Arc::clone(&entry));
    Ok(Some(entry))
}

/// The credential from memory, or else from the database.
///
/// # Errors
/// [`StoreError`] where the database does not answer.
pub async fn cached_credential(
    app: &App,
    id: CredentialId,
) -> Result<Option<Arc<CachedCredential>>, StoreError> {
    match app.credentials.get(id) {
        Some(entry) => Ok(Some(entry)),
        None => credential(app, id).await,
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
    // Every sealed key is opened, also those that do not sign: a wrong master key shows at once.
    let key_pair = match sealed {
        Some(sealed) => {
            let pkcs8 = sealer
                .open(&sealed, &signing_key_context(&key.kid, key.algorithm))
                .map_err(|_| OpenError::WrongMasterKey {
                    kid: key.kid.clone(),
                })?;
            Some(KeyPair::from_pkcs8(key.algorithm, &pkcs8).map_err(|error| unreadable(&error))?)
        }
        None => None,
    };
    let signer = key_pair
        .filter(|_| key.state == KeyState::Active)
        .map(|pair| Signer::new(pair, ACCESS_TOKEN_TYPE))
        .transpose()
        .map_err(|error| unreadable(&error))?;
    Ok(PublishedKey { key, jwk, signer })
}
