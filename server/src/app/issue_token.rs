//! A token request, from client authentication to the signed token.

use std::borrow::Cow;

use chrono::{DateTime, Utc};

use super::authenticate_client::{PresentedSecret, authenticate_client, remembered_holder};
use super::{App, usage};
use crate::cache::credentials::CachedCredential;
use crate::domain::algorithm::Algorithm;
use crate::domain::allowance::Allowance;
use crate::domain::claims::AccessTokenClaims;
use crate::domain::grant::{self, Decision, TokenAsk};
use crate::domain::ids::uuid_v7;
use crate::domain::oauth_error::OAuthError;
use crate::domain::usage::Rejection;

/// What a token request is answered with (RFC 6749 §5.1).
#[derive(Debug)]
pub struct Issued {
    /// The signed JWT.
    pub access_token: String,
    /// Its lifetime in seconds.
    pub expires_in: u32,
    /// The granted scope; empty where the resource server has no scopes.
    pub scope: String,
    /// How the limits of the credential stand.
    pub allowance: Allowance,
}

/// Issues an access token for the client credentials grant (RFC 6749 §4.4).
///
/// For a credential in memory it costs one HMAC, one signature and no statement.
///
/// # Errors
/// Every refusal of RFC 6749 §5.2 and RFC 8707 §2, and 5xx where the database or a key is missing.
pub async fn issue_token(
    app: &App,
    presented: &PresentedSecret<'_>,
    ask: &TokenAsk<'_>,
) -> Result<Issued, OAuthError> {
    grant::grant_type(ask)?;
    let now = app.now();
    let client = authenticate_client(app, presented, now).await?;
    decide_and_sign(app, &client, ask, now).await
}

/// As [`issue_token`], where all that it takes is in memory. Nothing where it is not, or where the
/// request is refused for another reason than its limits: then nothing has happened.
///
/// # Errors
/// 429, and 5xx where a key is missing.
pub fn issue_at_once(
    app: &App,
    presented: &PresentedSecret<'_>,
    ask: &TokenAsk<'_>,
) -> Option<Result<Issued, OAuthError>> {
    grant::grant_type(ask).ok()?;
    let now = app.now();
    let (secret, client) = remembered_holder(app, presented, now)?;
    let decision = grant::decide(ask, &client.granted, &app.policy, now).ok()?;
    if usage::unknown_quota(app, &client).is_some() {
        return None;
    }
    client.used(secret, now);
    Some(
        usage::admit_at_once(&client, now)
            .map_err(OAuthError::TooManyRequests)
            .and_then(|allowance| sign(app, &client, decision, allowance, now)),
    )
}

/// Issues an access token to a client that has authenticated already, as by its API key.
///
/// # Errors
/// As [`issue_token`], less those of authentication.
pub async fn issue_to(
    app: &App,
    client: &CachedCredential,
    ask: &TokenAsk<'_>,
) -> Result<Issued, OAuthError> {
    grant::grant_type(ask)?;
    decide_and_sign(app, client, ask, app.now()).await
}

async fn decide_and_sign(
    app: &App,
    client: &CachedCredential,
    ask: &TokenAsk<'_>,
    now: DateTime<Utc>,
) -> Result<Issued, OAuthError> {
    let decision = grant::decide(ask, &client.granted, &app.policy, now)
        .inspect_err(|error| count(error, client, now))?;
    let allowance = usage::admit(app, client, now)
        .await
        .map_err(OAuthError::TooManyRequests)?;
    sign(app, client, decision, allowance, now)
}

/// Counts a refusal of an authenticated client.
fn count(error: &OAuthError, client: &CachedCredential, now: DateTime<Utc>) {
    let why = match error {
        OAuthError::InvalidScope(_) => Rejection::Scope,
        OAuthError::InvalidTarget(_) => Rejection::Audience,
        // In the last second of its life.
        OAuthError::InvalidClient(_) => Rejection::Expired,
        _ => return,
    };
    client.meter.reject(why, now);
}

fn sign(
    app: &App,
    client: &CachedCredential,
    decision: Decision<'_>,
    allowance: Allowance,
    now: DateTime<Utc>,
) -> Result<Issued, OAuthError> {
    let credential = &client.granted.credential;
    let iat = now.timestamp();
    let claims = AccessTokenClaims {
        iss: Cow::Borrowed(app.issuer.as_str()),
        sub: credential.id.0,
        client_id: credential.id,
        aud: Cow::Borrowed(decision.resource_server.identifier.as_str()),
        iat,
        exp: iat + i64::from(decision.lifetime_seconds),
        jti: uuid_v7(now, app.random10()),
        scope: Cow::Borrowed(&decision.scope),
        org_id: Some(credential.organization_id),
        agent_id: credential.agent_id,
    };
    let access_token = sign_claims(app, decision.algorithm, &claims)?;
    client.meter.issued(
        decision.resource_server.identifier.as_str(),
        &decision.scope,
        decision.lifetime_seconds,
        now,
    );
    Ok(Issued {
        access_token,
        expires_in: decision.lifetime_seconds,
        scope: decision.scope.into_owned(),
        allowance,
    })
}

/// Signs with the active key of an algorithm.
pub(super) fn sign_claims(
    app: &App,
    algorithm: Algorithm,
    claims: &AccessTokenClaims<'_>,
) -> Result<String, OAuthError> {
    let keyring = app.keyring();
    let Some(signer) = keyring.signer(algorithm) else {
        return Err(OAuthError::TemporarilyUnavailable(format!(
            "there is no active {algorithm} key"
        )));
    };
    signer
        .sign(claims)
        .map_err(|error| OAuthError::ServerError(format!("signing failed: {error}")))
}
