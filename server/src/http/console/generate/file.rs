//! `credentials.json`, for the page that just showed the secret: it sends the secret back in the
//! body of a form, so that it stands in no address and is kept nowhere.

use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::{HttpResponse, web};

use super::{WRITE, id_in_path};
use crate::app::credentials_file::file_of_secret;
use crate::http::console::form::Form;
use crate::http::console::refusal::Refusal;
use crate::http::console::visitor::Visitor;

/// Answers with the file.
///
/// # Errors
/// 403, 404, 503; 422 where the secret is none of this credential's, 429 where that was so too often.
pub(super) async fn download(
    visitor: Visitor,
    path: web::Path<(String, String)>,
    form: Form,
) -> Result<HttpResponse, Refusal> {
    let place = visitor.place(&path.0, WRITE).await?;
    let id = id_in_path(&path.1)?;
    let authority = place.authority();
    let file = file_of_secret(
        visitor.app(),
        &authority,
        (place.organization.id, id),
        form.secret("client_secret"),
        visitor.origin().address,
    );
    let json = file.await?.to_json()?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/json"))
        .insert_header((
            CONTENT_DISPOSITION,
            "attachment; filename=\"credentials.json\"",
        ))
        .body(json))
}
