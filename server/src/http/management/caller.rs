//! Who calls: the bearer token of a request.

use actix_web::HttpRequest;
use actix_web::http::header::AUTHORIZATION;

use crate::app::App;
use crate::app::authenticate_caller::{Audience, authenticate_caller};
use crate::app::create_credential::Authority;
use crate::domain::access::Caller;
use crate::domain::organization::Organization;
use crate::http::problem::Problem;

/// Authenticates a call to the management API.
///
/// # Errors
/// 401 with a challenge.
pub async fn management_caller(app: &App, request: &HttpRequest) -> Result<Caller, Problem> {
    caller(app, request, Audience::Management).await
}

/// Authenticates a call with a token of the given audience.
///
/// # Errors
/// 401 with a challenge.
pub async fn caller(
    app: &App,
    request: &HttpRequest,
    audience: Audience,
) -> Result<Caller, Problem> {
    let token = bearer(request)?;
    Ok(authenticate_caller(app, token, audience).await?)
}

/// RFC 6750 §2.1. The token is read from the header alone, never from the query or the body.
fn bearer(request: &HttpRequest) -> Result<&str, Problem> {
    let mut given = request.headers().get_all(AUTHORIZATION);
    let (Some(value), None) = (given.next(), given.next()) else {
        return Err(Problem::unauthenticated(None));
    };
    value
        .to_str()
        .ok()
        .and_then(|text| text.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim())
        .ok_or_else(|| Problem::unauthenticated(None))
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
