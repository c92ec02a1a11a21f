//! Who calls: the bearer token, the API key, or the console's session of a request.

use actix_web::HttpRequest;

use super::session;
use crate::app::App;
use crate::app::authenticate_caller::{Audience, authenticate_caller};
use crate::app::authority::Authority;
use crate::domain::access::Caller;
use crate::domain::organization::Organization;
use crate::http::presented::{origin, shown};
use crate::http::problem::Problem;

/// Authenticates a call to the management API.
///
/// # Errors
/// 401 with a challenge; 400 where the request shows more than one credential.
pub async fn management_caller(app: &App, request: &HttpRequest) -> Result<Caller, Problem> {
    caller(app, request, Audience::Management).await
}

/// Authenticates a call with a token of the given audience, with an API key, or with the console's
/// session.
///
/// # Errors
/// 401 with a challenge; 400 where the request shows more than one credential.
pub async fn caller(
    app: &App,
    request: &HttpRequest,
    audience: Audience,
) -> Result<Caller, Problem> {
    if let Some(caller) = session::caller(app, request).await? {
        return Ok(caller);
    }
    let shown = shown(request)?;
    Ok(authenticate_caller(app, shown.presented(), audience, origin(request)).await?)
}

/// Authenticates, asks for a scope, and finds the organization in the path.
///
/// # Errors
/// 401, 403, and 404 for an organization that is not the caller's.
pub async fn in_organization(
    app: &App,
    request: &HttpRequest,
    scope: &'static str,
    organization: &str,
) -> Result<(Caller, Organization), Problem> {
    let caller = management_caller(app, request).await?;
    caller.require(scope)?;
    let authority = Authority::Caller(caller.clone());
    let organization = crate::app::organizations::find(app, &authority, organization).await?;
    Ok((caller, organization))
}
