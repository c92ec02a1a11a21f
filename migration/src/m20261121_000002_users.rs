//! Users and their memberships.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    boolean, text, text_null, text_uniq, timestamp_with_time_zone, uuid,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("user_account")
                    .col(uuid("id").primary_key())
                    .col(text_uniq("email"))
                    .col(text_null("password_hash"))
                    .col(boolean("operator"))
                    .col(timestamp_with_time_zone("created_at"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("membership")
                    .col(uuid("user_id"))
                    .col(uuid("organization_id"))
                    .col(text("role"))
                    .col(text("agents"))
                    .primary_key(Index::create().col("user_id").col("organization_id"))
                    .foreign_key(
                        ForeignKey::create()
                            .name("membership_user")
                            .from("membership", "user_id")
                            .to("user_account", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .name("membership_organization")
                            .from("membership", "organization_id")
                            .to("organization", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("membership_by_organization")
                    .table("membership")
                    .col("organization_id")
                    .to_owned(),
            )
            .await
    }
}
