//! The schema: bringing it up to date, and telling whether it is.

use sea_orm::{SqliteTransactionMode, TransactionOptions, TransactionTrait};

use super::{Store, StoreError, engine};

/// Why the schema is not brought up to date.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SchemaError {
    /// The database went through changes that this build does not know. Nothing was done to it.
    #[error(
        "The database's schema is newer than this grantd (it has {}): run the grantd that made it, or a newer one.",
        .0.join(", ")
    )]
    Newer(Vec<String>),
    /// The database did not do its part. Nothing was done to it.
    #[error("The database's schema cannot be read or changed: {}.", .0.cause().map_or_else(|| .0.to_string(), str::to_owned))]
    Store(#[from] StoreError),
}

impl From<sea_orm::DbErr> for SchemaError {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Store(error.into())
    }
}

/// Brings the schema up to date, all of it or nothing, one process at a time. Returns the names of
/// the changes that it made; none where the schema was up to date.
///
/// # Errors
/// [`SchemaError`].
pub async fn migrate(store: &Store) -> Result<Vec<String>, SchemaError> {
    let _turn = store.take_turn().await?;
    store.count_statement();
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    let transaction = store.database().pool().begin_with_options(options).await?;
    engine::lock_schema(&transaction).await?;
    let applied = migration::applied(&transaction).await?;
    refuse_newer(&applied)?;
    let pending: Vec<String> = migration::known()
        .into_iter()
        .filter(|name| !applied.contains(name))
        .collect();
    if !pending.is_empty() {
        migration::apply(&transaction).await?;
        transaction.commit().await?;
    }
    Ok(pending)
}

/// Every change of the schema that this build knows, in order, and whether the database has it.
/// Changes nothing, on an empty database neither.
///
/// # Errors
/// [`SchemaError`].
pub async fn status(store: &Store) -> Result<Vec<(String, bool)>, SchemaError> {
    let applied = migration::applied(&*store.database().pool()).await?;
    refuse_newer(&applied)?;
    Ok(migration::known()
        .into_iter()
        .map(|name| {
            let is_applied = applied.contains(&name);
            (name, is_applied)
        })
        .collect())
}

fn refuse_newer(applied: &[String]) -> Result<(), SchemaError> {
    let known = migration::known();
    let newer: Vec<String> = applied
        .iter()
        .filter(|name| !known.contains(name))
        .cloned()
        .collect();
    if newer.is_empty() {
        Ok(())
    } else {
        Err(SchemaError::Newer(newer))
    }
}
