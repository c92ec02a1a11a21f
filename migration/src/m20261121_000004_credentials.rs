//! Credentials and their secrets.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    blob, boolean, integer_null, text, timestamp_with_time_zone, timestamp_with_time_zone_null,
    uuid, uuid_null,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(credential()).await?;
        manager.create_table(credential_secret()).await?;
        for (name, table, column) in [
            (
                "credential_by_organization",
                "credential",
                "organization_id",
            ),
            ("credential_by_agent", "credential", "agent_id"),
            (
                "credential_secret_by_credential",
                "credential_secret",
                "credential_id",
            ),
        ] {
            manager
                .create_index(
                    Index::create()
                        .name(name)
                        .table(table)
                        .col(column)
                        .to_owned(),
                )
                .await?;
        }
        Ok(())
    }
}

fn credential() -> TableCreateStatement {
    Table::create()
        .table("credential")
        .col(uuid("id").primary_key())
        .col(text("kind"))
        .col(text("name"))
        .col(uuid("organization_id"))
        .col(uuid_null("agent_id"))
        .col(uuid_null("created_by"))
        .col(text("scopes"))
        .col(text("audiences"))
        .col(text("grant_types"))
        .col(boolean("operator"))
        .col(integer_null("token_ttl_seconds"))
        .col(text("status"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone_null("expires_at"))
        .col(timestamp_with_time_zone_null("revoked_at"))
        .foreign_key(
            ForeignKey::create()
                .name("credential_organization")
                .from("credential", "organization_id")
                .to("organization", "id")
                .on_delete(ForeignKeyAction::Cascade),
        )
        // An agent with a credential in use is not removed; what is left are revoked ones, which
        // must not stand in the way.
        .foreign_key(
            ForeignKey::create()
                .name("credential_agent")
                .from("credential", "agent_id")
                .to("agent", "id")
                .on_delete(ForeignKeyAction::SetNull),
        )
        .to_owned()
}

fn credential_secret() -> TableCreateStatement {
    Table::create()
        .table("credential_secret")
        .col(uuid("id").primary_key())
        .col(uuid("credential_id"))
        .col(blob("fingerprint"))
        .col(text("hint"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone_null("expires_at"))
        .foreign_key(
            ForeignKey::create()
                .name("credential_secret_credential")
                .from("credential_secret", "credential_id")
                .to("credential", "id")
                .on_delete(ForeignKeyAction::Cascade),
        )
        .to_owned()
}
