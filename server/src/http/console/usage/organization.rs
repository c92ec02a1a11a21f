//! `/console/organizations/{organization}/usage`: of all credentials, or of those of the agents that
//! somebody administers.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::figures::{Figure, figures, is_anything, over_fetch};
use super::range::{CHOICES, Chosen};
use crate::app::organization_usage::{self, CredentialUseView, OrganizationUsageView};
use crate::domain::credential::{CredentialKind, CredentialStatus};
use crate::domain::duration::in_words;
use crate::http::console::chart::meter::grouped;
use crate::http::console::place::Place;
use crate::http::console::refusal::Refusal;
use crate::http::console::shell::{Shell, section};
use crate::http::console::visitor::Visitor;

/// A credential in a list of those that stand out.
struct Used {
    /// The address of its usage; empty where it is deleted.
    url: String,
    name: String,
    kind: &'static str,
    tokens: String,
    needed: String,
    calls: String,
    over_fetch: String,
}

#[derive(Template)]
#[template(path = "console/usage/organization.html")]
struct UsagePage {
    shell: Shell,
    action: String,
    credentials: String,
    choices: [(&'static str, &'static str); 5],
    chosen: Chosen,
    words: String,
    lede: String,
    flush_every: String,
    is_anything: bool,
    over_fetch: Option<String>,
    figures: Vec<Figure>,
    most_used: Vec<Used>,
    over_fetching: Vec<Used>,
}

/// Shows what an organization's credentials are used for.
///
/// # Errors
/// 403, 404, 503. What is wrong with the choice of time stands beside it.
pub async fn show(visitor: Visitor, path: web::Path<String>) -> Result<HttpResponse, Refusal> {
    let place = visitor.place(&path, "usage:read").await?;
    let app = visitor.app();
    let chosen = Chosen::read(&visitor.query(), app.now())?;
    let authority = place.authority();
    let report =
        organization_usage::report(app, &authority, place.organization.id, chosen.range).await?;
    let shell = visitor.shell(Some(&place), section::USAGE).await?;
    let OrganizationUsageView {
        total,
        steps,
        most_used,
        over_fetching,
        ..
    } = report;
    let used = |list: Vec<CredentialUseView>| -> Vec<Used> {
        list.into_iter()
            .map(|it| used(&shell, &place, it))
            .collect()
    };
    let whose = if authority.agents().is_some() {
        "all credentials of the agents that you administer"
    } else {
        "all credentials of this organization"
    };
    let page = UsagePage {
        action: shell.url(&place.path("/usage")),
        credentials: shell.url(&place.path("/credentials?kind=oauth_client")),
        choices: CHOICES,
        words: chosen.words(),
        lede: format!("What {whose} are used for."),
        flush_every: in_words(app.usage.flush_every),
        is_anything: is_anything(&total),
        over_fetch: over_fetch(&total),
        figures: figures(chosen.range, &total, &steps),
        most_used: used(most_used),
        over_fetching: used(over_fetching),
        chosen,
        shell,
    };
    visitor.show(page.chosen.status(), &page)
}

fn used(shell: &Shell, place: &Place, it: CredentialUseView) -> Used {
    let id = it.credential_id;
    let url = match it.status {
        CredentialStatus::Revoked => String::new(),
        _ => shell.url(&place.path(&format!("/credentials/{id}/usage"))),
    };
    Used {
        url,
        name: it.name.to_string(),
        kind: match it.kind {
            CredentialKind::OauthClient => "API credentials",
            CredentialKind::ApiKey => "API key",
        },
        tokens: grouped(it.counts.tokens_issued),
        needed: grouped(it.counts.tokens_needed),
        calls: grouped(it.counts.calls_verified),
        over_fetch: over_fetch(&it.counts).unwrap_or_default(),
    }
}
