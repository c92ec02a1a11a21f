//! `/auth/verify`: a proxy asks whether to let a request through, before it passes it on (nginx
//! `auth_request`, Traefik `ForwardAuth`, Envoy `ext_authz`, Caddy `forward_auth`).
//!
//! It answers every method, since some proxies ask with the method of the original request, and
//! never looks at a body. Nothing of a request is copied into the answer.

use std::rc::Rc;
use std::sync::Arc;

use actix_web::http::header::{CACHE_CONTROL, HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use uuid::Uuid;

use super::HttpState;
use super::presented::shown_to_proxy;
use super::problem::Problem;
use crate::app::App;
use crate::app::demands;
use crate::app::error::AppError;
use crate::app::verify_credential::{self, Opened, Verdict};
use crate::domain::credential::Credential;
use crate::domain::resource_server::ResourceServer;
use crate::domain::scope::{self, InvalidScope, Scope};
use crate::domain::verification::{self, BadDemand, Demand};
use crate::http::openapi::responses::Refused;

const X_AUTH_CLIENT_ID: HeaderName = HeaderName::from_static("x-auth-client-id");
const X_AUTH_ORGANIZATION: HeaderName = HeaderName::from_static("x-auth-organization");
const X_AUTH_AGENT: HeaderName = HeaderName::from_static("x-auth-agent");
const X_AUTH_USER: HeaderName = HeaderName::from_static("x-auth-user");
const X_AUTH_SCOPE: HeaderName = HeaderName::from_static("x-auth-scope");

/// Says whether a proxy may let a request through.
///
/// # Errors
/// 401, 403 and 429, which the proxy hands on; 400 where the proxy's own configuration is wrong.
#[utoipa::path(
    get,
    path = "/auth/verify",
    tag = "For proxies",
    params(
        ("audience" = Option<String>, Query, description = "Identifier of the resource server that is protected. Without it: the only one there is beside the management API."),
        ("scope" = Option<String>, Query, pattern = r"^[ !#-\[\]-~]*$", description = "Scopes, separated by spaces, all of which are needed."),
        ("X-Original-URI" = Option<String>, Header, description = "URI of the original request, whose query may hold `api_key`."),
        ("X-Forwarded-Uri" = Option<String>, Header, description = "The same, as Traefik and Caddy tell it."),
    ),
    responses(
        (
            status = 200,
            description = "The request may pass. Every method is answered alike.",
            headers(
                ("X-Auth-Client-Id" = String, description = "The credential's id."),
                ("X-Auth-Organization" = String, description = "The organization's id."),
                ("X-Auth-Agent" = String, description = "The agent's id; empty where the credential is not scoped to one."),
                ("X-Auth-User" = String, description = "The id of the user whose own credential it is; empty where it is the organization's."),
                ("X-Auth-Scope" = String, description = "The scopes at the audience, separated by spaces."),
            ),
        ),
        Refused,
    ),
    security(("caller" = [])),
)]
pub async fn verify(
    request: HttpRequest,
    state: web::Data<HttpState>,
) -> Result<HttpResponse, Problem> {
    let demand = demand(&state.app, request.query_string())?;
    let shown = shown_to_proxy(&request)?;
    let verdict = verify_credential::for_proxy(&state.app, shown.presented(), &demand).await?;
    answer(verdict, &demand)
}

/// As [`verify`], where all that it takes is in memory and the question is a good one. Where not,
/// nothing has happened.
pub fn verify_at_once(
    request: &HttpRequest,
    state: &HttpState,
) -> Option<Result<HttpResponse, Problem>> {
    let demand = demand(&state.app, request.query_string()).ok()?;
    let shown = shown_to_proxy(request).ok()?;
    let verdict = verify_credential::for_proxy_at_once(&state.app, shown.presented(), &demand)?;
    Some(answer(verdict, &demand))
}

fn answer(verdict: Verdict, demand: &Demand) -> Result<HttpResponse, Problem> {
    match verdict {
        Verdict::Good(holder, opened, _) => Ok(pass(&holder.granted.credential, &opened)),
        Verdict::Limited(_, refusal) => Err(AppError::TooManyRequests(refusal).into()),
        Verdict::Refused(why, _) => Err(refusal(why, demand)),
    }
}

/// What a query asks for.
fn demand(app: &App, query: &str) -> Result<Rc<Demand>, Problem> {
    demands::remembered(app, query, |servers| {
        let asked = Asked::of(query)?;
        Ok((asked.demand(servers)?, !asked.and_more))
    })
}

/// What the proxy's configuration asks for: `?audience=&scope=`.
#[derive(Default)]
struct Asked {
    audience: Option<String>,
    scope: Option<String>,
    /// Whether more stands there. That is a client's, and may be a secret.
    and_more: bool,
}

impl Asked {
    /// Reads the query. What else stands there is let alone, as a proxy may add to it; but where the
    /// two parameters stand twice, one of them may be the client's.
    fn of(query: &str) -> Result<Self, Problem> {
        let mut asked = Self::default();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            let (field, place) = match &*name {
                "audience" => ("audience", &mut asked.audience),
                "scope" => ("scope", &mut asked.scope),
                _ => {
                    asked.and_more = true;
                    continue;
                }
            };
            if place.replace(value.into_owned()).is_some() {
                return Err(Problem::invalid(field, "must not stand there twice"));
            }
        }
        Ok(asked)
    }

    fn demand(&self, servers: &[Arc<ResourceServer>]) -> Result<Demand, Problem> {
        let scopes = scope::split(self.scope.as_deref().unwrap_or_default())
            .map(str::parse)
            .collect::<Result<Vec<Scope>, InvalidScope>>()
            .map_err(|error| Problem::invalid("scope", error.to_string()))?;
        Demand::new(servers, self.audience.as_deref(), scopes).map_err(|error| {
            let field = match error {
                BadDemand::Audience => "audience",
                BadDemand::Scopes => "scope",
            };
            Problem::invalid(field, error.to_string())
        })
    }
}

/// Lets it through. All five headers are there on every answer, empty where there is nothing to say: a proxy that
/// sets what it was told then overwrites what the client may have sent under these names.
fn pass(credential: &Credential, opened: &Opened) -> HttpResponse {
    let agent = credential.agent_id.map(|agent| agent.0);
    let user = credential.user_id.map(|user| user.0);
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, HeaderValue::from_static("no-store")))
        .insert_header((X_AUTH_CLIENT_ID, value_of(Some(credential.id.0))))
        .insert_header((
            X_AUTH_ORGANIZATION,
            value_of(Some(credential.organization_id.0)),
        ))
        .insert_header((X_AUTH_AGENT, value_of(agent)))
        .insert_header((X_AUTH_USER, value_of(user)))
        .insert_header((X_AUTH_SCOPE, opened.scope.as_str()))
        .finish()
}

/// An id as a header's value, empty where there is none.
fn value_of(id: Option<Uuid>) -> HeaderValue {
    const EMPTY: HeaderValue = HeaderValue::from_static("");
    let mut buffer = Uuid::encode_buffer();
    id.map_or(EMPTY, |id| {
        HeaderValue::from_str(id.hyphenated().encode_lower(&mut buffer)).unwrap_or(EMPTY)
    })
}

fn refusal(why: verification::Refused, demand: &Demand) -> Problem {
    match why {
        verification::Refused::Invalid(reason) => Problem::unauthenticated(Some(reason)),
        verification::Refused::Disabled => {
            Problem::unauthenticated(Some("The credential is disabled"))
        }
        verification::Refused::Expired => {
            Problem::unauthenticated(Some("The credential has expired"))
        }
        verification::Refused::WrongAudience => Problem::wrong_audience(),
        verification::Refused::InsufficientScope => {
            Problem::insufficient_scope(&demand.scope_text())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_read_strictly() {
        let asked = Asked::of("audience=https%3A%2F%2Fa&x=1&scope=a+b")
            .ok()
            .unwrap();
        assert_eq!(asked.audience.as_deref(), Some("https://a"));
        assert_eq!(asked.scope.as_deref(), Some("a b"));
        assert!(asked.and_more);
        assert!(!Asked::of("scope=a&audience=b").ok().unwrap().and_more);
        assert!(Asked::of("scope=a&scope=b").is_err());
    }
}
