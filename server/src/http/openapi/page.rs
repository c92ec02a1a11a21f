//! `/openapi.json`, and the page at `/openapi` to read it and to try it: Swagger UI, whose files are
//! in the binary.

use std::sync::{Arc, OnceLock};

use actix_web::web::{self, Bytes};
use actix_web::{HttpRequest, HttpResponse};

use super::responses::NotFound;
use super::{Described, text};
use crate::app::error::AppError;
use crate::cache::document::{Document, entity_tag};
use crate::http::HttpState;
use crate::http::cached::{conditional, json};
use crate::http::problem::Problem;

/// How long copies may be used, in seconds.
const MAX_AGE: i64 = 3_600;

/// Scripts and styles come from here alone, and so does what the page calls. Swagger UI writes
/// `style` attributes, and its icons are `data:` URLs in its style sheet.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; \
    style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// An API key may stand in the page's own query, and is not to leave it.
const REFERRER_POLICY: &str = "no-referrer";

const PAGE: &str = include_str!("page.html");

/// The document and the files of the page. They are made when the first one is asked for: most
/// servers are never asked, and start sooner and smaller without.
pub struct Pages {
    state: HttpState,
    made: OnceLock<Made>,
}

struct Made {
    document: Document,
    page: Asset,
    assets: [Asset; 3],
}

struct Asset {
    name: &'static str,
    content_type: &'static str,
    etag: String,
    body: Bytes,
}

impl Pages {
    /// The pages of this server, to be made of its settings.
    pub const fn new(state: HttpState) -> Self {
        Self {
            state,
            made: OnceLock::new(),
        }
    }

    fn made(&self) -> Result<&Made, AppError> {
        if let Some(made) = self.made.get() {
            return Ok(made);
        }
        let made = Made::new(&self.state).map_err(AppError::Internal)?;
        Ok(self.made.get_or_init(|| made))
    }
}

impl Made {
    /// Makes them of the settings.
    ///
    /// # Errors
    /// A text for the log.
    fn new(state: &HttpState) -> Result<Self, String> {
        let policy = &state.app.policy;
        let described = Described {
            issuer: &state.app.issuer,
            compat: state.compat,
            ttl_seconds: (policy.min_ttl_seconds, policy.max_ttl_seconds),
        };
        let document = text(&described).map_err(|error| error.to_string())?;
        let own = include_bytes!("page.js").as_slice();
        Ok(Self {
            document: Document::from_text(document),
            page: Asset::new("openapi", "text/html; charset=utf-8", PAGE.as_bytes()),
            assets: [
                Asset::new("page.js", "text/javascript; charset=utf-8", own),
                Asset::of_swagger_ui("swagger-ui-bundle.js", "text/javascript; charset=utf-8")?,
                Asset::of_swagger_ui("swagger-ui.css", "text/css; charset=utf-8")?,
            ],
        })
    }
}

impl Asset {
    fn new(name: &'static str, content_type: &'static str, body: &'static [u8]) -> Self {
        Self {
            name,
            content_type,
            etag: entity_tag(body),
            body: Bytes::from_static(body),
        }
    }

    fn of_swagger_ui(name: &'static str, content_type: &'static str) -> Result<Self, String> {
        let config = Arc::new(utoipa_swagger_ui::Config::default());
        let file = utoipa_swagger_ui::serve(name, config).map_err(|error| error.to_string())?;
        let file = file.ok_or_else(|| format!("Swagger UI has no file {name}"))?;
        Ok(Self {
            name,
            content_type,
            etag: entity_tag(&file.bytes),
            body: Bytes::from(file.bytes.into_owned()),
        })
    }

    fn answer(&self, request: &HttpRequest) -> HttpResponse {
        let extra = [
            ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
            ("Referrer-Policy", REFERRER_POLICY),
        ];
        let body = self.body.clone();
        let headers = request.headers();
        conditional(
            headers,
            &self.etag,
            MAX_AGE,
            self.content_type,
            &extra,
            body,
        )
    }
}

/// This document.
#[utoipa::path(
    get,
    path = "/openapi.json",
    tag = "OpenAPI",
    responses(
        (status = 200, description = "The document", body = serde_json::Value),
        (status = 304, description = "Not changed: a tag of `If-None-Match` is that of the document"),
    ),
)]
pub async fn document(
    request: HttpRequest,
    pages: web::Data<Pages>,
) -> Result<HttpResponse, Problem> {
    let made = pages.made()?;
    Ok(json(request.headers(), &made.document, MAX_AGE))
}

/// A page to read this document and to try it.
#[utoipa::path(
    get,
    path = "/openapi",
    tag = "OpenAPI",
    responses(
        (status = 200, description = "The page", body = String, content_type = "text/html"),
        (status = 304, description = "Not changed: a tag of `If-None-Match` is that of the page"),
    ),
)]
pub async fn page(request: HttpRequest, pages: web::Data<Pages>) -> Result<HttpResponse, Problem> {
    Ok(pages.made()?.page.answer(&request))
}

/// A file of the page: script or style.
#[utoipa::path(
    get,
    path = "/openapi/{asset}",
    tag = "OpenAPI",
    params(("asset" = String, Path, description = "The file's name", example = "page.js")),
    responses(
        (
            status = 200,
            description = "The file",
            content((String = "text/javascript"), (String = "text/css")),
        ),
        (status = 304, description = "Not changed: a tag of `If-None-Match` is that of the file"),
        NotFound,
    ),
)]
pub async fn asset(
    request: HttpRequest,
    path: web::Path<String>,
    pages: web::Data<Pages>,
) -> Result<HttpResponse, Problem> {
    let asset = pages
        .made()?
        .assets
        .iter()
        .find(|asset| asset.name == *path);
    let asset = asset.ok_or(AppError::NotFound("file"))?;
    Ok(asset.answer(&request))
}
