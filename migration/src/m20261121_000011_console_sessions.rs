//! People who are signed in to the console.

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
                    .table("console_session")
                    .col(uuid("id").primary_key())
                    .col(text_uniq("fingerprint"))
                    .col(uuid("user_id"))
                    .col(boolean("pending"))
                    .col(text_null("address"))
                    .col(text("user_agent"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone("last_seen_at"))
                    .col(timestamp_with_time_zone("expires_at"))
                    .foreign_key(
                        ForeignKey::create()
                            .name("console_session_user")
                            .from("console_session", "user_id")
                            .to("user_account", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await?;
        for (name, column) in [
            ("console_session_by_user", "user_id"),
            ("console_session_by_end", "expires_at"),
        ] {
            let mut index = Index::create();
            index.name(name).table("console_session").col(column);
            manager.create_index(index).await?;
        }
        Ok(())
    }
}
