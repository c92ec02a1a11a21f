//! Is the process alive, and can it do its work?

use actix_web::http::header::{CACHE_CONTROL, HeaderValue};
use actix_web::{HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::HttpState;
use super::stopping::Stopping;
use crate::app::health::{Ready, readiness};

/// The process is alive.
#[derive(Serialize, ToSchema)]
struct Alive {
    /// Always `ok`.
    status: &'static str,
}

/// Whether the server can do its work, and what stands in the way.
#[derive(Serialize, ToSchema)]
struct Readiness {
    /// `ready`, `not ready` or `stopping`.
    status: &'static str,
    /// `ok` or `does not answer`.
    database: &'static str,
    /// `ok` or `lag behind`.
    caches: &'static str,
}

/// 200 as long as the process answers at all.
#[utoipa::path(
    get,
    path = "/healthz",
    tag = "Health",
    responses(
        (status = 200, description = "It answers", body = Alive),
    ),
)]
pub async fn alive() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, HeaderValue::from_static("no-store")))
        .json(Alive { status: "ok" })
}

/// 200 when the database answers and the caches follow it; 503 otherwise, and from the signal to stop
/// on.
#[utoipa::path(
    get,
    path = "/readyz",
    tag = "Health",
    responses(
        (status = 200, description = "It can do its work", body = Readiness),
        (status = 503, description = "It cannot", body = Readiness),
    ),
)]
pub async fn ready(state: web::Data<HttpState>, stopping: web::Data<Stopping>) -> HttpResponse {
    let Ready { database, caches } = readiness(&state.app).await;
    let status = match (stopping.has_begun(), database && caches) {
        (true, _) => "stopping",
        (false, true) => "ready",
        (false, false) => "not ready",
    };
    let mut builder = if status == "ready" {
        HttpResponse::Ok()
    } else {
        HttpResponse::ServiceUnavailable()
    };
    builder
        .insert_header((CACHE_CONTROL, HeaderValue::from_static("no-store")))
        .json(Readiness {
            status,
            database: if database { "ok" } else { "does not answer" },
            caches: if caches { "ok" } else { "lag behind" },
        })
}
