//! Where SQLite and PostgreSQL differ: connecting, and the lock that migrations take.

mod postgres;
mod sqlite;

use std::path::PathBuf;
use std::time::Duration;

use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend,
    DbErr,
};

use super::connection::PATIENCE;
use super::{ConnectSettings, StoreError};

/// Connects to whatever `url` names.
pub(super) async fn connect(
    url: &str,
    settings: &ConnectSettings,
) -> Result<DatabaseConnection, StoreError> {
    match url.split_once(':').map(|(scheme, _)| scheme) {
        Some("sqlite") => sqlite::connect(url, settings).await,
        Some("postgres" | "postgresql") => postgres::connect(url, settings).await,
        _ => Err(StoreError::Unavailable(
            "the URL begins with neither sqlite: nor postgres:".to_owned(),
        )),
    }
}

/// What the engine is called.
pub(super) fn name(connection: &DatabaseConnection) -> &'static str {
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
fn pool_options(stand_in: &str, max_connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(stand_in);
    options
        .max_connections(max_connections.max(1))
        .acquire_timeout(PATIENCE)
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

/// How long a statement may take before the database gives it up.
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(10);
