//! `/v1/organizations/{organization}/usage` and `…/credentials/{credential}/usage`

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::caller::in_organization;
use super::credentials::in_path;
use super::json;
use crate::app::authority::Authority;
use crate::app::organization_usage::{self, OrganizationUsageView};
use crate::app::usage_report::{UsageView, report};
use crate::domain::time::Rfc3339;
use crate::domain::usage_range::{InvalidStep, StepLength, UsageRange};
use crate::http::HttpState;
use crate::http::openapi::parameters::{OfCredential, OfOrganization};
use crate::http::openapi::responses::{NotFound, Refused};
use crate::http::problem::Problem;

/// Over which time, as text, so that each part is judged and named here.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct UsageQuery {
    /// The beginning: at most 31 days before the end, or 400 days with `step=day`. A day before the
    /// end where absent, or 30 days with `step=day`.
    #[param(value_type = Option<Rfc3339>)]
    from: Option<String>,
    /// The end; now where absent.
    #[param(value_type = Option<Rfc3339>)]
    to: Option<String>,
    /// The length of the steps. Days are those of UTC.
    #[param(value_type = Option<StepLength>)]
    step: Option<String>,
}

impl UsageQuery {
    fn read(&self, now: DateTime<Utc>) -> Result<UsageRange, Problem> {
        let step = match self.step.as_deref().map(str::parse) {
            None => StepLength::default(),
            Some(step) => {
                step.map_err(|rule: InvalidStep| Problem::invalid("step", rule.to_string()))?
            }
        };
        let from = moment("from", self.from.as_deref())?;
        let to = moment("to", self.to.as_deref())?;
        UsageRange::new(from, to, step, now)
            .map_err(|invalid| Problem::invalid(invalid.field, invalid.rule))
    }
}

fn moment(field: &'static str, text: Option<&str>) -> Result<Option<DateTime<Utc>>, Problem> {
    let Some(text) = text else {
        return Ok(None);
    };
    match text.parse() {
        Ok(Rfc3339(moment)) => Ok(Some(moment)),
        Err(rule) => Err(Problem::invalid(field, rule.to_string())),
    }
}

/// Shows what one was used for, by hour or by day, and how its limits stand.
///
/// # Errors
/// 400, 401, 403, 404.
#[utoipa::path(
    get,
    path = "/v1/organizations/{organization}/credentials/{credential}/usage",
    tag = "Usage",
    params(OfCredential, UsageQuery),
    responses(
        (status = 200, description = "What it was used for", body = UsageView),
        NotFound,
        Refused,
    ),
    security(("caller" = ["usage:read"])),
)]
pub async fn show(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    query: web::Query<UsageQuery>,
    state: web::Data<HttpState>,
) -> Result<HttpResponse, Problem> {
    let app = &state.app;
    let (caller, organization, id) = in_path(app, &request, "usage:read", &path.0, &path.1).await?;
    let range = query.read(app.now())?;
    let usage = report(app, &Authority::Caller(caller), organization.id, id, range).await?;
    Ok(json(StatusCode::OK, &usage))
}

/// Shows what all credentials of an organization were used for, by hour or by day, and which of them
/// the most. Who acts for single agents is shown what their credentials were used for.
///
/// # Errors
/// 400, 401, 403, 404.
#[utoipa::path(
    get,
    path = "/v1/organizations/{organization}/usage",
    tag = "Usage",
    params(OfOrganization, UsageQuery),
    responses(
        (status = 200, description = "What they were used for", body = OrganizationUsageView),
        NotFound,
        Refused,
    ),
    security(("caller" = ["usage:read"])),
)]
pub async fn of_organization(
    request: HttpRequest,
    path: web::Path<String>,
    query: web::Query<UsageQuery>,
    state: web::Data<HttpState>,
) -> Result<HttpResponse, Problem> {
    let app = &state.app;
    let (caller, organization) = in_organization(app, &request, "usage:read", &path).await?;
    let range = query.read(app.now())?;
    let authority = Authority::Caller(caller);
    let usage = organization_usage::report(app, &authority, organization.id, range).await?;
    Ok(json(StatusCode::OK, &usage))
}
