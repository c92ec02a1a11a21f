//! `/console/users`: all of them, and those whose address holds a text.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use super::ALL;
use crate::app::App;
use crate::app::error::AppError;
use crate::app::identity::{Home, Identity, homes};
use crate::app::users;
use crate::domain::search::SearchText;
use crate::domain::user::User;
use crate::http::console::form_errors::FormErrors;
use crate::http::console::paging::{Pages, Paging, searched};
use crate::http::console::refusal::Refusal;
use crate::http::console::roles;
use crate::http::console::shell::{Shell, section};
use crate::http::console::visitor::Visitor;

/// How many places of a user are named.
const NAMED: usize = 3;

/// A row of the table.
struct Row {
    user: User,
    homes: Vec<Home>,
    /// How many more places there are.
    more_homes: usize,
    /// Whether it is the visitor.
    me: bool,
}

#[derive(Template)]
#[template(path = "console/users/list.html")]
struct ListPage {
    shell: Shell,
    here: String,
    q: String,
    rows: Vec<Row>,
    pages: Pages,
    errors: FormErrors,
}

/// Shows the list.
///
/// # Errors
/// 404 for anybody but operators, 503. What cannot be looked for stands in the form.
pub async fn show(visitor: Visitor) -> Result<HttpResponse, Refusal> {
    visitor.operator()?;
    let (app, query) = (visitor.app(), visitor.query());
    let mut errors = FormErrors::default();
    let search = errors.take("q", query.parsed::<SearchText>("q")).flatten();
    let q = query.text("q").to_owned();
    let paging = Paging::read(&visitor, &format!("users {q}"));
    let mut found = if errors.is_empty() {
        users::search(app, search.as_ref(), &paging.page()).await?
    } else {
        Vec::new()
    };
    let shell = visitor.shell(None, section::USERS).await?;
    let here = shell.url(ALL);
    let pages = paging.cut(&mut found, |user| user.id.0, &searched(&here, &q));
    let mut rows = Vec::with_capacity(found.len());
    for user in found {
        rows.push(row(app, user, &visitor.user).await?);
    }
    let status = if errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let page = ListPage {
        shell,
        here,
        q,
        rows,
        pages,
        errors,
    };
    visitor.show(status, &page)
}

async fn row(app: &App, user: User, visitor: &User) -> Result<Row, AppError> {
    let mut homes = homes(app, &Identity::from(user.clone())).await?;
    homes.sort_by(|a, b| a.organization.name.cmp(&b.organization.name));
    let more_homes = homes.len().saturating_sub(NAMED);
    homes.truncate(NAMED);
    Ok(Row {
        me: user.id == visitor.id,
        user,
        homes,
        more_homes,
    })
}
