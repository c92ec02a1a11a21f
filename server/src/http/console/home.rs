//! `/console`: leads to where somebody is at home.

use actix_web::HttpResponse;

use super::refusal::Refusal;
use super::visitor::Visitor;
use crate::app::identity::{Identity, homes};

/// Leads to the only organization, or to the list to choose from.
///
/// # Errors
/// 503.
pub async fn home(visitor: Visitor) -> Result<HttpResponse, Refusal> {
    let homes = homes(visitor.app(), &Identity::from(visitor.user.clone())).await?;
    Ok(match homes.as_slice() {
        [only] => {
            let slug = &only.organization.slug;
            visitor.see_other(&format!("/console/organizations/{slug}"))
        }
        _ => visitor.see_other("/console/organizations"),
    })
}
