//! Requests that may come again: what each of them has made.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{blob_null, text, timestamp_with_time_zone, uuid, uuid_null};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("idempotency_key")
                    .col(text("name").primary_key())
                    .col(uuid("caller"))
                    .col(text("request"))
                    .col(text("made"))
                    .col(uuid_null("credential_id"))
                    .col(blob_null("sealed"))
                    .col(timestamp_with_time_zone("created_at"))
                    .foreign_key(
                        ForeignKey::create()
                            .name("idempotency_key_credential")
                            .from("idempotency_key", "credential_id")
                            .to("credential", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await?;
        for (name, columns) in [
            ("idempotency_key_by_caller", &["caller", "created_at"][..]),
            ("idempotency_key_by_age", &["created_at"][..]),
            ("idempotency_key_by_credential", &["credential_id"][..]),
        ] {
            let mut index = Index::create();
            index.name(name).table("idempotency_key");
            for column in columns {
                index.col(*column);
            }
            manager.create_index(index).await?;
        }
        Ok(())
    }
}
