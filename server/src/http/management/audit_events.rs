//! `/v1/organizations/{organization}/audit-events` and, for operators, `/v1/audit-events`.

use std::fmt::Display;
use std::str::FromStr;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, Utc};
use serde::Deserialize;

use uuid::Uuid;

use super::caller::{in_organization, management_caller};
use super::json;
use super::page::{PageBody, PageQuery};
use crate::app::App;
use crate::app::audit::{self, AuditEventView, AuditFilter};
use crate::domain::audit::{Action, ActorKind, TargetKind};
use crate::domain::ids::{CredentialId, OrganizationId};
use crate::domain::time::Rfc3339;
use crate::http::HttpState;
use crate::http::openapi::parameters::OfOrganization;
use crate::http::openapi::responses::{NotFound, Refused};
use crate::http::problem::Problem;

/// The longest id of a target, in characters. A key id is the longest there is.
const MAX_TARGET: usize = 200;

/// The filters of the lists, as text, so that each part is judged and named here.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// Only of this action.
    #[param(value_type = Option<Action>)]
    action: Option<String>,
    /// Only by this credential or user, by id; or `command` or `system`.
    #[param(pattern = "^(command|system|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$")]
    actor: Option<String>,
    /// Only what was done to this: an id, of a signing key its `kid`.
    #[param(min_length = 1, max_length = 200, pattern = "^[!-~]+$")]
    target: Option<String>,
    /// Only what was done to this kind of thing.
    #[param(value_type = Option<TargetKind>)]
    target_kind: Option<String>,
    /// Only events with this text in their action, in the id of what they were done to, in the
    /// address or the `X-Request-Id` of the call, or in the thing as it was or became. Letters of
    /// ASCII match in either case.
    #[param(min_length = 1, max_length = 100, pattern = "^[!-~]([ -~]*[!-~])?$")]
    q: Option<String>,
    /// Only what was done then or later.
    #[param(value_type = Option<Rfc3339>)]
    from: Option<String>,
    /// Only what was done before.
    #[param(value_type = Option<Rfc3339>)]
    to: Option<String>,
}

/// Lists an organization's events, newest first. For callers that reach the whole organization.
///
/// # Errors
/// 400, 401, 403, 404.
#[utoipa::path(
    get,
    path = "/v1/organizations/{organization}/audit-events",
    tag = "Audit trail",
    params(OfOrganization, PageQuery, ListQuery),
    responses(
        (status = 200, description = "A page of them", body = PageBody<AuditEventView>),
        NotFound,
        Refused,
    ),
    security(("caller" = ["audit:read"])),
)]
pub async fn of_organization(
    request: HttpRequest,
    path: web::Path<String>,
    page: web::Query<PageQuery>,
    query: web::Query<ListQuery>,
    state: web::Data<HttpState>,
) -> Result<HttpResponse, Problem> {
    let app = &state.app;
    let (caller, organization) = in_organization(app, &request, "audit:read", &path).await?;
    caller.require_whole_organization()?;
    list(app, &page, &query, Some(organization.id)).await
}

/// Lists the events of all organizations and of none, newest first. For operators.
///
/// # Errors
/// 400, 401, 403.
#[utoipa::path(
    get,
    path = "/v1/audit-events",
    tag = "Audit trail",
    params(PageQuery, ListQuery),
    responses(
        (status = 200, description = "A page of them", body = PageBody<AuditEventView>),
        Refused,
    ),
    security(("caller" = ["audit:read"])),
)]
pub async fn all(
    request: HttpRequest,
    page: web::Query<PageQuery>,
    query: web::Query<ListQuery>,
    state: web::Data<HttpState>,
) -> Result<HttpResponse, Problem> {
    let caller = management_caller(&state.app, &request).await?;
    caller.require("audit:read")?;
    caller.require_operator()?;
    list(&state.app, &page, &query, None).await
}

async fn list(
    app: &App,
    page: &PageQuery,
    query: &ListQuery,
    organization_id: Option<OrganizationId>,
) -> Result<HttpResponse, Problem> {
    let limits = page.read(&app.cursors, list_of(organization_id))?;
    let asked = limits.page();
    let before = match asked.after {
        None => None,
        Some(cursor) => Some(
            number(cursor)
                .ok_or_else(|| Problem::invalid("cursor", "must be a next_cursor of this list"))?,
        ),
    };
    let filter = AuditFilter {
        organization_id,
        ..read(query)?
    };
    let found = audit::newest(app, &filter, before, asked.limit).await?;
    let page = PageBody::new(
        found,
        &limits,
        |event: &AuditEventView| cursor(event.number),
        |event| event,
    );
    Ok(json(StatusCode::OK, &page))
}

/// The name of the list, which its cursors are bound to.
fn list_of(organization_id: Option<OrganizationId>) -> String {
    match organization_id {
        Some(id) => format!("audit events of {id}"),
        None => "audit events".to_owned(),
    }
}

fn read(query: &ListQuery) -> Result<AuditFilter, Problem> {
    let mut filter = AuditFilter {
        action: parse::<Action>("action", query.action.as_deref())?,
        target_kind: parse("target_kind", query.target_kind.as_deref())?,
        text: parse("q", query.q.as_deref())?,
        from: moment("from", query.from.as_deref())?,
        to: moment("to", query.to.as_deref())?,
        ..AuditFilter::default()
    };
    match query.actor.as_deref() {
        None => {}
        Some("command") => filter.actor_kind = Some(ActorKind::Command),
        Some("system") => filter.actor_kind = Some(ActorKind::System),
        // Users' ids are of the same form.
        Some(id) => {
            let id: CredentialId = id.parse().map_err(|_| {
                let rule = "must be the id of a credential or a user, or command, or system";
                Problem::invalid("actor", rule)
            })?;
            filter.actor_id = Some(id.0);
        }
    }
    if let Some(target) = &query.target {
        let visible = target.bytes().all(|byte| byte.is_ascii_graphic());
        if target.is_empty() || target.len() > MAX_TARGET || !visible {
            let rule = format!("must be an id of 1 to {MAX_TARGET} visible characters of ASCII");
            return Err(Problem::invalid("target", rule));
        }
        filter.target_id = Some(target.clone());
    }
    Ok(filter)
}

fn moment(field: &'static str, text: Option<&str>) -> Result<Option<DateTime<Utc>>, Problem> {
    Ok(parse::<Rfc3339>(field, text)?.map(|time| time.0))
}

fn parse<T: FromStr<Err: Display>>(
    field: &'static str,
    text: Option<&str>,
) -> Result<Option<T>, Problem> {
    text.map(str::parse)
        .transpose()
        .map_err(|rule: T::Err| Problem::invalid(field, rule.to_string()))
}

/// An event's number in the form in which lists carry where a page ends.
fn cursor(number: i64) -> Uuid {
    Uuid::from_u64_pair(0, number.unsigned_abs())
}

fn number(cursor: Uuid) -> Option<i64> {
    match cursor.as_u64_pair() {
        (0, number) => i64::try_from(number).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_a_number_and_nothing_else_is() {
        for it in [0, 1, i64::MAX] {
            assert_eq!(number(cursor(it)), Some(it));
        }
        assert_eq!(number(Uuid::from_u64_pair(0, u64::MAX)), None);
        assert_eq!(number(Uuid::from_u64_pair(1, 1)), None);
    }
}
