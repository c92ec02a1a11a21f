//! `…/members/{user}/edit`: what a member may do.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::find;
use super::place_fields::{PlaceFields, read, refused};
use crate::app::error::AppError;
use crate::app::members::{self, Member, Update};
use crate::app::view::MemberView;
use crate::http::console::form::Form;
use crate::http::console::form_errors::FormErrors;
use crate::http::console::place::Place;
use crate::http::console::refusal::Refusal;
use crate::http::console::shell::{Shell, section};
use crate::http::console::version;
use crate::http::console::visitor::Visitor;

const FIELDS: &[&str] = &["role", "agents"];

#[derive(Template)]
#[template(path = "console/members/edit.html")]
struct EditPage {
    shell: Shell,
    list: String,
    member: Member,
    version: String,
    fields: PlaceFields,
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
    let (place, member) = find(&visitor, &path.0, &path.1).await?;
    let fields = PlaceFields::of(&visitor, &place, &member.place).await?;
    let page = page(&visitor, &place, member, fields, FormErrors::default()).await?;
    visitor.show(StatusCode::OK, &page)
}

/// Changes the place.
///
/// # Errors
/// 403, 404, 503. What is wrong with the form stands in the form.
pub async fn save(
    visitor: Visitor,
    path: web::Path<(String, String)>,
    form: Form,
) -> Result<HttpResponse, Refusal> {
    let (place, member) = find(&visitor, &path.0, &path.1).await?;
    let mut errors = FormErrors::default();
    if let Some((role, agents)) = read(&form, &mut errors) {
        let update = Update {
            role: Some(role),
            agents: Some(agents),
        };
        let (authority, expected) = (place.authority(), version::expected(&form)?);
        let (app, id, user) = (visitor.app(), place.organization.id, member.user.id);
        match members::update(app, &authority, id, user, update, &expected).await {
            Ok(updated) => {
                let done = if updated.credentials_revoked > 0 {
                    "member-changed-credentials-gone"
                } else {
                    "member-changed"
                };
                return Ok(visitor.see_other(&place.path(&format!("/members?done={done}"))));
            }
            Err(AppError::PreconditionFailed(_)) => errors.add("role", version::OVERTAKEN),
            Err(error) => refused(error, FIELDS, &mut errors)?,
        }
    }
    let fields = PlaceFields::sent(&visitor, &place, &form).await?;
    let page = page(&visitor, &place, member, fields, errors).await?;
    visitor.show(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

async fn page(
    visitor: &Visitor,
    place: &Place,
    member: Member,
    fields: PlaceFields,
    errors: FormErrors,
) -> Result<EditPage, Refusal> {
    let shell = visitor.shell(Some(place), section::MEMBERS).await?;
    Ok(EditPage {
        list: shell.url(&place.path("/members")),
        version: version::of(&MemberView::from(member.clone()))?,
        shell,
        member,
        fields,
        errors,
    })
}
