//! Looking after signing keys: the first one, the schedule, rotation by hand.

use chrono::{DateTime, Utc};

use super::error::{AppError, OpenError};
use super::{App, feed};
use crate::crypto::key_pair::KeyPair;
use crate::crypto::sealing::signing_key_context;
use crate::domain::algorithm::Algorithm;
use crate::domain::signing_key::{self, KeyState, SigningKey, Step};
use crate::store::signing_keys::StoredKey;
use crate::store::{self, StoreError, Write};

/// Does what the schedule says is due. Safe to run on every node: one of them does it, the others
/// find it done.
///
/// # Errors
/// [`OpenError`] where the database does not answer or a key cannot be made.
pub async fn upkeep(app: &App) -> Result<(), OpenError> {
    let now = app.now();
    let algorithms = algorithms(app);
    if signing_key::plan(app.keyring().keys(), &algorithms, &app.rotation, now).is_empty() {
        return Ok(());
    }
    let mut write = app.store.begin(now).await?;
    let keys = published(&write).await?;
    for step in signing_key::plan(&keys, &algorithms, &app.rotation, now) {
        take(app, &mut write, &keys, step, now).await?;
    }
    write.commit().await?;
    feed::catch_up(app).await
}

/// The algorithms that tokens are signed with: the general one, and those that resource servers name.
fn algorithms(app: &App) -> Vec<Algorithm> {
    let mut algorithms = vec![app.policy.algorithm];
    for server in app.resource_servers().all() {
        if let Some(algorithm) = server.algorithm
            && !algorithms.contains(&algorithm)
        {
            algorithms.push(algorithm);
        }
    }
    algorithms
}

async fn published(write: &Write) -> Result<Vec<SigningKey>, StoreError> {
    let stored = store::signing_keys::all_live(write).await?;
    Ok(stored.into_iter().map(|stored| stored.key).collect())
}

async fn take(
    app: &App,
    write: &mut Write,
    keys: &[SigningKey],
    step: Step,
    now: DateTime<Utc>,
) -> Result<(), OpenError> {
    match step {
        Step::Create {
            algorithm,
            state,
            activates_at,
        } => {
            create(app, write, algorithm, state, activates_at, now).await?;
        }
        Step::Promote { kid } => promote(app, write, keys, &kid, now).await?,
        Step::Retire { kid } => {
            store::signing_keys::retire(write, &kid).await?;
            log::info!("signing key {kid} is retired: no token that it signed is alive");
        }
    }
    Ok(())
}

async fn create(
    app: &App,
    write: &mut Write,
    algorithm: Algorithm,
    state: KeyState,
    activates_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<SigningKey, OpenError> {
    let failed = |error: &dyn std::fmt::Display| {
        OpenError::Other(format!("A signing key could not be made: {error}."))
    };
    let generated = tokio::task::spawn_blocking(move || KeyPair::generate(algorithm))
        .await
        .map_err(|error| failed(&error))?
        .map_err(|error| failed(&error))?;
    let jwk = generated.key_pair.public_jwk();
    let kid = jwk.kid().to_owned();
    let sealed = app
        .sealer
        .seal(
            app.entropy.as_ref(),
            &generated.pkcs8,
            &signing_key_context(&kid, algorithm),
        )
        .map_err(|error| failed(&error))?;
    let key = SigningKey {
        kid,
        algorithm,
        state,
        created_at: now,
        activates_at,
        removes_at: None,
    };
    let stored = StoredKey {
        key: key.clone(),
        public_jwk: serde_json::to_string(jwk).map_err(|error| failed(&error))?,
        sealed: Some(sealed),
    };
    store::signing_keys::insert(write, &stored).await?;
    log::info!(
        "signing key {} ({algorithm}) is made, {state}, signs from {activates_at}",
        key.kid
    );
    Ok(key)
}

/// Lets a key sign; the one that did until now stays published until its tokens have expired.
async fn promote(
    app: &App,
    write: &mut Write,
    keys: &[SigningKey],
    kid: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let Some(next) = keys.iter().find(|key| key.kid == kid) else {
        return Err(StoreError::NotFound);
    };
    for active in keys
        .iter()
        .filter(|key| key.algorithm == next.algorithm && key.state == KeyState::Active)
    {
        let removes_at = Some(app.rotation.removal_after(now));
        store::signing_keys::set_state(write, &active.kid, KeyState::Retiring, None, removes_at)
            .await?;
        log::info!(
            "signing key {} signs no more and stays published until its tokens have expired",
            active.kid
        );
    }
    store::signing_keys::set_state(write, kid, KeyState::Active, Some(now), None).await?;
    log::info!("signing key {kid} signs from now on");
    Ok(())
}

/// When a rotation by hand takes effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Urgency {
    /// After the new key was published for `keys.publish_before`: no verifier is surprised.
    Published,
    /// At once, for a key that leaked. A verifier that does not look again for an unknown `kid`
    /// refuses tokens until its copy of the JWKS is renewed.
    AtOnce,
}

/// Begins a rotation of one algorithm's key, or of every algorithm's.
///
/// # Errors
/// [`AppError::Invalid`] for an algorithm that nothing signs with.
pub async fn rotate(
    app: &App,
    algorithm: Option<Algorithm>,
    urgency: Urgency,
) -> Result<Vec<SigningKey>, AppError> {
    let in_use = algorithms(app);
    let wanted: Vec<Algorithm> = match algorithm {
        None => in_use,
        Some(algorithm) if in_use.contains(&algorithm) => vec![algorithm],
        Some(algorithm) => {
            return Err(AppError::invalid(
                "algorithm",
                format!(
                    "nothing is signed with {algorithm}: neither the setting token.algorithm nor a resource server names it"
                ),
            ));
        }
    };
    let now = app.now();
    let mut write = app.store.begin(now).await?;
    let keys = published(&write).await?;
    let mut rotated = Vec::new();
    for algorithm in wanted {
        rotated.push(rotate_one(app, &mut write, &keys, algorithm, urgency, now).await?);
    }
    feed::commit(app, write).await?;
    Ok(rotated)
}

async fn rotate_one(
    app: &App,
    write: &mut Write,
    keys: &[SigningKey],
    algorithm: Algorithm,
    urgency: Urgency,
    now: DateTime<Utc>,
) -> Result<SigningKey, AppError> {
    let waiting = keys
        .iter()
        .find(|key| key.algorithm == algorithm && key.state == KeyState::Next);
    let mut next = match waiting {
        Some(next) => next.clone(),
        None => create(
            app,
            write,
            algorithm,
            KeyState::Next,
            now + app.rotation.publish_before,
            now,
        )
        .await
        .map_err(|error| AppError::Internal(error.to_string()))?,
    };
    // One that was due for the schedule's sake only is brought forward as far as publishing allows.
    let earliest = next.created_at + app.rotation.publish_before;
    if urgency == Urgency::AtOnce || now >= earliest {
        let mut all = keys.to_vec();
        all.push(next.clone());
        promote(app, write, &all, &next.kid, now).await?;
        next.state = KeyState::Active;
        next.activates_at = now;
    } else if earliest < next.activates_at {
        store::signing_keys::set_state(write, &next.kid, KeyState::Next, Some(earliest), None)
            .await?;
        next.activates_at = earliest;
    }
    Ok(next)
}

/// Every key there ever was, newest first.
///
/// # Errors
/// [`AppError::Unavailable`] where the database does not answer.
pub async fn list(app: &App) -> Result<Vec<SigningKey>, AppError> {
    let mut keys: Vec<SigningKey> = store::signing_keys::all(&app.store)
        .await?
        .into_iter()
        .map(|stored| stored.key)
        .collect();
    keys.sort_by_key(|key| std::cmp::Reverse(key.created_at));
    Ok(keys)
}
