//! `/v1/whoami`, and with it how a bearer token is judged.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::answer::{Answer, send};
use super::minting::{Mint, sign_hmac, with_signature_bytes};
use crate::support::server::{API, TestServer, claims, header};

async fn whoami(server: &TestServer, token: &str) -> Answer {
    send(server.bare("GET", "/v1/whoami").bearer_auth(token)).await
}

fn with(mut value: Value, member: &str, new: Value) -> Value {
    value[member] = new;
    value
}

#[actix_web::test]
async fn it_says_what_the_token_says_whatever_its_audience() {
    let server = TestServer::start().await;
    let agent = server.agent("bot").await;
    let client = server
        .client_with(|new| {
            new.agent_id = Some(agent.id);
            let issuer = server.app.issuer.as_str().parse().expect("an identifier");
            new.audiences.push(issuer);
        })
        .await;
    let issuer = server.app.issuer.as_str();
    for (parameters, audience, scopes) in [
        (vec![], API, json!(["api:read", "api:write"])),
        (vec![("scope", "api:read")], API, json!(["api:read"])),
        (
            vec![("resource", issuer), ("scope", "usage:read audit:read")],
            issuer,
            json!(["usage:read", "audit:read"]),
        ),
    ] {
        let token = server.token(&client, &parameters).await;
        let expiry =
            chrono::DateTime::from_timestamp(claims(&token)["exp"].as_i64().expect("a number"), 0);
        assert_eq!(
            whoami(&server, &token).await.json(200),
            json!({
                "credential_id": client.id,
                "client_id": client.id,
                "organization_id": server.organization.id,
                "user_id": null,
                "agent_id": agent.id,
                "agent_ids": [agent.id],
                "operator": false,
                "audience": audience,
                "scopes": scopes,
                "expires_at": expiry,
            })
        );
    }
}

#[actix_web::test]
async fn it_names_operators_and_whole_organizations() {
    let server = TestServer::start().await;
    let operator = server.operator().await;
    let token = server.management_token(&operator).await;
    let answer = whoami(&server, &token).await.json(200);
    assert_eq!(answer["operator"], true);
    assert_eq!(answer["agent_id"], Value::Null);
}

#[actix_web::test]
async fn without_a_token_the_challenge_names_no_error() {
    let server = TestServer::start().await;
    let client = server.admin().await;
    let token = server.management_token(&client).await;
    let request = || server.bare("GET", "/v1/whoami");
    send(request()).await.asks_for_a_token();
    send(request().basic_auth(&client.id, Some(&client.secret)))
        .await
        .asks_for_a_token();
    for header in ["", "Bearer", "bearer", "Token abc", "Keys abc"] {
        send(request().header("authorization", header))
            .await
            .asks_for_a_token();
    }
    // A token counts in the header alone, and only where it is the one header of its kind.
    let path = format!("/v1/whoami?access_token={token}");
    send(server.bare("GET", &path)).await.asks_for_a_token();
    send(request().form(&[("access_token", &token)]))
        .await
        .asks_for_a_token();
    send(request().bearer_auth(&token).bearer_auth(&token))
        .await
        .problem(400);
}

#[actix_web::test]
async fn the_scheme_is_read_in_any_case() {
    let server = TestServer::start().await;
    let token = server.token(&server.client().await, &[]).await;
    for scheme in ["Bearer", "bearer", "BEARER"] {
        let request = server.bare("GET", "/v1/whoami");
        let request = request.header("authorization", format!("{scheme} {token}"));
        send(request).await.json(200);
    }
}

#[actix_web::test]
async fn a_token_is_good_until_it_expires_and_not_a_second_longer() {
    let server = TestServer::start().await;
    let token = server.token(&server.client().await, &[]).await;
    let claims = claims(&token);
    let lifetime = claims["exp"].as_i64().expect("exp") - claims["iat"].as_i64().expect("iat");
    assert_eq!(lifetime, 900);
    server.advance(TimeDelta::seconds(899));
    whoami(&server, &token).await.json(200);
    server.advance(TimeDelta::seconds(1));
    let description = whoami(&server, &token).await.refuses_the_token();
    assert_eq!(description, "The access token has expired");
}

#[actix_web::test]
async fn claims_that_do_not_hold_are_refused_although_signed_well() {
    let server = TestServer::start().await;
    let token = server.token(&server.client().await, &[]).await;
    let (header, claims) = (header(&token), claims(&token));
    let mint = Mint::of(&server).await;
    // The mint is right: what follows is refused for what it says.
    whoami(&server, &mint.sign(&header, &claims))
        .await
        .json(200);

    let other_issuer = with(claims.clone(), "iss", json!("https://other.example.com"));
    let description = whoami(&server, &mint.sign(&header, &other_issuer)).await;
    assert_eq!(
        description.refuses_the_token(),
        "The access token is of another issuer"
    );
    let mut bad = Vec::new();
    for (member, value) in [
        ("exp", Value::Null),
        ("exp", json!("soon")),
        ("iss", Value::Null),
        ("client_id", json!("somebody")),
        ("org_id", json!(1)),
    ] {
        bad.push(mint.sign(&header, &with(claims.clone(), member, value)));
    }
    for member in ["exp", "iss", "aud", "client_id", "org_id", "sub"] {
        let mut short = claims.clone();
        short.as_object_mut().expect("an object").remove(member);
        bad.push(mint.sign(&header, &short));
    }
    let nobody = with(claims, "client_id", json!(uuid::Uuid::nil()));
    bad.push(mint.sign(&header, &nobody));
    for token in bad {
        whoami(&server, &token).await.refuses_the_token();
    }
}

#[actix_web::test]
async fn a_header_that_does_not_hold_is_refused_although_signed_well() {
    let server = TestServer::start().await;
    let token = server.token(&server.client().await, &[]).await;
    let (header, claims) = (header(&token), claims(&token));
    let mint = Mint::of(&server).await;
    let also_good = with(header.clone(), "typ", json!("application/at+jwt"));
    whoami(&server, &mint.sign(&also_good, &claims))
        .await
        .json(200);
    for (member, value) in [
        // RFC 9068 §4: an id token or any other JWT is no access token.
        ("typ", json!("JWT")),
        ("typ", json!("at+jwt+more")),
        ("typ", Value::Null),
        // RFC 8725 §3.1: the key says which algorithm, never the token.
        ("alg", json!("RS256")),
        ("alg", json!("ES384")),
        ("alg", json!("none")),
        ("kid", json!("another")),
        ("kid", Value::Null),
        ("crit", json!(["exp"])),
    ] {
        let wrong = with(header.clone(), member, value);
        whoami(&server, &mint.sign(&wrong, &claims))
            .await
            .refuses_the_token();
    }
}

#[actix_web::test]
async fn a_forged_signature_is_refused() {
    let server = TestServer::start().await;
    let token = server.token(&server.client().await, &[]).await;
    let (header, claims) = (header(&token), claims(&token));
    let jwks: Value = serde_json::from_str(&server.app.keyring().jwks().body).expect("JSON");
    let public = jwks["keys"][0].clone();
    let hs256 = with(header.clone(), "alg", json!("HS256"));
    let none = with(header.clone(), "alg", json!("none"));
    let other_server = TestServer::start().await;
    let other_mint = Mint::of(&other_server).await;

    let mut forged = vec![
        with_signature_bytes(&none, &claims, b""),
        with_signature_bytes(&header, &claims, b""),
        with_signature_bytes(&header, &claims, &[0; 64]),
        other_mint.sign(&header, &claims),
        token.rsplit_once('.').expect("three parts").0.to_owned(),
        "not.a.token".to_owned(),
        "a".repeat(20_000),
    ];
    // What is public is no key to HMAC with, in whatever form.
    let x = public["x"].as_str().expect("a coordinate").to_owned();
    for key in [public.to_string(), x, jwks.to_string(), String::new()] {
        forged.push(sign_hmac(key.as_bytes(), &hs256, &claims));
    }
    // One more scope under the old signature.
    let (_, signature) = token.rsplit_once('.').expect("three parts");
    let more = with(claims, "scope", json!("api:read organizations:write"));
    let unsigned = with_signature_bytes(&header, &more, b"");
    forged.push(format!("{unsigned}{signature}"));
    for token in forged {
        whoami(&server, &token).await.refuses_the_token();
    }
}

#[actix_web::test]
async fn every_other_path_takes_tokens_for_the_management_api_alone() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let token = server.token(&admin, &[("resource", API)]).await;
    let request = server.bare("GET", "/v1/organizations").bearer_auth(token);
    assert_eq!(
        send(request).await.refuses_the_token(),
        "The access token is for another audience; ask for one whose resource is the issuer URL"
    );
}
