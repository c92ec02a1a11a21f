//! Looking after signing keys: the first one, the schedule, and what people do by hand.

mod by_hand;
mod making;

pub use self::by_hand::{Urgency, revoke, rotate, rotate_once};
pub(super) use self::making::ensure;

use chrono::{DateTime, Utc};

use super::error::{AppError, OpenError};
use super::{App, audit, feed};
use crate::domain::algorithm::Algorithm;
use crate::domain::audit::{Action, Actor};
use crate::domain::signing_key::{self, SigningKey, Step};
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
pub fn algorithms(app: &App) -> Vec<Algorithm> {
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
    let actor = &Actor::SYSTEM;
    let find = |kid: &str| {
        let found = keys.iter().find(|key| key.kid == kid);
        found.ok_or(StoreError::NotFound)
    };
    match step {
        Step::Create {
            algorithm,
            state,
            activates_at,
        } => {
            making::create(app, write, actor, algorithm, state, activates_at).await?;
        }
        Step::Promote { kid } => making::promote(app, write, actor, keys, &kid, now).await?,
        Step::Demote { kid } => {
            making::demote(app, write, actor, find(&kid)?, now).await?;
        }
        Step::Retire { kid } => {
            making::retire(write, actor, find(&kid)?, Action::SigningKeyRetired).await?;
        }
        Step::Lengthen { kid } => {
            let ttl = app.rotation.max_token_ttl;
            store::signing_keys::set_max_token_ttl(write, &kid, ttl).await?;
            let before = find(&kid)?;
            let after = SigningKey {
                max_token_ttl: ttl,
                ..before.clone()
            };
            let (action, sides) = (Action::SigningKeyUpdated, (Some(before), Some(&after)));
            audit::signing_key(write, actor, action, sides)?;
        }
    }
    Ok(())
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
