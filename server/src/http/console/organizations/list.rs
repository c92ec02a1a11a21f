//! `/console/organizations`: those that somebody may enter, and for operators all of them.

use std::collections::HashMap;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use crate::app::identity::{Identity, homes};
use crate::app::organizations;
use crate::domain::ids::OrganizationId;
use crate::domain::organization::Organization;
use crate::domain::search::SearchText;
use crate::domain::user::Role;
use crate::http::console::form_errors::FormErrors;
use crate::http::console::paging::{Pages, Paging, searched};
use crate::http::console::refusal::Refusal;
use crate::http::console::roles;
use crate::http::console::shell::{Shell, section};
use crate::http::console::visitor::Visitor;

/// A row of the table.
struct Row {
    organization: Organization,
    url: String,
    /// What the visitor is there; empty where an operator has no place of the own.
    role: &'static str,
}

#[derive(Template)]
#[template(path = "console/organizations/list.html")]
struct ListPage {
    shell: Shell,
    here: String,
    /// What is looked for, by an operator.
    q: String,
    rows: Vec<Row>,
    pages: Pages,
    errors: FormErrors,
}

/// Shows the list.
///
/// # Errors
/// 503.
pub async fn show(visitor: Visitor) -> Result<HttpResponse, Refusal> {
    let app = visitor.app();
    let own = homes(app, &Identity::from(visitor.user.clone())).await?;
    let roles: HashMap<OrganizationId, Role> = own
        .iter()
        .map(|home| (home.organization.id, home.role))
        .collect();
    let query = visitor.query();
    let mut errors = FormErrors::default();
    let search = errors.take("q", query.parsed::<SearchText>("q")).flatten();
    let q = query.text("q").to_owned();
    let paging = Paging::read(&visitor, &format!("organizations {q}"));
    let page = paging.page();
    let mut found: Vec<Organization> = match visitor.operator() {
        Ok(_) if !errors.is_empty() => Vec::new(),
        Ok(authority) => match &search {
            Some(text) => organizations::search(app, &authority, text, &page).await?,
            None => organizations::list(app, &authority, &page).await?,
        },
        // Nobody has so many that they need a query of their own.
        Err(_) => own
            .into_iter()
            .map(|home| home.organization)
            .filter(|organization| page.after.is_none_or(|after| organization.id.0 > after))
            .collect(),
    };
    let shell = visitor.shell(None, section::ORGANIZATIONS).await?;
    let here = shell.url("/console/organizations");
    let listed = searched(&here, &q);
    let pages = paging.cut(&mut found, |organization| organization.id.0, &listed);
    let rows = found.into_iter().map(|organization| Row {
        url: format!("{here}/{}", organization.slug),
        role: roles
            .get(&organization.id)
            .map_or("", |role| roles::words(*role).name),
        organization,
    });
    let page = ListPage {
        rows: rows.collect(),
        shell,
        here,
        q,
        pages,
        errors,
    };
    visitor.show(StatusCode::OK, &page)
}
