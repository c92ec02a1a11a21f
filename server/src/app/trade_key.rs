//! An API key is traded for an access token, as Cogniac's clients do.

use std::net::IpAddr;

use super::App;
use super::authenticate_caller::check_api_key;
use super::error::AppError;
use super::issue_token::{Issued, issue_to};
use crate::domain::grant::TokenAsk;
use crate::domain::ids::OrganizationId;

/// A token for the management API, with all that the key has there; for the key's first audience
/// where it has nothing there.
///
/// # Errors
/// [`AppError::Unauthenticated`] for a key that is not good; `NotFound` where `organization_id` is
/// not that of the key.
pub async fn trade_key(
    app: &App,
    key: &str,
    organization_id: Option<OrganizationId>,
    address: Option<IpAddr>,
) -> Result<Issued, AppError> {
    let client = check_api_key(app, key, address, app.now()).await?;
    let own = client.granted.credential.organization_id;
    if organization_id.is_some_and(|asked| asked != own) {
        return Err(AppError::NotFound("organization"));
    }
    let manages = client
        .granted
        .grants
        .iter()
        .any(|grant| grant.resource_server.is_management());
    let resource = manages.then(|| app.issuer.as_str().into());
    let ask = TokenAsk {
        grant_type: Some("client_credentials".into()),
        scope: None,
        resources: resource.into_iter().collect(),
    };
    Ok(issue_to(app, &client, &ask).await?)
}
