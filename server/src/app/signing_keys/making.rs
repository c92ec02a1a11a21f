//! The steps of a key's life, each within a change.

use chrono::{DateTime, Utc};

use crate::app::error::OpenError;
use crate::app::{App, audit};
use crate::crypto::key_pair::KeyPair;
use crate::crypto::sealing::signing_key_context;
use crate::domain::algorithm::Algorithm;
use crate::domain::audit::{Action, Actor};
use crate::domain::signing_key::{KeyState, SigningKey};
use crate::store::signing_keys::StoredKey;
use crate::store::{self, StoreError, Write};

/// Makes the first key of an algorithm where there is none that signs, within the change that first
/// names the algorithm: no token is asked for before it is there.
///
/// # Errors
/// [`OpenError`] where the database does not answer or the key cannot be made.
pub(in crate::app) async fn ensure(
    app: &App,
    write: &mut Write,
    actor: &Actor,
    algorithm: Algorithm,
) -> Result<(), OpenError> {
    let keys = super::published(write).await?;
    let signs = |key: &SigningKey| key.algorithm == algorithm && key.state == KeyState::Active;
    if !keys.iter().any(signs) {
        create(app, write, actor, algorithm, KeyState::Active, app.now()).await?;
    }
    Ok(())
}

/// Makes a key.
pub(super) async fn create(
    app: &App,
    write: &mut Write,
    actor: &Actor,
    algorithm: Algorithm,
    state: KeyState,
    activates_at: DateTime<Utc>,
) -> Result<SigningKey, OpenError> {
    let failed = |error: &dyn std::fmt::Display| {
        OpenError::Other(format!("A signing key could not be made: {error}."))
    };
    // An RSA key takes up to a second.
    let generated = tokio::task::spawn_blocking(move || KeyPair::generate(algorithm))
        .await
        .map_err(|error| failed(&error))?
        .map_err(|error| failed(&error))?;
    let jwk = generated.key_pair.public_jwk();
    let kid = jwk.kid().to_owned();
    let context = signing_key_context(&kid, algorithm);
    let sealed = app
        .sealer
        .seal(app.entropy.as_ref(), &generated.pkcs8, &context)
        .map_err(|error| failed(&error))?;
    let key = SigningKey {
        kid,
        algorithm,
        state,
        created_at: app.now(),
        activates_at,
        removes_at: None,
        max_token_ttl: app.rotation.max_token_ttl,
    };
    let stored = StoredKey {
        key: key.clone(),
        public_jwk: serde_json::to_string(jwk).map_err(|error| failed(&error))?,
        sealed: Some(sealed),
    };
    store::signing_keys::insert(write, &stored).await?;
    let (action, sides) = (Action::SigningKeyCreated, (None, Some(&key)));
    audit::signing_key(write, actor, action, sides)?;
    log::info!(
        "signing key {} ({algorithm}) is made, {state}, signs from {activates_at}",
        key.kid
    );
    Ok(key)
}

/// Lets a key sign; the one that did until now stays published until its tokens have expired.
pub(super) async fn promote(
    app: &App,
    write: &mut Write,
    actor: &Actor,
    keys: &[SigningKey],
    kid: &str,
    now: DateTime<Utc>,
) -> Result<(), OpenError> {
    let Some(next) = keys.iter().find(|key| key.kid == kid) else {
        return Err(StoreError::NotFound.into());
    };
    for active in keys
        .iter()
        .filter(|key| key.algorithm == next.algorithm && key.state == KeyState::Active)
    {
        demote(app, write, actor, active, now).await?;
    }
    store::signing_keys::set_state(write, kid, KeyState::Active, Some(now), None).await?;
    let after = SigningKey {
        state: KeyState::Active,
        activates_at: now,
        ..next.clone()
    };
    let (action, sides) = (Action::SigningKeyActivated, (Some(next), Some(&after)));
    audit::signing_key(write, actor, action, sides)?;
    log::info!("signing key {kid} signs from now on");
    Ok(())
}

/// Lets a key sign no more; it stays published until its tokens have expired.
pub(super) async fn demote(
    app: &App,
    write: &mut Write,
    actor: &Actor,
    key: &SigningKey,
    now: DateTime<Utc>,
) -> Result<(), OpenError> {
    let removes_at = app.rotation.removal(key, now);
    store::signing_keys::set_state(write, &key.kid, KeyState::Retiring, None, Some(removes_at))
        .await?;
    let after = SigningKey {
        state: KeyState::Retiring,
        removes_at: Some(removes_at),
        ..key.clone()
    };
    let (action, sides) = (Action::SigningKeyRetiring, (Some(key), Some(&after)));
    audit::signing_key(write, actor, action, sides)?;
    log::info!(
        "signing key {} signs no more and is published until {removes_at}",
        key.kid
    );
    Ok(())
}

/// Takes a key out of the JWKS; `action` says whether its time had come.
pub(super) async fn retire(
    write: &mut Write,
    actor: &Actor,
    key: &SigningKey,
    action: Action,
) -> Result<(), OpenError> {
    let kid = &key.kid;
    store::signing_keys::retire(write, kid).await?;
    let after = SigningKey {
        state: KeyState::Retired,
        ..key.clone()
    };
    audit::signing_key(write, actor, action, (Some(key), Some(&after)))?;
    log::info!("signing key {kid} is retired: no token of it is accepted any more");
    Ok(())
}
