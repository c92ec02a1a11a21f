//! Tokens that the server would never issue, some of them signed with its own key.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use grantd::crypto::key_pair::KeyPair;
use grantd::crypto::master_key::MasterKey;
use grantd::crypto::sealing::{Sealer, signing_key_context};
use grantd::store::signing_keys;
use ring::hmac;
use serde_json::Value;

use crate::support::server::{MASTER_KEY, TestServer};

/// The server's own signing key, taken from its database with the master key.
pub(crate) struct Mint {
    pair: KeyPair,
}

impl Mint {
    pub(crate) async fn of(server: &TestServer) -> Self {
        let keys = signing_keys::all_live(&server.app.store).await;
        let stored = keys.expect("keys").into_iter().next().expect("a key");
        let master_key = MasterKey::parse(MASTER_KEY).expect("a master key");
        let context = signing_key_context(&stored.key.kid, stored.key.algorithm);
        let sealed = stored.sealed.expect("a private part");
        let pkcs8 = Sealer::new(&master_key)
            .open(&sealed, &context)
            .expect("the master key opens it");
        let pair = KeyPair::from_pkcs8(stored.key.algorithm, &pkcs8).expect("a key pair");
        Self { pair }
    }

    /// A JWT of this header and these claims, with a good signature.
    pub(crate) fn sign(&self, header: &Value, claims: &Value) -> String {
        let message = unsigned(header, claims);
        let signature = self.pair.sign(message.as_bytes()).expect("a signature");
        with_signature(&message, signature.as_ref())
    }
}

/// A JWT of this header and these claims under HMAC-SHA-256.
pub(crate) fn sign_hmac(key: &[u8], header: &Value, claims: &Value) -> String {
    let message = unsigned(header, claims);
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    with_signature(&message, hmac::sign(&key, message.as_bytes()).as_ref())
}

/// A JWT of this header and these claims with these bytes in the place of a signature.
pub(crate) fn with_signature_bytes(header: &Value, claims: &Value, signature: &[u8]) -> String {
    with_signature(&unsigned(header, claims), signature)
}

fn with_signature(message: &str, signature: &[u8]) -> String {
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}

fn unsigned(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", part(header), part(claims))
}
