//! PostgreSQL.

mod address;
mod listener;
mod primary;

use std::time::Duration;

use sea_orm::sqlx::postgres::PgConnectOptions;
use sea_orm::sqlx::{ConnectOptions, Connection, Error as SqlxError};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr};

pub(super) use self::listener::Listener;
use self::primary::Primary;
use super::super::{ConnectSettings, StoreError};
use super::{Connections, Transaction, open, pool_options};

/// The advisory lock that migrations take: "grantd" in ASCII.
const SCHEMA_LOCK: i64 = 0x6772_616e_7464;

/// How long a change waits for another node's. grantd's own take milliseconds.
const LOCK_TIMEOUT: &str = "5s";

/// How long a change of the schema waits for others to be done with a table. While it waits, they
/// wait for it, so it must not sit out somebody's long report.
const SCHEMA_LOCK_TIMEOUT: &str = "10s";

/// How much longer than PostgreSQL itself a statement is waited for.
const MARGIN: Duration = Duration::from_secs(1);

/// Opens the database that `url` names. The second of the two hears what is [announced](announce).
pub(super) async fn connect(
    url: &str,
    settings: &ConnectSettings,
) -> Result<(Connections, Listener), StoreError> {
    let options = session(address::parse(url)?, settings);
    try_once(&options, settings).await?;
    let primary = Primary::new(place(&options));
    let mut pool = pool_options("postgres://localhost", settings);
    let listener = Listener::new(options.clone(), settings.connect_timeout);
    pool.map_sqlx_postgres_opts(move |_| options.clone())
        .map_sqlx_postgres_pool_opts(move |pool| primary.guard(pool));
    // PostgreSQL gives up by itself what it can tell of; the rest is what no answer comes to.
    let limit = settings.connect_timeout + settings.statement_timeout + MARGIN;
    let connections = Connections::new(open(pool.clone()).await?, Some(limit));
    Ok((connections.with_others(pool), listener))
}

/// What holds for every session of grantd's.
fn session(options: PgConnectOptions, settings: &ConnectSettings) -> PgConnectOptions {
    options
        .application_name("grantd")
        .options([
            (
                "statement_timeout",
                settings.statement_timeout.as_millis().to_string(),
            ),
            ("lock_timeout", LOCK_TIMEOUT.to_owned()),
            // A node that vanishes in the middle of a change must not keep all others from theirs.
            ("idle_in_transaction_session_timeout", "15000".to_owned()),
            // "Count, then insert" relies on seeing what was committed before the lock was gained.
            ("default_transaction_isolation", "read committed".to_owned()),
        ])
        .disable_statement_logging()
}

/// Connects once outside the pool. The pool would try a refused connection again until its time is
/// up, and then not say why.
async fn try_once(
    options: &PgConnectOptions,
    settings: &ConnectSettings,
) -> Result<(), StoreError> {
    let place = place(options);
    let mut connection = tokio::time::timeout(settings.connect_timeout, options.connect())
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
    let is_primary = primary::is_primary(&mut connection).await;
    // The pool makes its own; that this one does not close well says nothing.
    let _ = connection.close().await;
    match is_primary {
        Ok(true) => Ok(()),
        Ok(false) => Err(StoreError::Unavailable(format!(
            "PostgreSQL {place} is a standby, and grantd works with the primary alone"
        ))),
        Err(error) => Err(StoreError::Unavailable(format!(
            "PostgreSQL {place} does not say whether it is the primary: {error}"
        ))),
    }
}

fn place(options: &PgConnectOptions) -> String {
    match options.get_socket() {
        Some(socket) => format!("on {}", socket.display()),
        None => format!("at {}:{}", options.get_host(), options.get_port()),
    }
}

/// Waits for the schema's lock, however long another process migrates.
pub(super) async fn lock_schema(transaction: &DatabaseTransaction) -> Result<(), DbErr> {
    for statement in [
        "SET LOCAL statement_timeout = 0",
        "SET LOCAL lock_timeout = 0",
        &format!("SELECT pg_advisory_xact_lock({SCHEMA_LOCK})"),
        &format!("SET LOCAL lock_timeout = '{SCHEMA_LOCK_TIMEOUT}'"),
    ] {
        transaction.execute_unprepared(statement).await?;
    }
    Ok(())
}

/// Tells every node that listens, once the transaction is committed, how far the change feed goes.
pub(super) async fn announce(transaction: &Transaction, number: i64) -> Result<(), DbErr> {
    let sql = format!("SELECT pg_notify('{}', '{number}')", listener::CHANNEL);
    transaction.execute_unprepared(&sql).await?;
    Ok(())
}
