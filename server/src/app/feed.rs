//! Following the change feed: what another process changed is seen here within a second.

use std::sync::Arc;
use std::time::Duration;

use super::error::OpenError;
use super::{App, load, signing_keys};
use crate::store::changes::{Change, ChangeKind};
use crate::store::{self, StoreError};

/// How often the feed is read.
pub const POLL_EVERY: Duration = Duration::from_millis(500);

/// How many changes are read at once. With more waiting, the next read follows at once.
const BATCH: u64 = 500;

/// The number of the last change that the caches have seen.
#[derive(Debug)]
pub struct Position {
    number: i64,
}

impl Position {
    /// A position at `number`.
    pub const fn new(number: i64) -> Self {
        Self { number }
    }
}

/// What a run of changes means for the caches.
#[derive(Debug, Default)]
struct Effect {
    reload_resource_servers: bool,
    reload_keyring: bool,
    forget_all: bool,
}

impl Effect {
    const fn everything() -> Self {
        Self {
            reload_resource_servers: true,
            reload_keyring: true,
            forget_all: true,
        }
    }
}

/// Applies every change since the last time. Called by the follower, and after each change that
/// this process makes, so that its own caches are right before it answers.
///
/// # Errors
/// [`OpenError`] where the database does not answer; nothing is skipped then, the next call reads
/// the same changes again.
pub async fn catch_up(app: &App) -> Result<(), OpenError> {
    let mut position = app.position.lock().await;
    loop {
        let changes = store::changes::since(&app.store, position.number, BATCH).await?;
        let Some(last) = changes.last().map(|change| change.number) else {
            return Ok(());
        };
        let gap = changes
            .first()
            .is_some_and(|first| first.number != position.number + 1);
        let mut effect = if gap {
            Effect::everything()
        } else {
            Effect::default()
        };
        for change in &changes {
            apply(app, change, &mut effect);
        }
        if effect.reload_resource_servers {
            let servers = load::resource_servers(&app.store, &app.issuer).await?;
            app.resource_servers.store(Arc::new(servers));
        }
        if effect.forget_all {
            app.credentials.forget_all();
        }
        if effect.reload_keyring {
            let keyring = load::keyring(&app.store, &app.sealer).await?;
            app.keyring.store(Arc::new(keyring));
        }
        position.number = last;
        if u64::try_from(changes.len()).unwrap_or(u64::MAX) < BATCH {
            return Ok(());
        }
    }
}

fn apply(app: &App, change: &Change, effect: &mut Effect) {
    match change.kind {
        ChangeKind::Credential => match change.subject.parse() {
            Ok(id) => app.credentials.forget(id),
            Err(_) => effect.forget_all = true,
        },
        ChangeKind::ResourceServer => {
            effect.reload_resource_servers = true;
            effect.forget_all = true;
        }
        ChangeKind::SigningKey => effect.reload_keyring = true,
        // A newer version's: whatever it is, what is here may be stale.
        ChangeKind::Unknown => *effect = Effect::everything(),
        // Nothing of these is cached.
        ChangeKind::Organization
        | ChangeKind::Agent
        | ChangeKind::User
        | ChangeKind::Membership => {}
    }
}

/// Brings the caches up to date after a change of this process's own. The change is made already,
/// so a failure is logged, not returned: the follower will catch up.
pub(crate) async fn after_change(app: &App) {
    if let Err(error) = catch_up(app).await {
        log::warn!("the caches lag behind: {error}");
    }
}

/// Follows the feed for as long as the process lives.
pub async fn follow(app: Arc<App>) {
    let mut failing = false;
    loop {
        tokio::time::sleep(POLL_EVERY).await;
        match catch_up(&app).await {
            Ok(()) if failing => {
                failing = false;
                log::info!("following the change feed again");
            }
            Ok(()) => {}
            Err(error) if failing => log::debug!("the change feed cannot be read: {error}"),
            Err(error) => {
                failing = true;
                log::error!("the change feed cannot be read: {error}");
            }
        }
    }
}

/// How long changes are kept for followers. One that was away for longer reads everything anew.
const KEEP_CHANGES: chrono::TimeDelta = chrono::TimeDelta::days(1);

/// How often upkeep looks at what is due.
const UPKEEP_EVERY: Duration = Duration::from_secs(30);

/// Rotates signing keys when they are due and prunes the feed, for as long as the process lives.
pub async fn upkeep(app: Arc<App>) {
    loop {
        tokio::time::sleep(UPKEEP_EVERY).await;
        if let Err(error) = signing_keys::upkeep(&app).await {
            log::error!("signing keys could not be looked after: {error}");
        }
        if let Err(error) = prune(&app).await {
            log::warn!("the change feed could not be pruned: {error}");
        }
    }
}

async fn prune(app: &App) -> Result<(), StoreError> {
    store::changes::prune(&app.store, app.now() - KEEP_CHANGES).await?;
    Ok(())
}
