//! Links with which a person sets a password, once.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    blob_uniq, text, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid, uuid_null,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("one_time_link")
                    .col(uuid("id").primary_key())
                    .col(text("kind"))
                    .col(uuid("user_id"))
                    .col(blob_uniq("fingerprint"))
                    .col(uuid_null("created_by"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone("expires_at"))
                    .col(timestamp_with_time_zone_null("used_at"))
                    .foreign_key(
                        ForeignKey::create()
                            .name("one_time_link_user")
                            .from("one_time_link", "user_id")
                            .to("user_account", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await?;
        for (name, column) in [
            ("one_time_link_by_user", "user_id"),
            ("one_time_link_by_maker", "created_by"),
            ("one_time_link_by_end", "expires_at"),
        ] {
            let mut index = Index::create();
            index.name(name).table("one_time_link").col(column);
            manager.create_index(index).await?;
        }
        Ok(())
    }
}
