//! HTTP: the route table, and the server. The management API's part of the table is its own.

pub mod compat;
pub mod endpoint;
pub mod health;
pub mod management;
pub mod oauth;
pub mod presented;
pub mod problem;
pub mod request_id;
pub mod rule;
pub mod server;
pub mod well_known;

use std::sync::Arc;

use actix_web::web;

use self::endpoint::{Endpoint, Table};
use crate::app::App;
use crate::settings::CompatSettings;

/// Everything that a handler is given.
#[derive(Clone)]
pub struct HttpState {
    /// The use cases.
    pub app: Arc<App>,
    /// Which doors for other products' clients are open.
    pub compat: CompatSettings,
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
        fill(&mut Table::below(prefix, config), state);
    }
    fill(&mut Table::below("", config), state);
    config.default_service(web::to(problem::no_such_path));
}

fn fill(table: &mut Table<'_>, state: &HttpState) {
    table
        .service(Endpoint::oauth("/oauth/token").post(oauth::token::token))
        .service(Endpoint::at("/.well-known/oauth-authorization-server").get(well_known::metadata))
        .service(Endpoint::at("/.well-known/openid-configuration").get(well_known::metadata))
        .service(Endpoint::at("/.well-known/jwks.json").get(well_known::jwks))
        .service(Endpoint::at("/healthz").get(health::alive))
        .service(Endpoint::at("/readyz").get(health::ready));
    if state.compat.kognic {
        table.service(Endpoint::oauth("/v1/auth/oauth/token").post(compat::kognic::token));
    }
    management::routes(table);
}
