//! `/console/organizations/{organization}/credentials/new`

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::choices::Choices;
use super::{WRITE, list_of, section_of, shown_once, wanted};
use crate::app::agents;
use crate::app::create_credential::{self, NewCredential};
use crate::app::credentials::{self, Room};
use crate::app::error::AppError;
use crate::app::offer::{Offer, offer};
use crate::domain::credential::CredentialKind;
use crate::domain::ids::{AgentId, CredentialId};
use crate::domain::text::{Description, Name};
use crate::http::console::fields::Fields;
use crate::http::console::form::Form;
use crate::http::console::form_errors::FormErrors;
use crate::http::console::place::Place;
use crate::http::console::refusal::Refusal;
use crate::http::console::shell::Shell;
use crate::http::console::visitor::Visitor;

#[derive(Template)]
#[template(path = "console/generate_new.html")]
struct NewPage<'a> {
    shell: Shell,
    is_key: bool,
    title: &'static str,
    list: String,
    action: String,
    form_id: String,
    errors: FormErrors,
    typed: &'a Fields,
    agent: &'a str,
    choices: Choices,
    /// Whether nothing can be made: there is no place that it could be for.
    nowhere: bool,
    /// Whether the form was sent, and so is shown again in any case.
    sent: bool,
    /// What could make room, where the organization is at its limit.
    full: Option<Room>,
    credentials: String,
    ttl_hint: String,
    rate_seconds: &'a str,
}

/// The form.
///
/// # Errors
/// 403, 404, 503.
pub(super) async fn form(
    visitor: Visitor,
    path: web::Path<String>,
) -> Result<HttpResponse, Refusal> {
    let query = visitor.query();
    let kind = kind(&query)?;
    let place = visitor.place(&path, WRITE).await?;
    let offer = offer(visitor.app(), &place.authority(), place.organization.id).await?;
    let asked = Asked {
        kind,
        typed: None,
        agent: query.text("agent"),
    };
    page(&visitor, &place, &offer, asked, FormErrors::default()).await
}

/// Which kind the address asks for.
fn kind(query: &Fields) -> Result<CredentialKind, Refusal> {
    match query.given("kind") {
        None => Ok(CredentialKind::OauthClient),
        Some(text) => text.parse().map_err(|_| Refusal::not_found()),
    }
}

/// What the form is for, and what was typed.
struct Asked<'a> {
    kind: CredentialKind,
    typed: Option<&'a Fields>,
    agent: &'a str,
}

async fn page(
    visitor: &Visitor,
    place: &Place,
    offer: &Offer,
    asked: Asked<'_>,
    errors: FormErrors,
) -> Result<HttpResponse, Refusal> {
    let Asked { kind, typed, agent } = asked;
    let status = if errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let shell = visitor.shell(Some(place), section_of(kind)).await?;
    let nothing = Fields::default();
    let (authority, organization) = (place.authority(), place.organization.id);
    let room = credentials::room(visitor.app(), &authority, organization, kind).await?;
    let policy = &visitor.app().policy;
    let page = NewPage {
        is_key: kind == CredentialKind::ApiKey,
        title: match kind {
            CredentialKind::OauthClient => "Generate credentials",
            CredentialKind::ApiKey => "New API key",
        },
        list: shell.url(&place.path(&list_of(kind))),
        action: shell.url(&place.path(&format!("/credentials/new?kind={kind}"))),
        form_id: visitor.form_id(),
        errors,
        typed: typed.unwrap_or(&nothing),
        agent,
        choices: Choices::new(kind, offer, typed, agent),
        nowhere: !offer.whole_organization && offer.agents.is_empty(),
        full: Some(room).filter(|room| room.is_full),
        credentials: shell.url(&place.path("/credentials")),
        sent: typed.is_some(),
        ttl_hint: format!(
            "{} to {}; what the API says where empty.",
            policy.min_ttl_seconds, policy.max_ttl_seconds
        ),
        rate_seconds: typed.map_or("60", |typed| typed.text("rate_seconds")),
        shell,
    };
    visitor.show(status, &page)
}

/// Makes the credential and shows its secret.
///
/// # Errors
/// 403, 404, 503. What is wrong with the form stands in the form.
pub(super) async fn create(
    visitor: Visitor,
    path: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Refusal> {
    let kind = kind(&visitor.query())?;
    let place = visitor.place(&path, WRITE).await?;
    let id = CredentialId(form.id()?);
    let offer = offer(visitor.app(), &place.authority(), place.organization.id).await?;
    let mut errors = FormErrors::default();
    if let Some(new) = read(&visitor, &place, &offer, kind, &form, &mut errors).await? {
        let new = NewCredential {
            id: Some(id),
            ..new
        };
        match create_credential::create(visitor.app(), &place.authority(), new).await {
            Ok(made) => return shown_once::show(&visitor, &place, &made, None).await,
            Err(AppError::DoneBefore) => {
                return shown_once::done_before(&visitor, &place, kind, id).await;
            }
            Err(error) => wanted::refused(error, &form, &mut errors)?,
        }
    }
    let asked = Asked {
        kind,
        typed: Some(&form),
        agent: form.text("agent"),
    };
    page(&visitor, &place, &offer, asked, errors).await
}

/// What the form asks for, if it can be understood.
async fn read(
    visitor: &Visitor,
    place: &Place,
    offer: &Offer,
    kind: CredentialKind,
    form: &Form,
    errors: &mut FormErrors,
) -> Result<Option<NewCredential>, Refusal> {
    let name = errors.required("name", form.parsed::<Name>("name"), "Enter a name.");
    let description = errors.take("description", form.parsed::<Description>("description"));
    let agent_id = agent(visitor, place, offer, form, errors).await?;
    let access = wanted::access(offer, form, errors);
    let expires_at = wanted::end(form, visitor.app().now(), errors);
    let (token_ttl_seconds, rate_limit, quota) = wanted::limits(form, errors);
    let (Some(name), Some((audiences, scopes)), true) = (name, access, errors.is_empty()) else {
        return Ok(None);
    };
    Ok(Some(NewCredential {
        description: description.flatten(),
        agent_id,
        scopes: Some(scopes),
        audiences,
        token_ttl_seconds,
        expires_at,
        rate_limit,
        quota,
        ..NewCredential::named(kind, name, place.organization.id)
    }))
}

/// The agent that it is to be scoped to.
async fn agent(
    visitor: &Visitor,
    place: &Place,
    offer: &Offer,
    form: &Form,
    errors: &mut FormErrors,
) -> Result<Option<AgentId>, Refusal> {
    let (authority, organization) = (place.authority(), place.organization.id);
    match (form.given("agent"), offer.agents.as_slice()) {
        (None, _) if offer.whole_organization => Ok(None),
        (None, [only]) => Ok(Some(only.id)),
        (None, _) => {
            errors.add("agent", "Choose an agent.");
            Ok(None)
        }
        (Some(named), _) => {
            match agents::find(visitor.app(), &authority, organization, named).await {
                Ok(found) => Ok(Some(found.id)),
                Err(AppError::NotFound(_)) => {
                    errors.add(
                        "agent",
                        "Choose an agent that there is and that you may use.",
                    );
                    Ok(None)
                }
                Err(other) => Err(other.into()),
            }
        }
    }
}
