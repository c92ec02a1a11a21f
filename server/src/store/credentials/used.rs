//! When credentials and their secrets were last used. Not part of the change feed: a use changes
//! nothing that a cache holds.

use chrono::{DateTime, Utc};
use entity::{credential, credential_secret};
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::domain::ids::{CredentialId, SecretId};
use crate::store::{Store, StoreError};

/// How many one statement may write.
pub const USES_A_STATEMENT: usize = 500;

/// Writes when credentials were last used; a later use that stands there stays. There may be at
/// most [`USES_A_STATEMENT`].
///
/// # Errors
/// [`StoreError::Unavailable`]: nothing was written.
pub async fn credentials_used(
    store: &Store,
    uses: &[(CredentialId, DateTime<Utc>)],
) -> Result<(), StoreError> {
    let uses: Vec<(Uuid, DateTime<Utc>)> = uses.iter().map(|(id, at)| (id.0, *at)).collect();
    write::<credential::Entity>(
        store,
        credential::Column::Id,
        credential::Column::LastUsedAt,
        &uses,
    )
    .await
}

/// As [`credentials_used`], for secrets.
///
/// # Errors
/// [`StoreError::Unavailable`]: nothing was written.
pub async fn secrets_used(
    store: &Store,
    uses: &[(SecretId, DateTime<Utc>)],
) -> Result<(), StoreError> {
    let uses: Vec<(Uuid, DateTime<Utc>)> = uses.iter().map(|(id, at)| (id.0, *at)).collect();
    write::<credential_secret::Entity>(
        store,
        credential_secret::Column::Id,
        credential_secret::Column::LastUsedAt,
        &uses,
    )
    .await
}

/// One statement for all: `SET used = CASE WHEN id = … THEN … END WHERE id IN (…) AND …`.
async fn write<E: EntityTrait>(
    store: &Store,
    id: E::Column,
    used: E::Column,
    uses: &[(Uuid, DateTime<Utc>)],
) -> Result<(), StoreError> {
    if uses.is_empty() {
        return Ok(());
    }
    let at = || -> Expr {
        uses.iter()
            .fold(CaseStatement::new(), |case, (row, at)| {
                case.case(id.eq(*row), Expr::value(*at))
            })
            .into()
    };
    let _turn = store.take_turn().await?;
    E::update_many()
        .col_expr(used, at())
        .filter(id.is_in(uses.iter().map(|(row, _)| *row)))
        .filter(
            Condition::any()
                .add(used.is_null())
                .add(Expr::col(used).lt(at())),
        )
        .exec(store.database())
        .await?;
    Ok(())
}
