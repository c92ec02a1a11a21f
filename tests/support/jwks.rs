//! A resource server's side: tokens verified by the published key set alone, with jsonwebtoken.

use jsonwebtoken::jwk::{Jwk, JwkSet};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::Value;

use super::server::{TestServer, header};

/// The key set as the server publishes it at present.
pub(crate) async fn key_set(server: &TestServer) -> JwkSet {
    let request = server.bare("GET", "/.well-known/jwks.json");
    let response = request.send().await.expect("an answer");
    assert_eq!(response.status(), 200);
    response.json().await.expect("a key set")
}

/// The ids of the published keys.
pub(crate) fn kids(keys: &JwkSet) -> Vec<&str> {
    let kids = keys.keys.iter().map(|key| key.common.key_id.as_deref());
    kids.map(|kid| kid.expect("a kid")).collect()
}

/// Checks signature and audience by the key that `kid` names and with that key's own algorithm, and
/// gives the claims. The expiry is the test's to check: its clock is not the library's.
pub(crate) fn verify(token: &str, keys: &JwkSet, audience: &str) -> Result<Value, String> {
    let kid = header(token)["kid"].as_str().expect("a kid").to_owned();
    let jwk = keys.find(&kid).ok_or("no such key")?;
    let mut validation = Validation::new(algorithm_of(jwk));
    validation.set_audience(&[audience]);
    validation.validate_exp = false;
    let key = DecodingKey::from_jwk(jwk).map_err(|error| error.to_string())?;
    jsonwebtoken::decode::<Value>(token, &key, &validation)
        .map(|decoded| decoded.claims)
        .map_err(|error| error.to_string())
}

fn algorithm_of(jwk: &Jwk) -> Algorithm {
    let name = jwk.common.key_algorithm.expect("an alg").to_string();
    name.parse().expect("a signature algorithm")
}
