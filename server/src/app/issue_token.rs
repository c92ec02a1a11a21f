//! A token request, from client authentication to the signed token.

use std::borrow::Cow;

use super::App;
use super::authenticate_client::{PresentedSecret, authenticate_client};
use crate::cache::credentials::CachedCredential;
use crate::domain::algorithm::Algorithm;
use crate::domain::claims::AccessTokenClaims;
use crate::domain::grant::{self, Decision, TokenAsk};
use crate::domain::ids::uuid_v7;
use crate::domain::oauth_error::OAuthError;

/// What a token request is answered with (RFC 6749 §5.1).
#[derive(Debug)]
pub struct Issued {
    /// The signed JWT.
    pub access_token: String,
    /// Its lifetime in seconds.
    pub expires_in: u32,
    /// The granted scope; empty where the resource server has no scopes.
    pub scope: String,
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
    let decision = grant::decide(ask, &client.granted, &app.policy, now)?;
    sign(app, &client, decision, now)
}

fn sign(
    app: &App,
    client: &CachedCredential,
    decision: Decision<'_>,
    now: chrono::DateTime<chrono::Utc>,
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
        org_id: credential.organization_id,
        agent_id: credential.agent_id,
    };
    let access_token = sign_claims(app, decision.algorithm, &claims)?;
    Ok(Issued {
        access_token,
        expires_in: decision.lifetime_seconds,
        scope: decision.scope.into_owned(),
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
