//! Whether what somebody shows to an API is good there: asked by the API (`/v1/api-keys/verify`) or
//! by the proxy before it (`/auth/verify`).
//!
//! For a credential in memory an API key costs one HMAC, a token one signature verification, and
//! neither a statement.

use std::net::IpAddr;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::authenticate_caller::{NO_SUCH_KEY, Presented, check_token, find_api_key};
use super::error::AppError;
use super::{App, load, usage};
use crate::cache::credentials::CachedCredential;
use crate::domain::access::Caller;
use crate::domain::allowance::{Allowance, TooManyRequests};
use crate::domain::credential::Credential;
use crate::domain::scope::Scope;
use crate::domain::usage::Rejection;
use crate::domain::verification::{BadDemand, Demand, Refused};

/// Where the client is, nobody knows here: the peer is the proxy or the API, and throttling it for
/// what its clients get wrong would shut out all of them.
const UNKNOWN_ADDRESS: Option<IpAddr> = None;

/// What a good token or key opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// The identifier of the API.
    pub audience: String,
    /// The scopes there, as a `scope` value.
    pub scope: String,
    /// When the token or the key's credential ends; never where absent.
    pub expires_at: Option<DateTime<Utc>>,
}

/// What is said of a token or a key.
#[derive(Debug)]
pub enum Verdict {
    /// Whose it is, what it opens, and what is left of its limits.
    Good(Arc<CachedCredential>, Opened, Allowance),
    /// It would open the API, but its limits are used up.
    Limited(Arc<CachedCredential>, TooManyRequests),
    /// Why it opens nothing, and whose it is; nobody's where it is none.
    Refused(Refused, Option<Arc<CachedCredential>>),
}

/// What is asked for, over the resource servers that there are now.
///
/// # Errors
/// [`BadDemand`].
pub fn demand(app: &App, audience: Option<&str>, scopes: Vec<Scope>) -> Result<Demand, BadDemand> {
    Demand::new(app.resource_servers().all(), audience, scopes)
}

/// What a proxy is told of what a request shows.
///
/// # Errors
/// [`AppError`] where the database is needed and does not answer.
pub async fn for_proxy(
    app: &App,
    presented: Presented<'_>,
    demand: &Demand,
) -> Result<Verdict, AppError> {
    match presented {
        Presented::Bearer(token) => of_token(app, token, demand).await,
        Presented::ApiKey(key) => of_key(app, key, demand, |_| true).await,
    }
}

/// What a caller of the management API is told of an API key. Of a credential that is not the
/// caller's to see it learns nothing: operators see all, others those of their own organization, and
/// of their own agents where they reach only those.
///
/// # Errors
/// [`AppError`] where the database is needed and does not answer.
pub async fn for_caller(
    app: &App,
    caller: &Caller,
    key: &str,
    demand: &Demand,
) -> Result<Verdict, AppError> {
    let sees = |credential: &Credential| {
        caller
            .require_organization(credential.organization_id)
            .is_ok()
            && caller.reaches_agent(credential.agent_id)
    };
    of_key(app, key, demand, sees).await
}

async fn of_key(
    app: &App,
    key: &str,
    demand: &Demand,
    sees: impl Fn(&Credential) -> bool,
) -> Result<Verdict, AppError> {
    let now = app.now();
    let found = find_api_key(app, key, UNKNOWN_ADDRESS, now).await?;
    let Some(holder) = found.filter(|entry| sees(&entry.granted.credential)) else {
        return Ok(Verdict::of_nobody(Refused::Invalid(NO_SUCH_KEY)));
    };
    let judged = demand.of_key(&holder.granted, now).map(|grant| Opened {
        audience: grant.resource_server.identifier.to_string(),
        scope: grant.scope_text.clone(),
        expires_at: holder.granted.credential.expires_at,
    });
    conclude(app, holder, judged, now).await
}

async fn of_token(app: &App, token: &str, demand: &Demand) -> Result<Verdict, AppError> {
    let now = app.now();
    let claims = match check_token(app, token, None, now) {
        Ok(claims) => claims,
        Err(AppError::Unauthenticated(why)) => {
            return Ok(Verdict::of_nobody(Refused::Invalid(why)));
        }
        Err(other) => return Err(other),
    };
    if claims.user().is_some() {
        // A person who has signed in to grantd has signed in to grantd alone.
        return Ok(Verdict::of_nobody(Refused::WrongAudience));
    }
    let Some(holder) = load::cached_credential(app, claims.client_id).await? else {
        return Ok(Verdict::of_nobody(Refused::Invalid(
            "The credential of this token has been revoked",
        )));
    };
    let judged = demand
        .of_token(&claims, &holder.granted.credential, now)
        .map(|()| Opened {
            audience: claims.aud.into_owned(),
            scope: claims.scope.into_owned(),
            expires_at: DateTime::from_timestamp(claims.exp, 0),
        });
    conclude(app, holder, judged, now).await
}

/// Every verdict on a known credential passes here, once a call. One that is let through is counted
/// against its limits, whether it was a key or a token; one that is refused, by its reason.
async fn conclude(
    app: &App,
    holder: Arc<CachedCredential>,
    judged: Result<Opened, Refused>,
    now: DateTime<Utc>,
) -> Result<Verdict, AppError> {
    let opened = match judged {
        Ok(opened) => opened,
        Err(why) => {
            if let Some(rejection) = rejection(why) {
                holder.meter.reject(rejection, now);
            }
            return Ok(Verdict::Refused(why, Some(holder)));
        }
    };
    match usage::verified(app, &holder, now).await {
        Ok(allowance) => Ok(Verdict::Good(holder, opened, allowance)),
        Err(AppError::TooManyRequests(refusal)) => Ok(Verdict::Limited(holder, refusal)),
        Err(other) => Err(other),
    }
}

const fn rejection(why: Refused) -> Option<Rejection> {
    match why {
        Refused::Invalid(_) => None,
        Refused::Disabled => Some(Rejection::Disabled),
        Refused::Expired => Some(Rejection::Expired),
        Refused::WrongAudience => Some(Rejection::Audience),
        Refused::InsufficientScope => Some(Rejection::Scope),
    }
}

impl Verdict {
    fn of_nobody(why: Refused) -> Self {
        Self::Refused(why, None)
    }
}
