//! `/console/organizations/{organization}/members`: the people who have a place in it.
//!
//! ```text
//! list         all of them
//! add          another one, with an invitation for who has no account yet
//! edit         what one may do; place_fields are what both forms have
//! remove       one
//! reset_link   a link with which one sets another password
//! ```

pub mod add;
pub mod edit;
pub mod list;
pub mod place_fields;
pub mod remove;
pub mod reset_link;

use super::place::Place;
use super::refusal::Refusal;
use super::visitor::Visitor;
use crate::app::error::AppError;
use crate::app::members::{self, Member};
use crate::domain::ids::UserId;
use crate::http::endpoint::{Endpoint, Table};

/// The organization, for somebody who may change its members.
async fn changeable(visitor: &Visitor, organization: &str) -> Result<Place, Refusal> {
    let place = visitor.place(organization, "members:write").await?;
    place
        .caller
        .require_whole_organization()
        .map_err(AppError::from)?;
    Ok(place)
}

/// The same with a member, who is named by id: an address has no place in a URL.
async fn find(
    visitor: &Visitor,
    organization: &str,
    user: &str,
) -> Result<(Place, Member), Refusal> {
    let place = changeable(visitor, organization).await?;
    user.parse::<UserId>()
        .map_err(|_| AppError::NotFound("member"))?;
    let (authority, id) = (place.authority(), place.organization.id);
    let member = members::find(visitor.app(), &authority, id, user).await?;
    Ok((place, member))
}

pub(super) fn routes(table: &mut Table<'_>) {
    let all = "/console/organizations/{organization}/members";
    let at = |rest: &str| Endpoint::console(&format!("{all}{rest}"));
    table
        .service(at("").get(list::show).post(add::add))
        .service(at("/new").get(add::form))
        .service(at("/{user}/edit").get(edit::form).post(edit::save))
        .service(
            at("/{user}/remove")
                .get(remove::confirm)
                .post(remove::remove),
        )
        .service(
            at("/{user}/reset-link")
                .get(reset_link::confirm)
                .post(reset_link::make),
        );
}
