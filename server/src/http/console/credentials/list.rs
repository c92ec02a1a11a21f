//! `…/credentials`: all of one kind, and how much room there is for more.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::{DateTime, Utc};

use super::actions::Actions;
use super::kind::{KindWords, words};
use super::query::Query;
use super::state::{self, State};
use super::whose::Names;
use crate::app::credentials::{self, Room};
use crate::domain::credential::Credential;
use crate::domain::credential_list::{Sort, SortBy};
use crate::domain::organization::Agent;
use crate::http::console::form_errors::FormErrors;
use crate::http::console::place::Place;
use crate::http::console::refusal::Refusal;
use crate::http::console::shell::Shell;
use crate::http::console::visitor::Visitor;

/// How many are shown on a page.
const A_PAGE: u64 = 20;

/// How many scopes of a credential are named.
const SCOPES: usize = 3;

/// A row of the table.
struct Row<'a> {
    credential: &'a Credential,
    state: State,
    agent: String,
    owner: String,
    scopes: String,
    more_scopes: usize,
    actions: Actions,
}

/// The head of a column that can be sorted.
struct Column {
    label: &'static str,
    /// The address of the list sorted by it, or the other way round.
    url: String,
    /// As `aria-sort` says it; empty where the list goes by another.
    sorted: &'static str,
}

/// A credential that could go to make room.
struct Candidate {
    name: String,
    last_used_at: Option<DateTime<Utc>>,
    url: String,
}

#[derive(Template)]
#[template(path = "console/credentials/list.html")]
struct ListPage<'a> {
    shell: Shell,
    words: &'static KindWords,
    query: &'a Query,
    errors: FormErrors,
    rows: Vec<Row<'a>>,
    columns: [Column; 4],
    agents: Vec<Agent>,
    /// The address of this list without filters.
    list: String,
    /// The address that makes another one; empty where the visitor may not.
    make: String,
    may_change: bool,
    room: Room,
    candidates: Vec<Candidate>,
    /// How many there are, in words.
    counted: String,
    previous: String,
    next: String,
}

/// Shows the list.
///
/// # Errors
/// 403, 404, 503. What cannot be looked for stands in the form.
pub async fn show(visitor: Visitor, path: web::Path<String>) -> Result<HttpResponse, Refusal> {
    let place = visitor.place(&path, "credentials:read").await?;
    let mut errors = FormErrors::default();
    let query = Query::read(&visitor.query(), &mut errors);
    let (app, authority) = (visitor.app(), place.authority());
    let (organization, sort) = (place.organization.id, query.sort);

    // A place that is not in this list, as after another order was chosen by hand, is its beginning.
    let stretch = credentials::stretch(app, organization, sort, &query.page).unwrap_or_default();
    let filter = query.filter();
    let counted = filter.clone();
    let found = credentials::list_sorted(
        app,
        &authority,
        organization,
        filter,
        sort,
        &stretch,
        A_PAGE,
    )
    .await?;
    let count = credentials::count(app, &authority, organization, counted).await?;
    let room = credentials::room(app, &authority, organization, query.kind).await?;

    let words = words(query.kind);
    let shell = visitor.shell(Some(&place), words.section).await?;
    let mut names = Names::new(app, &place);
    let agents = names.agents().await?;
    let mut rows = Vec::with_capacity(found.credentials.len());
    for credential in &found.credentials {
        rows.push(row(&place, &mut names, credential, app.now()).await?);
    }
    let here = shell.url(&place.path("/credentials"));
    let cursor = |stretch| {
        let cursor = credentials::cursor(app, organization, sort, stretch)?;
        Some(format!("{here}?{}", query.at(&cursor)))
    };
    let may_change = place.may("credentials:write");
    let status = if errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let page = ListPage {
        words,
        rows,
        columns: columns(&here, &query),
        agents,
        list: format!("{here}?kind={}", query.kind),
        make: if may_change && !room.is_full {
            format!("{here}/new?kind={}", query.kind)
        } else {
            String::new()
        },
        may_change,
        candidates: candidates(&here, &room),
        room,
        counted: if query.narrows() {
            format!("{count} found")
        } else {
            format!("{count} in all")
        },
        previous: found.previous.as_ref().and_then(cursor).unwrap_or_default(),
        next: found.next.as_ref().and_then(cursor).unwrap_or_default(),
        query: &query,
        errors,
        shell,
    };
    visitor.show(status, &page)
}

async fn row<'a>(
    place: &Place,
    names: &mut Names<'_>,
    credential: &'a Credential,
    now: DateTime<Utc>,
) -> Result<Row<'a>, Refusal> {
    let scopes: Vec<&str> = credential
        .scopes
        .iter()
        .take(SCOPES)
        .map(AsRef::as_ref)
        .collect();
    Ok(Row {
        credential,
        state: state::of_credential(credential, now),
        agent: names.agent(credential).await?,
        owner: names.owner(credential).await?,
        scopes: scopes.join(", "),
        more_scopes: credential.scopes.len().saturating_sub(SCOPES),
        actions: Actions::below(&format!("credentials/{}", credential.id), place, credential),
    })
}

fn columns(here: &str, query: &Query) -> [Column; 4] {
    [
        ("Name", SortBy::Name),
        ("Created", SortBy::CreatedAt),
        ("Last used", SortBy::LastUsedAt),
        ("Expires", SortBy::ExpiresAt),
    ]
    .map(|(label, by)| {
        let current = query.sort.by == by;
        let descending = current && !query.sort.descending;
        Column {
            label,
            url: format!("{here}?{}", query.sorted(Sort { by, descending })),
            sorted: match (current, query.sort.descending) {
                (false, _) => "",
                (true, false) => "ascending",
                (true, true) => "descending",
            },
        }
    })
}

fn candidates(here: &str, room: &Room) -> Vec<Candidate> {
    if !room.is_full {
        return Vec::new();
    }
    let candidate = |credential: &Credential| Candidate {
        name: credential.name.to_string(),
        last_used_at: credential.last_used_at,
        url: format!("{here}/{}/delete", credential.id),
    };
    room.candidates.iter().map(candidate).collect()
}
