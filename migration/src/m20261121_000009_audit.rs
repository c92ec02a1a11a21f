//! The audit trail, and its head before the first event.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, integer, text, text_null, timestamp_with_time_zone, uuid_null,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // No foreign keys: what happened stays, whatever becomes of those it happened to.
        manager
            .create_table(
                Table::create()
                    .table("audit_event")
                    .col(big_integer("number").primary_key())
                    .col(timestamp_with_time_zone("at"))
                    .col(uuid_null("organization_id"))
                    .col(text("action"))
                    .col(text("actor_kind"))
                    .col(uuid_null("actor_id"))
                    .col(text_null("address"))
                    .col(text_null("request_id"))
                    .col(text("target_kind"))
                    .col(text("target_id"))
                    .col(text_null("before"))
                    .col(text_null("after"))
                    .col(text("hash"))
                    .to_owned(),
            )
            .await?;
        for (name, columns) in [
            (
                "audit_event_by_organization",
                ["organization_id", "number"].as_slice(),
            ),
            ("audit_event_by_target", &["target_id", "number"]),
            ("audit_event_by_time", &["at"]),
        ] {
            let mut index = Index::create().name(name).table("audit_event").to_owned();
            for column in columns {
                index.col(*column);
            }
            manager.create_index(index).await?;
        }
        manager
            .create_table(
                Table::create()
                    .table("audit_head")
                    .col(integer("id").primary_key())
                    .col(big_integer("number"))
                    .col(text("hash"))
                    .col(text("seal"))
                    .to_owned(),
            )
            .await?;
        manager
            .execute(
                Query::insert()
                    .into_table("audit_head")
                    .columns(["id", "number", "hash", "seal"])
                    .values_panic([1.into(), 0_i64.into(), "".into(), "".into()])
                    .to_owned(),
            )
            .await
    }
}
