//! `/console/organizations/{organization}/credentials`: the credentials that there are.
//!
//! ```text
//! list      all of one kind: searched, filtered, sorted; query is what its address says
//! detail    one of them, and its secrets
//! edit      its name, description, expiry and limits
//! switch    off and on again
//! delete    it, or (secret) one secret of it
//! ```

pub mod actions;
pub mod delete;
pub mod detail;
pub mod edit;
pub mod expiry;
pub mod kind;
pub mod limit_fields;
pub mod list;
pub mod query;
pub mod secret;
pub mod state;
pub mod switch;
pub mod whose;

use super::place::Place;
use super::refusal::Refusal;
use super::visitor::Visitor;
use crate::app::credentials;
use crate::app::error::AppError;
use crate::domain::credential::Credential;
use crate::http::endpoint::{Endpoint, Table};

/// Finds the organization and the credential in a path, and asks for a scope there.
///
/// # Errors
/// 404 for what is not there or not the visitor's to see, 403 without the scope.
pub(super) async fn find(
    visitor: &Visitor,
    scope: &'static str,
    organization: &str,
    credential: &str,
) -> Result<(Place, Credential), Refusal> {
    let place = visitor.place(organization, scope).await?;
    let id = credential
        .parse()
        .map_err(|_| AppError::NotFound("credential"))?;
    let authority = place.authority();
    let found = credentials::show(visitor.app(), &authority, place.organization.id, id).await?;
    Ok((place, found))
}

pub(super) fn routes(table: &mut Table<'_>) {
    let one = "/console/organizations/{organization}/credentials/{credential}";
    let at = |rest: &str| Endpoint::console(&format!("{one}{rest}"));
    table
        .service(
            Endpoint::console("/console/organizations/{organization}/credentials").get(list::show),
        )
        .service(at("").get(detail::show))
        .service(at("/edit").get(edit::form).post(edit::save))
        .service(at("/disable").get(switch::confirm).post(switch::disable))
        .service(at("/enable").post(switch::enable))
        .service(at("/delete").get(delete::confirm).post(delete::delete))
        .service(
            at("/secrets/{secret}/delete")
                .get(secret::confirm)
                .post(secret::delete),
        );
}
