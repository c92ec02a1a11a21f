//! The ranges of what a credential is given: lifetimes, limits, its end.

use chrono::{DateTime, Utc};

use super::NewCredential;
use crate::app::App;
use crate::app::error::AppError;
use crate::domain::limit::{OutOfRange, Quota, RateLimit};

/// Whatever has a range must lie within it.
pub(super) fn check(app: &App, new: &NewCredential, now: DateTime<Utc>) -> Result<(), AppError> {
    if let Some(ttl) = new.token_ttl_seconds {
        check_ttl(app, "token_ttl_seconds", ttl)?;
    }
    check_limits(new.rate_limit, new.quota)?;
    check_expiry(new.expires_at, now)
}

/// The numbers of a rate limit and of a quota must lie in their ranges.
pub(crate) fn check_limits(
    rate_limit: Option<RateLimit>,
    quota: Option<Quota>,
) -> Result<(), AppError> {
    let named = |of: &'static str| {
        move |error: OutOfRange| AppError::invalid(format!("{of}.{}", error.field), error)
    };
    rate_limit.map_or(Ok(()), |limit| limit.check().map_err(named("rate_limit")))?;
    quota.map_or(Ok(()), |quota| quota.check().map_err(named("quota")))
}

/// A token lifetime must lie within the rails.
pub(crate) fn check_ttl(app: &App, field: &'static str, ttl: u32) -> Result<(), AppError> {
    let (min, max) = (app.policy.min_ttl_seconds, app.policy.max_ttl_seconds);
    if (min..=max).contains(&ttl) {
        Ok(())
    } else {
        Err(AppError::invalid(
            field,
            format!("must be {min} to {max} seconds"),
        ))
    }
}

/// An expiry must lie ahead, and not absurdly far.
pub(crate) fn check_expiry(
    expires_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    let farthest = now + chrono::TimeDelta::days(100 * 366);
    match expires_at {
        Some(at) if at <= now => Err(AppError::invalid("expires_at", "must lie in the future")),
        Some(at) if at > farthest => Err(AppError::invalid(
            "expires_at",
            "must lie within 100 years from now",
        )),
        _ => Ok(()),
    }
}
