//! No row holds a secret, whatever was made.

use std::fmt::Write as _;

use grantd::app::authority::Authority;
use grantd::app::{sign_in, users};
use grantd::domain::access::Origin;
use grantd::domain::credential::CredentialKind;
use grantd::domain::secret::Secret;
use sea_orm::{ConnectionTrait, Database, Statement};
use serde_json::{Value, json};

use super::since;
use crate::management::answer::{send, send_json};
use crate::support::server::{MASTER_KEY, TestServer};

#[actix_web::test]
async fn no_row_holds_a_secret() {
    const PASSWORD: &str = "a password of a person";
    let server = TestServer::start().await;
    let operator = server.operator().await;
    let mut secrets = vec![
        operator.secret.clone(),
        MASTER_KEY.to_owned(),
        PASSWORD.to_owned(),
    ];
    let ask = async |method: &str, path: &str, body: Value| {
        let request = server.call(&operator, method, path).await;
        let answer = send_json(request, &body).await;
        assert!(answer.status < 300, "{}", answer.body);
        serde_json::from_str::<Value>(&answer.body).unwrap_or_default()
    };
    for (kind, field) in [("oauth_client", "client_secret"), ("api_key", "api_key")] {
        let all = "/v1/organizations/acme/credentials";
        let body = json!({"name": kind, "kind": kind, "scopes": ["api:read"]});
        let made = ask("POST", all, body).await;
        let one = format!("{all}/{}", made["id"].as_str().expect("an id"));
        let rotated = ask("POST", &format!("{one}/secrets"), json!({})).await;
        ask("PATCH", &one, json!({"name": "other"})).await;
        ask("DELETE", &one, Value::Null).await;
        for answer in [made, rotated] {
            let secret = answer[field].as_str().expect("a secret");
            // Of a key, the part after the id.
            let secret = secret.split(':').next_back().expect("a part");
            secrets.push(secret.to_owned());
        }
    }
    ask("POST", "/v1/signing-keys/rotate", json!({"now": true})).await;
    let key = server
        .client_with(|new| new.kind = CredentialKind::ApiKey)
        .await;
    let in_query = format!("/v1/whoami?api_key={}:{}", key.id, key.secret);
    send(server.bare("GET", &in_query)).await.json(200);
    secrets.push(key.secret);
    let password = Secret::new(PASSWORD.to_owned());
    let email = "someone@example.com".parse().expect("an address");
    let user = users::create(
        &server.app,
        &Authority::Command,
        email,
        true,
        &password,
        None,
    );
    let user = user.await.expect("it is made");
    let origin = Origin::default();
    let issued = sign_in::issue(&server.app, &user, server.organization.id, &origin).await;
    secrets.push(issued.expect("a token").access_token);
    secrets.push(server.management_token(&operator).await);
    secrets.extend(stored(&server).await);

    let rows = since(&server.app, 0).await;
    assert!(rows.len() > 12, "{}", rows.len());
    for row in rows {
        let row = format!("{row:?}");
        for secret in &secrets {
            assert!(!row.contains(secret.as_str()), "{secret} stands in {row}");
        }
        for word in [
            "gds_",
            "gdk_",
            "argon2",
            "eyJ",
            "password",
            "fingerprint",
            "sealed",
        ] {
            assert!(!row.contains(word), "{word} stands in {row}");
        }
    }
}

/// Fingerprints and sealed keys as they are stored, in hexadecimal.
async fn stored(server: &TestServer) -> Vec<String> {
    let beside = Database::connect(&server.database_url)
        .await
        .expect("the database");
    let mut all = Vec::new();
    for query in [
        "SELECT fingerprint FROM credential_secret",
        "SELECT sealed FROM signing_key WHERE sealed IS NOT NULL",
    ] {
        let statement = Statement::from_string(beside.get_database_backend(), query);
        for row in beside.query_all_raw(statement).await.expect("rows") {
            let bytes: Vec<u8> = row.try_get_by_index(0).expect("bytes");
            all.push(bytes.iter().fold(String::new(), |mut text, byte| {
                let _ = write!(text, "{byte:02x}");
                text
            }));
        }
    }
    assert!(all.len() > 3, "{}", all.len());
    all
}
