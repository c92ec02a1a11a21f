//! `…/members/new`: a place for another person. Who has no account yet gets an invitation, which is
//! shown to whoever adds them.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::changeable;
use super::place_fields::{PlaceFields, read, refused};
use crate::app::one_time_links::{self, Invitation};
use crate::domain::text::Email;
use crate::http::console::form::Form;
use crate::http::console::form_errors::FormErrors;
use crate::http::console::link_once;
use crate::http::console::place::Place;
use crate::http::console::refusal::Refusal;
use crate::http::console::shell::{Shell, section};
use crate::http::console::visitor::Visitor;

const FIELDS: &[&str] = &["email", "role", "agents"];

#[derive(Template)]
#[template(path = "console/members/add.html")]
struct AddPage<'a> {
    shell: Shell,
    list: String,
    form_id: String,
    email: &'a str,
    fields: PlaceFields,
    errors: FormErrors,
}

/// The form.
///
/// # Errors
/// 403, 404, 503.
pub async fn form(visitor: Visitor, path: web::Path<String>) -> Result<HttpResponse, Refusal> {
    let place = changeable(&visitor, &path).await?;
    let fields = PlaceFields::empty(&visitor, &place).await?;
    let page = page(&visitor, &place, "", fields, FormErrors::default()).await?;
    visitor.show(StatusCode::OK, &page)
}

/// Adds a member, and shows the invitation where there is one.
///
/// # Errors
/// 403, 404, 503. What is wrong with the form stands in the form.
pub async fn add(
    visitor: Visitor,
    path: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Refusal> {
    let place = changeable(&visitor, &path).await?;
    let mut errors = FormErrors::default();
    let email = errors.required("email", form.parsed::<Email>("email"), "Enter an address.");
    let chosen = read(&form, &mut errors);
    if let (Some(email), Some((role, agents))) = (email, chosen) {
        let new = Invitation {
            email,
            role,
            agents,
        };
        let (authority, organization) = (place.authority(), place.organization.id);
        let (app, id) = (visitor.app(), link_once::id(&form)?);
        match one_time_links::invite(app, &authority, organization, new, id).await {
            Ok(invited) => {
                let Some(made) = invited.link else {
                    return Ok(visitor.see_other(&place.path("/members?done=member-added")));
                };
                let shell = visitor.shell(Some(&place), section::MEMBERS).await?;
                let back = (shell.url(&place.path("/members")), "Members");
                return link_once::show(&visitor, shell, back, &invited.member.user, &made);
            }
            Err(error) => refused(error, FIELDS, &mut errors)?,
        }
    }
    let fields = PlaceFields::sent(&visitor, &place, &form).await?;
    let page = page(&visitor, &place, form.text("email"), fields, errors).await?;
    visitor.show(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

async fn page<'a>(
    visitor: &Visitor,
    place: &Place,
    email: &'a str,
    fields: PlaceFields,
    errors: FormErrors,
) -> Result<AddPage<'a>, Refusal> {
    let shell = visitor.shell(Some(place), section::MEMBERS).await?;
    Ok(AddPage {
        list: shell.url(&place.path("/members")),
        form_id: visitor.form_id(),
        shell,
        email,
        fields,
        errors,
    })
}
