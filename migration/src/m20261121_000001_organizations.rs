//! Organizations and agents.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{text, text_uniq, timestamp_with_time_zone, uuid};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("organization")
                    .col(uuid("id").primary_key())
                    .col(text_uniq("slug"))
                    .col(text("name"))
                    .col(timestamp_with_time_zone("created_at"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("agent")
                    .col(uuid("id").primary_key())
                    .col(uuid("organization_id"))
                    .col(text("slug"))
                    .col(text("name"))
                    .col(timestamp_with_time_zone("created_at"))
                    .foreign_key(
                        ForeignKey::create()
                            .name("agent_organization")
                            .from("agent", "organization_id")
                            .to("organization", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("agent_slug")
                    .table("agent")
                    .col("organization_id")
                    .col("slug")
                    .unique()
                    .to_owned(),
            )
            .await
    }
}
