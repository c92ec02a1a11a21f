//! When credentials and their secrets were last used. Not part of the change feed: a use changes
//! nothing that a cache holds.

use chrono::{DateTime, Utc};
use entity::{credential, credential_secret};
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::domain::ids::{CredentialId, SecretId};
use crate::store::{StoreError, Write};

/// How many one change may write. Other changes wait for it, so it is to take milliseconds.
pub const USES_A_CHANGE: usize = 200;

/// Writes when credentials were last used; a later use that stands there stays. There may be at
/// most [`USES_A_CHANGE`].
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn credentials_used(
    write: &mut Write,
    uses: &[(CredentialId, DateTime<Utc>)],
) -> Result<(), StoreError> {
    let uses: Vec<(Uuid, DateTime<Utc>)> = uses.iter().map(|(id, at)| (id.0, *at)).collect();
    set::<credential::Entity>(
        write,
        credential::Column::Id,
        credential::Column::LastUsedAt,
        &uses,
    )
    .await
}

/// As [`credentials_used`], for secrets.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn secrets_used(
    write: &mut Write,
    uses: &[(SecretId, DateTime<Utc>)],
) -> Result<(), StoreError> {
    let uses: Vec<(Uuid, DateTime<Utc>)> = uses.iter().map(|(id, at)| (id.0, *at)).collect();
    set::<credential_secret::Entity>(
        write,
        credential_secret::Column::Id,
        credential_secret::Column::LastUsedAt,
        &uses,
    )
    .await
}

/// One statement for all: `SET used = CASE WHEN id = … THEN … END WHERE id IN (…) AND …`.
async fn set<E: EntityTrait>(
    write: &mut Write,
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
    E::update_many()
        .col_expr(used, at())
        .filter(id.is_in(uses.iter().map(|(row, _)| *row)))
        .filter(
            Condition::any()
                .add(used.is_null())
                .add(Expr::col(used).lt(at())),
        )
        .exec(write.transaction())
        .await?;
    Ok(())
}
