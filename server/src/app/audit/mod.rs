//! The audit trail: telling it what was done, reading it, and checking that nobody altered it.
//!
//! Each function of `tell` puts one event into the change that it tells of. A change without an
//! event is not committed (see [`Write::commit`](crate::store::Write::commit)), so none can be forgotten.

mod called;
mod csv;
mod export;
mod failures;
mod tell;
mod verify;
mod view;

pub use self::called::{organizations, people};
pub use self::export::{Export, Format};
pub(super) use self::failures::Failures;
pub(super) use self::tell::{
    agent, credential, link, member, organization, resource_server, sign_in, signing_key, user,
};
pub use self::verify::{Anchor, Broken, Whole, verify};
pub use self::view::AuditEventView;
pub use crate::domain::audit::AuditFilter;

use super::App;
use super::error::AppError;
use crate::store;

/// The newest `limit` events before the number `before`, newest first.
///
/// # Errors
/// [`AppError::Unavailable`] where the database does not answer.
pub async fn newest(
    app: &App,
    filter: &AuditFilter,
    before: Option<i64>,
    limit: u64,
) -> Result<Vec<AuditEventView>, AppError> {
    let rows = store::audit::before(&app.store, filter, before, limit).await?;
    Ok(rows.into_iter().map(AuditEventView::from).collect())
}

/// The oldest `limit` events after the number `after`, oldest first.
///
/// # Errors
/// [`AppError::Unavailable`] where the database does not answer.
pub async fn oldest(
    app: &App,
    filter: &AuditFilter,
    after: i64,
    limit: u64,
) -> Result<Vec<AuditEventView>, AppError> {
    let rows = store::audit::after(&app.store, filter, after, limit).await?;
    Ok(rows.into_iter().map(AuditEventView::from).collect())
}
