//! The database schema, one change a file, in order. Changes go forward only: there is no way down.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{DatabaseTransaction, EntityTrait, QueryOrder};
use sea_orm_migration::seaql_migrations;

mod m20261121_000001_organizations;
mod m20261121_000002_users;
mod m20261121_000003_resource_servers;
mod m20261121_000004_credentials;
mod m20261121_000005_signing_keys;
mod m20261121_000006_changes;
mod m20261121_000007_limits_and_owners;
mod m20261121_000008_usage;
mod m20261121_000009_audit;
mod m20261121_000010_idempotency;
mod m20261121_000011_console_sessions;
mod m20261121_000012_second_factors;
mod m20261121_000013_one_time_links;
mod m20261121_000014_folded_names;
mod m20261121_000015_ended_super_keys;

/// The table in which applied changes are recorded.
const RECORD: &str = "seaql_migrations";

struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261121_000001_organizations::Migration),
            Box::new(m20261121_000002_users::Migration),
            Box::new(m20261121_000003_resource_servers::Migration),
            Box::new(m20261121_000004_credentials::Migration),
            Box::new(m20261121_000005_signing_keys::Migration),
            Box::new(m20261121_000006_changes::Migration),
            Box::new(m20261121_000007_limits_and_owners::Migration),
            Box::new(m20261121_000008_usage::Migration),
            Box::new(m20261121_000009_audit::Migration),
            Box::new(m20261121_000010_idempotency::Migration),
            Box::new(m20261121_000011_console_sessions::Migration),
            Box::new(m20261121_000012_second_factors::Migration),
            Box::new(m20261121_000013_one_time_links::Migration),
            Box::new(m20261121_000014_folded_names::Migration),
            Box::new(m20261121_000015_ended_super_keys::Migration),
        ]
    }
}

/// The names of all changes that this build knows, in order.
pub fn known() -> Vec<String> {
    Migrator::migrations()
        .iter()
        .map(|migration| migration.name().to_owned())
        .collect()
}

/// The names of the changes that the database records as applied, in order. Creates nothing.
///
/// # Errors
/// The database's own.
pub async fn applied<'c, C>(connection: &'c C) -> Result<Vec<String>, DbErr>
where
    C: ConnectionTrait,
    &'c C: IntoSchemaManagerConnection<'c>,
{
    if !SchemaManager::new(connection).has_table(RECORD).await? {
        return Ok(Vec::new());
    }
    let records = seaql_migrations::Entity::find()
        .order_by_asc(seaql_migrations::Column::Version)
        .all(connection)
        .await?;
    Ok(records.into_iter().map(|record| record.version).collect())
}

/// Applies what is not applied yet. The caller holds whatever lock keeps others from doing the same.
///
/// # Errors
/// The database's own; the transaction is to be rolled back then.
pub async fn apply(transaction: &DatabaseTransaction) -> Result<(), DbErr> {
    Migrator::up(transaction, None).await
}
