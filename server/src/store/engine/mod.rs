//! Where SQLite and PostgreSQL differ: connecting, the lock that migrations take, and whether other
//! nodes can be told of a commit.

mod connections;
mod postgres;
mod sqlite;

use std::path::PathBuf;

use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend,
    DbErr,
};
use tokio::sync::watch;

pub(super) use self::connections::{Connections, Transaction};
use super::{ConnectSettings, StoreError};

/// An open database.
pub(super) struct Opened {
    pub(super) connections: Connections,
    /// One connection beside them; none where there can be no other.
    pub(super) aside: Option<Connections>,
    pub(super) listener: Option<Listener>,
}

/// Hears what other processes [announce].
#[derive(Debug, Clone)]
pub(super) struct Listener(postgres::Listener);

impl Listener {
    /// Passes on every number that is announced, for ever.
    pub(super) async fn listen(self, heard: watch::Sender<i64>) {
        self.0.listen(heard).await;
    }
}

/// Connects to whatever `url` names.
pub(super) async fn connect(url: &str, settings: &ConnectSettings) -> Result<Opened, StoreError> {
    let (connections, listener) = match url.split_once(':').map(|(scheme, _)| scheme) {
        Some("sqlite") => (Box::pin(sqlite::connect(url, settings)).await?, None),
        Some("postgres" | "postgresql") => {
            let (connections, listener) = Box::pin(postgres::connect(url, settings)).await?;
            (connections, Some(Listener(listener)))
        }
        _ => {
            return Err(StoreError::Unavailable(
                "the URL begins with neither sqlite: nor postgres:".to_owned(),
            ));
        }
    };
    Ok(Opened {
        aside: Box::pin(connections.beside()).await?,
        connections,
        listener,
    })
}

/// What the engine is called.
pub(super) fn name(connection: &impl ConnectionTrait) -> &'static str {
    match connection.get_database_backend() {
        DbBackend::Postgres => "PostgreSQL",
        DbBackend::Sqlite => "SQLite",
        _ => "another engine",
    }
}

/// The SQLite file that `url` names and that is not there, which connecting would make.
pub(super) fn missing_file(url: &str) -> Option<PathBuf> {
    match url.split_once(':') {
        Some(("sqlite", _)) => sqlite::missing_file(url),
        _ => None,
    }
}

/// Options for both engines. The URL given to sea-orm is a stand-in, because sea-orm traces it and
/// the real one may hold a password; `postgres` and `sqlite` put the real options in its place.
fn pool_options(stand_in: &str, settings: &ConnectSettings) -> ConnectOptions {
    let mut options = ConnectOptions::new(stand_in);
    options
        .max_connections(settings.max_connections.max(1))
        .acquire_timeout(settings.connect_timeout)
        // Statements would put fingerprints into the log.
        .sqlx_logging(false)
        .record_stmt_in_spans(false);
    options
}

/// Opens the connection pool.
async fn open(options: ConnectOptions) -> Result<DatabaseConnection, DbErr> {
    Database::connect(options).await
}

/// Keeps other processes from migrating until the transaction ends. On SQLite the transaction, being
/// an immediate one, keeps them away already.
pub(super) async fn lock_schema(transaction: &DatabaseTransaction) -> Result<(), DbErr> {
    match transaction.get_database_backend() {
        DbBackend::Postgres => postgres::lock_schema(transaction).await,
        _ => Ok(()),
    }
}

/// Tells other processes, once the transaction is committed, the number of its last change. SQLite
/// has no way to: there they ask.
pub(super) async fn announce(transaction: &Transaction, number: i64) -> Result<(), DbErr> {
    match transaction.get_database_backend() {
        DbBackend::Postgres => postgres::announce(transaction, number).await,
        _ => Ok(()),
    }
}
