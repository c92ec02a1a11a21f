//! Signing keys.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, blob_null, text, timestamp_with_time_zone, timestamp_with_time_zone_null,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("signing_key")
                    .col(text("kid").primary_key())
                    .col(text("algorithm"))
                    .col(text("state"))
                    .col(blob_null("sealed"))
                    .col(text("public_jwk"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone("activates_at"))
                    .col(timestamp_with_time_zone_null("removes_at"))
                    .col(big_integer("max_token_ttl_seconds"))
                    .to_owned(),
            )
            .await
    }
}
