//! The list at `/v1/organizations/{organization}/credentials`.

use std::fmt::Display;
use std::str::FromStr;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;

use super::caller::in_organization;
use super::json;
use super::page::{PageBody, limit};
use crate::app::authority::Authority;
use crate::app::credentials::{self, Filter, MAX_DAYS};
use crate::app::view::CredentialView;
use crate::domain::credential::CredentialKind;
use crate::domain::credential_list::{Sort, Standing, Stretch};
use crate::domain::ids::AgentId;
use crate::http::HttpState;
use crate::http::openapi::parameters::OfOrganization;
use crate::http::openapi::responses::{NotFound, Refused};
use crate::http::problem::Problem;

/// Order and filters of the list, as text, so that each part is judged and named here.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// How many at most.
    #[param(value_type = Option<u64>, minimum = 1, maximum = 200, default = 50)]
    limit: Option<String>,
    /// The `next_cursor` of the page before. It is good for the order for which it was given out.
    #[param(
        pattern = "^[A-Za-z0-9_-]+$",
        min_length = 44,
        max_length = 600,
        example = "AAGX88JtXnw6mx4vSmyOCx20qWmZ0s0kH6VxV1JcOa9W"
    )]
    cursor: Option<String>,
    /// The order; from the greatest to the least with a hyphen before it. One that was never used
    /// comes before those that were, one that never expires after those that do.
    #[param(
        pattern = "^-?(name|created_at|last_used_at|expires_at)$",
        default = "created_at",
        example = "-last_used_at"
    )]
    sort: Option<String>,
    /// Only those with this text in their name, whatever its case, or whose id begins with it, which
    /// takes 8 digits or more.
    #[param(min_length = 1, max_length = 100, pattern = "^[!-~]([ -~]*[!-~])?$")]
    q: Option<String>,
    /// Only those of this kind.
    #[param(value_type = Option<CredentialKind>)]
    kind: Option<String>,
    /// Only those of this agent.
    #[param(value_type = Option<AgentId>)]
    agent_id: Option<String>,
    /// Only those that stand so now: switched off is disabled, past its expiry is expired, and what
    /// is neither is active.
    #[param(value_type = Option<Standing>)]
    status: Option<String>,
    /// Only those that were not used for so many days. One that was never used counts from its
    /// making.
    #[param(value_type = Option<u64>, minimum = 1, maximum = 3650)]
    unused_for_days: Option<String>,
    /// Only those that expire within so many days, and have not yet.
    #[param(value_type = Option<u64>, minimum = 1, maximum = 3650)]
    expires_within_days: Option<String>,
    /// Only those that the caller made, or that are the caller's own.
    #[param(value_type = Option<bool>, default = false)]
    mine: Option<String>,
}

impl ListQuery {
    fn filter(&self) -> Result<Filter, Problem> {
        Ok(Filter {
            agent_id: parse("agent_id", self.agent_id.as_deref())?,
            mine: match self.mine.as_deref() {
                None | Some("false") => false,
                Some("true") => true,
                Some(_) => return Err(Problem::invalid("mine", "must be true or false")),
            },
            kind: parse("kind", self.kind.as_deref())?,
            search: parse("q", self.q.as_deref())?,
            standing: parse("status", self.status.as_deref())?,
            unused_for_days: days("unused_for_days", self.unused_for_days.as_deref())?,
            expires_within_days: days("expires_within_days", self.expires_within_days.as_deref())?,
            ..Filter::default()
        })
    }
}

fn days(field: &'static str, text: Option<&str>) -> Result<Option<u32>, Problem> {
    // The range is the use case's to judge; what is no number at all is out of it.
    let parsed = text.map(str::parse).transpose();
    parsed.map_err(|_| Problem::invalid(field, format!("must be 1 to {MAX_DAYS}")))
}

fn parse<T>(field: &'static str, text: Option<&str>) -> Result<Option<T>, Problem>
where
    T: FromStr<Err: Display>,
{
    text.map(str::parse)
        .transpose()
        .map_err(|rule: T::Err| Problem::invalid(field, rule.to_string()))
}

/// Lists the organization's credentials, without the revoked.
///
/// # Errors
/// 400, 401, 403, 404.
#[utoipa::path(
    get,
    path = "/v1/organizations/{organization}/credentials",
    tag = "Credentials",
    params(OfOrganization, ListQuery),
    responses(
        (status = 200, description = "A page of them", body = PageBody<CredentialView>),
        NotFound,
        Refused,
    ),
    security(("caller" = ["credentials:read"])),
)]
pub async fn list(
    request: HttpRequest,
    path: web::Path<String>,
    query: web::Query<ListQuery>,
    state: web::Data<HttpState>,
) -> Result<HttpResponse, Problem> {
    let app = &state.app;
    let (caller, organization) = in_organization(app, &request, "credentials:read", &path).await?;
    let limit = limit(query.limit.as_deref())?;
    let filter = query.filter()?;
    let sort: Sort = parse("sort", query.sort.as_deref())?.unwrap_or_default();
    let stretch = match &query.cursor {
        None => Stretch::First,
        Some(cursor) => credentials::stretch(app, organization.id, sort, cursor)
            .ok_or_else(|| Problem::invalid("cursor", "must be a next_cursor of this list"))?,
    };
    let authority = Authority::Caller(caller);
    let id = organization.id;
    let page = credentials::list_sorted(app, &authority, id, filter, sort, &stretch, limit).await?;
    let next = page.next.as_ref();
    let next = next.and_then(|next| credentials::cursor(app, id, sort, next));
    let data = page.credentials.into_iter();
    let data = data.map(|found| CredentialView::new(app, found)).collect();
    Ok(json(StatusCode::OK, &PageBody::part(data, next)))
}
