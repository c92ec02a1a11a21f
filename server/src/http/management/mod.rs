//! The management API under `/v1`.

pub mod agents;
pub mod api_keys;
pub mod audit_events;
pub mod body;
pub mod caller;
pub mod conditional;
pub mod credential_list;
pub mod credentials;
pub mod idempotency;
pub mod members;
pub mod organizations;
pub mod page;
pub mod resource_servers;
pub mod secrets;
pub mod session;
pub mod signing_keys;
mod strict;
pub mod usage;
pub mod whoami;

use actix_web::HttpResponse;
use actix_web::error::JsonPayloadError;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use serde::Serialize;

use super::endpoint::{Endpoint, Table};

/// The paths of the management API.
pub fn routes(table: &mut Table<'_>) {
    table
        // First, since it is asked most: paths are looked for in their order.
        .service(Endpoint::at("/v1/api-keys/verify").post(api_keys::verify))
        .service(Endpoint::at("/v1/whoami").get(whoami::whoami))
        .service(
            Endpoint::at("/v1/organizations")
                .get(organizations::list)
                .post(organizations::create),
        )
        .service(
            Endpoint::at("/v1/organizations/{organization}")
                .get(organizations::show)
                .patch(organizations::update)
                .delete(organizations::delete),
        )
        .service(
            Endpoint::at("/v1/organizations/{organization}/agents")
                .get(agents::list)
                .post(agents::create),
        )
        .service(
            Endpoint::at("/v1/organizations/{organization}/agents/{agent}")
                .get(agents::show)
                .patch(agents::update)
                .delete(agents::delete),
        )
        .service(
            Endpoint::at("/v1/organizations/{organization}/members")
                .get(members::list)
                .post(members::create),
        )
        .service(
            Endpoint::at("/v1/organizations/{organization}/members/{user}")
                .get(members::show)
                .patch(members::update)
                .delete(members::delete),
        )
        .service(
            Endpoint::at("/v1/organizations/{organization}/credentials")
                .get(credential_list::list)
                .post(credentials::create),
        )
        .service(
            Endpoint::at("/v1/organizations/{organization}/credentials/{credential}")
                .get(credentials::show)
                .patch(credentials::update)
                .delete(credentials::revoke),
        )
        .service(
            Endpoint::at("/v1/organizations/{organization}/credentials/{credential}/secrets")
                .get(secrets::list)
                .post(secrets::rotate),
        )
        .service(
            Endpoint::at(
                "/v1/organizations/{organization}/credentials/{credential}/secrets/{secret}",
            )
            .delete(secrets::delete),
        )
        .service(
            Endpoint::at("/v1/organizations/{organization}/credentials/{credential}/usage")
                .get(usage::show),
        )
        .service(Endpoint::at("/v1/organizations/{organization}/usage").get(usage::of_organization))
        .service(
            Endpoint::at("/v1/organizations/{organization}/audit-events")
                .get(audit_events::of_organization),
        )
        .service(Endpoint::at("/v1/audit-events").get(audit_events::all))
        .service(
            Endpoint::at("/v1/resource-servers")
                .get(resource_servers::list)
                .post(resource_servers::create),
        )
        .service(
            Endpoint::at("/v1/resource-servers/{resource_server}")
                .get(resource_servers::show)
                .patch(resource_servers::update)
                .delete(resource_servers::delete),
        )
        .service(Endpoint::at("/v1/signing-keys").get(signing_keys::list))
        .service(Endpoint::at("/v1/signing-keys/rotate").post(signing_keys::rotate))
        .service(Endpoint::at("/v1/signing-keys/{kid}").delete(signing_keys::revoke));
}

/// How much of an answer is written before its buffer grows, in bytes: most are shorter.
const ANSWER: usize = 1_024;

/// A JSON answer. None of the management API's answers is for a cache.
pub(in crate::http) fn json(status: StatusCode, body: &impl Serialize) -> HttpResponse {
    let mut text = Vec::with_capacity(ANSWER);
    answer(
        status,
        serde_json::to_writer(&mut text, body).map(|()| text),
    )
}

/// An answer that was written as JSON.
fn answer(status: StatusCode, text: serde_json::Result<Vec<u8>>) -> HttpResponse {
    let text = match text {
        Ok(text) => text,
        Err(error) => return HttpResponse::from_error(JsonPayloadError::Serialize(error)),
    };
    HttpResponse::build(status)
        .insert_header((CACHE_CONTROL, HeaderValue::from_static("no-store")))
        .insert_header((CONTENT_TYPE, HeaderValue::from_static("application/json")))
        .body(text)
}

pub(in crate::http) fn no_content() -> HttpResponse {
    HttpResponse::NoContent()
        .insert_header((CACHE_CONTROL, HeaderValue::from_static("no-store")))
        .finish()
}
