//! PostgreSQL.

use std::str::FromStr;

use sea_orm::sqlx::postgres::PgConnectOptions;
use sea_orm::sqlx::{ConnectOptions, Connection, Error as SqlxError};
use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr};

use super::super::connection::PATIENCE;
use super::super::{ConnectSettings, StoreError};
use super::{STATEMENT_TIMEOUT, open, pool_options};

/// The advisory lock that migrations take: "grantd" in ASCII.
const SCHEMA_LOCK: i64 = 0x6772_616e_7464;

/// Opens the database that `url` names.
pub(super) async fn connect(
    url: &str,
    settings: &ConnectSettings,
) -> Result<DatabaseConnection, StoreError> {
    let options = PgConnectOptions::from_str(url)
        .map_err(|error| StoreError::Unavailable(error.to_string()))?
        .application_name("grantd")
        .options([
            (
                "statement_timeout",
                STATEMENT_TIMEOUT.as_millis().to_string(),
            ),
            // A node that vanishes in the middle of a change must not keep all others from theirs.
            ("idle_in_transaction_session_timeout", "15000".to_owned()),
            // "Count, then insert" relies on seeing what was committed before the lock was gained.
            ("default_transaction_isolation", "read committed".to_owned()),
        ])
        .disable_statement_logging();
    try_once(&options).await?;
    let mut pool = pool_options("postgres://localhost", settings.max_connections);
    pool.map_sqlx_postgres_opts(move |_| options.clone());
    Ok(open(pool).await?)
}

/// Connects once outside the pool. The pool would try a refused connection again until its time is
/// up, and then not say why.
async fn try_once(options: &PgConnectOptions) -> Result<(), StoreError> {
    let place = place(options);
    let connection = tokio::time::timeout(PATIENCE, options.connect())
        .await
        .map_err(|_| StoreError::Unavailable(format!("PostgreSQL {place} does not answer")))?
        .map_err(|error| {
            StoreError::Unavailable(match error {
                SqlxError::Database(error) => {
                    format!("PostgreSQL {place} says: {}", error.message())
                }
                SqlxError::Io(error) => format!("PostgreSQL {place} cannot be reached: {error}"),
                error => format!("PostgreSQL {place} cannot be connected to: {error}"),
            })
        })?;
    // The pool makes its own; that this one does not close well says nothing.
    let _ = connection.close().await;
    Ok(())
}

fn place(options: &PgConnectOptions) -> String {
    match options.get_socket() {
        Some(socket) => format!("on {}", socket.display()),
        None => format!("at {}:{}", options.get_host(), options.get_port()),
    }
}

/// Waits for the schema's lock, however long another process migrates.
pub(super) async fn lock_schema(transaction: &DatabaseTransaction) -> Result<(), DbErr> {
    transaction
        .execute_unprepared("SET LOCAL statement_timeout = 0")
        .await?;
    transaction
        .execute_unprepared(&format!("SELECT pg_advisory_xact_lock({SCHEMA_LOCK})"))
        .await?;
    Ok(())
}
