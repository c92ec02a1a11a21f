//! The trail as a file: the events that the filter leaves, oldest first.

use std::sync::Arc;

use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::{HttpResponse, web};
use futures_util::stream;

use super::filter::Asked;
use super::place;
use crate::app::App;
use crate::app::audit::{Export, Format};
use crate::app::authority::Authority;
use crate::app::error::AppError;
use crate::http::HttpState;
use crate::http::console::refusal::Refusal;
use crate::http::console::visitor::Visitor;

/// The events of an organization.
///
/// # Errors
/// 403, 404, 422 for a filter that is none, 503.
pub async fn of_organization(
    visitor: Visitor,
    path: web::Path<(String, String)>,
    state: web::Data<HttpState>,
) -> Result<HttpResponse, Refusal> {
    let place = place(&visitor, &path.0).await?;
    let asked = Asked::read(&visitor.query(), Some(place.organization.id));
    let name = format!("audit-{}", place.organization.slug);
    send(&state.app, &place.authority(), asked, &name, &path.1).await
}

/// The events of all organizations and of none.
///
/// # Errors
/// As [`of_organization`].
pub async fn all(
    visitor: Visitor,
    path: web::Path<String>,
    state: web::Data<HttpState>,
) -> Result<HttpResponse, Refusal> {
    let authority = visitor.operator()?;
    let asked = Asked::read(&visitor.query(), None);
    send(&state.app, &authority, asked, "audit", &path).await
}

async fn send(
    app: &Arc<App>,
    authority: &Authority,
    asked: Asked,
    name: &str,
    format: &str,
) -> Result<HttpResponse, Refusal> {
    let format = match format {
        "csv" => Format::Csv,
        "json" => Format::Json,
        _ => return Err(Refusal::not_found()),
    };
    // A file that holds more than was asked for would not be noticed.
    if let Some((field, message)) = asked.errors.list().first() {
        return Err(AppError::invalid(*field, message.trim_end_matches('.')).into());
    }
    let export = Export::begin(app, authority, asked.filter, format).await?;
    let day = app.now().format("%Y-%m-%d");
    let file = format!("{name}-{day}.{}", format.extension());
    let parts = stream::try_unfold((Arc::clone(app), export), async |(app, mut export)| {
        let part = export.next(&app).await?;
        Ok::<_, AppError>(part.map(|part| (web::Bytes::from(part), (app, export))))
    });
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, format.media_type()))
        .insert_header((
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"{file}\""),
        ))
        .streaming(parts))
}
