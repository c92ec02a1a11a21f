//! Client authentication at the token endpoint (RFC 6749 §2.3.1).

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::error::token_path_failure;
use super::{App, load};
use crate::cache::credentials::CachedCredential;
use crate::domain::credential::CredentialKind;
use crate::domain::ids::CredentialId;
use crate::domain::oauth_error::OAuthError;
use crate::domain::secret::is_well_formed;

/// A client id and a secret as a request presents them.
pub struct PresentedSecret<'a> {
    /// The client id.
    pub client_id: &'a str,
    /// The client secret.
    pub client_secret: &'a str,
}

/// Finds the credential and checks the secret.
///
/// A right secret of a credential in memory costs one HMAC and no statement. A refusal is never
/// given from memory alone: the credential is read once more, so that a secret made on another node
/// a moment ago works. An unknown id and a wrong secret take the same way: one HMAC, one statement,
/// one row decoded, and nothing kept.
///
/// # Errors
/// `invalid_client`: the same for an unknown client and for a wrong secret; with a reason only when
/// the secret was right.
pub async fn authenticate_client(
    app: &App,
    presented: &PresentedSecret<'_>,
    now: DateTime<Utc>,
) -> Result<Arc<CachedCredential>, OAuthError> {
    // Neither of these two says anything about what exists, so neither needs to be slow.
    let id: CredentialId = presented
        .client_id
        .parse()
        .map_err(|_| OAuthError::unknown_client_or_wrong_secret())?;
    if !has_form_of_a_secret(presented.client_secret) {
        return Err(OAuthError::unknown_client_or_wrong_secret());
    }
    let fingerprint = app
        .fingerprinter
        .fingerprint(presented.client_secret.as_bytes());
    if let Some(entry) = app.credentials.get(id)
        && entry.accepts(&fingerprint, now)
        && usable(&entry, now).is_ok()
    {
        return Ok(entry);
    }
    let reading = load::read_credential(app, id)
        .await
        .map_err(token_path_failure)?;
    let entry = reading
        .filter(|reading| reading.accepts(&fingerprint, now))
        .map(|reading| reading.keep(app))
        .ok_or_else(OAuthError::unknown_client_or_wrong_secret)?;
    usable(&entry, now)?;
    Ok(entry)
}

fn has_form_of_a_secret(text: &str) -> bool {
    [CredentialKind::OauthClient, CredentialKind::ApiKey]
        .iter()
        .any(|kind| is_well_formed(kind.secret_prefix(), text))
}

fn usable(entry: &CachedCredential, now: DateTime<Utc>) -> Result<(), OAuthError> {
    entry
        .granted
        .credential
        .usable(now)
        .map_err(|why| OAuthError::InvalidClient(why.description().into()))
}
