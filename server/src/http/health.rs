//! Is the process alive, and can it do its work?

use actix_web::http::header::{CACHE_CONTROL, HeaderValue};
use actix_web::{HttpResponse, web};
use serde_json::json;

use super::HttpState;

/// 200 as long as the process answers at all.
pub async fn alive() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, HeaderValue::from_static("no-store")))
        .json(json!({"status": "ok"}))
}

/// 200 when the database answers and the caches follow it; 503 otherwise.
pub async fn ready(state: web::Data<HttpState>) -> HttpResponse {
    let database = state.app.store.ping().await.is_ok();
    let caches = state.app.freshness.is_fresh();
    let mut builder = if database && caches {
        HttpResponse::Ok()
    } else {
        HttpResponse::ServiceUnavailable()
    };
    builder
        .insert_header((CACHE_CONTROL, HeaderValue::from_static("no-store")))
        .json(json!({
            "status": if database && caches { "ready" } else { "not ready" },
            "database": if database { "ok" } else { "does not answer" },
            "caches": if caches { "ok" } else { "lag behind" },
        }))
}
