//! What credentials were used for, by the hour.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, timestamp_with_time_zone, uuid};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const COUNTERS: [&str; 12] = [
    "tokens_issued",
    "tokens_needed",
    "calls_verified",
    "rejected_wrong_secret",
    "rejected_disabled",
    "rejected_expired",
    "rejected_scope",
    "rejected_audience",
    "rejected_rate_limit",
    "rejected_quota",
    "would_reject_rate_limit",
    "would_reject_quota",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(usage_hour()).await?;
        // Old rows are removed by their hour.
        manager
            .create_index(
                Index::create()
                    .name("usage_hour_by_hour")
                    .table("usage_hour")
                    .col("hour")
                    .to_owned(),
            )
            .await
    }
}

fn usage_hour() -> TableCreateStatement {
    let mut table = Table::create();
    table
        .table("usage_hour")
        .col(uuid("credential_id"))
        .col(timestamp_with_time_zone("hour"))
        .primary_key(Index::create().col("credential_id").col("hour"))
        .foreign_key(
            ForeignKey::create()
                .name("usage_hour_credential")
                .from("usage_hour", "credential_id")
                .to("credential", "id")
                .on_delete(ForeignKeyAction::Cascade),
        );
    for counter in COUNTERS {
        table.col(big_integer(counter));
    }
    table
}
