//! Cogniac's door: tokens, and who one is.

use chrono::TimeDelta;
use grantd::domain::credential::CredentialKind;
use grantd::domain::user::Role;
use serde_json::{Value, json};

use super::people::{PASSWORD, by_password, join, nobody, person, token_of};
use crate::management::answer::{Answer, send};
use crate::support::server::{API, TestServer, claims};

const CHALLENGE: &str =
    "Key realm=\"grantd\", Basic realm=\"grantd\", charset=\"UTF-8\", Bearer realm=\"grantd\"";

#[track_caller]
fn is_refused(answer: &Answer) {
    assert_eq!(answer.problem(401), "access not permitted");
    let challenge = answer.header("www-authenticate");
    assert!(challenge.starts_with(CHALLENGE), "{challenge}");
}

#[actix_web::test]
async fn a_token_for_no_tenant_says_who_one_is_and_opens_nothing_else() {
    let server = TestServer::start().await;
    let pat = person(&server, "pat@example.com", Role::OrgAdmin).await;
    let globex = server.organization("globex").await;
    join(&server, &pat, &globex, Role::Member, &[]).await;
    // The SDK sends an empty tenant for none.
    for path in ["/1/token", "/1/token?tenant_id=", "/1/oauth/token"] {
        let answer = send(by_password(&server, &pat, "GET", path))
            .await
            .json(200);
        assert_eq!(answer["token_type"], "Bearer");
        assert_eq!(answer["expires_in"], 900);
        let claims = claims(answer["access_token"].as_str().expect("a token"));
        assert_eq!(claims["sub"], pat.id.to_string());
        assert!(
            claims.get("org_id").is_none() && claims.get("scope").is_none(),
            "{claims}"
        );
    }
    let token = token_of(&server, &pat).await;
    let call = |method, path| send(server.bare(method, path).bearer_auth(&token));

    let user = call("GET", "/1/users/current").await.json(200);
    assert_eq!(user["email"], "pat@example.com");
    assert_eq!(
        (&user["given_name"], &user["surname"]),
        (&json!("pat"), &json!(""))
    );
    let tenants = call("GET", "/1/users/current/tenants").await.json(200);
    let mut roles: Vec<(&Value, &Value)> = tenants["tenants"]
        .as_array()
        .expect("tenants")
        .iter()
        .map(|tenant| (&tenant["name"], &tenant["roles"]))
        .collect();
    // They come in the order of their ids, which is chance within one millisecond.
    roles.sort_by_key(|(name, _)| name.as_str());
    assert_eq!(
        roles,
        [
            (&json!("Acme"), &json!(["tenant_admin"])),
            (&json!("globex"), &json!(["tenant_viewer"])),
        ]
    );
    for (method, path) in [
        ("GET", "/1/tenants/current"),
        ("GET", "/1/tenants/current/users"),
        ("GET", "/1/users/current/apiKeys"),
        ("POST", "/1/users/current/apiKeys"),
        ("GET", "/new/v2.0/users/me/apikeys"),
        ("GET", "/v1/whoami"),
        ("GET", "/v1/organizations"),
    ] {
        let answer = call(method, path).await;
        let document: Value = serde_json::from_str(&answer.body).expect("JSON");
        assert_eq!(answer.status, 401, "{path}: {document}");
        assert!(
            answer.header("www-authenticate").ends_with(
                "error_description=\"The access token is for no organization; ask for one with tenant_id\""
            ),
            "{path}"
        );
    }
}

#[actix_web::test]
async fn a_token_is_exchanged_for_one_of_another_tenant_that_ends_no_later() {
    let server = TestServer::start().await;
    let pat = person(&server, "pat@example.com", Role::OrgAdmin).await;
    let globex = server.organization("globex").await;
    join(&server, &pat, &globex, Role::Member, &[]).await;
    let token = token_of(&server, &pat).await;
    server.advance(TimeDelta::seconds(300));
    let exchange = |token: &str, tenant: &str| {
        let path = format!("/1/token?tenant_id={tenant}");
        send(server.bare("GET", &path).bearer_auth(token))
    };
    let answer = exchange(&token, &globex.id.to_string()).await.json(200);
    assert_eq!(answer["expires_in"], 600);
    let other = answer["access_token"].as_str().expect("a token");
    assert_eq!(claims(other)["exp"], claims(&token)["exp"]);
    assert_eq!(claims(other)["org_id"], globex.id.to_string());
    assert_eq!(
        exchange(&token, "").await.invalid("tenant_id"),
        "is required where a token is sent"
    );
    let initech = server.organization("initech").await;
    for wrong in [
        initech.id.to_string(),
        "globex".to_owned(),
        "%00".to_owned(),
    ] {
        assert_eq!(
            exchange(&token, &wrong).await.invalid("tenant_id"),
            "must be the tenant_id of one of your tenants"
        );
    }
    // A program has its secret for that.
    let machine = server.management_token(&server.admin().await).await;
    is_refused(&exchange(&machine, &server.organization.id.to_string()).await);
    server.advance(TimeDelta::seconds(600));
    is_refused(&exchange(other, &globex.id.to_string()).await);
}

#[actix_web::test]
async fn an_operator_may_choose_any_tenant_and_is_told_its_own() {
    let server = TestServer::start().await;
    let root = nobody(&server, "root@example.com", true).await;
    let own = send(by_password(
        &server,
        &root,
        "GET",
        "/1/users/current/tenants",
    ))
    .await;
    assert_eq!(own.json(200), json!({"tenants": []}));
    let path = format!("/1/token?tenant_id={}", server.organization.id);
    let answer = send(by_password(&server, &root, "GET", &path))
        .await
        .json(200);
    let token = answer["access_token"].as_str().expect("a token");
    let tenant = send(server.bare("GET", "/1/tenants/current").bearer_auth(token)).await;
    assert_eq!(
        tenant.json(200)["tenant_id"],
        server.organization.id.to_string()
    );
    // Only that of the token is shown.
    let globex = server.organization("globex").await;
    let path = format!("/1/tenants/{}", globex.id);
    send(server.bare("GET", &path).bearer_auth(token))
        .await
        .problem(404);
}

#[actix_web::test]
async fn what_is_no_password_is_refused_in_one_way() {
    let server = TestServer::start().await;
    let pat = person(&server, "pat@example.com", Role::OrgAdmin).await;
    let wrong: Vec<Vec<u8>> = [
        "",
        ":",
        "pat@example.com",
        "pat@example.com:",
        "pat@example.com:a passé password\0",
        "pat@example.com\0:a passé password",
        "pat@\nexample.com:a passé password",
        ":a passé password",
        "' OR 1=1 --:x",
    ]
    .iter()
    .map(|pair| pair.as_bytes().to_vec())
    .chain([
        vec![0xff, 0xfe, b':', 0xff],
        vec![b':'; 20_000],
        vec![0; 100],
    ])
    .collect();
    for path in ["/1/token", "/1/users/current", "/21/users/mfa/status"] {
        for pair in &wrong {
            let request = server
                .bare("GET", path)
                .header("authorization", basic(pair));
            is_refused(&send(request).await);
        }
        for header in [
            "Basic",
            "Basic ",
            "Basic !!!!",
            "Basic YQ==",
            "Digest x",
            "Key",
            "Key a",
        ] {
            let request = server.bare("GET", path).header("authorization", header);
            is_refused(&send(request).await);
        }
        let two = by_password(&server, &pat, "GET", path).bearer_auth("x");
        assert!([400, 401].contains(&send(two).await.status));
        let beside = by_password(&server, &pat, "GET", path).header("x-api-key", "a:b");
        assert_eq!(send(beside).await.status, 400);
        let in_query = by_password(&server, &pat, "GET", &format!("{path}?api_key=a"));
        assert_eq!(send(in_query).await.status, 400);
    }
}

fn basic(pair: &[u8]) -> String {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    format!("basic {}", STANDARD.encode(pair))
}

#[actix_web::test]
async fn a_password_is_read_in_utf_8_and_as_pythons_requests_sends_it() {
    let server = TestServer::start().await;
    person(&server, "pat@example.com", Role::OrgAdmin).await;
    let latin_1: Vec<u8> = format!("pat@example.com:{PASSWORD}")
        .chars()
        .map(|c| u8::try_from(u32::from(c)).expect("Latin-1"))
        .collect();
    let utf_8 = format!("PAT@example.com:{PASSWORD}").into_bytes();
    for pair in [latin_1, utf_8] {
        let request = server.bare("GET", "/21/users/mfa/status");
        let answer = send(request.header("authorization", basic(&pair))).await;
        assert_eq!(answer.json(200), json!({"totp": "inactive"}));
    }
}

#[actix_web::test]
async fn a_huge_header_breaks_nothing() {
    let server = TestServer::start().await;
    for length in [50_000, 500_000] {
        let header = format!("Basic {}", "QUFB".repeat(length / 4));
        // One connection each, so that one that was closed on is not used again.
        let request = server
            .bare("GET", "/1/token")
            .header("connection", "close")
            .header("authorization", header);
        // The connection may also be closed before all is sent.
        if let Ok(answer) = request.send().await {
            assert!(answer.status().is_client_error(), "{}", answer.status());
        }
    }
    send(server.bare("GET", "/healthz")).await;
}

#[actix_web::test]
async fn only_oneself_is_shown() {
    let server = TestServer::start().await;
    let pat = person(&server, "pat@example.com", Role::OrgAdmin).await;
    let sam = person(&server, "sam@example.com", Role::OrgAdmin).await;
    let own = pat.id.to_string();
    for (user, status) in [
        ("current", 200),
        (own.as_str(), 200),
        (&own.to_uppercase(), 200),
        (&sam.id.to_string(), 404),
        ("Current", 404),
        ("pat@example.com", 404),
        ("%00", 404),
        ("..%2fcurrent", 404),
    ] {
        for rest in ["", "/tenants"] {
            let path = format!("/1/users/{user}{rest}");
            let answer = send(by_password(&server, &pat, "GET", &path)).await;
            assert_eq!(answer.status, status, "{path}: {}", answer.body);
        }
    }
}

#[actix_web::test]
async fn a_key_with_nothing_at_the_management_api_is_good_for_its_own() {
    let server = TestServer::start().await;
    let key = server
        .client_with(|new| new.kind = CredentialKind::ApiKey)
        .await;
    let by_key = |path: &str| {
        let key = format!("Key {}:{}", key.id, key.secret);
        send(server.bare("GET", path).header("authorization", key))
    };
    let answer = by_key("/1/token").await.json(200);
    let token = answer["access_token"].as_str().expect("a token");
    assert_eq!(claims(token)["aud"], API);
    let call = |path| send(server.bare("GET", path).bearer_auth(token));
    let tenant = call("/1/tenants/current").await.json(200);
    assert_eq!(tenant["name"], "Acme");
    // The SDK goes to another host unless it is there and null.
    assert_eq!(tenant.get("region"), Some(&Value::Null));
    let user = call("/1/users/current").await.json(200);
    assert_eq!(user["user_id"], key.id);
    assert_eq!(user["given_name"], "ci");
    let tenants = by_key("/1/users/current/tenants").await.json(200);
    assert_eq!(tenants["tenants"][0]["roles"], json!(["tenant_viewer"]));
    call("/1/tenants/current/users").await.refuses_the_token();
    // Another tenant is told only to who has a good key.
    let globex = server.organization("globex").await;
    let path = format!("/1/token?tenant_id={}", globex.id);
    by_key(&path).await.invalid("tenant_id");
    by_key("/1/token?tenant_id=x").await.invalid("tenant_id");
    let wrong = server.bare("GET", "/1/token?tenant_id=x");
    is_refused(&send(wrong.header("authorization", "Key a:b")).await);
}

#[actix_web::test]
async fn a_warm_key_is_traded_without_a_statement() {
    let server = TestServer::start().await;
    let key = server
        .client_with(|new| new.kind = CredentialKind::ApiKey)
        .await;
    let key = format!("Key {}:{}", key.id, key.secret);
    let trade = || send(server.bare("GET", "/1/token").header("authorization", &key));
    trade().await.json(200);
    let before = server.app.store.statements();
    for _ in 0..50 {
        trade().await.json(200);
    }
    assert_eq!(server.app.store.statements(), before);
}

#[actix_web::test]
async fn other_methods_are_refused_and_head_is_answered() {
    let server = TestServer::start().await;
    let pat = person(&server, "pat@example.com", Role::OrgAdmin).await;
    for (path, allow) in [
        ("/1/token", "GET, HEAD"),
        ("//1/users/current/tenants", "GET, HEAD"),
        ("/1/users/current/apiKeys", "GET, HEAD, POST"),
        ("/1/users/current/apiKeys/x", "GET, HEAD, DELETE"),
        ("/21/users/mfa/status", "GET, HEAD"),
    ] {
        for method in ["PUT", "PATCH", "OPTIONS", "TRACE"] {
            let answer = send(by_password(&server, &pat, method, path)).await;
            answer.problem(405);
            assert_eq!(answer.header("allow"), allow, "{path}");
        }
    }
    let head = send(by_password(&server, &pat, "HEAD", "/1/users/current")).await;
    assert_eq!((head.status, head.body.as_str()), (200, ""));
}

#[actix_web::test]
async fn it_answers_below_the_path_of_the_issuer_too() {
    let server = TestServer::builder().issuer_path("/auth").start().await;
    let pat = person(&server, "pat@example.com", Role::OrgAdmin).await;
    for path in [
        "/auth/1/token",
        "/1/token",
        "/auth//1/users/current/tenants",
    ] {
        send(by_password(&server, &pat, "GET", path))
            .await
            .json(200);
    }
}
