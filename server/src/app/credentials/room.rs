//! How many credentials an organization may have, and which could make room for another.

use super::listing::{Filter, seen};
use crate::app::App;
use crate::app::authority::Authority;
use crate::app::create_credential::limit_of;
use crate::app::error::AppError;
use crate::domain::credential::{Credential, CredentialKind};
use crate::domain::ids::OrganizationId;
use crate::store;

/// How many are named that could go.
const CANDIDATES: u64 = 5;

/// How many credentials of a kind an organization may have, and has.
#[derive(Debug)]
pub struct Room {
    /// So many at most.
    pub limit: u32,
    /// So many there are. Absent for a caller that sees some agents only: it is not to count the
    /// others'.
    pub used: Option<u64>,
    /// Whether another would be refused.
    pub is_full: bool,
    /// Of those that the caller sees, the few that were used longest ago. One that was never used
    /// counts from its making.
    pub candidates: Vec<Credential>,
}

/// How much room an organization has for another credential of a kind. Super API Keys do not count.
///
/// # Errors
/// [`AppError::NotFound`] without the organization, `Denied` for another than the caller's.
pub async fn room(
    app: &App,
    authority: &Authority,
    organization_id: OrganizationId,
    kind: CredentialKind,
) -> Result<Room, AppError> {
    let filter = Filter {
        kind: Some(kind),
        ..Filter::default()
    };
    let mut filter = seen(app, authority, organization_id, filter)?;
    filter.super_key = Some(false);
    let organization = store::organizations::find(&app.store, organization_id)
        .await?
        .ok_or(AppError::NotFound("organization"))?;
    let (limit, _) = limit_of(app, &organization, kind);
    let used = store::credentials::count(&app.store, organization_id, kind).await?;
    let candidates = store::credentials::least_used(&app.store, &filter, CANDIDATES).await?;
    Ok(Room {
        limit,
        used: authority.agents().is_none().then_some(used),
        is_full: used >= u64::from(limit),
        candidates,
    })
}
