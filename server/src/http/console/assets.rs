//! Stylesheet, script and icon of the console. They are in the binary.

use actix_web::web::{self, Bytes};
use actix_web::{HttpRequest, HttpResponse};

use super::refusal::Refusal;
use crate::http::cached::conditional;

/// Stands in the addresses of the files, so that a browser may keep them for long and asks for those
/// of another version.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// How long copies may be used, in seconds. Between two builds of one version the tag decides.
const MAX_AGE: i64 = 3_600;

struct Asset {
    name: &'static str,
    content_type: &'static str,
    body: &'static [u8],
}

const ASSETS: [Asset; 3] = [
    Asset {
        name: "console.css",
        content_type: "text/css; charset=utf-8",
        body: include_bytes!("assets/console.css"),
    },
    Asset {
        name: "console.js",
        content_type: "text/javascript; charset=utf-8",
        body: include_bytes!("assets/console.js"),
    },
    Asset {
        name: "icon.svg",
        content_type: "image/svg+xml",
        body: include_bytes!("assets/icon.svg"),
    },
];

/// `GET /console/assets/{name}`
///
/// # Errors
/// 404.
pub async fn asset(request: HttpRequest, path: web::Path<String>) -> Result<HttpResponse, Refusal> {
    let asset = ASSETS.iter().find(|asset| asset.name == *path);
    let asset = asset.ok_or_else(Refusal::not_found)?;
    let tag = crate::cache::document::entity_tag(asset.body);
    let body = Bytes::from_static(asset.body);
    Ok(conditional(
        request.headers(),
        &tag,
        MAX_AGE,
        asset.content_type,
        &[],
        body,
    ))
}
