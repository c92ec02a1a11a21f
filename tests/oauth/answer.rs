//! What every answer of the token endpoint must look like, good or bad.

use grantd::domain::oauth_error::is_description;

use crate::support::raw::RawResponse;
use crate::support::server::{TestClient, TestServer};

/// The codes of RFC 6749 §5.2 and RFC 8707 §2 that a caller can bring about.
const CODES: [&str; 6] = [
    "invalid_request",
    "invalid_client",
    "unauthorized_client",
    "unsupported_grant_type",
    "invalid_scope",
    "invalid_target",
];

/// Fails unless this is a refusal of RFC 6749 §5.2, and challenges exactly where `challenged` says.
/// Gives the error code.
pub(crate) fn assert_refusal(name: &str, answer: &RawResponse, challenged: bool) -> String {
    assert!((400..500).contains(&answer.status), "{name}: {answer:?}");
    assert_headers(name, answer);
    let body = answer.json();
    let code = body["error"].as_str().expect("an error code");
    let description = body["error_description"].as_str().expect("a description");
    assert!(CODES.contains(&code), "{name}: {code}");
    assert!(
        !description.is_empty() && is_description(description),
        "{name}: {description:?} holds what RFC 6749 section 5.2 does not allow"
    );
    assert_eq!(body.as_object().expect("an object").len(), 2, "{name}");
    let challenge = challenged.then(|| {
        format!("Basic realm=\"grantd\", error=\"{code}\", error_description=\"{description}\"")
    });
    assert_eq!(
        answer.header("www-authenticate"),
        challenge.as_deref(),
        "{name}"
    );
    code.to_owned()
}

/// Fails unless this is a token response of RFC 6749 §5.1. Gives the token.
pub(crate) fn assert_token(name: &str, answer: &RawResponse) -> String {
    assert_eq!(answer.status, 200, "{name}: {}", answer.text());
    assert_headers(name, answer);
    assert_eq!(answer.header("www-authenticate"), None, "{name}");
    let body = answer.json();
    assert_eq!(body["token_type"], "Bearer", "{name}");
    assert!(body["expires_in"].as_u64().is_some_and(|left| left > 0));
    assert!(body.get("refresh_token").is_none(), "{name}");
    let known = ["access_token", "token_type", "expires_in", "scope"];
    for member in body.as_object().expect("an object").keys() {
        assert!(known.contains(&member.as_str()), "{name}: {member}");
    }
    let token = body["access_token"].as_str().expect("a token");
    token.to_owned()
}

/// RFC 6749 §5.1: never stored, always JSON; and named for the log.
fn assert_headers(name: &str, answer: &RawResponse) {
    assert_eq!(answer.header("cache-control"), Some("no-store"), "{name}");
    assert_eq!(answer.header("pragma"), Some("no-cache"), "{name}");
    assert_eq!(
        answer.header("content-type"),
        Some("application/json"),
        "{name}"
    );
    let id = answer.header("x-request-id").expect("a request id");
    let harmless = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    assert!(
        (1..=64).contains(&id.len()) && id.chars().all(harmless),
        "{name}: {id:?}"
    );
}

/// The `Authorization` header of HTTP Basic with these bytes.
pub(crate) fn basic_of(pair: impl AsRef<[u8]>) -> String {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    format!("Basic {}", STANDARD.encode(pair))
}

/// The `Authorization` header of a client.
pub(crate) fn basic(client: &TestClient) -> String {
    basic_of(format!("{}:{}", client.id, client.secret))
}

/// The same client with a well-formed secret that was never given out.
pub(crate) fn with_wrong_secret(client: &TestClient) -> TestClient {
    let prefix = &client.secret[..4];
    let secret = grantd::domain::secret::encode_secret(prefix, &[7; 32]);
    TestClient {
        id: client.id.clone(),
        secret: secret.expose().to_owned(),
    }
}

/// Asks for a token, which must be refused: the status and the error code.
pub(crate) async fn refusal(
    server: &TestServer,
    client: &TestClient,
    parameters: &[(&str, &str)],
) -> (u16, String) {
    let response = server.token_response(client, parameters).await;
    let status = response.status().as_u16();
    let body: serde_json::Value = response.json().await.expect("JSON");
    let code = body["error"].as_str().unwrap_or_default().to_owned();
    (status, code)
}
