//! Whether what somebody shows to an API is good there: asked by the API (`/v1/api-keys/verify`) or
//! by the proxy before it (`/auth/verify`).
//!
//! For a credential in memory an API key costs one HMAC, a token one signature verification, and
//! neither a statement.

use std::net::IpAddr;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::authenticate_caller::{
    NO_SUCH_KEY, Presented, caller_of, check_token, find_api_key, holds_at_management,
    remembered_api_key,
};
use super::error::AppError;
use super::{App, load, usage};
use crate::cache::credentials::CachedCredential;
use crate::domain::access::{Caller, Origin};
use crate::domain::allowance::{Allowance, TooManyRequests};
use crate::domain::claims::AccessTokenClaims;
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

/// As [`for_proxy`], where all that it takes is in memory. Where it is not, nothing has happened.
pub fn for_proxy_at_once(app: &App, presented: Presented<'_>, demand: &Demand) -> Option<Verdict> {
    let now = app.now();
    let (secret, holder, judged) = match presented {
        Presented::Bearer(token) => {
            let claims = match token_for_an_api(app, token, now).ok()? {
                Ok(claims) => claims,
                Err(why) => return Some(Verdict::of_nobody(why)),
            };
            let holder = load::remembered_credential(app, claims.client_id).ok()??;
            let judged = judge_token(claims, &holder, demand, now);
            (None, holder, judged)
        }
        Presented::ApiKey(key) => {
            let (secret, holder) = remembered_api_key(app, key, now)?;
            let judged = judge_key(&holder, demand, now);
            (Some(secret), holder, judged)
        }
    };
    if usage::unknown_quota(app, &holder).is_some() {
        return None;
    }
    if let Some(secret) = secret {
        holder.used(secret, now);
    }
    Some(concluded(holder, judged, now))
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
    of_key(app, key, demand, |asked| sees(caller, asked)).await
}

/// One who calls with an API key and may ask about others, as far as is in memory.
pub struct Asker {
    calling: Arc<CachedCredential>,
    /// The place of the secret that was shown.
    secret: usize,
    now: DateTime<Utc>,
}

impl Asker {
    /// Who calls with this key, where that is in memory, the key is good, and it holds `scope`, which
    /// it takes to ask. Where not, nothing has happened.
    pub fn at_once(app: &App, callers_key: &str, scope: &str) -> Option<Self> {
        let now = app.now();
        let (secret, calling) = remembered_api_key(app, callers_key, now)?;
        holds_at_management(&calling, scope).then_some(Self {
            calling,
            secret,
            now,
        })
    }

    /// As [`for_caller`], where all that it takes is in memory and the key is good so far. Where not,
    /// nothing has happened.
    ///
    /// # Errors
    /// [`TooManyRequests`] where the caller's limits are used up.
    pub fn told_at_once(
        &self,
        app: &App,
        key: &str,
        demand: &Demand,
    ) -> Option<Result<Verdict, TooManyRequests>> {
        let Self {
            calling,
            secret: callers_secret,
            now,
        } = self;
        let (secret, holder) = remembered_api_key(app, key, *now)?;
        let caller = caller_of(&calling.granted.credential, Vec::new(), Origin::default());
        let asks_first = |entry: &CachedCredential| usage::unknown_quota(app, entry).is_some();
        if !sees(&caller, &holder.granted.credential) || asks_first(calling) || asks_first(&holder)
        {
            return None;
        }
        calling.used(*callers_secret, *now);
        Some(usage::verified_at_once(calling, *now).map(|_| {
            holder.used(secret, *now);
            let judged = judge_key(&holder, demand, *now);
            concluded(holder, judged, *now)
        }))
    }
}

fn sees(caller: &Caller, credential: &Credential) -> bool {
    caller
        .require_organization(credential.organization_id)
        .is_ok()
        && caller.reaches_agent(credential.agent_id)
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
    let judged = judge_key(&holder, demand, now);
    Ok(conclude(app, holder, judged, now).await)
}

fn judge_key(
    holder: &CachedCredential,
    demand: &Demand,
    now: DateTime<Utc>,
) -> Result<Opened, Refused> {
    let grant = demand.of_key(&holder.granted, now)?;
    Ok(Opened {
        audience: grant.resource_server.identifier.to_string(),
        scope: grant.scope_text.clone(),
        expires_at: holder.granted.credential.expires_at,
    })
}

async fn of_token(app: &App, token: &str, demand: &Demand) -> Result<Verdict, AppError> {
    let now = app.now();
    let claims = match token_for_an_api(app, token, now)? {
        Ok(claims) => claims,
        Err(why) => return Ok(Verdict::of_nobody(why)),
    };
    let Some(holder) = load::cached_credential(app, claims.client_id).await? else {
        return Ok(Verdict::of_nobody(Refused::Invalid(
            "The credential of this token has been revoked",
        )));
    };
    let judged = judge_token(claims, &holder, demand, now);
    Ok(conclude(app, holder, judged, now).await)
}

/// The claims of a token of ours, or why it is none that an API could take.
fn token_for_an_api(
    app: &App,
    token: &str,
    now: DateTime<Utc>,
) -> Result<Result<AccessTokenClaims<'static>, Refused>, AppError> {
    match check_token(app, token, None, now) {
        // A person who has signed in to grantd has signed in to grantd alone.
        Ok(claims) if claims.user().is_some() => Ok(Err(Refused::WrongAudience)),
        Ok(claims) => Ok(Ok(claims)),
        Err(AppError::Unauthenticated(why)) => Ok(Err(Refused::Invalid(why))),
        Err(other) => Err(other),
    }
}

fn judge_token(
    claims: AccessTokenClaims<'static>,
    holder: &CachedCredential,
    demand: &Demand,
    now: DateTime<Utc>,
) -> Result<Opened, Refused> {
    demand.of_token(&claims, &holder.granted.credential, now)?;
    Ok(Opened {
        audience: claims.aud.into_owned(),
        scope: claims.scope.into_owned(),
        expires_at: DateTime::from_timestamp(claims.exp, 0),
    })
}

async fn conclude(
    app: &App,
    holder: Arc<CachedCredential>,
    judged: Result<Opened, Refused>,
    now: DateTime<Utc>,
) -> Verdict {
    if judged.is_ok() {
        usage::learn_quota(app, &holder, now).await;
    }
    concluded(holder, judged, now)
}

/// Every verdict on a known credential passes here, once a call. One that is let through is counted
/// against its limits, whether it was a key or a token; one that is refused, by its reason.
fn concluded(
    holder: Arc<CachedCredential>,
    judged: Result<Opened, Refused>,
    now: DateTime<Utc>,
) -> Verdict {
    let opened = match judged {
        Ok(opened) => opened,
        Err(why) => {
            if let Some(rejection) = rejection(why) {
                holder.meter.reject(rejection, now);
            }
            return Verdict::Refused(why, Some(holder));
        }
    };
    match usage::verified_at_once(&holder, now) {
        Ok(allowance) => Verdict::Good(holder, opened, allowance),
        Err(refusal) => Verdict::Limited(holder, refusal),
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
