//! The change feed, with its head at 0.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, integer, text, timestamp_with_time_zone};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("change")
                    .col(big_integer("number").primary_key())
                    .col(text("kind"))
                    .col(text("subject"))
                    .col(timestamp_with_time_zone("at"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("change_head")
                    .col(integer("id").primary_key())
                    .col(big_integer("number"))
                    .to_owned(),
            )
            .await?;
        manager
            .execute(
                Query::insert()
                    .into_table("change_head")
                    .columns(["id", "number"])
                    .values_panic([1.into(), 0_i64.into()])
                    .to_owned(),
            )
            .await
    }
}
