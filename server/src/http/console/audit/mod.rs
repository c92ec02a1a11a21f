//! The audit trail: an organization's, and for operators all of it.
//!
//! ```text
//! filter    which events, as the address says it
//! list      a page of them
//! event     one of them, in words
//! download  all of them as a file
//! ```

pub mod download;
pub mod event;
pub mod filter;
pub mod list;

use super::place::Place;
use super::refusal::Refusal;
use super::visitor::Visitor;
use crate::app::error::AppError;
use crate::http::endpoint::{Endpoint, Table};

/// Finds the organization whose whole trail the visitor may see.
///
/// # Errors
/// 404 for another organization's, 403 for who may not see the whole of it.
async fn place(visitor: &Visitor, organization: &str) -> Result<Place, Refusal> {
    let place = visitor.place(organization, "audit:read").await?;
    place
        .caller
        .require_whole_organization()
        .map_err(AppError::from)?;
    Ok(place)
}

pub(super) fn routes(table: &mut Table<'_>) {
    let ours = "/console/organizations/{organization}/audit";
    table
        .service(Endpoint::console(ours).get(list::of_organization))
        .service(
            Endpoint::console(&format!("{ours}/export/{{format}}")).get(download::of_organization),
        )
        .service(Endpoint::console("/console/audit").get(list::all))
        .service(Endpoint::console("/console/audit/export/{format}").get(download::all));
}
