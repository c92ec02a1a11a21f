//! `/console/organizations/new`: another organization.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use crate::app::organizations;
use crate::domain::text::{Name, Slug};
use crate::http::console::form::Form;
use crate::http::console::form_errors::FormErrors;
use crate::http::console::refusal::Refusal;
use crate::http::console::shell::{Shell, section};
use crate::http::console::visitor::Visitor;

#[derive(Template)]
#[template(path = "console/organizations/new.html")]
struct NewPage<'a> {
    shell: Shell,
    name: &'a str,
    slug: &'a str,
    errors: FormErrors,
}

/// The form for a new organization.
///
/// # Errors
/// 404 for anybody but operators, 503.
pub async fn form(visitor: Visitor) -> Result<HttpResponse, Refusal> {
    visitor.operator()?;
    let page = NewPage {
        shell: visitor.shell(None, section::ORGANIZATIONS).await?,
        name: "",
        slug: "",
        errors: FormErrors::default(),
    };
    visitor.show(StatusCode::OK, &page)
}

/// Makes an organization.
///
/// # Errors
/// 403, 404, 503. What is wrong with the form stands in the form.
pub async fn create(visitor: Visitor, form: Form) -> Result<HttpResponse, Refusal> {
    let authority = visitor.operator()?;
    let mut errors = FormErrors::default();
    let slug = errors.required("slug", form.parsed::<Slug>("slug"), "Enter a short name.");
    let name = errors.take("name", form.parsed::<Name>("name"));
    if let (Some(slug), Some(name)) = (slug, name) {
        match organizations::create(visitor.app(), &authority, slug, name).await {
            Ok(made) => {
                let path = format!("/console/organizations/{}?done=created", made.slug);
                return Ok(visitor.see_other(&path));
            }
            Err(error) => errors.refused(error, &["slug", "name"])?,
        }
    }
    let page = NewPage {
        shell: visitor.shell(None, section::ORGANIZATIONS).await?,
        name: form.text("name"),
        slug: form.text("slug"),
        errors,
    };
    visitor.show(StatusCode::UNPROCESSABLE_ENTITY, &page)
}
