//! A program's side: its credential, and what it reads in a token.

use grantd::app::create_credential::WithSecret;
use grantd::domain::resource_server::MANAGEMENT_SCOPES;
use serde_json::Value;

/// A credential with its secret, as a program holds it.
#[derive(Debug, Clone)]
pub(crate) struct TestClient {
    pub(crate) id: String,
    pub(crate) secret: String,
}

impl From<WithSecret> for TestClient {
    fn from(made: WithSecret) -> Self {
        Self {
            id: made.credential.id.to_string(),
            secret: made.secret.expose().to_owned(),
        }
    }
}

/// The claims of a token, unverified.
pub(crate) fn claims(token: &str) -> Value {
    part(token, 1)
}

/// The header of a token, unverified.
pub(crate) fn header(token: &str) -> Value {
    part(token, 0)
}

fn part(token: &str, index: usize) -> Value {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let text = token.split('.').nth(index).expect("three parts");
    let bytes = URL_SAFE_NO_PAD.decode(text).expect("base64url");
    serde_json::from_slice(&bytes).expect("JSON")
}

/// Every scope of the management API that an organization's admin may hold.
pub(crate) fn management_scopes() -> Vec<String> {
    MANAGEMENT_SCOPES
        .iter()
        .map(|&scope| scope.to_owned())
        .collect()
}

/// A secret or a key whose last character is another one.
pub(crate) fn misspelt(secret: &str) -> String {
    let (rest, last) = secret.split_at(secret.len() - 1);
    format!("{rest}{}", if last == "x" { "y" } else { "x" })
}
