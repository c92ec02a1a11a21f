//! HTTP: the route table, and the server. The management API's part of the table is its own.

pub mod admission;
mod cached;
pub mod client_address;
pub mod compat;
pub mod console;
pub mod endpoint;
pub mod forward_auth;
pub mod front;
pub mod health;
pub mod listener;
pub mod management;
pub mod oauth;
pub mod openapi;
pub mod presented;
pub mod problem;
pub mod rate_limit;
pub mod request_id;
pub mod rule;
pub mod server;
pub mod stopping;
pub mod well_known;

use std::sync::Arc;

use actix_web::web;

use self::endpoint::{Endpoint, Listed, Part, Table};
use crate::app::App;
use crate::settings::{CompatSettings, ProxySettings};

/// Everything that a handler is given.
#[derive(Clone)]
pub struct HttpState {
    /// The use cases.
    pub app: Arc<App>,
    /// Which doors for other products' clients are open.
    pub compat: CompatSettings,
    /// Whether there is a console.
    pub console: bool,
    /// The proxies whose word on addresses is believed.
    pub proxy: ProxySettings,
}

/// Every path there is.
///
/// An issuer with a path, `https://example.com/auth`, answers below that path as well as at the
/// root, so that it does not matter whether the proxy in front strips it. The paths below it come
/// first, since they are what metadata names.
pub fn routes(config: &mut web::ServiceConfig, state: &HttpState) {
    let prefix = state.app.issuer.path();
    if !prefix.is_empty() {
        // RFC 8414 §3.1: the well-known part stands before the issuer's path.
        config
            .service(
                Endpoint::at(&format!("/.well-known/oauth-authorization-server{prefix}"))
                    .get(well_known::metadata),
            )
            .service(
                Endpoint::at(&format!("/.well-known/openid-configuration{prefix}"))
                    .get(well_known::metadata),
            );
    }
    let prefixes = [Some(prefix).filter(|prefix| !prefix.is_empty()), Some("")];
    for part in Part::ALL {
        for prefix in prefixes.into_iter().flatten() {
            let mut table = Table::below(part, prefix, config);
            fill(&mut table, state.compat);
            if state.console {
                console::routes(&mut table);
            }
        }
    }
    config.default_service(web::to(problem::no_such_path));
}

/// The paths that are answered while these doors are open, without the issuer's own path, and
/// without the [console's](console::listed).
pub fn listed(compat: CompatSettings) -> Vec<Listed> {
    let mut list = Vec::new();
    fill(&mut Table::listing(&mut list), compat);
    list
}

fn fill(table: &mut Table<'_>, compat: CompatSettings) {
    table
        .service(Endpoint::oauth("/oauth/token").post(oauth::token::token))
        .service(Endpoint::at("/auth/verify").any(forward_auth::verify));
    management::routes(table);
    table
        .service(Endpoint::at("/.well-known/oauth-authorization-server").get(well_known::metadata))
        .service(
            Endpoint::at("/.well-known/openid-configuration").get(well_known::openid_configuration),
        )
        .service(Endpoint::at("/.well-known/jwks.json").get(well_known::jwks))
        .service(Endpoint::at("/healthz").get(health::alive))
        .service(Endpoint::at("/readyz").get(health::ready))
        .service(Endpoint::at("/openapi.json").get(openapi::page::document))
        .service(Endpoint::at("/openapi").get(openapi::page::page))
        .service(Endpoint::at("/openapi/{asset}").get(openapi::page::asset));
    compat::routes(table, compat);
}
