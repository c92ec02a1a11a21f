//! `/console/users/{user}`: one account.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::{DateTime, Utc};

use super::{ALL, find};
use crate::app::identity::{Home, Identity, homes};
use crate::app::second_factor;
use crate::app::sessions;
use crate::domain::user::User;
use crate::http::console::refusal::Refusal;
use crate::http::console::roles;
use crate::http::console::shell::{Shell, section};
use crate::http::console::visitor::Visitor;

/// How many places are named.
const NAMED: usize = 100;

#[derive(Template)]
#[template(path = "console/users/detail.html")]
struct DetailPage {
    shell: Shell,
    list: String,
    here: String,
    user: User,
    me: bool,
    homes: Vec<Home>,
    more_homes: usize,
    /// In how many places the user is signed in.
    sessions: usize,
    /// When the user was last here.
    last_seen: Option<DateTime<Utc>>,
    /// Since when a second factor is asked of the user.
    second_factor: Option<DateTime<Utc>>,
}

/// Shows it.
///
/// # Errors
/// 404, also for anybody but operators; 503.
pub async fn show(visitor: Visitor, path: web::Path<String>) -> Result<HttpResponse, Refusal> {
    let (_, user) = find(&visitor, &path).await?;
    let app = visitor.app();
    let mut homes = homes(app, &Identity::from(user.clone())).await?;
    homes.sort_by(|a, b| a.organization.name.cmp(&b.organization.name));
    let more_homes = homes.len().saturating_sub(NAMED);
    homes.truncate(NAMED);
    let sessions = sessions::list(app, user.id).await?;
    let shell = visitor.shell(None, section::USERS).await?;
    let page = DetailPage {
        list: shell.url(ALL),
        here: shell.url(&format!("{ALL}/{}", user.id)),
        me: user.id == visitor.user.id,
        homes,
        more_homes,
        last_seen: sessions.iter().map(|session| session.last_seen_at).max(),
        sessions: sessions.len(),
        second_factor: second_factor::state(app, user.id).await?.active_since,
        shell,
        user,
    };
    visitor.show(StatusCode::OK, &page)
}
