//! `…/credentials/{credential}/usage`: of one credential, with its limits.

use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::{DateTime, Utc};

use super::figures::{Figure, figures, is_anything, over_fetch};
use super::range::{CHOICES, Chosen};
use crate::app::credentials;
use crate::app::error::AppError;
use crate::app::usage_report::{LimitUse, QuotaUse, RateLimitUse, report};
use crate::domain::credential::CredentialKind;
use crate::domain::ids::CredentialId;
use crate::domain::limit::QuotaPeriod;
use crate::http::console::chart::meter::{Meter, grouped, utilisation};
use crate::http::console::refusal::Refusal;
use crate::http::console::shell::{Shell, section};
use crate::http::console::visitor::Visitor;

/// A limit and how it stands.
struct Limit {
    name: &'static str,
    /// The limit itself, in words.
    words: String,
    /// What happens beyond it.
    beyond: &'static str,
    /// How much is used, where it is known.
    stand: Option<(Meter, DateTime<Utc>)>,
}

#[derive(Template)]
#[template(path = "console/usage/credential.html")]
struct UsagePage {
    shell: Shell,
    action: String,
    name: String,
    /// The page of the credential.
    back: String,
    is_key: bool,
    choices: [(&'static str, &'static str); 5],
    chosen: Chosen,
    words: String,
    is_anything: bool,
    last_used: Option<DateTime<Utc>>,
    over_fetch: Option<String>,
    limits: Vec<Limit>,
    figures: Vec<Figure>,
}

/// Shows what a credential is used for.
///
/// # Errors
/// 403, 404, 503. What is wrong with the choice of time stands beside it.
pub async fn show(
    visitor: Visitor,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Refusal> {
    let place = visitor.place(&path.0, "usage:read").await?;
    let id: CredentialId = path
        .1
        .parse()
        .map_err(|_| AppError::NotFound("credential"))?;
    let (app, authority) = (visitor.app(), place.authority());
    let organization_id = place.organization.id;
    let credential = credentials::show(app, &authority, organization_id, id).await?;
    let chosen = Chosen::read(&visitor.query(), app.now())?;
    let usage = report(app, &authority, organization_id, id, chosen.range).await?;
    let is_key = credential.kind == CredentialKind::ApiKey;
    let section = if is_key {
        section::KEYS
    } else {
        section::CREDENTIALS
    };
    let shell = visitor.shell(Some(&place), section).await?;
    let rate = usage.rate_limit.as_ref().map(rate_limit);
    let page = UsagePage {
        action: shell.url(&place.path(&format!("/credentials/{id}/usage"))),
        back: shell.url(&place.path(&format!("/credentials/{id}"))),
        name: credential.name.to_string(),
        is_key,
        choices: CHOICES,
        words: chosen.words(),
        is_anything: is_anything(&usage.total),
        last_used: usage.last_used_at,
        over_fetch: over_fetch(&usage.total),
        limits: rate
            .into_iter()
            .chain(usage.quota.as_ref().map(quota))
            .collect(),
        figures: figures(chosen.range, &usage.total, &usage.steps),
        chosen,
        shell,
    };
    visitor.show(page.chosen.status(), &page)
}

fn rate_limit(limit: &RateLimitUse) -> Limit {
    let requests = grouped(limit.requests.into());
    Limit {
        name: "Rate limit",
        words: match limit.per_seconds {
            1 => format!("{requests} requests a second"),
            60 => format!("{requests} requests a minute"),
            3_600 => format!("{requests} requests an hour"),
            seconds => format!("{requests} requests in {} seconds", grouped(seconds.into())),
        },
        beyond: beyond(limit.enforce),
        stand: limit.now.as_ref().map(|now| stand(now, limit.requests)),
    }
}

fn quota(quota: &QuotaUse) -> Limit {
    let requests = grouped(quota.requests.into());
    Limit {
        name: "Quota",
        words: match quota.per {
            QuotaPeriod::Day => format!("{requests} requests a day"),
            QuotaPeriod::Month => format!("{requests} requests a month"),
        },
        beyond: beyond(quota.enforce),
        stand: Some(stand(&quota.now, quota.requests)),
    }
}

const fn beyond(enforce: bool) -> &'static str {
    if enforce {
        "Requests beyond it are refused."
    } else {
        "Requests beyond it are counted, and let pass."
    }
}

fn stand(now: &LimitUse, requests: u32) -> (Meter, DateTime<Utc>) {
    (utilisation(now.used, requests.into()), now.resets_at)
}
