//! Whether this node can do its work, and how it stands, for those who run it.

use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};

use super::authority::Authority;
use super::error::AppError;
use super::freshness::answers;
use super::{App, feed, signing_keys};
use crate::domain::access::Denied;
use crate::domain::algorithm::Algorithm;
use crate::domain::signing_key::{KeyState, SigningKey};
use crate::store::{self, SchemaError};

/// Whether this node can do its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ready {
    /// The database answers.
    pub database: bool,
    /// The caches follow it.
    pub caches: bool,
}

/// Looks at the follower of the change feed, which asks the database twice a second. To ask it here
/// too would let anybody make it work, and say "not ready" where it is only busy.
pub async fn readiness(app: &App) -> Ready {
    let freshness = &app.freshness;
    Ready {
        database: if freshness.is_followed() {
            !freshness.database_is_silent()
        } else {
            answers(app).await
        },
        caches: freshness.is_fresh(),
    }
}

/// How the database's schema stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Schema {
    /// It is the one of this version.
    UpToDate,
    /// So many changes of it are still to be made.
    Behind(usize),
    /// A newer version has changed it.
    Newer,
}

/// How a node stands. It holds no secret, and no setting that does.
#[derive(Debug)]
pub struct Health {
    /// Of grantd.
    pub version: &'static str,
    /// When this node began.
    pub opened_at: DateTime<Utc>,
    /// How long it runs.
    pub uptime: TimeDelta,
    /// What kind of database it is.
    pub engine: &'static str,
    /// How long it took to answer; nothing where it did not.
    pub database: Option<Duration>,
    /// Its schema.
    pub schema: Schema,
    /// Whether the change feed is followed.
    pub is_fresh: bool,
    /// How many credentials are in memory.
    pub cached: u64,
    /// How many may be.
    pub cache_capacity: u32,
    /// How many people are signed in to the console.
    pub sessions: u64,
    /// The signing keys of each algorithm in use.
    pub keys: Vec<KeyHealth>,
    /// The number of the last event of the audit trail.
    pub audit_head: i64,
    /// How long usage is kept.
    pub keep_usage: TimeDelta,
    /// How long the answers to repeated requests are kept.
    pub keep_idempotency_keys: TimeDelta,
    /// How long changes are kept for other nodes.
    pub keep_changes: TimeDelta,
}

/// The signing keys of an algorithm in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyHealth {
    /// The algorithm.
    pub algorithm: Algorithm,
    /// Whether one signs.
    pub is_active: bool,
    /// When the next one is to sign.
    pub next_rotation: Option<DateTime<Utc>>,
    /// Whether that should have happened already.
    pub is_overdue: bool,
}

/// The keys are looked after twice a minute; after so long something is wrong.
const OVERDUE: TimeDelta = TimeDelta::minutes(5);

/// Shows how this node stands.
///
/// # Errors
/// [`AppError::Denied`] for anybody but operators; [`AppError::Unavailable`].
pub async fn report(app: &App, authority: &Authority) -> Result<Health, AppError> {
    if !authority.is_operator() {
        return Err(Denied::OperatorOnly.into());
    }
    let now = app.now();
    let asked = Instant::now();
    let database = app.store.ping().await.ok().map(|()| asked.elapsed());
    let schema = match store::status(&app.store).await {
        Ok(changes) => match changes.iter().filter(|(_, applied)| !applied).count() {
            0 => Schema::UpToDate,
            behind => Schema::Behind(behind),
        },
        Err(SchemaError::Newer(_)) => Schema::Newer,
        Err(SchemaError::Store(error)) => return Err(error.into()),
    };
    let idle_since = now - app.sessions.idle_timeout;
    let keyring = app.keyring();
    let keys = signing_keys::algorithms(app)
        .into_iter()
        .map(|algorithm| key_health(app, keyring.keys(), algorithm, now))
        .collect();
    drop(keyring);
    Ok(Health {
        version: env!("CARGO_PKG_VERSION"),
        opened_at: app.opened_at,
        uptime: now - app.opened_at,
        engine: app.store.engine(),
        database,
        schema,
        is_fresh: app.freshness.is_fresh(),
        cached: app.credentials.count(),
        cache_capacity: app.limits.cached_credentials,
        sessions: store::console_sessions::count_live(&app.store, now, idle_since).await?,
        keys,
        audit_head: store::audit::head(&app.store).await?.number,
        keep_usage: app.usage.keep_for,
        keep_idempotency_keys: app.keep_idempotency_keys,
        keep_changes: feed::KEEP_CHANGES,
    })
}

fn key_health(
    app: &App,
    keys: &[SigningKey],
    algorithm: Algorithm,
    now: DateTime<Utc>,
) -> KeyHealth {
    let find = |state| {
        let mut keys = keys.iter();
        keys.find(|key| key.algorithm == algorithm && key.state == state)
    };
    let (active, next) = (find(KeyState::Active), find(KeyState::Next));
    let next_rotation = match (active, next) {
        (_, Some(next)) => Some(next.activates_at),
        (Some(active), None) => Some(active.activates_at + app.rotation.rotate_every),
        (None, None) => None,
    };
    KeyHealth {
        algorithm,
        is_active: active.is_some(),
        next_rotation,
        is_overdue: next_rotation.is_some_and(|at| now > at + OVERDUE),
    }
}
