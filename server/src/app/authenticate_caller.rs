//! Who calls the management API: a bearer access token of our own (RFC 6750, RFC 9068 §4).

use super::error::AppError;
use super::{App, load};
use crate::crypto::verifier;
use crate::domain::access::Caller;
use crate::domain::claims::{ACCESS_TOKEN_TYPE, AccessTokenClaims};

/// Which audience a token must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// The management API.
    Management,
    /// Any resource server of ours.
    Any,
}

/// Checks a bearer token: signature, issuer, expiry, audience, and that its credential may still be
/// used. That last step makes revocation count here at once, although tokens are good offline.
///
/// # Errors
/// [`AppError::Unauthenticated`] with the reason for the challenge, or `Unavailable`.
pub async fn authenticate_caller(
    app: &App,
    token: &str,
    audience: Audience,
) -> Result<Caller, AppError> {
    let claims: AccessTokenClaims<'static> =
        verifier::verify(token, ACCESS_TOKEN_TYPE, |kid| app.keyring().verifying(kid)).map_err(
            |_| {
                AppError::Unauthenticated(
                    "The access token is malformed or not signed by this server",
                )
            },
        )?;
    let now = app.now();
    let wanted = match audience {
        Audience::Management => Some(app.issuer.as_str()),
        Audience::Any => None,
    };
    claims
        .check(app.issuer.as_str(), wanted, now)
        .map_err(|error| AppError::Unauthenticated(match error {
            crate::domain::claims::ClaimsError::Issuer => "The access token is of another issuer",
            crate::domain::claims::ClaimsError::Expired => "The access token has expired",
            crate::domain::claims::ClaimsError::Audience => {
                "The access token is for another audience; ask for one whose resource is the issuer URL"
            }
        }))?;
    let entry = load::cached_credential(app, claims.client_id)
        .await?
        .ok_or(AppError::Unauthenticated(
            "The credential of this token has been revoked",
        ))?;
    let credential = &entry.granted.credential;
    credential.usable(now).map_err(|_| {
        AppError::Unauthenticated("The credential of this token is disabled or has expired")
    })?;
    Ok(Caller {
        credential_id: credential.id,
        organization_id: credential.organization_id,
        agent_id: credential.agent_id,
        operator: credential.operator,
        scopes: claims
            .scope
            .split(' ')
            .filter(|scope| !scope.is_empty())
            .map(str::to_owned)
            .collect(),
        audience: claims.aud.into_owned(),
        expires_at: chrono::DateTime::from_timestamp(claims.exp, 0).unwrap_or(now),
    })
}
