//! The page with the secret: the answer to the form itself, and never shown again.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use super::lines::{Lines, lines};
use super::{list_of, section_of};
use crate::app::create_credential::WithSecret;
use crate::app::credentials;
use crate::app::error::AppError;
use crate::domain::credential::{CredentialKind, SecretRecord};
use crate::domain::ids::{CredentialId, SecretId};
use crate::http::console::place::Place;
use crate::http::console::refusal::Refusal;
use crate::http::console::shell::Shell;
use crate::http::console::visitor::Visitor;

#[derive(Template)]
#[template(path = "console/generate_shown_once.html")]
struct ShownOncePage<'a> {
    shell: Shell,
    list: String,
    file: String,
    done: String,
    is_key: bool,
    rotated: bool,
    name: &'a str,
    id: &'a str,
    secret: &'a str,
    /// The secrets that there were, those that live on with the end of each.
    old: Vec<&'a SecretRecord>,
    lines: Vec<Lines>,
}

/// Shows a credential whose secret was just made; `rotated` is the id of the new one where there was
/// another before.
///
/// # Errors
/// 503.
pub(super) async fn show(
    visitor: &Visitor,
    place: &Place,
    made: &WithSecret,
    rotated: Option<SecretId>,
) -> Result<HttpResponse, Refusal> {
    let credential = &made.credential;
    let kind = credential.kind;
    let shell = visitor.shell(Some(place), section_of(kind)).await?;
    let id = credential.id.to_string();
    let secret = made.secret.expose();
    let is_key = kind == CredentialKind::ApiKey;
    let page_of_it = |rest: &str| shell.url(&place.path(&format!("/credentials/{id}{rest}")));
    let list = shell.url(&place.path(&list_of(kind)));
    let done = match (rotated.is_some(), is_key) {
        (true, _) => page_of_it("?done=rotated"),
        (false, false) => page_of_it("?done=generated"),
        (false, true) => format!("{list}&done=key-made"),
    };
    let old = credential.secrets.iter();
    let old = old.filter(|record| Some(record.id) != rotated);
    let page = ShownOncePage {
        file: page_of_it("/file"),
        list,
        done,
        is_key,
        rotated: rotated.is_some(),
        name: credential.name.as_str(),
        id: &id,
        secret,
        old: old.collect(),
        lines: lines(&visitor.app().issuer, kind, &id, secret),
        shell,
    };
    visitor.show(StatusCode::OK, &page)
}

#[derive(Template)]
#[template(path = "console/generate_done_before.html")]
struct DoneBeforePage {
    shell: Shell,
    list: String,
    /// The page of the credential; empty where it is gone.
    credential: String,
    rotate: String,
    name: String,
}

/// What a form gets that made something before: neither that nor its secret once more.
///
/// # Errors
/// 503.
pub(super) async fn done_before(
    visitor: &Visitor,
    place: &Place,
    kind: CredentialKind,
    id: CredentialId,
) -> Result<HttpResponse, Refusal> {
    let (authority, organization) = (place.authority(), place.organization.id);
    let found = match credentials::show(visitor.app(), &authority, organization, id).await {
        Ok(found) => Some(found),
        Err(AppError::NotFound(_)) => None,
        Err(other) => return Err(other.into()),
    };
    let kind = found.as_ref().map_or(kind, |found| found.kind);
    let shell = visitor.shell(Some(place), section_of(kind)).await?;
    let path = |rest: &str| match &found {
        Some(found) => shell.url(&place.path(&format!("/credentials/{}{rest}", found.id))),
        None => String::new(),
    };
    let page = DoneBeforePage {
        list: shell.url(&place.path(&list_of(kind))),
        credential: path(""),
        rotate: path("/rotate"),
        name: found
            .as_ref()
            .map(|found| found.name.to_string())
            .unwrap_or_default(),
        shell,
    };
    visitor.show(StatusCode::CONFLICT, &page)
}
