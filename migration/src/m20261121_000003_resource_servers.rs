//! Resource servers and their scopes.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    integer, integer_null, text, text_null, text_uniq, timestamp_with_time_zone, uuid,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("resource_server")
                    .col(uuid("id").primary_key())
                    .col(text_uniq("identifier"))
                    .col(text("name"))
                    .col(integer_null("token_ttl_seconds"))
                    .col(text_null("algorithm"))
                    .col(timestamp_with_time_zone("created_at"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("resource_scope")
                    .col(uuid("resource_server_id"))
                    .col(text("name"))
                    .col(integer("position"))
                    .col(text("description"))
                    .primary_key(Index::create().col("resource_server_id").col("name"))
                    .foreign_key(
                        ForeignKey::create()
                            .name("resource_scope_resource_server")
                            .from("resource_scope", "resource_server_id")
                            .to("resource_server", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await
    }
}
