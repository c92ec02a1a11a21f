//! A page of events, the newest first.

use std::collections::HashMap;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::event::{Event, in_words};
use super::filter::Asked;
use super::place;
use crate::app::App;
use crate::app::audit::{self, AuditEventView};
use crate::app::error::AppError;
use crate::domain::audit::{Action, ActorKind};
use crate::http::console::fields::Fields;
use crate::http::console::place::Place;
use crate::http::console::refusal::Refusal;
use crate::http::console::shell::{Shell, section};
use crate::http::console::visitor::Visitor;

/// How many events a page shows. Each brings its details along.
const PAGE: usize = 12;

#[derive(Template)]
#[template(path = "console/audit/list.html")]
struct AuditPage {
    shell: Shell,
    lede: String,
    /// The address of the list, without a query.
    base: String,
    /// The query of the filter.
    query: String,
    asked: Asked,
    actions: Vec<(&'static str, String)>,
    kinds: [(&'static str, &'static str); 4],
    events: Vec<Event>,
    is_whole: bool,
    shown: String,
    newer: String,
    older: String,
}

/// The events of an organization.
///
/// # Errors
/// 403, 404, 503. What is wrong with the filter stands beside it.
pub async fn of_organization(
    visitor: Visitor,
    path: web::Path<String>,
) -> Result<HttpResponse, Refusal> {
    let place = place(&visitor, &path).await?;
    show(&visitor, Some(&place)).await
}

/// The events of all organizations and of none.
///
/// # Errors
/// As [`of_organization`].
pub async fn all(visitor: Visitor) -> Result<HttpResponse, Refusal> {
    visitor.operator()?;
    show(&visitor, None).await
}

async fn show(visitor: &Visitor, place: Option<&Place>) -> Result<HttpResponse, Refusal> {
    let app = visitor.app();
    let organization_id = place.map(|place| place.organization.id);
    let query = visitor.query();
    let asked = Asked::read(&query, organization_id);
    let part = Part::read(app, &asked, &query).await?;
    let section = match place {
        Some(_) => section::AUDIT,
        None => section::WHOLE_AUDIT,
    };
    let shell = visitor.shell(place, section).await?;
    let base = match place {
        Some(place) => shell.url(&place.path("/audit")),
        None => shell.url("/console/audit"),
    };
    let people = audit::people(app, organization_id, &part.events).await?;
    let names = match place {
        // All are of the one.
        Some(_) => HashMap::new(),
        None => audit::organizations(app, &part.events).await?,
    };
    let at = |number: Option<i64>, name| {
        number.map_or_else(String::new, |number| {
            format!("{base}{}", asked.query(Some((name, number))))
        })
    };
    let shown = match (part.events.first(), part.events.last()) {
        (Some(first), Some(last)) => format!("Numbers {} to {}", first.number, last.number),
        _ => String::new(),
    };
    let status = if asked.errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let page = AuditPage {
        lede: match place {
            Some(_) => "What was done in this organization, by whom, and from where.".to_owned(),
            None => "What was done in all organizations and on the server itself.".to_owned(),
        },
        newer: at(part.newer, "after"),
        older: at(part.older, "before"),
        query: asked.query(None),
        actions: Action::ALL
            .iter()
            .map(|action| (action.as_str(), in_words(action.as_str())))
            .collect(),
        kinds: [
            ActorKind::User,
            ActorKind::Credential,
            ActorKind::Command,
            ActorKind::System,
        ]
        .map(|kind| (kind.as_str(), words(kind))),
        is_whole: place.is_none(),
        shown,
        events: part
            .events
            .into_iter()
            .map(|event| Event::new(event, &people, &names))
            .collect(),
        base,
        asked,
        shell,
    };
    visitor.show(status, &page)
}

const fn words(kind: ActorKind) -> &'static str {
    match kind {
        ActorKind::User => "A person",
        ActorKind::Credential => "A program, by its credential",
        ActorKind::Command => "A command on the server",
        ActorKind::System => "grantd by itself",
    }
}

/// The events of a page, and where those before and after it begin.
struct Part {
    events: Vec<AuditEventView>,
    newer: Option<i64>,
    older: Option<i64>,
}

impl Part {
    /// The page that the query names: those before a number, those after one, or the newest.
    async fn read(app: &App, asked: &Asked, query: &Fields) -> Result<Self, AppError> {
        let number = |name: &str| query.parsed::<i64>(name).ok().flatten();
        let limit = PAGE as u64 + 1;
        let (mut events, is_back) = if let Some(after) = number("after") {
            let mut events = audit::oldest(app, &asked.filter, after, limit).await?;
            let is_more = events.len() > PAGE;
            events.truncate(PAGE);
            events.reverse();
            (events, Some(is_more))
        } else {
            let before = number("before");
            let events = audit::newest(app, &asked.filter, before, limit).await?;
            (events, None)
        };
        let is_more = events.len() > PAGE;
        events.truncate(PAGE);
        let first = events.first().map(|event| event.number);
        let last = events.last().map(|event| event.number);
        // Where one came from, there is something.
        let (has_newer, has_older) = match is_back {
            Some(is_more) => (is_more, true),
            None => (number("before").is_some(), is_more),
        };
        Ok(Self {
            newer: first.filter(|_| has_newer),
            older: last.filter(|_| has_older),
            events,
        })
    }
}
