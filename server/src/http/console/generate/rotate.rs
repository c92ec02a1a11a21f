//! `/console/organizations/{organization}/credentials/{credential}/rotate`: a new secret beside the
//! old one.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::choices::Choice;
use super::{WRITE, id_in_path, section_of, shown_once};
use crate::app::credentials::{self, Rotation};
use crate::app::error::AppError;
use crate::app::etag;
use crate::app::view::CredentialView;
use crate::domain::credential::{Credential, CredentialKind, MAX_LIVE_SECRETS, SecretRecord};
use crate::domain::duration::parse_duration;
use crate::domain::ids::SecretId;
use crate::domain::precondition::{Precondition, Tags};
use crate::http::console::fields::Fields;
use crate::http::console::form::Form;
use crate::http::console::form_errors::FormErrors;
use crate::http::console::place::Place;
use crate::http::console::refusal::Refusal;
use crate::http::console::shell::Shell;
use crate::http::console::visitor::Visitor;

#[derive(Template)]
#[template(path = "console/generate_rotate.html")]
struct RotatePage {
    shell: Shell,
    is_key: bool,
    /// The page of the credential.
    back: String,
    action: String,
    form_id: String,
    errors: FormErrors,
    name: String,
    /// The state of the credential that is shown, so that nothing else is changed.
    state: String,
    /// The live ones, the oldest first, with where each is deleted.
    secrets: Vec<(SecretRecord, String)>,
    /// Whether one must go before there can be another.
    full: bool,
    /// A Super API Key, which lives too briefly.
    super_key: bool,
    overlaps: Vec<Choice>,
}

/// How long the old secret may live on, and how that is said.
const OVERLAPS: [(&str, &str, &str); 5] = [
    ("24h", "For 24 hours", "Time to put the new one in place."),
    ("1h", "For one hour", ""),
    ("7d", "For 7 days", ""),
    ("90d", "For 90 days", "Or until you delete it."),
    (
        "0s",
        "Not at all",
        "It is refused from now on: for one that leaked.",
    ),
];

/// The form.
///
/// # Errors
/// 403, 404, 503.
pub(super) async fn form(
    visitor: Visitor,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Refusal> {
    let (place, credential) = find(&visitor, &path.0, &path.1).await?;
    page(&visitor, &place, credential, None, FormErrors::default()).await
}

async fn find(
    visitor: &Visitor,
    organization: &str,
    credential: &str,
) -> Result<(Place, Credential), Refusal> {
    let place = visitor.place(organization, WRITE).await?;
    let id = id_in_path(credential)?;
    let authority = place.authority();
    let found = credentials::show(visitor.app(), &authority, place.organization.id, id).await?;
    Ok((place, found))
}

async fn page(
    visitor: &Visitor,
    place: &Place,
    credential: Credential,
    typed: Option<&Fields>,
    errors: FormErrors,
) -> Result<HttpResponse, Refusal> {
    let now = visitor.app().now();
    let shell = visitor
        .shell(Some(place), section_of(credential.kind))
        .await?;
    let back = shell.url(&place.path(&format!("/credentials/{}", credential.id)));
    let chosen = typed.map_or("", |typed| typed.text("overlap"));
    let mut live: Vec<_> = credential
        .secrets
        .iter()
        .filter(|secret| secret.is_live(now))
        .cloned()
        .collect();
    live.sort_by_key(|secret| secret.created_at);
    let status = if errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let page = RotatePage {
        is_key: credential.kind == CredentialKind::ApiKey,
        action: format!("{back}/rotate"),
        form_id: visitor.form_id(),
        errors,
        name: credential.name.to_string(),
        full: live.len() >= MAX_LIVE_SECRETS,
        super_key: credential.super_key,
        secrets: live
            .into_iter()
            .map(|secret| {
                let delete = format!("{back}/secrets/{}/delete", secret.id);
                (secret, delete)
            })
            .collect(),
        overlaps: OVERLAPS
            .iter()
            .enumerate()
            .map(|(place, (value, label, note))| Choice {
                value: (*value).to_owned(),
                label: (*label).to_owned(),
                note: (*note).to_owned(),
                chosen: *value == chosen || chosen.is_empty() && place == 0,
            })
            .collect(),
        state: etag::of(&CredentialView::new(visitor.app(), credential))?.to_string(),
        back,
        shell,
    };
    visitor.show(status, &page)
}

/// Makes a new secret and shows it.
///
/// # Errors
/// 403, 404, 409 where the credential has changed since the form was shown, 503.
pub(super) async fn rotate(
    visitor: Visitor,
    path: web::Path<(String, String)>,
    form: Form,
) -> Result<HttpResponse, Refusal> {
    let (place, credential) = find(&visitor, &path.0, &path.1).await?;
    let secret_id = SecretId(form.id()?);
    let overlap = form.text("overlap");
    let offered = OVERLAPS.iter().any(|(value, ..)| *value == overlap);
    let Ok(overlap) = parse_duration(if offered { overlap } else { "" }) else {
        let mut errors = FormErrors::default();
        errors.add("overlap", "Choose how long it lives on.");
        return page(&visitor, &place, credential, Some(&form), errors).await;
    };
    let rotation = Rotation {
        overlap,
        secret_id: Some(secret_id),
    };
    let (authority, as_shown) = (place.authority(), as_shown(&form)?);
    let made = credentials::rotate(
        visitor.app(),
        &authority,
        place.organization.id,
        credential.id,
        rotation,
        &as_shown,
    );
    match made.await {
        Ok(made) => shown_once::show(&visitor, &place, &made, Some(secret_id)).await,
        Err(AppError::DoneBefore) => {
            shown_once::done_before(&visitor, &place, credential.kind, credential.id).await
        }
        Err(error) => Err(error.into()),
    }
}

/// The credential must be as it was when the form was shown: what is rotated is what was seen.
fn as_shown(form: &Form) -> Result<Precondition, Refusal> {
    let state = form.text("state").as_bytes();
    let tags = Tags::parse([state]).map_err(|_| Refusal::stale_form())?;
    Ok(Precondition {
        if_match: Some(tags),
        if_none_match: None,
    })
}
