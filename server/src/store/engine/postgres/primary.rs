//! Keeps to the primary. A standby answers, too, but with what was: a credential that was revoked a
//! moment ago may still live there.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::FutureExt;
use sea_orm::sqlx::postgres::{PgConnection, PgPoolOptions};
use sea_orm::sqlx::{Error as SqlxError, query_scalar};

/// How long a connection that was idle may take to answer before another is made in its place.
const ANSWER: Duration = Duration::from_secs(2);

/// Asks every connection, when it is made and each time before it is used, whether it leads to the
/// primary.
#[derive(Debug, Clone)]
pub(super) struct Primary {
    place: Arc<str>,
    /// Whether the log has been told that there is a standby instead.
    told: Arc<AtomicBool>,
}

impl Primary {
    pub(super) fn new(place: String) -> Self {
        Self {
            place: place.into(),
            told: Arc::default(),
        }
    }

    /// The pool, with that question in the place of its own, which asks whether anyone is there.
    pub(super) fn guard(&self, pool: PgPoolOptions) -> PgPoolOptions {
        let (made, used) = (self.clone(), self.clone());
        pool.test_before_acquire(false)
            .after_connect(move |connection, _| {
                let primary = made.clone();
                async move { primary.admit(connection).await }.boxed()
            })
            .before_acquire(move |connection, _| {
                let primary = used.clone();
                async move { primary.still(connection).await }.boxed()
            })
    }

    /// Refuses a new connection to a standby. The pool tries again until its time is up.
    async fn admit(&self, connection: &mut PgConnection) -> Result<(), SqlxError> {
        if is_primary(connection).await? {
            if self.told.swap(false, Ordering::Relaxed) {
                log::info!("PostgreSQL {} is the primary again", self.place);
            }
            return Ok(());
        }
        if !self.told.swap(true, Ordering::Relaxed) {
            log::warn!(
                "PostgreSQL {} is a standby: waiting for the primary",
                self.place
            );
        }
        Err(SqlxError::Configuration("a standby".into()))
    }

    /// Whether a connection that was idle can be used; one that cannot is closed.
    async fn still(&self, connection: &mut PgConnection) -> Result<bool, SqlxError> {
        tokio::time::timeout(ANSWER, is_primary(connection))
            .await
            .unwrap_or_else(|elapsed| Err(SqlxError::Io(elapsed.into())))
    }
}

/// Whether the server at the other end takes changes, as far as its part goes: a standby does not.
pub(super) async fn is_primary(connection: &mut PgConnection) -> Result<bool, SqlxError> {
    let in_recovery: bool = query_scalar("SELECT pg_is_in_recovery()")
        .fetch_one(connection)
        .await?;
    Ok(!in_recovery)
}
