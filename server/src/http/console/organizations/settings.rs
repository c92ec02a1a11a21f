//! `…/settings`: what an organization is called; for operators, how many credentials it may have.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use crate::app::error::AppError;
use crate::app::organizations::{self, Update};
use crate::app::view::OrganizationView;
use crate::domain::organization::Organization;
use crate::domain::text::{Name, Slug};
use crate::http::console::fields::Fields;
use crate::http::console::form::Form;
use crate::http::console::form_errors::FormErrors;
use crate::http::console::place::Place;
use crate::http::console::refusal::Refusal;
use crate::http::console::shell::{Shell, section};
use crate::http::console::version;
use crate::http::console::visitor::Visitor;

const FIELDS: &[&str] = &["name", "slug", "oauth_client_limit", "api_key_limit"];

/// What stands in the form.
struct Shown {
    name: String,
    slug: String,
    oauth_client_limit: String,
    api_key_limit: String,
}

impl Shown {
    fn of(organization: &Organization) -> Self {
        let number = |limit: Option<u32>| limit.map_or_else(String::new, |it| it.to_string());
        Self {
            name: organization.name.to_string(),
            slug: organization.slug.to_string(),
            oauth_client_limit: number(organization.oauth_client_limit),
            api_key_limit: number(organization.api_key_limit),
        }
    }

    fn sent(form: &Fields) -> Self {
        Self {
            name: form.text("name").to_owned(),
            slug: form.text("slug").to_owned(),
            oauth_client_limit: form.text("oauth_client_limit").to_owned(),
            api_key_limit: form.text("api_key_limit").to_owned(),
        }
    }
}

#[derive(Template)]
#[template(path = "console/organizations/settings.html")]
struct SettingsPage {
    shell: Shell,
    here: String,
    shown: Shown,
    version: String,
    oauth_client_hint: String,
    api_key_hint: String,
    errors: FormErrors,
}

/// The form.
///
/// # Errors
/// 403, 404, 503.
pub async fn form(visitor: Visitor, path: web::Path<String>) -> Result<HttpResponse, Refusal> {
    let place = changeable(&visitor, &path).await?;
    let shown = Shown::of(&place.organization);
    let page = page(&visitor, &place, shown, FormErrors::default()).await?;
    visitor.show(StatusCode::OK, &page)
}

/// Takes the form.
///
/// # Errors
/// 403, 404, 503. What is wrong with the form stands in the form.
pub async fn save(
    visitor: Visitor,
    path: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Refusal> {
    let place = changeable(&visitor, &path).await?;
    let mut errors = FormErrors::default();
    if let Some(update) = read(&form, &place, &mut errors) {
        let (authority, expected) = (place.authority(), version::expected(&form)?);
        let (app, id) = (visitor.app(), place.organization.id);
        match organizations::update(app, &authority, id, update, &expected).await {
            Ok(changed) => {
                let page = format!("/console/organizations/{}?done=saved", changed.slug);
                return Ok(visitor.see_other(&page));
            }
            Err(AppError::PreconditionFailed(_)) => errors.add("name", version::OVERTAKEN),
            // The only thing that can be in the way of another is the short name.
            Err(AppError::Conflict(text)) => errors.add("slug", text),
            Err(error) => errors.refused(error, FIELDS)?,
        }
    }
    let page = page(&visitor, &place, Shown::sent(&form), errors).await?;
    visitor.show(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

async fn changeable(visitor: &Visitor, organization: &str) -> Result<Place, Refusal> {
    let place = visitor.place(organization, "organizations:write").await?;
    place
        .caller
        .require_whole_organization()
        .map_err(AppError::from)?;
    Ok(place)
}

fn read(form: &Form, place: &Place, errors: &mut FormErrors) -> Option<Update> {
    let name = errors.required("name", form.parsed::<Name>("name"), "Enter a name.");
    let slug = errors.required("slug", form.parsed::<Slug>("slug"), "Enter a short name.");
    let mut limit = |field| errors.take(field, number(form, field));
    let (oauth_client_limit, api_key_limit) = if place.caller.operator {
        (limit("oauth_client_limit"), limit("api_key_limit"))
    } else {
        (None, None)
    };
    errors.is_empty().then_some(Update {
        slug,
        name,
        api_key_limit,
        oauth_client_limit,
    })
}

/// A number, or nothing for the setting's.
fn number(form: &Form, field: &str) -> Result<Option<u32>, String> {
    form.parsed::<u32>(field)
        .map_err(|_| "must be a whole number, or empty for the general limit".to_owned())
}

async fn page(
    visitor: &Visitor,
    place: &Place,
    shown: Shown,
    errors: FormErrors,
) -> Result<SettingsPage, Refusal> {
    let shell = visitor.shell(Some(place), section::OVERVIEW).await?;
    let limits = &visitor.app().limits;
    let hint = |general: u32| format!("How many at most. Empty: {general}, as for all.");
    Ok(SettingsPage {
        here: shell.url(&place.path("")),
        version: version::of(&OrganizationView::from(place.organization.clone()))?,
        oauth_client_hint: hint(limits.oauth_clients_per_organization),
        api_key_hint: hint(limits.api_keys_per_organization),
        shell,
        shown,
        errors,
    })
}
