//! The signing keys in use, parsed once.

use std::collections::HashMap;
use std::sync::Arc;

use serde::Serialize;
use utoipa::ToSchema;

use super::document::Document;
use crate::crypto::jwk::PublicJwk;
use crate::crypto::signer::Signer;
use crate::crypto::verifier::VerifyingKey;
use crate::domain::algorithm::Algorithm;
use crate::domain::signing_key::SigningKey;

/// One published key.
#[derive(Debug)]
pub struct PublishedKey {
    /// Its place in the schedule.
    pub key: SigningKey,
    /// What the JWKS shows.
    pub jwk: PublicJwk,
    /// The parsed private part, of the active key only.
    pub signer: Option<Signer>,
}

/// One consistent set of keys.
#[derive(Debug)]
pub struct Keyring {
    signers: HashMap<Algorithm, Arc<Signer>>,
    verifying: HashMap<String, Arc<VerifyingKey>>,
    jwks: Document,
    keys: Vec<SigningKey>,
}

/// RFC 7517 §5.
#[derive(Serialize, ToSchema)]
pub struct JwkSet<'a> {
    keys: Vec<&'a PublicJwk>,
}

impl Keyring {
    /// Takes over the keys that are published.
    ///
    /// # Errors
    /// A text for the log where a public key cannot be read.
    pub fn new(published: Vec<PublishedKey>) -> Result<Self, String> {
        let set = JwkSet {
            keys: published.iter().map(|key| &key.jwk).collect(),
        };
        let jwks = Document::new(&set).map_err(|error| error.to_string())?;
        let mut keyring = Self {
            signers: HashMap::new(),
            verifying: HashMap::new(),
            jwks,
            keys: Vec::with_capacity(published.len()),
        };
        for PublishedKey { key, jwk, signer } in published {
            let verifying = VerifyingKey::new(&jwk).map_err(|error| error.to_string())?;
            keyring
                .verifying
                .insert(key.kid.clone(), Arc::new(verifying));
            if let Some(signer) = signer {
                keyring.signers.insert(key.algorithm, Arc::new(signer));
            }
            keyring.keys.push(key);
        }
        Ok(keyring)
    }

    /// The key that signs with this algorithm at present.
    pub fn signer(&self, algorithm: Algorithm) -> Option<&Arc<Signer>> {
        self.signers.get(&algorithm)
    }

    /// The published key of this id.
    pub fn verifying(&self, kid: &str) -> Option<Arc<VerifyingKey>> {
        self.verifying.get(kid).cloned()
    }

    /// The JWKS as it is sent.
    pub fn jwks(&self) -> &Document {
        &self.jwks
    }

    /// The schedule of the published keys.
    pub fn keys(&self) -> &[SigningKey] {
        &self.keys
    }
}
