//! No secret, token, password or fingerprint stands in a log or, in the clear, in the database.

use std::fmt::Write as _;
use std::fs;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use grantd::crypto::fingerprint::Fingerprinter;
use grantd::crypto::master_key::MasterKey;
use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::support::place::{Place, pair_in};
use crate::support::process::Process;
use crate::support::server::{MASTER_KEY, TestClient};

/// A server that logs all it can, its database, and every secret that passed by.
struct Session {
    place: Place,
    process: Process,
    http: Client,
    secrets: Vec<String>,
    tokens: Vec<String>,
}

impl Session {
    async fn start() -> Self {
        let place = Place::on_sqlite().with("GRANTD_LOG__LEVEL", "trace");
        let outcome = place.run(&[
            "bootstrap",
            "--email",
            "ann@example.com",
            "--organization",
            "acme",
        ]);
        let password = outcome.stdout.lines().nth(1).expect("a line");
        let password = password.strip_prefix("password      ").expect("a password");
        let process = place.serve().await;
        Self {
            secrets: vec![password.to_owned()],
            tokens: Vec::new(),
            place,
            process,
            http: Client::new(),
        }
    }

    fn keep(&mut self, client: &TestClient) {
        self.secrets.push(client.secret.clone());
    }

    async fn send(&self, method: Method, path: &str, token: &str, body: &Value) -> Value {
        let url = format!("{}{path}", self.process.origin);
        let request = self.http.request(method, url).bearer_auth(token).json(body);
        let text = request
            .send()
            .await
            .expect("an answer")
            .text()
            .await
            .expect("text");
        serde_json::from_str(&text).unwrap_or_default()
    }

    /// A token request, whose secret is kept in mind whether it is right or wrong.
    async fn ask(&mut self, parameters: &[(&str, &str)]) -> Option<String> {
        let url = format!("{}/oauth/token", self.process.origin);
        let request = self.http.post(url).form(parameters);
        let answer: Value = request
            .send()
            .await
            .expect("an answer")
            .json()
            .await
            .expect("JSON");
        let token = answer["access_token"].as_str()?.to_owned();
        self.tokens.push(token.clone());
        Some(token)
    }
}

#[actix_web::test]
async fn a_session_leaves_no_secret_behind() {
    let mut session = Session::start().await;
    let issuer = session.process.origin.clone();
    let file = session.place.done_json(&[
        "credentials",
        "generate",
        "--organization",
        "acme",
        "--name",
        "op",
        "--operator",
        "--audience",
        &issuer,
    ]);
    let client = pair_in(&file);
    session.keep(&client);
    let pair = [
        ("grant_type", "client_credentials"),
        ("client_id", client.id.as_str()),
        ("client_secret", client.secret.as_str()),
    ];
    let token = session.ask(&pair).await.expect("a token");

    // Refused: a wrong secret, one in the wrong place, a forged token.
    let wrong = format!("gds_{}", "Wrong0Secret".repeat(4));
    session.secrets.push(wrong.clone());
    let mut refused = pair;
    refused[2].1 = &wrong;
    assert_eq!(session.ask(&refused).await, None);
    refused[1].1 = &wrong;
    assert_eq!(session.ask(&refused).await, None);
    let url = format!("{issuer}/oauth/token?client_secret={wrong}");
    let _ = session.http.post(url).form(&pair[..1]).send().await;
    let forged = format!("{}AAAA", &token[..token.len() - 4]);
    session
        .send(Method::GET, "/v1/whoami", &forged, &Value::Null)
        .await;
    session.tokens.push(forged);

    // Made, rotated, changed, and bodies that hold a secret where none belongs.
    let credentials = "/v1/organizations/acme/credentials";
    let body = json!({"name": "made", "audiences": [issuer], "scopes": ["agents:read"]});
    let made = session.send(Method::POST, credentials, &token, &body).await;
    let made_client = pair_in(&made["credentials_file"]);
    session.keep(&made_client);
    let path = format!("{credentials}/{}", made_client.id);
    let rotated = session
        .send(Method::POST, &format!("{path}/secrets"), &token, &json!({}))
        .await;
    let rotated_client = pair_in(&rotated["credentials_file"]);
    session.keep(&rotated_client);
    for body in [
        json!({"status": wrong}),
        json!({"name": [wrong]}),
        json!({"expires_at": wrong}),
        json!({"client_secret": wrong}),
    ] {
        let answer = session.send(Method::PATCH, &path, &token, &body).await;
        assert_eq!(answer["status"], 400, "{answer}");
    }
    session
        .send(
            Method::POST,
            "/v1/signing-keys/rotate",
            &token,
            &json!({"now": true}),
        )
        .await;
    session.ask(&pair).await.expect("a token");
    session
        .send(Method::DELETE, &path, &token, &Value::Null)
        .await;

    // A whole key where its id belongs, and a secret as the name of a request.
    let path = format!("{credentials}/{}:{}", client.id, client.secret);
    session
        .send(Method::DELETE, &path, &token, &Value::Null)
        .await;
    // And as the name of a field, which the refusal names.
    let body = json!({(client.secret.as_str()): 1});
    session.send(Method::POST, credentials, &token, &body).await;
    let request = session.http.get(format!("{issuer}/v1/whoami"));
    let named = request
        .header("x-request-id", &client.secret)
        .bearer_auth(&token);
    let answer = named.send().await.expect("an answer");
    assert_ne!(answer.headers()["x-request-id"], client.secret.as_str());

    assert_eq!(session.process.stop(), 0);
    let log = session.process.log();
    // The session is in the log, so that what is not there was left out and not just not logged.
    for expected in [
        "POST /oauth/token 200",
        "POST /oauth/token 401",
        "PATCH /v1/organizations/acme/credentials/",
        ":[redacted] 404",
        "[redacted] is invalid",
    ] {
        assert!(log.contains(expected), "{expected} is missing: {log}");
    }
    let fingerprints = fingerprints(&session.secrets);
    let master_key = [MASTER_KEY.to_owned()];
    let parts = session
        .tokens
        .iter()
        .flat_map(|token| [token.as_str(), signature(token)]);
    let hidden: Vec<&str> = session
        .secrets
        .iter()
        .chain(&fingerprints)
        .chain(&master_key)
        .map(String::as_str)
        .chain(parts)
        .collect();
    for text in &hidden {
        assert!(!log.contains(text), "{text} is in the log: {log}");
    }
    in_no_file(&session.place, &session.secrets, &session.tokens);
}

/// What would show a secret's fingerprint: its bytes in any usual spelling.
fn fingerprints(secrets: &[String]) -> Vec<String> {
    let fingerprinter = Fingerprinter::new(&MasterKey::parse(MASTER_KEY).expect("a key"));
    let mut texts = Vec::new();
    for secret in secrets {
        let fingerprint = fingerprinter.fingerprint(secret.as_bytes());
        let bytes = fingerprint.as_bytes();
        let hex = bytes.iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        });
        texts.push(hex.to_uppercase());
        texts.push(hex);
        texts.push(URL_SAFE_NO_PAD.encode(bytes));
        texts.push(STANDARD_NO_PAD.encode(bytes));
        texts.push(format!("{bytes:?}"));
    }
    texts
}

fn signature(token: &str) -> &str {
    token.rsplit_once('.').expect("three parts").1
}

/// Looks at the bytes of every file of the place.
fn in_no_file(place: &Place, secrets: &[String], tokens: &[String]) {
    let key_bytes = URL_SAFE_NO_PAD.decode(MASTER_KEY).expect("base64url");
    let names = place.names_in(".");
    assert!(names.contains(&"grantd.db".to_owned()), "{names:?}");
    for name in names {
        let content = fs::read(place.path(&name)).expect("a file");
        let contains = |part: &[u8]| content.windows(part.len()).any(|window| window == part);
        if name == "grantd.db" {
            assert!(
                contains(b"ann@example.com"),
                "the search finds what is there"
            );
        }
        assert!(
            !contains(MASTER_KEY.as_bytes()) && !contains(&key_bytes),
            "{name}"
        );
        for secret in secrets {
            // Not without its prefix and its checksum either.
            let core = secret.get(4..40).unwrap_or(secret);
            assert!(!contains(core.as_bytes()), "{secret} is in {name}");
        }
        for token in tokens {
            assert!(!contains(signature(token).as_bytes()), "{name}");
        }
        // A private key in the clear is PKCS #8, which begins with the algorithm's OID.
        let p256_pkcs8 = [
            0x02, 0x01, 0x00, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
        ];
        assert!(!contains(&p256_pkcs8), "{name}");
    }
}
