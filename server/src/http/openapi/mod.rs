//! The OpenAPI 3.1 document of what this server answers, made of the annotations of the handlers.
//!
//! A new handler needs `#[utoipa::path(…)]` above it and its line in [`Annotated`]; a test compares
//! both with the route table.

mod complete;
pub mod door_parameters;
pub mod page;
pub mod parameters;
pub mod responses;
mod security;

use std::collections::HashSet;

use utoipa::OpenApi as _;
use utoipa::openapi::Server;
use utoipa::openapi::path::{Operation, PathItem};

use super::oauth::error as oauth_error;
use super::{compat, forward_auth, health, listed, management, oauth, problem, well_known};
use crate::domain::credential_list::Standing;
use crate::domain::issuer::Issuer;
use crate::settings::CompatSettings;

/// Every annotated handler.
#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "grantd",
        description = "Machine credentials: client id and secret in, short-lived JWT out.\n\n\
            Every answer carries `X-Request-Id`. Every GET path answers HEAD too, and any path \
            answers 405 with `Allow` for a method that it does not take. All answers of the \
            management API are `Cache-Control: no-store`.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    tags(
        (name = "Tokens", description = "The token endpoint (RFC 6749 §4.4, RFC 8707)"),
        (name = "Metadata", description = "What clients and verifiers read"),
        (name = "Whoami", description = "Who the caller is"),
        (name = "Organizations", description = "Customers of the API"),
        (name = "Agents", description = "The units of work inside an organization"),
        (name = "Members", description = "The people of an organization, and their roles"),
        (name = "Credentials", description = "Client ids and API keys"),
        (name = "Secrets", description = "Rotation"),
        (name = "API keys", description = "Whether a key is good, for the API that was sent it"),
        (name = "For proxies", description = "Whether a request may pass, for the proxy that holds it"),
        (name = "Usage", description = "What credentials are used for"),
        (name = "Resource servers", description = "APIs that accept tokens; operators only"),
        (name = "Signing keys", description = "What signs tokens; operators only"),
        (name = "Audit trail", description = "What was done, by whom, from where"),
        (name = "Cogniac", description = "For Cogniac's SDK and its command"),
        (name = "Cognigy", description = "For Cognigy's client"),
        (name = "Health", description = "For probes"),
        (name = "OpenAPI", description = "This document"),
    ),
    components(schemas(problem::Body, oauth_error::Body, Standing)),
    paths(
        oauth::token::token,
        compat::kognic::token,
        compat::cogniac::token::token,
        compat::cogniac::token::legacy,
        compat::cogniac::users::show,
        compat::cogniac::users::tenants,
        compat::cogniac::users::tenants_below_a_slash,
        compat::cogniac::users::second_factor,
        compat::cogniac::tenants::show,
        compat::cogniac::tenants::users,
        compat::cogniac::keys::list,
        compat::cogniac::keys::create,
        compat::cogniac::keys::show,
        compat::cogniac::keys::delete,
        compat::cognigy::token::token,
        compat::cognigy::v2_0::list,
        compat::cognigy::v2_0::create,
        compat::cognigy::v2_0::delete,
        compat::cognigy::v2_1::list,
        compat::cognigy::v2_1::create,
        compat::cognigy::v2_1::delete,
        compat::cognigy::super_key::create,
        compat::cognigy::super_key::create_below_new,
        compat::cognigy::super_key::create_named_in_body,
        well_known::metadata,
        well_known::openid_configuration,
        well_known::jwks,
        management::whoami::whoami,
        management::organizations::list,
        management::organizations::create,
        management::organizations::show,
        management::organizations::update,
        management::organizations::delete,
        management::agents::list,
        management::agents::create,
        management::agents::show,
        management::agents::update,
        management::agents::delete,
        management::members::list,
        management::members::create,
        management::members::show,
        management::members::update,
        management::members::delete,
        management::credential_list::list,
        management::credentials::create,
        management::credentials::show,
        management::credentials::update,
        management::credentials::revoke,
        management::secrets::list,
        management::secrets::rotate,
        management::secrets::delete,
        management::api_keys::verify,
        forward_auth::verify,
        management::usage::show,
        management::usage::of_organization,
        management::resource_servers::list,
        management::resource_servers::create,
        management::resource_servers::show,
        management::resource_servers::update,
        management::resource_servers::delete,
        management::signing_keys::list,
        management::signing_keys::rotate,
        management::signing_keys::revoke,
        management::audit_events::of_organization,
        management::audit_events::all,
        health::alive,
        health::ready,
        page::document,
        page::page,
        page::asset,
    )
)]
struct Annotated;

/// What of the settings stands in the document.
#[derive(Debug, Clone, Copy)]
pub struct Described<'a> {
    /// Where the server is reached.
    pub issuer: &'a Issuer,
    /// Which doors are open; the paths of the others are left out.
    pub compat: CompatSettings,
    /// The rails of a token's lifetime, in seconds.
    pub ttl_seconds: (u32, u32),
}

/// The document as it is served and printed: JSON, indented, with a line feed at its end.
///
/// # Errors
/// Where it cannot be written as JSON, which does not happen.
pub fn text(described: &Described<'_>) -> Result<String, serde_json::Error> {
    let mut api = Annotated::openapi();
    env!("CARGO_PKG_VERSION").clone_into(&mut api.info.version);
    api.servers = Some(vec![Server::new(described.issuer.as_str())]);
    let open: HashSet<String> = listed(described.compat)
        .into_iter()
        .map(|listed| listed.path)
        .collect();
    api.paths.paths.retain(|path, _| open.contains(path));
    security::complete(&mut api, described);
    complete::complete(&mut api, described);
    serde_json::to_string_pretty(&api).map(|json| json + "\n")
}

/// Method and path of everything that is annotated, whether its door is open or not.
pub fn annotated() -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    for (path, mut item) in Annotated::openapi().paths.paths {
        for (method, operation) in methods_mut(&mut item) {
            if operation.is_some() {
                found.push((method, path.clone()));
            }
        }
    }
    found
}

fn operations_mut(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    methods_mut(item)
        .into_iter()
        .filter_map(|(_, operation)| operation.as_mut())
}

fn methods_mut(item: &mut PathItem) -> [(&'static str, &mut Option<Operation>); 8] {
    [
        ("GET", &mut item.get),
        ("HEAD", &mut item.head),
        ("POST", &mut item.post),
        ("PUT", &mut item.put),
        ("PATCH", &mut item.patch),
        ("DELETE", &mut item.delete),
        ("OPTIONS", &mut item.options),
        ("TRACE", &mut item.trace),
    ]
}
