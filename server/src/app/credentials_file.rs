//! The credentials file, as Kognic's clients read it.

use std::net::IpAddr;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::authority::Authority;
use super::create_credential::WithSecret;
use super::error::AppError;
use super::{App, credentials};
use crate::cache::credentials::accepts;
use crate::domain::allowance::TooManyRequests;
use crate::domain::ids::{CredentialId, OrganizationId, UserId};
use crate::domain::secret::Secret;
use crate::metering::RetryAfter;
use crate::store;
use crate::store::credentials::StoredCredential;

/// What is saved as `credentials.json`. It holds the secret, so it is shown once.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CredentialsFile {
    #[schema(format = Uuid)]
    client_id: String,
    client_secret: String,
    /// Of the user who made it; empty where a program or a command did.
    email: String,
    /// Of the user or credential that made it; empty for a command.
    user_id: String,
    #[schema(format = "uri")]
    issuer: String,
    name: String,
    #[schema(format = DateTime)]
    created: String,
    #[schema(format = DateTime, required)]
    expires: Option<String>,
    /// Those of the first audience: `kognic-auth` asks for exactly what stands here, and a token is
    /// for one audience.
    scopes: Vec<String>,
    #[schema(format = "uri")]
    token_endpoint: String,
}

impl CredentialsFile {
    /// Puts together the file of a credential whose secret was just made. `email` is that of the
    /// user it was made by, or empty.
    pub fn new(app: &App, made: &WithSecret, email: String) -> Self {
        let credential = &made.credential;
        let servers = app.resource_servers();
        let scopes = credential
            .audiences
            .first()
            .and_then(|id| servers.find(*id))
            .map(|server| {
                server
                    .scopes
                    .iter()
                    .map(|known| &known.name)
                    .filter(|name| credential.scopes.contains(name))
                    .map(ToString::to_string)
                    .collect()
            })
            .unwrap_or_default();
        Self {
            client_id: credential.id.to_string(),
            client_secret: made.secret.expose().to_owned(),
            email,
            user_id: credential
                .created_by
                .map(|id| id.to_string())
                .unwrap_or_default(),
            issuer: app.issuer.as_str().to_owned(),
            name: credential.name.to_string(),
            created: timestamp(credential.created_at),
            expires: credential.expires_at.map(timestamp),
            scopes,
            token_endpoint: app.issuer.join("/oauth/token"),
        }
    }

    /// The file's JSON, indented, with a line feed at its end.
    ///
    /// # Errors
    /// [`AppError::Internal`], which does not happen for this type.
    pub fn to_json(&self) -> Result<String, AppError> {
        serde_json::to_string_pretty(self)
            .map(|json| json + "\n")
            .map_err(|error| AppError::Internal(error.to_string()))
    }
}

/// The file of a credential whose secret was just made, with the address of whoever made it.
///
/// # Errors
/// [`AppError::Unavailable`] where the database does not answer.
pub async fn credentials_file(app: &App, made: &WithSecret) -> Result<CredentialsFile, AppError> {
    let email = email(app, made.credential.created_by).await?;
    Ok(CredentialsFile::new(app, made, email))
}

/// The file once more, for somebody who has one of the credential's live secrets at hand, such as
/// the page that just showed it. It is no use of the secret. Failures count like those at the token
/// endpoint.
///
/// # Errors
/// [`AppError::Invalid`] naming `client_secret`, `NotFound`, `TooManyRequests`.
pub async fn file_of_secret(
    app: &App,
    authority: &Authority,
    (organization_id, id): (OrganizationId, CredentialId),
    secret: Secret,
    address: Option<IpAddr>,
) -> Result<CredentialsFile, AppError> {
    // Whether it is the caller's to see is asked first: of another's nothing is to be learnt here.
    credentials::show(app, authority, organization_id, id).await?;
    let now = app.now();
    if let Some(address) = address {
        app.throttle
            .admits(id.0.as_bytes(), address, now)
            .map_err(|RetryAfter(seconds)| TooManyRequests::failures(seconds))?;
    }
    let fingerprint = app.fingerprinter.fingerprint(secret.expose().as_bytes());
    let StoredCredential {
        credential,
        fingerprints,
    } = store::credentials::find(&app.store, id)
        .await?
        .ok_or(AppError::NotFound("credential"))?;
    if accepts(&credential, &fingerprints, &fingerprint, now).is_none() {
        if let Some(address) = address {
            app.throttle.failed(id.0.as_bytes(), address, now);
        }
        return Err(AppError::invalid(
            "client_secret",
            "must be a live secret of this credential",
        ));
    }
    credentials_file(app, &WithSecret { credential, secret }).await
}

/// The address of the user who made it; empty where a program or a command did.
async fn email(app: &App, created_by: Option<Uuid>) -> Result<String, AppError> {
    let Some(id) = created_by else {
        return Ok(String::new());
    };
    let user = store::users::find(&app.store, UserId(id)).await?;
    Ok(user.map(|user| user.email.to_string()).unwrap_or_default())
}

/// RFC 3339 in UTC, to the microsecond where it has any.
fn timestamp(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}
