//! Names of credentials in the form in which they are searched and sorted.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::text;
use sea_orm_migration::sea_orm::DbBackend;
use sea_orm_migration::sea_orm::prelude::Uuid;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// How many rows are in memory at once.
const PAGE: u64 = 500;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut folded = text("name_folded");
        folded.default("");
        if manager.get_database_backend() == DbBackend::Postgres {
            // SQLite's order, by code points: a database's own language would sort otherwise, and a
            // newer version of it otherwise again.
            folded.extra("COLLATE \"C\"");
        }
        let statement = Table::alter()
            .table("credential")
            .add_column(folded)
            .to_owned();
        manager.alter_table(statement).await?;
        fill(manager).await
    }
}

/// Folds the names that are there. SQLite's `lower` knows the letters of ASCII alone.
async fn fill(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    let mut after = Uuid::nil();
    loop {
        let page = Query::select()
            .columns(["id", "name"])
            .from("credential")
            .and_where(Expr::col("id").gt(after))
            .order_by("id", Order::Asc)
            .limit(PAGE)
            .to_owned();
        let rows = connection.query_all(&page).await?;
        if rows.is_empty() {
            return Ok(());
        }
        for row in rows {
            let (id, name): (Uuid, String) = (row.try_get("", "id")?, row.try_get("", "name")?);
            let update = Query::update()
                .table("credential")
                .value("name_folded", name.to_lowercase())
                .and_where(Expr::col("id").eq(id))
                .to_owned();
            manager.execute(update).await?;
            after = id;
        }
    }
}
