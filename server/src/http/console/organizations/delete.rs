//! `…/delete`: an organization gone, with all that it owns.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use crate::app::error::AppError;
use crate::app::organizations;
use crate::domain::precondition::Precondition;
use crate::http::console::form::Form;
use crate::http::console::form_errors::FormErrors;
use crate::http::console::place::Place;
use crate::http::console::refusal::Refusal;
use crate::http::console::shell::{Shell, section};
use crate::http::console::visitor::Visitor;

#[derive(Template)]
#[template(path = "console/organizations/delete.html")]
struct DeletePage<'a> {
    shell: Shell,
    here: String,
    name: &'a str,
    slug: &'a str,
    typed: &'a str,
    errors: FormErrors,
}

/// Says what goes, and asks for the short name.
///
/// # Errors
/// 403, 404, 503.
pub async fn confirm(visitor: Visitor, path: web::Path<String>) -> Result<HttpResponse, Refusal> {
    let place = deletable(&visitor, &path).await?;
    let page = page(&visitor, &place, "", FormErrors::default()).await?;
    visitor.show(StatusCode::OK, &page)
}

/// Deletes the organization.
///
/// # Errors
/// 403, 404, 503. A short name that is not the organization's stands in the form.
pub async fn delete(
    visitor: Visitor,
    path: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Refusal> {
    let place = deletable(&visitor, &path).await?;
    let typed = form.text("confirm_slug");
    if typed != place.organization.slug.as_str() {
        let mut errors = FormErrors::default();
        errors.add(
            "confirm_slug",
            "This must be the short name as it stands above.",
        );
        let page = page(&visitor, &place, typed, errors).await?;
        return visitor.show(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    let (authority, unconditional) = (place.authority(), Precondition::default());
    let id = place.organization.id;
    organizations::delete(visitor.app(), &authority, id, &unconditional).await?;
    Ok(visitor.see_other("/console/organizations?done=organization-deleted"))
}

async fn deletable(visitor: &Visitor, organization: &str) -> Result<Place, Refusal> {
    let place = visitor.place(organization, "organizations:write").await?;
    place.caller.require_operator().map_err(AppError::from)?;
    Ok(place)
}

async fn page<'a>(
    visitor: &Visitor,
    place: &'a Place,
    typed: &'a str,
    errors: FormErrors,
) -> Result<DeletePage<'a>, Refusal> {
    let shell = visitor.shell(Some(place), section::OVERVIEW).await?;
    Ok(DeletePage {
        here: shell.url(&place.path("")),
        name: place.organization.name.as_str(),
        slug: place.organization.slug.as_str(),
        shell,
        typed,
        errors,
    })
}
