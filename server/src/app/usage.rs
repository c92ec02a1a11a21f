//! How much credentials are used: their limits, and the flush of what was counted.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::App;
use super::error::AppError;
use crate::cache::credentials::CachedCredential;
use crate::domain::allowance::{Allowance, TooManyRequests};
use crate::domain::limit::Quota;
use crate::domain::usage::{Counter, hour_of};
use crate::store::{self, StoreError};

/// Lets an authenticated request pass the limits of its credential, and counts it against them.
///
/// It costs no statement, but for the first request of a credential with a quota on this node, which
/// asks what was used before.
///
/// # Errors
/// [`TooManyRequests`]; the request has used nothing up.
pub async fn admit(
    app: &App,
    client: &CachedCredential,
    now: DateTime<Utc>,
) -> Result<Allowance, TooManyRequests> {
    learn_quota(app, client, now).await;
    admit_at_once(client, now)
}

/// Reads what was used of the credential's quota before, where that is not in memory.
pub async fn learn_quota(app: &App, client: &CachedCredential, now: DateTime<Utc>) {
    if let Some(quota) = unknown_quota(app, client)
        && let Err(error) = read_quota(app, client, quota, now).await
    {
        // The next flush asks again.
        log::warn!("the use of a quota could not be read: {error}");
    }
}

/// The credential's quota, where it is to be asked first what was used of it.
pub fn unknown_quota(app: &App, client: &CachedCredential) -> Option<Quota> {
    let quota = client.granted.credential.quota?;
    let to_be_asked = !client.meter.knows_quota(quota.per) && !app.freshness.database_is_silent();
    to_be_asked.then_some(quota)
}

/// As [`admit`], by what is in memory.
///
/// # Errors
/// [`TooManyRequests`]; the request has used nothing up.
pub fn admit_at_once(
    client: &CachedCredential,
    now: DateTime<Utc>,
) -> Result<Allowance, TooManyRequests> {
    let credential = &client.granted.credential;
    client
        .meter
        .admit(credential.rate_limit, credential.quota, now)
        .map_err(|exceeded| TooManyRequests::from(&exceeded))
}

async fn read_quota(
    app: &App,
    client: &CachedCredential,
    quota: Quota,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let id = client.granted.credential.id;
    let since = quota.window(now).began_at;
    let used = store::usage::requests_since(&app.store, [id], since).await?;
    let used = used.get(&id).copied().unwrap_or(0);
    client.meter.quota_stored(quota.per, used, now);
    Ok(())
}

/// Lets a call with a key pass the limits of its credential, and counts it.
///
/// # Errors
/// [`AppError::TooManyRequests`].
pub async fn verified(
    app: &App,
    client: &CachedCredential,
    now: DateTime<Utc>,
) -> Result<Allowance, AppError> {
    learn_quota(app, client, now).await;
    Ok(verified_at_once(client, now)?)
}

/// As [`verified`], by what is in memory.
///
/// # Errors
/// [`TooManyRequests`].
pub fn verified_at_once(
    client: &CachedCredential,
    now: DateTime<Utc>,
) -> Result<Allowance, TooManyRequests> {
    let allowance = admit_at_once(client, now)?;
    client.meter.count(Counter::CallsVerified, now);
    Ok(allowance)
}

/// Writes what was counted. Nothing that a request waits for depends on it.
///
/// # Errors
/// [`StoreError`] where the database does not do its part; what was counted is kept for the next
/// time.
pub async fn flush(app: &App) -> Result<(), StoreError> {
    let flushed = app
        .flusher
        .flush(&app.meters, &app.store, app.now())
        .await?;
    if flushed.dropped > 0 {
        log::error!(
            "the usage of {} hours of credentials was dropped, since the database did not take it for long",
            flushed.dropped
        );
    }
    Ok(())
}

/// Flushes again and again, for as long as the process lives.
pub async fn flush_regularly(app: Arc<App>) {
    let pause = app.usage.flush_every.to_std();
    let pause = pause.unwrap_or(Duration::from_secs(10));
    let mut failing = false;
    loop {
        tokio::time::sleep(pause).await;
        match flush(&app).await {
            Ok(()) if std::mem::take(&mut failing) => log::info!("usage is written again"),
            Ok(()) => {}
            Err(error) if failing => log::debug!("usage cannot be written: {error}"),
            Err(error) => {
                failing = true;
                log::warn!("usage cannot be written, and is kept in memory: {error}");
            }
        }
    }
}

/// Removes usage that is older than it is kept.
///
/// # Errors
/// [`StoreError`] where the database does not do its part; the next time goes on with it.
pub async fn prune(app: &App) -> Result<(), StoreError> {
    let now = app.now();
    let oldest = hour_of(now - app.usage.keep_for);
    loop {
        let mut write = app.store.begin(now).await?;
        if store::usage::prune_an_hour(&mut write, oldest).await? == 0 {
            return Ok(());
        }
        write.commit().await?;
    }
}
