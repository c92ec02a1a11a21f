//! `…/credentials/{credential}/edit`: name, description, expiry; for those who may, the limits.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::actions::Actions;
use super::kind::{KindWords, words};
use super::limit_fields::LimitFields;
use super::{expiry, find};
use crate::app::App;
use crate::app::credentials::{self, Update};
use crate::app::error::AppError;
use crate::app::etag;
use crate::app::view::CredentialView;
use crate::domain::credential::Credential;
use crate::domain::precondition::{EntityTag, Precondition, Tags};
use crate::domain::text::{Description, Name};
use crate::http::console::fields::Fields;
use crate::http::console::form::Form;
use crate::http::console::form_errors::FormErrors;
use crate::http::console::place::Place;
use crate::http::console::refusal::Refusal;
use crate::http::console::shell::Shell;
use crate::http::console::visitor::Visitor;

/// The field that says which state of the credential the form showed.
const VERSION: &str = "version";

/// What stands in the form.
struct Shown {
    name: String,
    description: String,
    expires_at: String,
    limits: LimitFields,
}

impl Shown {
    fn of(credential: &Credential) -> Self {
        let description = credential.description.as_ref();
        Self {
            name: credential.name.to_string(),
            description: description.map_or_else(String::new, ToString::to_string),
            expires_at: expiry::shown(credential.expires_at),
            limits: LimitFields::of(credential.rate_limit, credential.quota),
        }
    }

    fn sent(form: &Fields) -> Self {
        Self {
            name: form.text("name").to_owned(),
            description: form.text("description").to_owned(),
            expires_at: form.text("expires_at").to_owned(),
            limits: LimitFields::sent(form),
        }
    }
}

#[derive(Template)]
#[template(path = "console/credentials/edit.html")]
struct EditPage<'a> {
    shell: Shell,
    words: &'static KindWords,
    credential: &'a Credential,
    actions: Actions,
    shown: Shown,
    version: String,
    /// Whether somebody else has changed it since the form was opened.
    overtaken: bool,
    may_limit: bool,
    errors: FormErrors,
}

/// The form.
///
/// # Errors
/// 403, 404, 503.
pub async fn form(
    visitor: Visitor,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Refusal> {
    let (place, credential) = find(&visitor, "credentials:write", &path.0, &path.1).await?;
    let shown = Shown::of(&credential);
    let page = page(&visitor, &place, &credential, shown, FormErrors::default()).await?;
    visitor.show(StatusCode::OK, &page)
}

/// Takes the form.
///
/// # Errors
/// 403, 404, 503. What is wrong with the form stands in the form, and also that somebody else has
/// changed the credential since it was opened.
pub async fn save(
    visitor: Visitor,
    path: web::Path<(String, String)>,
    form: Form,
) -> Result<HttpResponse, Refusal> {
    let (place, credential) = find(&visitor, "credentials:write", &path.0, &path.1).await?;
    let shown = Shown::sent(&form);
    let mut errors = FormErrors::default();
    let update = read(&form, &shown, &place, &credential, &mut errors);
    let mut overtaken = tag_of(visitor.app(), &credential)? != form.text(VERSION);
    if let (Some(update), false) = (update, overtaken) {
        let (authority, expected) = (place.authority(), expected(form.text(VERSION))?);
        let (organization, id) = (place.organization.id, credential.id);
        let app = visitor.app();
        match credentials::update(app, &authority, organization, id, update, &expected).await {
            Ok(_) => {
                let page = format!("/credentials/{id}?done=changed");
                return Ok(visitor.see_other(&place.path(&page)));
            }
            // Within this moment.
            Err(AppError::PreconditionFailed(_)) => overtaken = true,
            Err(error) => errors.refused(error, &["name", "description", "expires_at"])?,
        }
    }
    let mut page = page(&visitor, &place, &credential, shown, errors).await?;
    page.overtaken = overtaken;
    let status = if overtaken {
        StatusCode::CONFLICT
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    visitor.show(status, &page)
}

/// What is to change; nothing where something is wrong with the form.
fn read(
    form: &Form,
    shown: &Shown,
    place: &Place,
    before: &Credential,
    errors: &mut FormErrors,
) -> Option<Update> {
    let name = errors.required("name", form.parsed::<Name>("name"), "Enter a name.");
    let description = errors.take("description", form.parsed::<Description>("description"));
    let end = errors.take(
        "expires_at",
        expiry::read(&shown.expires_at, before.expires_at),
    );
    let limits = may_limit(place).then(|| shown.limits.read(errors));
    if !errors.is_empty() {
        return None;
    }
    Some(Update {
        name,
        enabled: None,
        expires_at: end?,
        description,
        rate_limit: limits.map(|(rate_limit, _)| rate_limit),
        quota: limits.map(|(_, quota)| quota),
    })
}

/// An admin of some agents only cannot loosen a limit, and is not shown the fields.
fn may_limit(place: &Place) -> bool {
    place.caller.agents().is_none()
}

/// The state of the credential, as the hidden field has it.
fn tag_of(app: &App, credential: &Credential) -> Result<String, AppError> {
    let tag = etag::of(&CredentialView::new(app, credential.clone()))?;
    Ok(tag.as_str().trim_matches('"').to_owned())
}

fn expected(version: &str) -> Result<Precondition, AppError> {
    let tag = EntityTag::new(version);
    let tags = Tags::parse([tag.as_str().as_bytes()]);
    Ok(Precondition {
        if_match: Some(tags.map_err(|rule| AppError::invalid(VERSION, rule))?),
        if_none_match: None,
    })
}

async fn page<'a>(
    visitor: &Visitor,
    place: &Place,
    credential: &'a Credential,
    shown: Shown,
    errors: FormErrors,
) -> Result<EditPage<'a>, Refusal> {
    let words = words(credential.kind);
    let shell = visitor.shell(Some(place), words.section).await?;
    Ok(EditPage {
        words,
        actions: Actions::of(&shell, place, credential),
        version: tag_of(visitor.app(), credential)?,
        overtaken: false,
        may_limit: may_limit(place),
        shell,
        credential,
        shown,
        errors,
    })
}
