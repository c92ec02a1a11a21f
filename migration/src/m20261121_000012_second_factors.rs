//! Second factors of people, and the codes for when one is lost.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, blob, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid, uuid_uniq,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("second_factor")
                    .col(uuid("user_id").primary_key())
                    .col(uuid_uniq("id"))
                    .col(blob("sealed"))
                    .col(big_integer("last_step"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone_null("confirmed_at"))
                    .foreign_key(&mut of_user("second_factor_user", "second_factor"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("recovery_code")
                    .col(uuid("user_id"))
                    .col(blob("fingerprint"))
                    .primary_key(Index::create().col("user_id").col("fingerprint"))
                    .foreign_key(&mut of_user("recovery_code_user", "recovery_code"))
                    .to_owned(),
            )
            .await
    }
}

fn of_user(name: &str, table: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(name)
        .from(table, "user_id")
        .to("user_account", "id")
        .on_delete(ForeignKeyAction::Cascade)
        .to_owned()
}
