//! What people do to signing keys: rotate one, or revoke one that leaked.

use chrono::{DateTime, Utc};

use super::{algorithms, making, published};
use crate::app::authority::Authority;
use crate::app::error::AppError;
use crate::app::idempotency::{Made, Once};
use crate::app::{App, audit, feed};
use crate::domain::algorithm::Algorithm;
use crate::domain::audit::{Action, Actor};
use crate::domain::signing_key::{KeyState, SigningKey};
use crate::store::{self, Write};

/// When a rotation takes effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Urgency {
    /// After the new key was published for `keys.publish_before`: no verifier is surprised.
    Published,
    /// At once. A verifier that does not look again for an unknown `kid` refuses tokens until its
    /// copy of the JWKS is renewed. The old key stays published, so its tokens stay good.
    AtOnce,
}

/// Begins a rotation of one algorithm's key, or of every algorithm's in use.
///
/// # Errors
/// [`AppError::Invalid`] for an algorithm that nothing signs with.
pub async fn rotate(
    app: &App,
    authority: &Authority,
    algorithm: Option<Algorithm>,
    urgency: Urgency,
) -> Result<Vec<SigningKey>, AppError> {
    let made = rotate_once(app, authority, algorithm, urgency, &Once::never()).await?;
    Ok(made.thing)
}

/// The same for a request that may come again.
///
/// # Errors
/// As [`rotate`]; `Gone` and `KeyReused`.
pub async fn rotate_once(
    app: &App,
    authority: &Authority,
    algorithm: Option<Algorithm>,
    urgency: Urgency,
    once: &Once,
) -> Result<Made<Vec<SigningKey>>, AppError> {
    let in_use = algorithms(app);
    let wanted: Vec<Algorithm> = match algorithm {
        None => in_use,
        Some(algorithm) if in_use.contains(&algorithm) => vec![algorithm],
        Some(algorithm) => {
            return Err(AppError::invalid(
                "algorithm",
                format!(
                    "must be in use: neither the setting token.algorithm nor a resource server names {algorithm}"
                ),
            ));
        }
    };
    let now = app.now();
    let mut write = app.store.begin(now).await?;
    if let Some(earlier) = once.earlier(app, &write).await? {
        let all = store::signing_keys::all(&write).await?;
        let made = |kid: &str| all.iter().find(|stored| stored.key.kid == kid);
        let found = earlier.ids().map(|kid| Some(made(kid)?.key.clone()));
        return Made::earlier(found.collect(), "signing key");
    }
    let keys = published(&write).await?;
    let actor = authority.actor();
    let mut rotated = Vec::new();
    for algorithm in wanted {
        rotated.push(rotate_one(app, &mut write, &actor, &keys, algorithm, urgency, now).await?);
    }
    let kids: Vec<&str> = rotated.iter().map(|key| key.kid.as_str()).collect();
    once.remember(app, &mut write, kids.join(" ")).await?;
    feed::commit(app, write).await?;
    Ok(Made::now(rotated))
}

async fn rotate_one(
    app: &App,
    write: &mut Write,
    actor: &Actor,
    keys: &[SigningKey],
    algorithm: Algorithm,
    urgency: Urgency,
    now: DateTime<Utc>,
) -> Result<SigningKey, AppError> {
    let waiting = keys
        .iter()
        .find(|key| key.algorithm == algorithm && key.state == KeyState::Next);
    let mut next = if let Some(next) = waiting {
        next.clone()
    } else {
        let activates_at = now + app.rotation.publish_before;
        making::create(app, write, actor, algorithm, KeyState::Next, activates_at).await?
    };
    // One that was due for the schedule's sake only is brought forward as far as publishing allows.
    let earliest = next.created_at + app.rotation.publish_before;
    if urgency == Urgency::AtOnce || now >= earliest {
        let mut all = keys.to_vec();
        all.push(next.clone());
        making::promote(app, write, actor, &all, &next.kid, now).await?;
        next.state = KeyState::Active;
        next.activates_at = now;
    } else if earliest < next.activates_at {
        store::signing_keys::set_state(write, &next.kid, KeyState::Next, Some(earliest), None)
            .await?;
        let before = next.clone();
        next.activates_at = earliest;
        let (action, sides) = (Action::SigningKeyUpdated, (Some(&before), Some(&next)));
        audit::signing_key(write, actor, action, sides)?;
    }
    Ok(next)
}

/// Takes a key out of the JWKS at once, for one that leaked: every token that it signed is refused
/// from then on, by us at once and by other verifiers when they renew their copy of the JWKS. Where
/// it was the one that signs, another takes its place at once.
///
/// # Errors
/// [`AppError::NotFound`] for a key that is not published.
pub async fn revoke(app: &App, authority: &Authority, kid: &str) -> Result<(), AppError> {
    let now = app.now();
    let mut write = app.store.begin(now).await?;
    let keys = published(&write).await?;
    let revoked = keys
        .iter()
        .find(|key| key.kid == kid)
        .ok_or(AppError::NotFound("published signing key"))?;
    let actor = &authority.actor();
    making::retire(&mut write, actor, revoked, Action::SigningKeyRevoked).await?;
    let in_use = algorithms(app).contains(&revoked.algorithm);
    if revoked.state == KeyState::Active && in_use {
        let next = keys
            .iter()
            .find(|key| key.algorithm == revoked.algorithm && key.state == KeyState::Next);
        match next {
            Some(next) => {
                let others: Vec<_> = keys.iter().filter(|key| key.kid != kid).cloned().collect();
                making::promote(app, &mut write, actor, &others, &next.kid, now).await?;
            }
            None => making::ensure(app, &mut write, actor, revoked.algorithm).await?,
        }
    }
    feed::commit(app, write).await
}
