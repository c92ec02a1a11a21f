//! `/console/organizations/{organization}/agents`: its agents.
//!
//! ```text
//! list      those that the visitor reaches
//! edit      a new one, or another name for one
//! delete    one that no credential is scoped to
//! ```

pub mod delete;
pub mod edit;
pub mod list;

use super::place::Place;
use super::refusal::Refusal;
use super::visitor::Visitor;
use crate::app::agents;
use crate::app::error::AppError;
use crate::domain::organization::Agent;
use crate::http::endpoint::{Endpoint, Table};

/// The organization, for somebody who may change its agents.
async fn changeable(visitor: &Visitor, organization: &str) -> Result<Place, Refusal> {
    let place = visitor.place(organization, "agents:write").await?;
    place
        .caller
        .require_whole_organization()
        .map_err(AppError::from)?;
    Ok(place)
}

async fn find(
    visitor: &Visitor,
    organization: &str,
    agent: &str,
) -> Result<(Place, Agent), Refusal> {
    let place = changeable(visitor, organization).await?;
    let authority = place.authority();
    let found = agents::find(visitor.app(), &authority, place.organization.id, agent).await?;
    Ok((place, found))
}

pub(super) fn routes(table: &mut Table<'_>) {
    let all = "/console/organizations/{organization}/agents";
    let at = |rest: &str| Endpoint::console(&format!("{all}{rest}"));
    table
        .service(at("").get(list::show).post(edit::create))
        .service(at("/new").get(edit::empty))
        .service(at("/{agent}/edit").get(edit::form).post(edit::save))
        .service(
            at("/{agent}/delete")
                .get(delete::confirm)
                .post(delete::delete),
        );
}
