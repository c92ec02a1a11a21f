//! Client authentication at the token endpoint (RFC 6749 §2.3.1).

use std::hint::black_box;
use std::net::IpAddr;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::App;
use super::error::token_path_failure;
use super::load::{self, Reading};
use crate::cache::credentials::CachedCredential;
use crate::crypto::fingerprint::Fingerprint;
use crate::domain::allowance::TooManyRequests;
use crate::domain::credential::{CredentialKind, Unusable};
use crate::domain::ids::CredentialId;
use crate::domain::oauth_error::OAuthError;
use crate::domain::secret::is_well_formed;
use crate::domain::usage::Rejection;
use crate::metering::{Meter, RetryAfter};
use crate::store::StoreError;

/// A client id and a secret as a request presents them.
pub struct PresentedSecret<'a> {
    /// The client id.
    pub client_id: &'a str,
    /// The client secret.
    pub client_secret: &'a str,
    /// The address of whoever presents them; none where it is not known, and then nothing is
    /// throttled by it.
    pub address: Option<IpAddr>,
}

/// Finds the credential and checks the secret.
///
/// # Errors
/// `invalid_client`: the same for an unknown client and for a wrong secret; with a reason only when
/// the secret was right. 429 where too many have failed.
pub async fn authenticate_client(
    app: &App,
    presented: &PresentedSecret<'_>,
    now: DateTime<Utc>,
) -> Result<Arc<CachedCredential>, OAuthError> {
    let entry = holder_of(app, presented, now)
        .await?
        .ok_or_else(OAuthError::unknown_client_or_wrong_secret)?;
    check_usable(&entry, now).map_err(|why| OAuthError::InvalidClient(why.description().into()))?;
    Ok(entry)
}

/// Finds the credential whose secret this is. It may be one that is disabled or has expired.
///
/// A right secret of a credential in memory costs one HMAC and no statement. A refusal is never
/// given from memory alone: the credential is read once more, so that a secret made on another node
/// a moment ago works. An unknown id and a wrong secret take the same way: one HMAC, one statement,
/// one row decoded, and nothing kept but counts.
///
/// Where too many have failed, a right secret of a credential in memory is still answered: a secret
/// cannot be guessed, and who has one must not be shut out by those who try. All else is refused
/// before the database is asked.
///
/// # Errors
/// 429 where too many have failed; where the database does not answer, or has not for so long that
/// what is in memory is not gone by.
pub async fn holder_of(
    app: &App,
    presented: &PresentedSecret<'_>,
    now: DateTime<Utc>,
) -> Result<Option<Arc<CachedCredential>>, OAuthError> {
    let Some((id, fingerprint)) = read(app, presented) else {
        return Ok(None);
    };
    match remembered(app, id, &fingerprint, now).map_err(token_path_failure)? {
        Some((secret, entry)) if entry.granted.credential.usable(now).is_ok() => {
            entry.used(secret, now);
            return Ok(Some(entry));
        }
        // The secret is right, so this is no guess.
        Some(_) => {}
        None => throttle(app, id, presented.address, now)?,
    }
    let reading = load::read_credential(app, id)
        .await
        .map_err(token_path_failure)?;
    let Some((secret, reading)) = accepted(app, reading, &fingerprint, now) else {
        if let Some(address) = presented.address {
            app.throttle.failed(id.0.as_bytes(), address, now);
        }
        return Ok(None);
    };
    let entry = reading.keep(app);
    if entry.granted.credential.usable(now).is_ok() {
        entry.used(secret, now);
    }
    Ok(Some(entry))
}

/// The credential whose secret this is, and the secret's place, where it is in memory and may be used.
/// Where not, [`holder_of`] is to be asked. Nothing has happened either way: that the credential
/// [was used](CachedCredential::used) is the caller's to note.
pub fn remembered_holder(
    app: &App,
    presented: &PresentedSecret<'_>,
    now: DateTime<Utc>,
) -> Option<(usize, Arc<CachedCredential>)> {
    let (id, fingerprint) = read(app, presented)?;
    let (secret, entry) = remembered(app, id, &fingerprint, now).ok()??;
    entry.granted.credential.usable(now).ok()?;
    Some((secret, entry))
}

/// The id and the secret's fingerprint, where they have the form of such.
fn read(app: &App, presented: &PresentedSecret<'_>) -> Option<(CredentialId, Fingerprint)> {
    // Neither of these two says anything about what exists, so neither needs to be slow.
    let id = presented.client_id.parse().ok()?;
    has_form_of_a_secret(presented.client_secret).then(|| {
        let secret = presented.client_secret.as_bytes();
        (id, app.fingerprinter.fingerprint(secret))
    })
}

/// The credential, if it is in memory and has a live secret with this fingerprint, and which one.
fn remembered(
    app: &App,
    id: CredentialId,
    fingerprint: &Fingerprint,
    now: DateTime<Utc>,
) -> Result<Option<(usize, Arc<CachedCredential>)>, StoreError> {
    let entry = load::remembered_credential(app, id)?;
    Ok(entry.and_then(|entry| Some((entry.accepts(fingerprint, now)?, entry))))
}

fn throttle(
    app: &App,
    id: CredentialId,
    address: Option<IpAddr>,
    now: DateTime<Utc>,
) -> Result<(), OAuthError> {
    let Some(address) = address else {
        return Ok(());
    };
    app.throttle
        .admits(id.0.as_bytes(), address, now)
        .map_err(|RetryAfter(seconds)| {
            OAuthError::TooManyRequests(TooManyRequests::failures(seconds))
        })
}

/// What was read, where it has this secret, and the secret's place. A wrong secret is counted.
fn accepted(
    app: &App,
    reading: Option<Reading>,
    fingerprint: &Fingerprint,
    now: DateTime<Utc>,
) -> Option<(usize, Reading)> {
    let Some(reading) = reading else {
        // Whoever asks for an unknown id waits as long as for a known one.
        black_box(Meter::default()).reject(Rejection::WrongSecret, now);
        return None;
    };
    let Some(secret) = reading.accepts(fingerprint, now) else {
        app.meters
            .of(reading.id())
            .reject(Rejection::WrongSecret, now);
        return None;
    };
    Some((secret, reading))
}

fn has_form_of_a_secret(text: &str) -> bool {
    [CredentialKind::OauthClient, CredentialKind::ApiKey]
        .iter()
        .any(|kind| is_well_formed(kind.secret_prefix(), text))
}

/// Whether the credential may be used now. A refusal is counted.
///
/// # Errors
/// [`Unusable`] says why not.
pub fn check_usable(entry: &CachedCredential, now: DateTime<Utc>) -> Result<(), Unusable> {
    entry
        .granted
        .credential
        .usable(now)
        .inspect_err(|why| match why {
            Unusable::Disabled => entry.meter.reject(Rejection::Disabled, now),
            Unusable::Expired => entry.meter.reject(Rejection::Expired, now),
            Unusable::Revoked => {}
        })
}
