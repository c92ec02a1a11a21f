//! `/console/organizations/{organization}`: an organization at a glance.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::attention::Kind;
use crate::app::credentials::{self, Filter};
use crate::app::{agents, users};
use crate::domain::credential::{Credential, CredentialKind};
use crate::domain::organization::{Agent, Organization};
use crate::http::console::refusal::Refusal;
use crate::http::console::roles::{self, RoleWords};
use crate::http::console::shell::{Shell, section};
use crate::http::console::visitor::Visitor;
use crate::store::Page;

/// How many agents and keys are named.
const NAMED: usize = 5;

#[derive(Template)]
#[template(path = "console/organizations/overview.html")]
struct OverviewPage {
    shell: Shell,
    here: String,
    organization: Organization,
    /// What the visitor is here; none for an operator without a place.
    role: Option<&'static RoleWords>,
    kinds: Vec<Kind>,
    agents: Vec<Agent>,
    more_agents: bool,
    /// API keys that the visitor made, or that are the visitor's own.
    keys: Vec<Credential>,
    more_keys: bool,
    may_change: bool,
}

impl OverviewPage {
    /// Whether there is nothing to be done.
    fn is_quiet(&self) -> bool {
        self.kinds.iter().all(Kind::is_quiet)
    }
}

/// Shows it.
///
/// # Errors
/// 403, 404, 503.
pub async fn show(visitor: Visitor, path: web::Path<String>) -> Result<HttpResponse, Refusal> {
    let place = visitor.place(&path, "organizations:read").await?;
    let (app, authority, id) = (visitor.app(), place.authority(), place.organization.id);
    let places = users::memberships(app, visitor.user.id).await?;
    let own = places.iter().find(|own| own.organization_id == id);
    let shell = visitor.shell(Some(&place), section::OVERVIEW).await?;
    let mut kinds = Vec::new();
    if place.may("credentials:read") {
        for kind in [CredentialKind::OauthClient, CredentialKind::ApiKey] {
            kinds.push(Kind::of(app, &shell, &place, kind).await?);
        }
    }
    let some = Page {
        after: None,
        limit: NAMED as u64 + 1,
    };
    let mut agents = agents::list(app, &authority, id, &some).await?;
    let mine = Filter {
        mine: true,
        kind: Some(CredentialKind::ApiKey),
        ..Filter::default()
    };
    let mut keys = credentials::list(app, &authority, id, mine, &some).await?;
    let page = OverviewPage {
        here: shell.url(&place.path("")),
        role: own.map(|own| roles::words(own.role)),
        more_agents: cut(&mut agents),
        more_keys: cut(&mut keys),
        may_change: place.may("organizations:write"),
        organization: place.organization,
        shell,
        kinds,
        agents,
        keys,
    };
    visitor.show(StatusCode::OK, &page)
}

/// Leaves those that are named, and says whether there are more.
fn cut<T>(found: &mut Vec<T>) -> bool {
    let more = found.len() > NAMED;
    found.truncate(NAMED);
    more
}
