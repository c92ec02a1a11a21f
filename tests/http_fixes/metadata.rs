//! The metadata is made when the resource servers are read, and follows them.

use std::time::{Duration, Instant};

use grantd::cache::resource_servers::ResourceServers;
use grantd::domain::ids::ResourceServerId;
use grantd::domain::resource_server::{ResourceScope, ResourceServer};
use reqwest::header::{ETAG, HeaderMap, IF_NONE_MATCH};
use serde_json::Value;

use crate::support::server::TestServer;

const PATH: &str = "/.well-known/oauth-authorization-server";

async fn get(server: &TestServer) -> (HeaderMap, Value) {
    let response = server.bare("GET", PATH).send().await.expect("an answer");
    let headers = response.headers().clone();
    (headers, response.json().await.expect("JSON"))
}

#[actix_web::test]
async fn a_new_scope_is_there_at_once_under_another_tag() {
    let server = TestServer::start().await;
    let (before, document) = get(&server).await;
    assert!(
        !document["scopes_supported"]
            .to_string()
            .contains("new:read")
    );
    let unchanged = async || {
        let request = server.bare("GET", PATH);
        let request = request.header(IF_NONE_MATCH, &before[ETAG]);
        request.send().await.expect("an answer").status() == 304
    };
    assert!(unchanged().await);
    server.resource_server("urn:new", &["new:read"]).await;
    assert!(!unchanged().await);
    let (after, document) = get(&server).await;
    assert_ne!(before[ETAG], after[ETAG]);
    let scopes = document["scopes_supported"].as_array().expect("a list");
    assert!(scopes.contains(&Value::from("new:read")));
}

/// Whoever asks needs no credential, so asking must cost next to nothing however much is listed.
#[actix_web::test]
async fn the_metadata_of_very_many_scopes_is_made_once() {
    let server = TestServer::start().await;
    let many = (0..200).map(|number| of_a_hundred_scopes(&server.api, number));
    let servers = ResourceServers::new(&server.app.issuer, many.collect()).expect("it is written");
    let started = Instant::now();
    for _ in 0..1_000 {
        assert!(servers.metadata().body.len() > 20_000);
    }
    assert!(started.elapsed() < Duration::from_secs(1));
}

fn of_a_hundred_scopes(like: &ResourceServer, number: u128) -> ResourceServer {
    ResourceServer {
        id: ResourceServerId(uuid::Uuid::from_u128(number)),
        scopes: (0..100)
            .map(|scope| ResourceScope {
                name: format!("s{number}:{scope}").parse().expect("a scope"),
                description: String::new(),
            })
            .collect(),
        ..like.clone()
    }
}
