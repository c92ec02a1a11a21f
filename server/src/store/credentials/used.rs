//! When credentials and their secrets were last used. Not part of the change feed: a use changes
//! nothing that a cache holds.

use chrono::{DateTime, Utc};
use entity::{credential, credential_secret};
use sea_orm::sea_query::{Expr, ExprTrait, IntoIden, Query, TableRef, Value, ValueTuple};
use sea_orm::{Condition, ConnectionTrait, EntityTrait};
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

/// One statement for all: `UPDATE … SET used = v.column2 FROM (VALUES …) AS v WHERE id = v.column1 …`.
/// Both engines call the columns of values so, and find each row by its primary key.
async fn set<E: EntityTrait>(
    write: &mut Write,
    id: E::Column,
    used: E::Column,
    uses: &[(Uuid, DateTime<Utc>)],
) -> Result<(), StoreError> {
    if uses.is_empty() {
        return Ok(());
    }
    let values = uses
        .iter()
        .map(|(row, at)| ValueTuple::Two(Value::from(*row), Value::from(*at)));
    let column = |column: E::Column| Expr::col((E::default(), column));
    let at = || Expr::col(("uses", "column2"));
    let update = Query::update()
        .table(E::default())
        .value(used, at())
        .from(TableRef::ValuesList(values.collect(), "uses".into_iden()))
        .and_where(column(id).eq(Expr::col(("uses", "column1"))))
        .cond_where(
            Condition::any()
                .add(column(used).is_null())
                .add(column(used).lt(at())),
        )
        .to_owned();
    write.transaction().execute(&update).await?;
    Ok(())
}
