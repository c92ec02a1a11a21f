//! Making credentials and new secrets of them: the pages that show a secret, each of them once.
//!
//! ```text
//! new         the form for a new credential, and the making
//! choices     what the form offers
//! wanted      what the form asks for
//! rotate      a new secret for a credential
//! shown_once  the page with the secret, the answer to the form itself
//! lines       how to use it, to paste
//! file        credentials.json, for whoever has the secret at hand
//! ```

mod choices;
mod file;
mod lines;
mod new;
mod rotate;
mod shown_once;
mod wanted;

use crate::app::error::AppError;
use crate::domain::credential::CredentialKind;
use crate::domain::ids::CredentialId;
use crate::http::console::refusal::Refusal;
use crate::http::console::shell::section;
use crate::http::endpoint::{Endpoint, Table};

/// The scope that all of this takes.
const WRITE: &str = "credentials:write";

/// To stand before `…/credentials/{credential}`, which would take `new` for an id.
pub(super) fn routes(table: &mut Table<'_>) {
    let at = |rest: &str| {
        Endpoint::console(&format!(
            "/console/organizations/{{organization}}/credentials/{rest}"
        ))
    };
    table
        .service(at("new").get(new::form).post(new::create))
        .service(at("{credential}/file").post(file::download))
        .service(
            at("{credential}/rotate")
                .get(rotate::form)
                .post(rotate::rotate),
        );
}

fn id_in_path(text: &str) -> Result<CredentialId, Refusal> {
    text.parse()
        .map_err(|_| AppError::NotFound("credential").into())
}

const fn section_of(kind: CredentialKind) -> &'static str {
    match kind {
        CredentialKind::OauthClient => section::CREDENTIALS,
        CredentialKind::ApiKey => section::KEYS,
    }
}

/// The list of this kind, as a page of the organization.
fn list_of(kind: CredentialKind) -> String {
    format!("/credentials?kind={kind}")
}
