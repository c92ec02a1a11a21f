//! Tokens of each algorithm, verified by the published key set alone.

use grantd::domain::algorithm::Algorithm;
use serde_json::Value;

use crate::support::jwks::{key_set, verify};
use crate::support::server::{API, TestServer, header};

#[actix_web::test]
async fn every_algorithm_by_setting() {
    for algorithm in Algorithm::ALL {
        let server = TestServer::builder()
            .setting("token.algorithm", algorithm.as_str())
            .start()
            .await;
        let client = server.client().await;
        let token = server.token(&client, &[]).await;
        assert_eq!(header(&token)["alg"], algorithm.as_str());
        assert_eq!(header(&token)["typ"], "at+jwt");
        let keys = key_set(&server).await;
        assert_eq!(keys.keys.len(), 1, "{algorithm}");
        let claims = verify(&token, &keys, API).expect("it verifies");
        assert_eq!(claims["sub"], client.id.as_str());
        assert!(verify(&token, &keys, "urn:another").is_err());
        let forged = forge(&token);
        assert!(verify(&forged, &keys, API).is_err(), "{algorithm}");
    }
}

/// The same token with one bit of the claims turned.
fn forge(token: &str) -> String {
    let (head, rest) = token.split_once('.').expect("three parts");
    let (claims, signature) = rest.split_once('.').expect("three parts");
    let middle = claims.len() / 2;
    let other = if &claims[middle..=middle] == "A" {
        "B"
    } else {
        "A"
    };
    let claims = format!("{}{other}{}", &claims[..middle], &claims[middle + 1..]);
    format!("{head}.{claims}.{signature}")
}

#[actix_web::test]
async fn every_algorithm_by_resource_server_side_by_side() {
    let server = TestServer::start().await;
    let identifier = |algorithm: Algorithm| format!("https://{algorithm}.example.com");
    for algorithm in Algorithm::ALL {
        server
            .resource_server_with(&identifier(algorithm), &[], |new| {
                new.algorithm = Some(algorithm);
            })
            .await;
    }
    let client = server
        .client_with(|new| {
            new.audiences.extend(
                Algorithm::ALL
                    .map(|algorithm| identifier(algorithm).parse().expect("an identifier")),
            );
        })
        .await;
    let keys = key_set(&server).await;
    assert_eq!(keys.keys.len(), 4);
    let plain = server.token(&client, &[]).await;
    assert_eq!(header(&plain)["alg"], "ES256");
    for algorithm in Algorithm::ALL {
        let audience = identifier(algorithm);
        let token = server.token(&client, &[("resource", &audience)]).await;
        assert_eq!(header(&token)["alg"], algorithm.as_str());
        verify(&token, &keys, &audience).expect("it verifies");
    }
}

#[actix_web::test]
async fn the_key_set_shows_public_members_only() {
    let server = TestServer::start().await;
    for algorithm in Algorithm::ALL {
        server
            .resource_server_with(&format!("urn:example:{algorithm}"), &[], |new| {
                new.algorithm = Some(algorithm);
            })
            .await;
    }
    let response = server
        .bare("GET", "/.well-known/jwks.json")
        .send()
        .await
        .expect("an answer");
    let set: Value = response.json().await.expect("JSON");
    let mut seen = Vec::new();
    for key in set["keys"].as_array().expect("keys") {
        let members: Vec<&str> = key
            .as_object()
            .expect("an object")
            .keys()
            .map(String::as_str)
            .collect();
        let expected: &[&str] = match key["kty"].as_str().expect("a kty") {
            "EC" => &["alg", "crv", "kid", "kty", "use", "x", "y"],
            "OKP" => &["alg", "crv", "kid", "kty", "use", "x"],
            "RSA" => &["alg", "e", "kid", "kty", "n", "use"],
            other => panic!("a key of type {other}"),
        };
        let mut sorted = members.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, expected);
        assert_eq!(key["use"], "sig");
        seen.push(key["alg"].as_str().expect("an alg").to_owned());
    }
    seen.sort();
    assert_eq!(seen, ["ES256", "EdDSA", "PS256", "RS256"]);
}
