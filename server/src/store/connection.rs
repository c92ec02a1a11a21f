//! The open database.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use sea_orm::TransactionOptions;
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::engine::{Connections, Listener, Opened, Transaction};
use super::{StoreError, engine};
use crate::crypto::audit_chain::AuditChain;

/// How long anything waits for its turn to write.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// PostgreSQL's limit for statements is none for a commit, which may wait for a synchronous standby.
/// It is waited for a little longer than any other statement would last.
const COMMIT_MARGIN: Duration = Duration::from_secs(1);

/// How to connect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConnectSettings {
    /// At most so many connections at once. A database in memory has one, whatever is said here.
    pub max_connections: u32,
    /// How long anything waits for a connection.
    pub connect_timeout: Duration,
    /// How long a statement may take before PostgreSQL gives it up. SQLite has no such limit.
    pub statement_timeout: Duration,
}

impl ConnectSettings {
    /// So many connections at most, and the usual limits.
    pub const fn pool_of(max_connections: u32) -> Self {
        Self {
            max_connections,
            connect_timeout: Duration::from_secs(5),
            statement_timeout: Duration::from_secs(10),
        }
    }
}

/// The open database. Clones share its connections.
#[derive(Clone)]
pub struct Store {
    connections: Arc<Connections>,
    aside: Arc<Connections>,
    listener: Option<Listener>,
    /// How long a commit may take before it counts as failed.
    commit_timeout: Duration,
    /// Whoever writes holds this, so that writers of one process queue in order and do not each
    /// hold a connection while they wait for the row that all of them lock.
    turn: Arc<Mutex<()>>,
    /// Without it nothing can be changed, since every change is told of in the audit trail.
    chain: Option<AuditChain>,
}

impl Store {
    /// Opens the database that `url` names: `sqlite:FILE`, `sqlite::memory:` or `postgres://…`.
    /// A SQLite file that does not exist is made, readable by its owner alone. No schema is made:
    /// that is [`migrate`](super::migrate).
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], whose cause says in a clause what is wrong. It never holds the
    /// URL's password.
    pub async fn connect(url: &str, settings: &ConnectSettings) -> Result<Self, StoreError> {
        let Opened {
            connections,
            aside,
            listener,
        } = Box::pin(engine::connect(url, settings)).await?;
        let connections = Arc::new(connections);
        Ok(Self {
            aside: aside.map_or_else(|| Arc::clone(&connections), Arc::new),
            connections,
            listener,
            commit_timeout: settings.statement_timeout + COMMIT_MARGIN,
            turn: Arc::new(Mutex::new(())),
            chain: None,
        })
    }

    /// The same store, able to add to the audit trail, which every change needs.
    #[must_use]
    pub fn with_audit_chain(self, chain: AuditChain) -> Self {
        Self {
            chain: Some(chain),
            ..self
        }
    }

    /// The file of the SQLite database that `url` names, where it is missing: connecting would make
    /// it. `None` for a file that is there, and for PostgreSQL.
    pub fn missing_file(url: &str) -> Option<PathBuf> {
        engine::missing_file(url)
    }

    /// The same store over a connection of its own beside the others, for what must not wait while
    /// all of those are in use. It is made when it is first used. A database in memory has only one.
    #[must_use]
    pub fn aside(&self) -> Self {
        Self {
            connections: Arc::clone(&self.aside),
            ..self.clone()
        }
    }

    /// Gives up all connections, which may be dead, and makes others when they are needed. What is
    /// under way fails, or comes to its end.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] where no others can be made.
    pub async fn reconnect(&self) -> Result<(), StoreError> {
        self.connections.reconnect().await?;
        Ok(self.aside.reconnect().await?)
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] where it does not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        Ok(self.connections.pool().ping().await?)
    }

    /// What kind of database it is.
    pub fn engine(&self) -> &'static str {
        engine::name(self.database())
    }

    /// Closes all connections, waiting for those in use.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] where that fails.
    pub async fn close(&self) -> Result<(), StoreError> {
        self.aside.pool().close_by_ref().await?;
        Ok(self.connections.pool().close_by_ref().await?)
    }

    /// How many statements this store has run since it was opened, on all its clones: queries,
    /// changes and the beginnings of transactions.
    pub fn statements(&self) -> u64 {
        self.connections.statements()
    }

    pub(super) fn listener(&self) -> Option<&Listener> {
        self.listener.as_ref()
    }

    pub(super) fn commit_timeout(&self) -> Duration {
        self.commit_timeout
    }

    /// Begins a transaction.
    pub(super) async fn transaction(
        &self,
        options: TransactionOptions,
    ) -> Result<Transaction, StoreError> {
        Ok(Connections::begin(&self.connections, options).await?)
    }

    pub(super) fn database(&self) -> &Connections {
        &self.connections
    }

    pub(super) fn audit_chain(&self) -> Option<&AuditChain> {
        self.chain.as_ref()
    }

    /// Counts what the database connection does not report itself.
    pub(super) fn count_statement(&self) {
        self.connections.count_statement();
    }

    /// Waits until no one else in this process writes.
    pub(super) async fn take_turn(&self) -> Result<OwnedMutexGuard<()>, StoreError> {
        tokio::time::timeout(PATIENCE, Arc::clone(&self.turn).lock_owned())
            .await
            .map_err(|_| StoreError::Unavailable("other changes took too long".to_owned()))
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store")
            .field("engine", &self.engine())
            .finish_non_exhaustive()
    }
}
