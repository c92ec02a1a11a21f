//! The authorization server's metadata (RFC 8414 §2).

use std::collections::HashSet;
use std::sync::Arc;

use serde::Serialize;
use utoipa::ToSchema;

use super::document::Document;
use crate::domain::issuer::Issuer;
use crate::domain::resource_server::ResourceServer;

/// The document. Clients ignore members that they do not know (RFC 8414 §3.2).
#[derive(Serialize, ToSchema)]
pub struct Metadata<'a> {
    #[schema(format = "uri")]
    issuer: &'a str,
    #[schema(format = "uri")]
    token_endpoint: String,
    #[schema(format = "uri")]
    jwks_uri: String,
    scopes_supported: Vec<&'a str>,
    /// Empty, since there is no authorization endpoint; several clients refuse metadata without it.
    #[schema(value_type = Vec<String>, max_items = 0)]
    response_types_supported: [&'static str; 0],
    #[schema(value_type = Vec<String>)]
    grant_types_supported: [&'static str; 1],
    #[schema(value_type = Vec<String>)]
    token_endpoint_auth_methods_supported: [&'static str; 2],
}

/// Writes the metadata. Everything in it comes from the settings and from the resource servers, so
/// it is made when these are read, and never for a request: whoever asks is not known, and there may
/// be tens of thousands of scopes.
///
/// # Errors
/// Where it cannot be written as JSON.
pub(super) fn document(
    issuer: &Issuer,
    servers: &[Arc<ResourceServer>],
) -> Result<Document, serde_json::Error> {
    Document::new(&Metadata {
        issuer: issuer.as_str(),
        token_endpoint: issuer.join("/oauth/token"),
        jwks_uri: issuer.join("/.well-known/jwks.json"),
        scopes_supported: scopes(servers),
        response_types_supported: [],
        grant_types_supported: ["client_credentials"],
        token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
    })
}

/// Every scope once, in the order of the resource servers.
fn scopes(servers: &[Arc<ResourceServer>]) -> Vec<&str> {
    let mut known = HashSet::new();
    servers
        .iter()
        .flat_map(|server| &server.scopes)
        .map(|scope| scope.name.as_str())
        .filter(|name| known.insert(*name))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::ResourceServerId;
    use crate::domain::resource_server::ResourceScope;

    fn server(number: u128, scopes: impl Iterator<Item = String>) -> Arc<ResourceServer> {
        Arc::new(ResourceServer {
            id: ResourceServerId(uuid::Uuid::from_u128(number)),
            identifier: format!("urn:{number}").parse().unwrap(),
            name: "API".parse().unwrap(),
            scopes: scopes
                .map(|name| ResourceScope {
                    name: name.parse().unwrap(),
                    description: String::new(),
                })
                .collect(),
            token_ttl_seconds: None,
            algorithm: None,
            created_at: chrono::DateTime::UNIX_EPOCH,
        })
    }

    #[test]
    fn it_says_what_rfc_8414_asks_for() {
        let issuer = Issuer::parse("https://a.example/auth").unwrap();
        let names = |names: &[&str]| {
            names
                .iter()
                .map(|&name| name.to_owned())
                .collect::<Vec<_>>()
        };
        let servers = [
            server(1, names(&["b", "a"]).into_iter()),
            server(2, names(&["a", "c"]).into_iter()),
        ];
        let document = document(&issuer, &servers).unwrap();
        let expected = concat!(
            r#"{"issuer":"https://a.example/auth","#,
            r#""token_endpoint":"https://a.example/auth/oauth/token","#,
            r#""jwks_uri":"https://a.example/auth/.well-known/jwks.json","#,
            r#""scopes_supported":["b","a","c"],"response_types_supported":[],"#,
            r#""grant_types_supported":["client_credentials"],"#,
            r#""token_endpoint_auth_methods_supported":["client_secret_basic","client_secret_post"]}"#,
        );
        assert_eq!(&*document.body, expected);
    }

    #[test]
    fn each_of_very_many_scopes_stands_there_once() {
        let servers: Vec<_> = (0..200)
            .map(|number| {
                server(
                    number,
                    (0..100).map(move |scope| format!("s{number}:{scope}")),
                )
            })
            .chain([server(200, (0..100).map(|scope| format!("s7:{scope}")))])
            .collect();
        assert_eq!(scopes(&servers).len(), 20_000);
    }
}
