//! `/console/users/new`: another account, by invitation.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use super::ALL;
use crate::app::one_time_links;
use crate::domain::text::Email;
use crate::http::console::form::Form;
use crate::http::console::form_errors::FormErrors;
use crate::http::console::link_once;
use crate::http::console::refusal::Refusal;
use crate::http::console::shell::{Shell, section};
use crate::http::console::visitor::Visitor;

#[derive(Template)]
#[template(path = "console/users/add.html")]
struct AddPage<'a> {
    shell: Shell,
    list: String,
    form_id: String,
    email: &'a str,
    operator: bool,
    errors: FormErrors,
}

/// The form.
///
/// # Errors
/// 404 for anybody but operators, 503.
pub async fn form(visitor: Visitor) -> Result<HttpResponse, Refusal> {
    visitor.operator()?;
    let page = page(&visitor, "", false, FormErrors::default()).await?;
    visitor.show(StatusCode::OK, &page)
}

/// Makes an account, and shows the invitation.
///
/// # Errors
/// 403, 404, 503. What is wrong with the form stands in the form.
pub async fn add(visitor: Visitor, form: Form) -> Result<HttpResponse, Refusal> {
    let authority = visitor.operator()?;
    let mut errors = FormErrors::default();
    let operator = form.is_ticked("operator");
    let email = errors.required("email", form.parsed::<Email>("email"), "Enter an address.");
    if let Some(email) = email {
        let (app, id) = (visitor.app(), link_once::id(&form)?);
        match one_time_links::invite_user(app, &authority, email, operator, id).await {
            Ok((user, made)) => {
                let shell = visitor.shell(None, section::USERS).await?;
                let back = (shell.url(&format!("{ALL}/{}", user.id)), "User");
                return link_once::show(&visitor, shell, back, &user, &made);
            }
            Err(error) => errors.refused(error, &["email"])?,
        }
    }
    let page = page(&visitor, form.text("email"), operator, errors).await?;
    visitor.show(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

async fn page<'a>(
    visitor: &Visitor,
    email: &'a str,
    operator: bool,
    errors: FormErrors,
) -> Result<AddPage<'a>, Refusal> {
    let shell = visitor.shell(None, section::USERS).await?;
    Ok(AddPage {
        list: shell.url(ALL),
        form_id: visitor.form_id(),
        shell,
        email,
        operator,
        errors,
    })
}
