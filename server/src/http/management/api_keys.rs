//! `POST /v1/api-keys/verify`: an API asks whether a key that it was sent is good, and for what.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::{self, JsonBody, given};
use super::caller::management_caller;
use super::{json, session};
use crate::app::error::AppError;
use crate::app::verify_credential::{self, Opened, Verdict};
use crate::domain::allowance::{Allowance, LimitKind, Standing};
use crate::domain::credential::{Credential, CredentialKind};
use crate::domain::ids::{AgentId, CredentialId, OrganizationId, UserId};
use crate::domain::scope::{self, Scope};
use crate::domain::verification::BadDemand;
use crate::http::HttpState;
use crate::http::openapi::responses::{BadBody, Refused};
use crate::http::presented::{Shown, shown};
use crate::http::problem::Problem;

/// What a caller needs to ask.
const SCOPE: &str = "api-keys:verify";

/// What is asked.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = KeyQuestion)]
pub struct Ask {
    /// The key: `<id>:<secret>`.
    api_key: String,
    /// Identifier of the API that asks; the only resource server beside the management API where
    /// absent.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false)]
    audience: Option<String>,
    /// Scopes there that the call needs, all of them.
    #[serde(default)]
    #[schema(max_items = 100)]
    scopes: Vec<Scope>,
}

/// The answer, which `valid` tells apart.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = KeyAnswer)]
enum Answer<'a> {
    Good(Good<'a>),
    NotGood(NotGood),
}

/// The key is good.
#[derive(Serialize, ToSchema)]
#[schema(as = GoodKey)]
struct Good<'a> {
    /// True.
    valid: bool,
    credential_id: CredentialId,
    kind: CredentialKind,
    name: &'a str,
    organization_id: OrganizationId,
    #[schema(required)]
    agent_id: Option<AgentId>,
    #[schema(required)]
    user_id: Option<UserId>,
    audience: &'a str,
    /// All that the key was granted there.
    scopes: Vec<&'a str>,
    /// When the credential ends; never where null.
    #[schema(required)]
    expires_at: Option<DateTime<Utc>>,
    /// What is left of the rate limit, after this call; null where there is none.
    #[schema(required)]
    rate_limit: Option<Left>,
    /// What is left of the quota, after this call; null where there is none.
    #[schema(required)]
    quota: Option<Left>,
}

/// The key is not good.
#[derive(Serialize, ToSchema)]
#[schema(as = NotGoodKey)]
struct NotGood {
    /// False.
    valid: bool,
    /// `invalid`, `disabled`, `expired`, `wrong_audience`, `insufficient_scope`,
    /// `rate_limited` or `quota_exceeded`; more may come.
    #[schema(value_type = String)]
    reason: &'static str,
    /// Whose key it is, for the caller's log; null where it is `invalid`.
    #[schema(required)]
    credential_id: Option<CredentialId>,
    /// Seconds after which the key may be good again; null where it is not a limit that refuses.
    #[schema(required)]
    retry_after: Option<u32>,
}

/// What is left of a limit.
#[derive(Serialize, ToSchema)]
struct Left {
    /// Requests that it allows a window.
    limit: u32,
    /// Requests that are left in this window.
    remaining: u32,
    /// Length of the window in seconds.
    window_seconds: u32,
    /// Seconds until the window ends.
    reset_seconds: u32,
}

impl From<Standing> for Left {
    fn from(standing: Standing) -> Self {
        Self {
            limit: standing.requests,
            remaining: standing.remaining,
            window_seconds: standing.window_seconds,
            reset_seconds: standing.resets_in,
        }
    }
}

/// Says whether a key is good. It is 200 either way: the question was answered.
///
/// # Errors
/// 400, 401, 403 for the question and who asks it.
#[utoipa::path(
    post,
    path = "/v1/api-keys/verify",
    tag = "API keys",
    request_body = Ask,
    responses(
        (status = 200, description = "Whether the key is good", body = Answer),
        BadBody,
        Refused,
    ),
    security(("caller" = ["api-keys:verify"])),
)]
pub async fn verify(
    request: HttpRequest,
    state: web::Data<HttpState>,
    body: Result<JsonBody<Ask>, Problem>,
) -> Result<HttpResponse, Problem> {
    let app = &state.app;
    let caller = management_caller(app, &request).await?;
    caller.require(SCOPE)?;
    let JsonBody(ask, _) = body?;
    let demand =
        verify_credential::demand(app, ask.audience.as_deref(), ask.scopes).map_err(|error| {
            let field = match error {
                BadDemand::Audience => "audience",
                BadDemand::Scopes => "scopes",
            };
            Problem::invalid(field, error.to_string())
        })?;
    let verdict = verify_credential::for_caller(app, &caller, &ask.api_key, &demand).await?;
    Ok(json(StatusCode::OK, &Answer::from(&verdict)))
}

/// As [`verify`], for one who asks with an API key, where all that it takes is in memory and the
/// question is a good one. Where not, nothing has happened.
pub fn verify_at_once(
    request: &HttpRequest,
    state: &HttpState,
    body: &[u8],
) -> Option<Result<HttpResponse, Problem>> {
    if session::is_meant(request) {
        return None;
    }
    let Shown::ApiKey(callers_key) = shown(request).ok()? else {
        return None;
    };
    let ask: Ask = body::at_once(request, body)?;
    let app = &state.app;
    let demand = verify_credential::demand(app, ask.audience.as_deref(), ask.scopes).ok()?;
    let verdict =
        verify_credential::for_key_at_once(app, &callers_key, SCOPE, &ask.api_key, &demand)?;
    Some(match verdict {
        Ok(verdict) => Ok(json(StatusCode::OK, &Answer::from(&verdict))),
        Err(refusal) => Err(AppError::TooManyRequests(refusal).into()),
    })
}

impl<'a> From<&'a Verdict> for Answer<'a> {
    fn from(verdict: &'a Verdict) -> Self {
        match verdict {
            Verdict::Good(holder, opened, allowance) => {
                Self::Good(Good::new(&holder.granted.credential, opened, *allowance))
            }
            Verdict::Limited(holder, refusal) => Self::NotGood(NotGood {
                valid: false,
                reason: match refusal.limit {
                    Some(LimitKind::Quota) => "quota_exceeded",
                    Some(LimitKind::Rate) | None => "rate_limited",
                },
                credential_id: Some(holder.granted.credential.id),
                retry_after: Some(refusal.retry_after),
            }),
            Verdict::Refused(why, holder) => Self::NotGood(NotGood {
                valid: false,
                reason: why.reason(),
                credential_id: holder.as_ref().map(|entry| entry.granted.credential.id),
                retry_after: None,
            }),
        }
    }
}

impl<'a> Good<'a> {
    fn new(credential: &'a Credential, opened: &'a Opened, allowance: Allowance) -> Self {
        Self {
            valid: true,
            credential_id: credential.id,
            kind: credential.kind,
            name: credential.name.as_str(),
            organization_id: credential.organization_id,
            agent_id: credential.agent_id,
            user_id: credential.user_id,
            scopes: scope::split(&opened.scope).collect(),
            audience: &opened.audience,
            expires_at: opened.expires_at,
            rate_limit: allowance.rate.map(Left::from),
            quota: allowance.quota.map(Left::from),
        }
    }
}
