//! `POST /v1/api-keys/verify`: an API asks whether a key that it was sent is good, and for what.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize, Serializer};
use utoipa::ToSchema;
use uuid::Uuid;

use super::body::{self, JsonBody, given};
use super::caller::management_caller;
use super::{ANSWER, answer, json, session};
use crate::app::error::AppError;
use crate::app::verify_credential::{self, Asker, Opened, Verdict};
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
    #[schema(value_type = Vec<String>)]
    scopes: Scopes<'a>,
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

/// A `scope` value, shown as a list.
struct Scopes<'a>(&'a str);

impl Serialize for Scopes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(scope::split(self.0))
    }
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
    Ok(told(&verdict))
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
    let app = &state.app;
    // First, so that a stranger's body is not read twice.
    let asker = Asker::at_once(app, &callers_key, SCOPE)?;
    let ask: Ask = body::at_once(request, body)?;
    let demand = verify_credential::demand(app, ask.audience.as_deref(), ask.scopes).ok()?;
    Some(match asker.told_at_once(app, &ask.api_key, &demand)? {
        Ok(verdict) => Ok(told(&verdict)),
        Err(refusal) => Err(AppError::TooManyRequests(refusal).into()),
    })
}

fn told(verdict: &Verdict) -> HttpResponse {
    match Answer::from(verdict) {
        Answer::Good(good) => answer(StatusCode::OK, good.to_json()),
        Answer::NotGood(answer) => json(StatusCode::OK, &answer),
    }
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
            scopes: Scopes(&opened.scope),
            audience: &opened.audience,
            expires_at: opened.expires_at,
            rate_limit: allowance.rate.map(Left::from),
            quota: allowance.quota.map(Left::from),
        }
    }
    /// As JSON, just as serde writes it. An API may ask with every call that it is sent, and serde
    /// takes four times as long, the most of it for names of fields and for texts in which there is
    /// nothing to escape.
    fn to_json(&self) -> serde_json::Result<Vec<u8>> {
        let Self {
            valid,
            credential_id,
            kind,
            name,
            organization_id,
            agent_id,
            user_id,
            audience,
            scopes: Scopes(scopes),
            expires_at,
            rate_limit,
            quota,
        } = self;
        let mut text = Vec::with_capacity(ANSWER);
        text.extend_from_slice(b"{\"valid\":");
        text.extend_from_slice(if *valid { b"true" } else { b"false" });
        text.extend_from_slice(b",\"credential_id\":");
        push_id(&mut text, Some(credential_id.0));
        text.extend_from_slice(b",\"kind\":\"");
        text.extend_from_slice(kind.as_str().as_bytes());
        text.extend_from_slice(b"\",\"name\":");
        serde_json::to_writer(&mut text, name)?;
        text.extend_from_slice(b",\"organization_id\":");
        push_id(&mut text, Some(organization_id.0));
        text.extend_from_slice(b",\"agent_id\":");
        push_id(&mut text, agent_id.map(|id| id.0));
        text.extend_from_slice(b",\"user_id\":");
        push_id(&mut text, user_id.map(|id| id.0));
        text.extend_from_slice(b",\"audience\":");
        serde_json::to_writer(&mut text, audience)?;
        text.extend_from_slice(b",\"scopes\":[");
        for (place, scope) in scope::split(scopes).enumerate() {
            // Of the characters that JSON escapes, a scope has none (RFC 6749 §3.3).
            text.extend_from_slice(if place == 0 { b"\"" } else { b",\"" });
            text.extend_from_slice(scope.as_bytes());
            text.push(b'"');
        }
        text.extend_from_slice(b"],\"expires_at\":");
        push_or_null(&mut text, expires_at.as_ref())?;
        text.extend_from_slice(b",\"rate_limit\":");
        push_or_null(&mut text, rate_limit.as_ref())?;
        text.extend_from_slice(b",\"quota\":");
        push_or_null(&mut text, quota.as_ref())?;
        text.push(b'}');
        Ok(text)
    }
}

const NULL: &[u8] = b"null";

fn push_id(text: &mut Vec<u8>, id: Option<Uuid>) {
    let Some(id) = id else {
        text.extend_from_slice(NULL);
        return;
    };
    let mut buffer = Uuid::encode_buffer();
    text.push(b'"');
    text.extend_from_slice(id.hyphenated().encode_lower(&mut buffer).as_bytes());
    text.push(b'"');
}

fn push_or_null(text: &mut Vec<u8>, value: Option<&impl Serialize>) -> serde_json::Result<()> {
    if let Some(value) = value {
        return serde_json::to_writer(text, value);
    }
    text.extend_from_slice(NULL);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_by_hand_is_what_serde_writes() {
        let id = "0197f3c2-6d5e-7c3a-9b1e-2f4a6c8e0b1d";
        let left = |limit| Left {
            limit,
            remaining: 1,
            window_seconds: 60,
            reset_seconds: 7,
        };
        let least = || Good {
            valid: true,
            credential_id: id.parse().unwrap(),
            kind: CredentialKind::ApiKey,
            name: "ci",
            organization_id: id.parse().unwrap(),
            agent_id: None,
            user_id: None,
            audience: "https://api.example.com",
            scopes: Scopes(""),
            expires_at: None,
            rate_limit: None,
            quota: None,
        };
        let most = Good {
            valid: false,
            kind: CredentialKind::OauthClient,
            name: "\"ä\"\\\n\u{1}</script>",
            agent_id: id.parse().ok(),
            user_id: id.parse().ok(),
            audience: "urn:\"a\"",
            scopes: Scopes("api:read api:write"),
            expires_at: DateTime::from_timestamp(1_800_000_000, 123_000_000),
            rate_limit: Some(left(2)),
            quota: Some(left(3)),
            ..least()
        };
        let one_scope = Good {
            scopes: Scopes("api:read"),
            ..least()
        };
        for good in [least(), one_scope, most] {
            let written = String::from_utf8(good.to_json().unwrap()).unwrap();
            assert_eq!(written, serde_json::to_string(&good).unwrap());
        }
    }
}
