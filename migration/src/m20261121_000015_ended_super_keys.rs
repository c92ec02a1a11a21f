//! An index to find the Super API Keys whose time is over: there are few among all credentials, and
//! they are looked for again and again.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let index = Index::create()
            .name("credential_super_keys")
            .table("credential")
            .col("expires_at")
            .cond_where(Expr::col("super_key"))
            .to_owned();
        manager.create_index(index).await
    }
}
