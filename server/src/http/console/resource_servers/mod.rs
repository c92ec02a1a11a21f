//! `/console/resource-servers`: the APIs that accept grantd's tokens, for operators.
//!
//! ```text
//! list      all of them
//! detail    one of them, with its scopes
//! new       another one; fields are what both forms have, scope_lines how scopes are typed
//! edit      what can change of one
//! delete    one that no credential names
//! ```

pub mod delete;
pub mod detail;
pub mod edit;
pub mod fields;
pub mod list;
pub mod new;
pub mod scope_lines;

use super::refusal::Refusal;
use super::visitor::Visitor;
use crate::app::authority::Authority;
use crate::app::error::AppError;
use crate::app::resource_servers;
use crate::domain::resource_server::ResourceServer;
use crate::http::endpoint::{Endpoint, Table};

/// Where they all are.
const ALL: &str = "/console/resource-servers";

/// Finds the resource server that a path names.
///
/// # Errors
/// 404, also for anybody but operators; 503.
async fn find(visitor: &Visitor, id: &str) -> Result<(Authority, ResourceServer), Refusal> {
    let authority = visitor.operator()?;
    let server = resource_servers::show(visitor.app(), id).await?;
    Ok((authority, server))
}

/// The same for one that can be changed.
///
/// # Errors
/// As [`find`]; 409 for the management API, which is the program's own.
async fn changeable(visitor: &Visitor, id: &str) -> Result<(Authority, ResourceServer), Refusal> {
    let (authority, server) = find(visitor, id).await?;
    if server.is_management() {
        let text = "The management API is part of grantd and cannot be changed.";
        return Err(AppError::Conflict(text.to_owned()).into());
    }
    Ok((authority, server))
}

pub(super) fn routes(table: &mut Table<'_>) {
    let at = |rest: &str| Endpoint::console(&format!("{ALL}{rest}"));
    table
        .service(at("").get(list::show).post(new::create))
        .service(at("/new").get(new::form))
        .service(at("/{server}").get(detail::show))
        .service(at("/{server}/edit").get(edit::form).post(edit::save))
        .service(
            at("/{server}/delete")
                .get(delete::confirm)
                .post(delete::delete),
        );
}
