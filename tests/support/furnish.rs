//! What every test's server has from the start.

use grantd::app::authority::Authority;
use grantd::app::resource_servers::{self, NewResourceServer};
use grantd::app::{App, organizations};
use grantd::domain::organization::Organization;
use grantd::domain::resource_server::{ResourceScope, ResourceServer};

use super::server::API;

/// Makes `acme` and the example API, or finds them where another node has made them.
pub(super) async fn furnish(app: &App) -> (Organization, ResourceServer) {
    let organization = match organizations::find(app, &Authority::Command, "acme").await {
        Ok(found) => found,
        Err(_) => organizations::create(
            app,
            &Authority::Command,
            "acme".parse().expect("a slug"),
            Some("Acme".parse().expect("a name")),
        )
        .await
        .expect("the organization is made"),
    };
    let api = match resource_servers::find(app, API) {
        Ok(found) => found.as_ref().clone(),
        Err(_) => resource_servers::create(
            app,
            &Authority::Command,
            example_api(API, &["api:read", "api:write"]),
        )
        .await
        .expect("the resource server is made"),
    };
    (organization, api)
}

pub(super) fn example_api(identifier: &str, scopes: &[&str]) -> NewResourceServer {
    NewResourceServer {
        identifier: identifier.parse().expect("an identifier"),
        name: "Example API".parse().expect("a name"),
        scopes: scopes
            .iter()
            .map(|name| ResourceScope {
                name: name.parse().expect("a scope"),
                description: String::new(),
            })
            .collect(),
        token_ttl_seconds: None,
        algorithm: None,
    }
}
