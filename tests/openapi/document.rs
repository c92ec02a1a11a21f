//! The document says what the server does: the same paths, the same answers, and nothing that leads
//! nowhere.

use std::collections::{BTreeMap, BTreeSet};

use grantd::http::openapi::annotated;
use serde_json::Value;

use crate::management::access::{TABLE, routed_path};
use crate::support::routes::{routed, routed_by_default};
use crate::support::server::TestServer;

fn document() -> Value {
    let text = grantd::cli::openapi::document().expect("a document");
    serde_json::from_str(&text).expect("JSON")
}

/// Every operation by its method and path.
fn operations(document: &Value) -> BTreeMap<(String, String), Value> {
    let paths = document["paths"].as_object().expect("paths");
    paths
        .iter()
        .flat_map(|(path, item)| {
            let item = item.as_object().expect("a path");
            item.iter()
                .map(move |(method, operation)| ((method.to_uppercase(), path), operation))
        })
        .map(|((method, path), operation)| ((method, path.clone()), operation.clone()))
        .collect()
}

#[test]
fn it_names_every_path_and_method_that_is_routed_and_no_other() {
    let routed = routed();
    let annotated: BTreeSet<(String, String)> = annotated()
        .into_iter()
        .map(|(method, path)| (method.to_owned(), path))
        .collect();
    let missing: Vec<_> = routed.difference(&annotated).collect();
    let beside: Vec<_> = annotated.difference(&routed).collect();
    assert!(
        missing.is_empty(),
        "routed, but not annotated: {missing:#?}"
    );
    assert!(beside.is_empty(), "annotated, but not routed: {beside:#?}");
    let described: BTreeSet<_> = operations(&document()).into_keys().collect();
    assert_eq!(described, routed_by_default());
}

#[test]
fn it_names_every_status_that_the_table_of_callers_pins() {
    let operations = operations(&document());
    for (method, path, _, statuses) in TABLE {
        let operation = &operations[&(method.to_owned(), routed_path(path))];
        for status in statuses {
            assert!(
                operation["responses"].get(status.to_string()).is_some(),
                "{method} {path} answers {status}, and its annotation does not say so"
            );
        }
    }
}

#[test]
fn every_reference_leads_somewhere() {
    fn references(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(members) => {
                for (name, member) in members {
                    match (name.as_str(), member) {
                        ("$ref", Value::String(reference)) => {
                            found.insert(reference.clone());
                        }
                        _ => references(member, found),
                    }
                }
            }
            Value::Array(members) => members.iter().for_each(|member| references(member, found)),
            _ => {}
        }
    }
    let document = document();
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    assert!(found.len() > 50, "{found:?}");
    for reference in found {
        let pointer = reference.strip_prefix('#').expect("a reference within");
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
}

#[test]
fn operations_are_whole() {
    let document = document();
    let schemes = document["components"]["securitySchemes"]
        .as_object()
        .expect("schemes");
    let mut ids = BTreeSet::new();
    for ((method, path), operation) in operations(&document) {
        let id = operation["operationId"].as_str().expect("an id");
        assert!(ids.insert(id.to_owned()), "{id} is there twice");
        assert!(operation["summary"].is_string(), "{id} has no summary");
        let in_path: BTreeSet<&str> = path
            .split('{')
            .skip(1)
            .filter_map(|part| part.split('}').next())
            .collect();
        let parameters = operation["parameters"].as_array().cloned();
        let parameters = parameters.unwrap_or_default();
        let declared: BTreeSet<&str> = parameters
            .iter()
            .filter(|parameter| parameter["in"] == "path")
            .filter_map(|parameter| parameter["name"].as_str())
            .collect();
        assert_eq!(declared, in_path, "{method} {path}");
        for requirement in operation["security"].as_array().into_iter().flatten() {
            for scheme in requirement.as_object().expect("a requirement").keys() {
                assert!(schemes.contains_key(scheme), "{id}: {scheme}");
            }
        }
        let judges_callers =
            path == "/auth/verify" || path.starts_with("/v1/") && !path.starts_with("/v1/auth/");
        let of_a_door = ["Cogniac", "Cognigy"]
            .iter()
            .any(|door| operation["tags"][0] == *door);
        assert!(
            of_a_door
                || judges_callers
                    == (operation["responses"].get("403").is_some() || id == "whoami"),
            "{method} {path}"
        );
        let responses = operation["responses"].as_object().expect("responses");
        for (status, response) in responses {
            let response = match response["$ref"].as_str() {
                Some(reference) => document.pointer(&reference[1..]).expect("it is there"),
                None => response,
            };
            assert!(
                response["headers"].get("X-Request-Id").is_some(),
                "{id} {status}"
            );
            assert_ne!(response["description"], "", "{id} {status}");
        }
    }
}

#[test]
fn what_is_sent_has_no_fields_beside_the_known() {
    let document = document();
    for ((method, path), operation) in operations(&document) {
        let content = &operation["requestBody"]["content"]["application/json"]["schema"]["$ref"];
        let Some(reference) = content.as_str() else {
            continue;
        };
        let schema = document.pointer(&reference[1..]).expect("it is there");
        assert_eq!(
            schema["additionalProperties"], false,
            "{method} {path} takes fields that it does not know"
        );
    }
}

#[test]
fn nothing_in_it_looks_like_a_live_secret() {
    let text = document().to_string();
    for prefix in ["gds_", "gdk_", "eyJ"] {
        for place in text.match_indices(prefix) {
            let after: String = text[place.0 + prefix.len()..].chars().take(8).collect();
            assert!(
                !after.chars().all(char::is_alphanumeric),
                "{prefix}{after}: a scanner of secrets would stop there"
            );
        }
    }
}

#[actix_web::test]
async fn it_is_served_for_this_server_and_may_be_kept() {
    let server = TestServer::builder().issuer_path("/auth").start().await;
    let first = server.bare("GET", "/auth/openapi.json").send().await;
    let first = first.expect("an answer");
    assert_eq!(first.status(), 200);
    assert_eq!(first.headers()["content-type"], "application/json");
    assert_eq!(first.headers()["cache-control"], "public, max-age=3600");
    let tag = first.headers()["etag"].clone();
    let served: Value = first.json().await.expect("JSON");
    assert_eq!(served["openapi"], "3.1.0");
    assert_eq!(served["servers"][0]["url"], server.app.issuer.as_str());

    let again = server.bare("GET", "/openapi.json");
    let again = again.header("If-None-Match", tag).send().await;
    assert_eq!(again.expect("an answer").status(), 304);

    // Only the issuer makes it another than what the command prints.
    let text = serde_json::to_string(&served).expect("JSON");
    let text = text.replace(server.app.issuer.as_str(), "https://auth.example.com");
    assert_eq!(
        serde_json::from_str::<Value>(&text).expect("JSON"),
        document()
    );
}

#[actix_web::test]
async fn the_path_of_a_closed_door_is_not_in_it() {
    let path = "/v1/auth/oauth/token";
    for (open, there) in [("true", true), ("false", false)] {
        let builder = TestServer::builder().setting("compat.kognic", open);
        let server = builder.start().await;
        let served = server.bare("GET", "/openapi.json").send().await;
        let served: Value = served.expect("an answer").json().await.expect("JSON");
        assert_eq!(served["paths"].get(path).is_some(), there);
    }
}

#[actix_web::test]
async fn the_rails_of_a_lifetime_are_those_of_the_settings() {
    let server = TestServer::builder()
        .setting("token.min_ttl_seconds", "120")
        .setting("token.max_ttl_seconds", "1200")
        .start()
        .await;
    let served = server.bare("GET", "/openapi.json").send().await;
    let served: Value = served.expect("an answer").json().await.expect("JSON");
    let schemas = &served["components"]["schemas"];
    for sent in [
        "CredentialCreate",
        "ResourceServerCreate",
        "ResourceServerUpdate",
    ] {
        let lifetime = &schemas[sent]["properties"]["token_ttl_seconds"];
        assert_eq!(lifetime["minimum"], 120, "{sent}");
        assert_eq!(lifetime["maximum"], 1200, "{sent}");
    }
    // What was made under other rails is still shown.
    let shown = &schemas["Credential"]["properties"]["token_ttl_seconds"];
    assert!(shown.get("maximum").is_none());
}

#[test]
fn what_conditional_and_repeated_requests_meet_is_told() {
    let document = document();
    let all = operations(&document);
    let told = |method: &str, path: &str, status: &str| {
        let found = all
            .iter()
            .find(|((its, of), _)| its.eq_ignore_ascii_case(method) && of == path);
        let (_, operation) = found.expect("the operation");
        operation["responses"].get(status).is_some()
    };
    for path in [
        "/v1/organizations/{organization}",
        "/v1/organizations/{organization}/agents/{agent}",
        "/v1/organizations/{organization}/members/{user}",
        "/v1/organizations/{organization}/credentials/{credential}",
        "/v1/resource-servers/{resource_server}",
    ] {
        for method in ["GET", "PATCH", "DELETE"] {
            assert!(told(method, path, "412"), "{method} {path}");
        }
    }
    for path in [
        "/v1/organizations",
        "/v1/organizations/{organization}/agents",
        "/v1/organizations/{organization}/members",
        "/v1/organizations/{organization}/credentials",
        "/v1/organizations/{organization}/credentials/{credential}/secrets",
        "/v1/resource-servers",
        "/v1/signing-keys/rotate",
    ] {
        assert!(
            told("POST", path, "410") && told("POST", path, "422"),
            "{path}"
        );
    }
}
