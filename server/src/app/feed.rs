//! Following the change feed: what another process changed is seen here within a second.

use std::sync::Arc;
use std::time::Duration;

use super::error::{AppError, OpenError};
use super::{App, load, signing_keys};
use crate::store::changes::{Change, ChangeKind};
use crate::store::{self, StoreError, Write};

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

/// What a read of the feed says, which begins with the change that was seen last.
#[derive(Debug, PartialEq, Eq)]
enum News<'a> {
    /// These came after it, without a gap; none where nothing has changed.
    Changes(&'a [Change]),
    /// It is not there any more: it was pruned while this node was away, or the database is an
    /// older copy that was put back. Whatever is in memory may be wrong.
    Lost,
}

/// Compares a read of the feed, from `position` on and including it, with what was seen before.
fn news(position: i64, read: &[Change]) -> News<'_> {
    match (position, read) {
        // Numbers begin at 1, so there is nothing to begin with yet.
        (0, []) => News::Changes(&[]),
        (0, [first, ..]) if first.number == 1 => News::Changes(read),
        (_, [first, rest @ ..]) if first.number == position => News::Changes(rest),
        _ => News::Lost,
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
        let read = store::changes::since(&app.store, position.number - 1, BATCH).await?;
        match news(position.number, &read) {
            News::Changes([]) => return Ok(()),
            News::Changes(changes) => {
                let mut effect = Effect::default();
                for change in changes {
                    apply(app, change, &mut effect);
                }
                take_effect(app, &effect).await?;
                position.number = changes.last().map_or(position.number, |last| last.number);
            }
            News::Lost => {
                let head = store::changes::head(&app.store).await?;
                log::warn!(
                    "the change feed has a gap at {}: reading everything anew",
                    position.number
                );
                take_effect(app, &Effect::everything()).await?;
                position.number = head;
                return Ok(());
            }
        }
    }
}

async fn take_effect(app: &App, effect: &Effect) -> Result<(), OpenError> {
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
    Ok(())
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

/// Makes a change of this process's own last, and its own caches right before it is answered. Once
/// the change is made, a failure to read it back is logged, not returned: the follower will catch up.
///
/// # Errors
/// [`AppError::Unavailable`] where the change could not be made.
pub(crate) async fn commit(app: &App, write: Write) -> Result<(), AppError> {
    write.commit().await?;
    if let Err(error) = catch_up(app).await {
        log::warn!("the caches lag behind: {error}");
    }
    Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;

    fn change(number: i64) -> Change {
        Change {
            number,
            kind: ChangeKind::Agent,
            subject: String::new(),
        }
    }

    #[test]
    fn what_follows_the_last_change_is_news() {
        let read = [change(4), change(5)];
        assert_eq!(news(4, &read), News::Changes(&read[1..]));
        assert_eq!(news(4, &read[..1]), News::Changes(&[]));
        assert_eq!(news(0, &[]), News::Changes(&[]));
        let first = [change(1), change(2)];
        assert_eq!(news(0, &first), News::Changes(&first));
    }

    #[test]
    fn a_feed_that_does_not_know_the_last_change_is_another_one() {
        assert_eq!(news(4, &[]), News::Lost, "an older copy was put back");
        assert_eq!(news(4, &[change(7)]), News::Lost, "it was pruned");
        assert_eq!(
            news(0, &[change(2)]),
            News::Lost,
            "it was pruned before anything was seen"
        );
    }
}
