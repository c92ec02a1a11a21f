//! Who calls the management API: a bearer access token of our own (RFC 6750, RFC 9068 §4), or an
//! API key.

use std::net::IpAddr;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::authenticate_client::{PresentedSecret, check_usable, holder_of, remembered_holder};
use super::error::AppError;
use super::{App, load, sign_in, usage};
use crate::cache::credentials::CachedCredential;
use crate::crypto::verifier;
use crate::domain::access::{Caller, Origin, Reach, Subject};
use crate::domain::claims::{ACCESS_TOKEN_TYPE, AccessTokenClaims, ClaimsError};
use crate::domain::credential::{Credential, CredentialKind};
use crate::domain::oauth_error::OAuthError;
use crate::domain::scope::{self, Scope};

/// What the challenge says of a key that there is not, for whatever reason.
pub(super) const NO_SUCH_KEY: &str = "The API key is not valid";

/// What a caller shows.
#[derive(Clone, Copy)]
pub enum Presented<'a> {
    /// An access token.
    Bearer(&'a str),
    /// An API key: `<credential id>:<secret>`.
    ApiKey(&'a str),
}

/// Which audience a token must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// The management API.
    Management,
    /// Any resource server of ours.
    Any,
}

/// Finds out who calls.
///
/// # Errors
/// [`AppError::Unauthenticated`] with the reason for the challenge, or `Unavailable`.
pub async fn authenticate_caller(
    app: &App,
    presented: Presented<'_>,
    audience: Audience,
    origin: Origin,
) -> Result<Caller, AppError> {
    match presented {
        Presented::Bearer(token) => bearer(app, token, audience, origin).await,
        Presented::ApiKey(key) => api_key(app, key, audience, origin).await,
    }
}

/// Checks a bearer token: signature, issuer, expiry, audience, and that whoever it was issued to may
/// still use it. That last step makes revocation count here at once, although tokens are good
/// offline.
async fn bearer(
    app: &App,
    token: &str,
    audience: Audience,
    origin: Origin,
) -> Result<Caller, AppError> {
    let now = app.now();
    let wanted = match audience {
        Audience::Management => Some(app.issuer.as_str()),
        Audience::Any => None,
    };
    let claims = check_token(app, token, wanted, now)?;
    let scopes = scope::split(&claims.scope).map(str::to_owned).collect();
    let expires_at = DateTime::from_timestamp(claims.exp, 0);
    if let Some(user_id) = claims.user() {
        return sign_in::caller(app, user_id, &claims, scopes, origin).await;
    }
    let entry = credential_of(app, &claims, now).await?;
    Ok(Caller {
        audience: Some(claims.aud.into_owned()),
        expires_at,
        ..caller_of(&entry.granted.credential, scopes, origin)
    })
}

/// The credential that a token was issued to, if it may still be used.
///
/// # Errors
/// [`AppError::Unauthenticated`], or `Unavailable`.
pub(super) async fn credential_of(
    app: &App,
    claims: &AccessTokenClaims<'_>,
    now: DateTime<Utc>,
) -> Result<Arc<CachedCredential>, AppError> {
    if claims.org_id.is_none() {
        return Err(AppError::Unauthenticated(
            "The access token names no organization",
        ));
    }
    let entry = load::cached_credential(app, claims.client_id)
        .await?
        .ok_or(AppError::Unauthenticated(
            "The credential of this token has been revoked",
        ))?;
    entry.granted.credential.usable(now).map_err(|_| {
        AppError::Unauthenticated("The credential of this token is disabled or has expired")
    })?;
    Ok(entry)
}

/// Checks a token of our own: signature, issuer, expiry and audience.
///
/// # Errors
/// [`AppError::Unauthenticated`].
pub fn check_token(
    app: &App,
    token: &str,
    audience: Option<&str>,
    now: DateTime<Utc>,
) -> Result<AccessTokenClaims<'static>, AppError> {
    let claims: AccessTokenClaims<'static> =
        verifier::verify(token, ACCESS_TOKEN_TYPE, |kid| app.keyring().verifying(kid)).map_err(
            |_| {
                AppError::Unauthenticated(
                    "The access token is malformed or not signed by this server",
                )
            },
        )?;
    claims
        .check(app.issuer.as_str(), audience, now)
        .map_err(|error| {
            AppError::Unauthenticated(match error {
            ClaimsError::Issuer => "The access token is of another issuer",
            ClaimsError::Expired => "The access token has expired",
            ClaimsError::Audience => {
                "The access token is for another audience; ask for one whose resource is the issuer URL"
            }
        })
        })?;
    Ok(claims)
}

/// Checks an API key, which reaches at the management API what its credential was granted there.
async fn api_key(
    app: &App,
    key: &str,
    audience: Audience,
    origin: Origin,
) -> Result<Caller, AppError> {
    let now = app.now();
    let entry = check_api_key(app, key, origin.address, now).await?;
    usage::verified(app, &entry, now).await?;
    Ok(caller_by_key(&entry, audience, origin))
}

/// Whether an API key of this credential has a scope of the management API.
pub(super) fn holds_at_management(entry: &CachedCredential, scope: &str) -> bool {
    at_management(entry).any(|held| held.as_str() == scope)
}

fn at_management(entry: &CachedCredential) -> impl Iterator<Item = &Scope> {
    let grants = entry.granted.grants.iter();
    grants
        .filter(|grant| grant.resource_server.is_management())
        .flat_map(|grant| &grant.scopes)
}

/// Whoever calls with an API key of this credential.
fn caller_by_key(entry: &CachedCredential, audience: Audience, origin: Origin) -> Caller {
    let credential = &entry.granted.credential;
    let scopes: Vec<String> = match audience {
        Audience::Any => credential.scopes.iter().map(ToString::to_string).collect(),
        Audience::Management => at_management(entry).map(ToString::to_string).collect(),
    };
    caller_of(credential, scopes, origin)
}

/// Finds the credential of an API key, and checks that it may be used.
///
/// # Errors
/// [`AppError::Unauthenticated`]: the same for an unknown key, a wrong secret, and a client's secret
/// sent as a key; with a reason only where the secret was right. `TooManyRequests` where too many
/// have failed. The limits of the credential are [`usage::verified`]'s to see to.
pub async fn check_api_key(
    app: &App,
    key: &str,
    address: Option<IpAddr>,
    now: DateTime<Utc>,
) -> Result<Arc<CachedCredential>, AppError> {
    let entry = find_api_key(app, key, address, now)
        .await?
        .ok_or(AppError::Unauthenticated(NO_SUCH_KEY))?;
    check_usable(&entry, now).map_err(|_| {
        AppError::Unauthenticated("The credential of this API key is disabled or has expired")
    })?;
    Ok(entry)
}

/// Finds the credential of an API key by id and secret. It may be one that is disabled or has
/// expired. It costs what client authentication costs: for a credential in memory one HMAC and no
/// statement.
///
/// # Errors
/// [`AppError::Unavailable`] where the database does not answer, `TooManyRequests` where too many
/// have failed from that address.
pub async fn find_api_key(
    app: &App,
    key: &str,
    address: Option<IpAddr>,
    now: DateTime<Utc>,
) -> Result<Option<Arc<CachedCredential>>, AppError> {
    let Some(presented) = parts_of_key(key, address) else {
        return Ok(None);
    };
    holder_of(app, &presented, now)
        .await
        .map_err(|error| match error {
            OAuthError::TemporarilyUnavailable(cause) => AppError::Unavailable(cause),
            OAuthError::ServerError(cause) => AppError::Internal(cause),
            OAuthError::TooManyRequests(refusal) => AppError::TooManyRequests(refusal),
            _ => AppError::Unauthenticated(NO_SUCH_KEY),
        })
}

/// As [`find_api_key`], where the credential is in memory and may be used; see [`remembered_holder`].
pub(super) fn remembered_api_key(
    app: &App,
    key: &str,
    now: DateTime<Utc>,
) -> Option<(usize, Arc<CachedCredential>)> {
    remembered_holder(app, &parts_of_key(key, None)?, now)
}

/// A key's id and secret, where it has the form of one.
fn parts_of_key(key: &str, address: Option<IpAddr>) -> Option<PresentedSecret<'_>> {
    let (client_id, client_secret) = key.split_once(':')?;
    let is_key = client_secret.starts_with(CredentialKind::ApiKey.secret_prefix());
    is_key.then_some(PresentedSecret {
        client_id,
        client_secret,
        address,
    })
}

/// Whoever acts with this credential and these scopes.
pub(super) fn caller_of(credential: &Credential, scopes: Vec<String>, origin: Origin) -> Caller {
    Caller {
        subject: Subject::Credential(credential.id),
        user_id: credential.user_id,
        organization_id: credential.organization_id,
        reach: Reach::of_credential(credential.agent_id),
        operator: credential.operator,
        scopes,
        audience: None,
        expires_at: credential.expires_at,
        origin,
    }
}
