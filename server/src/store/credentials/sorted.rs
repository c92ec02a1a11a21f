//! Lists of credentials in an order of one's choice, and how long they are.

use entity::credential::Column;
use sea_orm::sea_query::{Expr, ExprTrait, Func, Order, Query, SimpleExpr};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};

use super::CredentialFilter;
use super::filtering::{filtered, last_touched};
use super::reading::with_secrets;
use crate::domain::credential::Credential;
use crate::domain::credential_list::{
    NEVER_EXPIRES, NEVER_USED, Place, Sort, SortBy, SortKey, Stretch,
};
use crate::store::{Handle, StoreError};

/// A stretch of a sorted list, at most `limit` of it, in the list's order: what comes next after a
/// place, or what comes last before it. In two statements.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn sorted(
    h: &impl Handle,
    filter: &CredentialFilter,
    sort: Sort,
    stretch: &Stretch,
    limit: u64,
) -> Result<Vec<Credential>, StoreError> {
    let backwards = matches!(stretch, Stretch::Before(_));
    // Towards what is less: down a list from the greatest, or back up one from the least.
    let falling = sort.descending != backwards;
    let order = if falling { Order::Desc } else { Order::Asc };
    let mut select = filtered(filter);
    if let Stretch::After(place) | Stretch::Before(place) = stretch {
        select = select.filter(beyond(place, sort.by, falling));
    }
    if let Some(value) = value(sort.by) {
        select = select.order_by(value, order.clone());
    }
    let select = select.order_by(Column::Id, order).limit(limit);
    let mut found = with_secrets(h, select).await?;
    if backwards {
        found.reverse();
    }
    Ok(found)
}

/// What a list is sorted by, beside the id. Where there is nothing, a value that says where nothing
/// belongs: the engines differ in where they put it.
fn value(by: SortBy) -> Option<SimpleExpr> {
    let or = |column: Column, never| Func::coalesce([Expr::col(column), Expr::val(never)]).into();
    match by {
        SortBy::CreatedAt => None,
        SortBy::Name => Some(Expr::col(Column::NameFolded)),
        SortBy::LastUsedAt => Some(or(Column::LastUsedAt, NEVER_USED)),
        SortBy::ExpiresAt => Some(or(Column::ExpiresAt, NEVER_EXPIRES)),
    }
}

/// Whether a credential stands on the far side of a place.
fn beyond(place: &Place, by: SortBy, falling: bool) -> Condition {
    let id = if falling {
        Column::Id.lt(place.id.0)
    } else {
        Column::Id.gt(place.id.0)
    };
    let key: SimpleExpr = match &place.key {
        SortKey::Id => return Condition::all().add(id),
        SortKey::Text(text) => Expr::val(text.as_str()),
        SortKey::Moment(moment) => Expr::val(*moment),
    };
    let Some(value) = value(by) else {
        return Condition::all().add(id);
    };
    let further = if falling {
        value.clone().lt(key.clone())
    } else {
        value.clone().gt(key.clone())
    };
    Condition::any()
        .add(further)
        .add(Condition::all().add(value.eq(key)).add(id))
}

/// How many there are, but never more than `most`: nobody waits for a count of very many.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn count_up_to(
    h: &impl Handle,
    filter: &CredentialFilter,
    most: u64,
) -> Result<u64, StoreError> {
    let some = filtered(filter)
        .select_only()
        .column(Column::Id)
        .limit(most)
        .into_query();
    let count = Query::select()
        .expr_as(Func::count(Expr::col("id")), "number")
        .from_subquery(some, "some")
        .to_owned();
    let row = h.connection().query_one(&count).await?;
    let number: i64 = match row {
        Some(row) => row.try_get("", "number")?,
        None => 0,
    };
    Ok(u64::try_from(number).unwrap_or(0))
}

/// Those that were used longest ago, at most `limit`; one that was never used counts from its making.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn least_used(
    h: &impl Handle,
    filter: &CredentialFilter,
    limit: u64,
) -> Result<Vec<Credential>, StoreError> {
    let select = filtered(filter)
        .order_by(last_touched(), Order::Asc)
        .order_by_asc(Column::Id)
        .limit(limit);
    with_secrets(h, select).await
}
