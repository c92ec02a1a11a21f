//! What an API key carries beside its scopes, when each secret was last used, and limits of an
//! organization's own.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    boolean, integer_null, text_null, timestamp_with_time_zone_null, uuid_null,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut super_key = boolean("super_key");
        super_key.default(false);
        for (table, column) in [
            ("credential", text_null("description")),
            ("credential", uuid_null("user_id")),
            ("credential", text_null("rate_limit")),
            ("credential", text_null("quota")),
            ("credential", super_key),
            ("credential", timestamp_with_time_zone_null("last_used_at")),
            (
                "credential_secret",
                timestamp_with_time_zone_null("last_used_at"),
            ),
            ("organization", integer_null("api_key_limit")),
            ("organization", integer_null("oauth_client_limit")),
        ] {
            // SQLite adds one column a statement.
            let statement = Table::alter().table(table).add_column(column).to_owned();
            manager.alter_table(statement).await?;
        }
        manager
            .create_index(
                Index::create()
                    .name("credential_by_user")
                    .table("credential")
                    .col("user_id")
                    .to_owned(),
            )
            .await
    }
}
