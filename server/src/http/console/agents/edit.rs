//! `…/agents/new` and `…/agents/{agent}/edit`: what an agent is called.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::{changeable, find};
use crate::app::agents;
use crate::domain::organization::Agent;
use crate::domain::precondition::Precondition;
use crate::domain::text::{Name, Slug};
use crate::http::console::form::Form;
use crate::http::console::form_errors::FormErrors;
use crate::http::console::place::Place;
use crate::http::console::refusal::Refusal;
use crate::http::console::shell::{Shell, section};
use crate::http::console::visitor::Visitor;

// The short name first: only that can be in the way of another.
const FIELDS: &[&str] = &["slug", "name"];

#[derive(Template)]
#[template(path = "console/agents/edit.html")]
struct EditPage<'a> {
    shell: Shell,
    list: String,
    /// The agent; none for a new one.
    agent: Option<&'a Agent>,
    /// Where the form goes.
    action: String,
    name: &'a str,
    slug: &'a str,
    errors: FormErrors,
}

/// The form for a new agent.
///
/// # Errors
/// 403, 404, 503.
pub async fn empty(visitor: Visitor, path: web::Path<String>) -> Result<HttpResponse, Refusal> {
    let place = changeable(&visitor, &path).await?;
    let page = page(&visitor, &place, None, ("", ""), FormErrors::default()).await?;
    visitor.show(StatusCode::OK, &page)
}

/// Makes an agent.
///
/// # Errors
/// 403, 404, 503. What is wrong with the form stands in the form.
pub async fn create(
    visitor: Visitor,
    path: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Refusal> {
    let place = changeable(&visitor, &path).await?;
    let mut errors = FormErrors::default();
    let slug = errors.required("slug", form.parsed::<Slug>("slug"), "Enter a short name.");
    let name = errors.take("name", form.parsed::<Name>("name"));
    if let (Some(slug), Some(name)) = (slug, name) {
        let (authority, id) = (place.authority(), place.organization.id);
        match agents::create(visitor.app(), &authority, id, slug, name).await {
            Ok(_) => return Ok(visitor.see_other(&place.path("/agents?done=created"))),
            Err(error) => errors.refused(error, FIELDS)?,
        }
    }
    let typed = (form.text("name"), form.text("slug"));
    let page = page(&visitor, &place, None, typed, errors).await?;
    visitor.show(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

/// The form for an agent that is there.
///
/// # Errors
/// 403, 404, 503.
pub async fn form(
    visitor: Visitor,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Refusal> {
    let (place, agent) = find(&visitor, &path.0, &path.1).await?;
    let shown = (agent.name.as_str(), agent.slug.as_str());
    let page = page(&visitor, &place, Some(&agent), shown, FormErrors::default()).await?;
    visitor.show(StatusCode::OK, &page)
}

/// Renames an agent.
///
/// # Errors
/// 403, 404, 503. What is wrong with the form stands in the form.
pub async fn save(
    visitor: Visitor,
    path: web::Path<(String, String)>,
    form: Form,
) -> Result<HttpResponse, Refusal> {
    let (place, agent) = find(&visitor, &path.0, &path.1).await?;
    let mut errors = FormErrors::default();
    let slug = errors.required("slug", form.parsed::<Slug>("slug"), "Enter a short name.");
    let name = errors.required("name", form.parsed::<Name>("name"), "Enter a name.");
    if let (Some(slug), Some(name)) = (slug, name) {
        let (authority, unconditional) = (place.authority(), Precondition::default());
        let (app, organization) = (visitor.app(), place.organization.id);
        let (slug, name) = (Some(slug), Some(name));
        let saved = agents::update(
            app,
            &authority,
            organization,
            agent.id,
            slug,
            name,
            &unconditional,
        );
        match saved.await {
            Ok(_) => return Ok(visitor.see_other(&place.path("/agents?done=saved"))),
            Err(error) => errors.refused(error, FIELDS)?,
        }
    }
    let typed = (form.text("name"), form.text("slug"));
    let page = page(&visitor, &place, Some(&agent), typed, errors).await?;
    visitor.show(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

async fn page<'a>(
    visitor: &Visitor,
    place: &Place,
    agent: Option<&'a Agent>,
    (name, slug): (&'a str, &'a str),
    errors: FormErrors,
) -> Result<EditPage<'a>, Refusal> {
    let shell = visitor.shell(Some(place), section::AGENTS).await?;
    let list = shell.url(&place.path("/agents"));
    Ok(EditPage {
        action: match agent {
            Some(agent) => format!("{list}/{}/edit", agent.id),
            None => list.clone(),
        },
        shell,
        list,
        agent,
        name,
        slug,
        errors,
    })
}
