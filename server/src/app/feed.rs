//! Following the change feed: what another process changed is seen here at once where the database
//! tells of it, and within a second where not.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::error::{AppError, OpenError};
use super::freshness::catch_up_once;
use super::{App, load, one_time_links, second_factor, sessions, signing_keys, super_key, usage};
use crate::store::changes::{Change, ChangeKind};
use crate::store::{self, Announcements, Store, StoreError, Write};

/// How often the feed is read.
pub const POLL_EVERY: Duration = Duration::from_millis(500);

/// How many changes are read at once. With more waiting, the next read follows at once.
const BATCH: u64 = 500;

/// How long a change waits, once it is made, for what was changed elsewhere.
const CATCH_UP_WITHIN: Duration = Duration::from_secs(3);

/// A node that has not caught up for so long says so in `/readyz`.
pub const STALE_AFTER: Duration = Duration::from_secs(5);

/// How far the caches have followed.
#[derive(Debug)]
pub struct Position {
    /// The last change that they have seen; none before the first.
    last: Option<Change>,
    /// What has to be read anew since, and could not be yet.
    due: Due,
}

impl Position {
    /// A position after the change `last`, with nothing due.
    pub const fn new(last: Option<Change>) -> Self {
        Self {
            last,
            due: Due {
                resource_servers: false,
                keyring: false,
            },
        }
    }

    /// The number of the last change that the caches have seen; 0 before the first.
    fn number(&self) -> i64 {
        self.last.as_ref().map_or(0, |change| change.number)
    }
}

/// What is to be read anew. It stays due until that has worked, and holds up nothing else.
#[derive(Debug)]
struct Due {
    resource_servers: bool,
    keyring: bool,
}

impl Due {
    const EVERYTHING: Self = Self {
        resource_servers: true,
        keyring: true,
    };
}

/// What a read of the feed says, which begins with the change that was seen last.
#[derive(Debug, PartialEq, Eq)]
enum News<'a> {
    /// These came after it, without a gap; none where nothing has changed.
    Changes(&'a [Change]),
    /// It is not there any more, or another one has its number: it was pruned while this node was
    /// away, or the database is an older copy that was put back, or a standby that took over before
    /// it had everything. Whatever is in memory may be wrong.
    Lost,
}

/// Compares a read of the feed, from `last` on and including it, with what was seen before.
fn news<'a>(last: Option<&Change>, read: &'a [Change]) -> News<'a> {
    match (last, read) {
        // Numbers begin at 1, so there is nothing to begin with yet.
        (None, []) => News::Changes(&[]),
        (None, [first, ..]) if first.number == 1 => News::Changes(read),
        (Some(last), [first, rest @ ..]) if first == last => News::Changes(rest),
        _ => News::Lost,
    }
}

/// Applies every change since the last time. Called by the follower, and after each change that
/// this process makes, so that its own caches are right before it answers.
///
/// # Errors
/// [`OpenError`] where the database does not answer. Credentials that changed are forgotten all the
/// same; whatever could not be read anew is tried again by the next call.
pub async fn catch_up(app: &App) -> Result<(), OpenError> {
    let mut position = app.position.lock().await;
    // Whoever follows must not wait for a connection while requests have all of them: what another
    // node revokes must be seen, and a database that is busy is not one that is away.
    let store = if app.freshness.is_followed() {
        app.store.aside()
    } else {
        app.store.clone()
    };
    let began = Instant::now();
    loop {
        let read = store::changes::since(&store, position.number() - 1, BATCH).await?;
        match news(position.last.as_ref(), &read) {
            News::Changes([]) => break,
            News::Changes(changes) => {
                for change in changes {
                    apply(app, change, &mut position.due);
                    position.last = Some(change.clone());
                }
            }
            News::Lost => {
                log::warn!(
                    "the change feed has a gap at {}: reading everything anew",
                    position.number()
                );
                position.last = store::changes::last(&store).await?;
                position.due = Due::EVERYTHING;
                app.credentials.forget_all();
                break;
            }
        }
    }
    app.freshness.followed(began);
    read_anew(app, &store, &mut position.due).await
}

/// Reads what is due. Keys come first: a resource server may name an algorithm whose key is new.
async fn read_anew(app: &App, store: &Store, due: &mut Due) -> Result<(), OpenError> {
    let mut outcome = Ok(());
    if due.keyring {
        match load::keyring(store, &app.sealer).await {
            Ok(keyring) => {
                app.keyring.store(Arc::new(keyring));
                due.keyring = false;
            }
            Err(error) => outcome = Err(error),
        }
    }
    if due.resource_servers {
        let servers = load::resource_servers(store, &app.issuer).await?;
        app.resource_servers.store(Arc::new(servers));
        due.resource_servers = false;
        // What was granted was worked out from the resource servers as they were.
        app.credentials.forget_all();
    }
    outcome
}

fn apply(app: &App, change: &Change, due: &mut Due) {
    match change.kind {
        ChangeKind::Credential => match change.subject.parse() {
            Ok(id) => app.credentials.forget(id),
            Err(_) => app.credentials.forget_all(),
        },
        ChangeKind::ResourceServer => {
            due.resource_servers = true;
            app.credentials.forget_all();
        }
        ChangeKind::SigningKey => due.keyring = true,
        // A newer version's: whatever it is, what is here may be stale.
        ChangeKind::Unknown => {
            *due = Due::EVERYTHING;
            app.credentials.forget_all();
        }
        // Nothing of these is cached.
        ChangeKind::Organization
        | ChangeKind::Agent
        | ChangeKind::User
        | ChangeKind::Membership => {}
    }
}

/// Makes a change of this process's own last, and its own caches right before it is answered: what
/// changed is forgotten without asking the database again, so that a revocation that was
/// acknowledged holds here even where the database fails just then.
///
/// # Errors
/// [`AppError::Unavailable`] where the change could not be made.
pub(crate) async fn commit(app: &App, write: Write) -> Result<(), AppError> {
    let mut due = Due {
        resource_servers: false,
        keyring: false,
    };
    for change in write.commit().await? {
        apply(app, &change, &mut due);
    }
    // What is due stands in the feed, too, and the follower reads on from where it was. It must not
    // wait for long here: nobody else follows meanwhile.
    match tokio::time::timeout(CATCH_UP_WITHIN, catch_up(app)).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => log::warn!("the caches lag behind: {error}"),
        Err(_) => log::warn!("the caches lag behind: the database does not answer"),
    }
    Ok(())
}

/// Follows the feed for as long as the process lives.
pub async fn follow(app: Arc<App>) {
    let mut failing = false;
    let mut announcements = app.store.announcements();
    app.freshness.begin();
    loop {
        news_or_poll(&app, &mut announcements).await;
        match catch_up_once(&app).await {
            Ok(()) => {
                if std::mem::take(&mut failing) {
                    log::info!("following the change feed again");
                }
            }
            Err(error) if failing => log::debug!("the change feed cannot be read: {error}"),
            Err(error) => {
                failing = true;
                log::error!("the change feed cannot be read: {error}");
            }
        }
    }
}

/// Waits until a change is announced that the caches have not seen, at most until the feed is read
/// in any case.
async fn news_or_poll(app: &App, announcements: &mut Announcements) {
    let news = async {
        // Most often it is this process's own.
        while announcements.next().await <= app.position.lock().await.number() {}
    };
    // Either way the feed is read next.
    let _ = tokio::time::timeout(POLL_EVERY, news).await;
}

/// How long changes are kept for followers. One that was away for longer reads everything anew.
pub const KEEP_CHANGES: chrono::TimeDelta = chrono::TimeDelta::days(1);

/// How often upkeep looks at what is due.
const UPKEEP_EVERY: Duration = Duration::from_secs(30);

/// Rotates signing keys when they are due, revokes Super API Keys that have ended and prunes what is
/// kept for a time only, for as long as the process lives.
pub async fn upkeep(app: Arc<App>) {
    loop {
        tokio::time::sleep(UPKEEP_EVERY).await;
        if let Err(error) = signing_keys::upkeep(&app).await {
            log::error!("signing keys could not be looked after: {error}");
        }
        if let Err(error) = super_key::revoke_ended(&app).await {
            log::warn!("Super API Keys that have ended could not be revoked: {error}");
        }
        if let Err(error) = prune(&app).await {
            log::warn!("what is old could not be pruned: {error}");
        }
        if let Err(error) = sessions::prune(&app).await {
            log::warn!("sessions that have ended could not be removed: {error}");
        }
        if let Err(error) = usage::prune(&app).await {
            log::warn!("old usage could not be removed: {error}");
        }
    }
}

/// Removes what is kept for a time only.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn prune(app: &App) -> Result<(), StoreError> {
    store::changes::prune(&app.store, app.now() - KEEP_CHANGES).await?;
    let kept_since = app.now() - app.keep_idempotency_keys;
    store::idempotency::prune(&app.store, kept_since).await?;
    one_time_links::prune(app).await?;
    second_factor::prune(app).await?;
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
            at: chrono::DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn what_follows_the_last_change_is_news() {
        let read = [change(4), change(5)];
        assert_eq!(news(Some(&change(4)), &read), News::Changes(&read[1..]));
        assert_eq!(news(Some(&change(4)), &read[..1]), News::Changes(&[]));
        assert_eq!(news(None, &[]), News::Changes(&[]));
        let first = [change(1), change(2)];
        assert_eq!(news(None, &first), News::Changes(&first));
    }

    #[test]
    fn a_feed_that_does_not_know_the_last_change_is_another_one() {
        let seen = Some(change(4));
        let seen = seen.as_ref();
        assert_eq!(news(seen, &[]), News::Lost, "an older copy was put back");
        assert_eq!(news(seen, &[change(7)]), News::Lost, "it was pruned");
        assert_eq!(
            news(None, &[change(2)]),
            News::Lost,
            "it was pruned before anything was seen"
        );
        let another = Change {
            at: chrono::DateTime::UNIX_EPOCH + chrono::TimeDelta::microseconds(1),
            ..change(4)
        };
        assert_eq!(
            news(seen, &[another, change(5)]),
            News::Lost,
            "another database went on from an earlier one"
        );
    }
}
