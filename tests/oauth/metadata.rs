//! What anyone may read: the authorization server's metadata (RFC 8414) and the key set (RFC 7517).

use grantd::app::authority::Authority;
use grantd::app::signing_keys::{Urgency, rotate};
use reqwest::Response;
use serde_json::{Value, json};

use super::answer::{assert_token, basic};
use crate::support::raw::RawRequest;
use crate::support::server::{API, TestServer, claims, management_scopes};

const METADATA: &str = "/.well-known/oauth-authorization-server";
const OPENID: &str = "/.well-known/openid-configuration";
const JWKS: &str = "/.well-known/jwks.json";

async fn get(server: &TestServer, path: &str) -> Response {
    let request = server.bare("GET", path);
    request.send().await.expect("an answer")
}

fn header_of<'a>(response: &'a Response, name: &str) -> &'a str {
    let value = response.headers().get(name);
    value.expect(name).to_str().expect("ASCII")
}

#[actix_web::test]
async fn the_fields_are_those_of_rfc_8414() {
    let server = TestServer::start().await;
    let issuer = server.app.issuer.as_str();
    assert_eq!(issuer, server.origin);
    let response = get(&server, METADATA).await;
    assert_eq!(header_of(&response, "content-type"), "application/json");
    let mut found: Value = response.json().await.expect("JSON");
    let scopes = found["scopes_supported"].take();
    assert_eq!(
        found,
        json!({
            "issuer": issuer,
            "token_endpoint": format!("{issuer}/oauth/token"),
            "jwks_uri": format!("{issuer}{JWKS}"),
            "scopes_supported": null,
            "response_types_supported": [],
            "grant_types_supported": ["client_credentials"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        })
    );
    let scopes: Vec<&str> = scopes
        .as_array()
        .expect("scopes")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    for expected in management_scopes() {
        assert!(scopes.contains(&expected.as_str()), "{expected}");
    }
    assert!(scopes.contains(&"api:read") && scopes.contains(&"api:write"));
    let twin = get(&server, OPENID).await;
    let twin: Value = twin.json().await.expect("JSON");
    assert_eq!(twin["token_endpoint"], found["token_endpoint"]);
}

#[actix_web::test]
async fn an_issuer_with_a_path_is_found_in_every_way() {
    let server = TestServer::builder()
        .issuer_path("/tenants/one")
        .start()
        .await;
    let issuer = server.app.issuer.as_str();
    assert_eq!(issuer, format!("{}/tenants/one", server.origin));
    for path in [
        // RFC 8414 §3.1 puts the well-known part first, OpenID Connect last.
        format!("{METADATA}/tenants/one"),
        format!("{OPENID}/tenants/one"),
        format!("/tenants/one{METADATA}"),
        format!("/tenants/one{OPENID}"),
        // A proxy may have stripped the path.
        METADATA.to_owned(),
    ] {
        let response = get(&server, &path).await;
        assert_eq!(response.status(), 200, "{path}");
        let found: Value = response.json().await.expect("JSON");
        assert_eq!(found["issuer"], issuer, "{path}");
        for endpoint in ["token_endpoint", "jwks_uri"] {
            let url = found[endpoint].as_str().expect("a URL");
            assert!(url.starts_with(&format!("{issuer}/")), "{url}");
        }
    }
    let keys = get(&server, &format!("/tenants/one{JWKS}")).await;
    assert_eq!(keys.status(), 200);
    let client = server.client().await;
    for path in [
        "/tenants/one/oauth/token",
        "/tenants/one/v1/auth/oauth/token",
        "/oauth/token",
    ] {
        let request = RawRequest::form("grant_type=client_credentials")
            .target(path)
            .header("Authorization", basic(&client));
        let token = assert_token(path, &request.send(&server.origin).await);
        assert_eq!(claims(&token)["iss"], issuer, "{path}");
    }
    assert_eq!(get(&server, "/tenants/two/healthz").await.status(), 404);
}

#[actix_web::test]
async fn copies_are_kept_and_renewed() {
    let server = TestServer::start().await;
    for (path, max_age) in [(METADATA, 3_600), (OPENID, 3_600), (JWKS, 300)] {
        let first = get(&server, path).await;
        assert_eq!(first.status(), 200);
        let cache_control = format!("public, max-age={max_age}");
        assert_eq!(header_of(&first, "cache-control"), cache_control);
        let etag = header_of(&first, "etag").to_owned();
        assert!(etag.starts_with('"') && etag.ends_with('"'), "{etag}");
        for (condition, status) in [
            (etag.clone(), 304),
            (format!("W/{etag}"), 304),
            (format!("\"other\", {etag}"), 304),
            ("*".to_owned(), 304),
            ("\"other\"".to_owned(), 200),
            (etag.trim_matches('"').to_owned(), 200),
        ] {
            let request = server.bare("GET", path).header("If-None-Match", &condition);
            let response = request.send().await.expect("an answer");
            assert_eq!(response.status(), status, "{path} {condition}");
            assert_eq!(header_of(&response, "etag"), etag);
            assert_eq!(header_of(&response, "cache-control"), cache_control);
            let empty = response.bytes().await.expect("a body").is_empty();
            assert_eq!(empty, status == 304, "{path} {condition}");
        }
        let head = RawRequest::new("HEAD", path).send(&server.origin).await;
        assert_eq!(head.status, 200);
        assert_eq!(head.header("etag"), Some(etag.as_str()));
        assert!(head.body.is_empty());
        let post = RawRequest::new("POST", path).send(&server.origin).await;
        assert_eq!(
            (post.status, post.header("allow")),
            (405, Some("GET, HEAD"))
        );
    }
}

#[actix_web::test]
async fn a_change_shows_in_the_entity_tags() {
    let server = TestServer::start().await;
    let tag = async |path| header_of(&get(&server, path).await, "etag").to_owned();
    let (metadata, keys) = (tag(METADATA).await, tag(JWKS).await);
    rotate(&server.app, &Authority::Command, None, Urgency::Published)
        .await
        .expect("it rotates");
    assert_ne!(tag(JWKS).await, keys);
    assert_eq!(tag(METADATA).await, metadata);
    server
        .resource_server("urn:example:new", &["new:scope"])
        .await;
    assert_ne!(tag(METADATA).await, metadata);
}

#[actix_web::test]
async fn copies_of_the_key_set_are_short_lived_where_keys_are_published_shortly_before() {
    let server = TestServer::builder()
        .setting("keys.publish_before", "2m")
        .start()
        .await;
    let response = get(&server, JWKS).await;
    assert_eq!(header_of(&response, "cache-control"), "public, max-age=60");
}

#[actix_web::test]
async fn forged_headers_change_nothing() {
    let server = TestServer::start().await;
    let client = server.client().await;
    let issuer = server.app.issuer.as_str();
    let forged = |request: RawRequest| {
        request
            .without("Host")
            .header("Host", "evil.example")
            .header("X-Forwarded-Host", "evil.example")
            .header("X-Forwarded-Proto", "gopher")
            .header("X-Forwarded-For", "10.0.0.1")
            .header("X-Forwarded-Prefix", "/evil")
            .header("X-Original-URL", "/evil")
            .header("Forwarded", "host=evil.example;proto=gopher")
    };
    for path in [METADATA, OPENID, JWKS] {
        let honest = RawRequest::new("GET", path).send(&server.origin).await;
        let request = forged(RawRequest::new("GET", path));
        let absolute = format!("http://evil.example{path}");
        for request in [request.clone(), request.target(&absolute)] {
            let answer = request.send(&server.origin).await;
            assert_eq!(answer.text(), honest.text(), "{path}");
        }
    }
    let request =
        RawRequest::form("grant_type=client_credentials").header("Authorization", basic(&client));
    let answer = forged(request).send(&server.origin).await;
    let token = assert_token("forged", &answer);
    assert_eq!(claims(&token)["iss"], issuer);
    assert_eq!(claims(&token)["aud"], API);
    let refused = forged(RawRequest::form("")).send(&server.origin).await;
    assert!(!refused.text().contains("evil"));
}

#[actix_web::test]
async fn a_door_that_is_closed_is_not_there() {
    let server = TestServer::builder()
        .setting("compat.kognic", "false")
        .start()
        .await;
    let client = server.client().await;
    let request =
        RawRequest::form("grant_type=client_credentials").header("Authorization", basic(&client));
    let closed = request.clone().target("/v1/auth/oauth/token");
    assert_eq!(closed.send(&server.origin).await.status, 404);
    assert_token("the other door", &request.send(&server.origin).await);
}
