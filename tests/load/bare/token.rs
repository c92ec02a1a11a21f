//! From a form to a token, and from a token back: one HMAC, one signature.

use std::borrow::Cow;
use std::error::Error;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use grantd::clock::{Clock, SystemClock};
use grantd::domain::algorithm::Algorithm;
use ring::hmac;
use ring::rand::SecureRandom;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::keys::{Key, LONGEST_SIGNATURE};

/// Under which key the secret is checked makes no difference.
const HMAC_KEY: [u8; 32] = [7; 32];

/// The one client, and what its tokens say.
#[derive(Deserialize)]
pub(crate) struct Registration {
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    pub(crate) org_id: String,
    pub(crate) issuer: String,
    pub(crate) audience: String,
    pub(crate) lifetime: u32,
}

/// Issues tokens to the one client.
pub(crate) struct Issuer {
    client: Registration,
    hmac_key: hmac::Key,
    fingerprint: hmac::Tag,
    key: Key,
    /// The token's first part, base64url, and the dot after it.
    header: String,
}

#[derive(Serialize)]
struct Header<'a> {
    typ: &'static str,
    alg: Algorithm,
    kid: &'a str,
}

/// The claims that grantd writes, in its order.
#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    sub: &'a str,
    client_id: &'a str,
    aud: &'a str,
    iat: i64,
    exp: i64,
    jti: Uuid,
    scope: &'a str,
    org_id: &'a str,
}

#[derive(Serialize)]
struct Answer<'a> {
    access_token: &'a str,
    token_type: &'static str,
    expires_in: u32,
    scope: &'a str,
}

#[derive(Default)]
struct Form<'a> {
    grant_type: Cow<'a, str>,
    client_id: Cow<'a, str>,
    client_secret: Cow<'a, str>,
    scope: Cow<'a, str>,
}

impl<'a> Form<'a> {
    fn read(body: &'a [u8]) -> Self {
        let mut form = Self::default();
        for (name, value) in url::form_urlencoded::parse(body) {
            match &*name {
                "grant_type" => form.grant_type = value,
                "client_id" => form.client_id = value,
                "client_secret" => form.client_secret = value,
                "scope" => form.scope = value,
                _ => {}
            }
        }
        form
    }
}

impl Issuer {
    pub(crate) fn new(client: Registration, key: Key) -> Result<Self, Box<dyn Error>> {
        let hmac_key = hmac::Key::new(hmac::HMAC_SHA256, &HMAC_KEY);
        let fingerprint = hmac::sign(&hmac_key, client.client_secret.as_bytes());
        let header = serde_json::to_vec(&Header {
            typ: "at+jwt",
            alg: key.algorithm(),
            kid: key.kid(),
        })?;
        let mut header = URL_SAFE_NO_PAD.encode(header);
        header.push('.');
        Ok(Self {
            client,
            hmac_key,
            fingerprint,
            key,
            header,
        })
    }

    /// The body of the answer to a token request; nothing where it is not the client's.
    pub(crate) fn issue(&self, body: &[u8]) -> Option<Vec<u8>> {
        let form = Form::read(body);
        let secret = form.client_secret.as_bytes();
        if form.grant_type != "client_credentials"
            || form.client_id != self.client.client_id
            || hmac::verify(&self.hmac_key, secret, self.fingerprint.as_ref()).is_err()
        {
            return None;
        }
        let token = self.sign(&form.scope)?;
        serde_json::to_vec(&Answer {
            access_token: &token,
            token_type: "Bearer",
            expires_in: self.client.lifetime,
            scope: &form.scope,
        })
        .ok()
    }

    fn sign(&self, scope: &str) -> Option<String> {
        let now = SystemClock.now();
        let mut random = [0; 10];
        self.key.random.fill(&mut random).ok()?;
        let millis = u64::try_from(now.timestamp_millis()).ok()?;
        let claims = Claims {
            iss: &self.client.issuer,
            sub: &self.client.client_id,
            client_id: &self.client.client_id,
            aud: &self.client.audience,
            iat: now.timestamp(),
            exp: now.timestamp() + i64::from(self.client.lifetime),
            jti: uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid(),
            scope,
            org_id: &self.client.org_id,
        };
        let mut payload = Vec::with_capacity(512);
        serde_json::to_writer(&mut payload, &claims).ok()?;
        let mut token = String::with_capacity(1_024);
        token.push_str(&self.header);
        URL_SAFE_NO_PAD.encode_string(&payload, &mut token);
        let mut signature = [0; LONGEST_SIGNATURE];
        let length = self.key.sign(token.as_bytes(), &mut signature)?;
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature.get(..length)?, &mut token);
        Some(token)
    }

    /// Whether the token bears the issuer's signature. What it says is not read.
    pub(crate) fn verifies(&self, token: &str) -> bool {
        let Some((message, encoded)) = token.rsplit_once('.') else {
            return false;
        };
        let mut signature = [0; LONGEST_SIGNATURE];
        URL_SAFE_NO_PAD
            .decode_slice(encoded, &mut signature)
            .is_ok_and(|length| self.key.verifies(message.as_bytes(), &signature[..length]))
    }
}

#[cfg(test)]
mod tests {
    use grantd::crypto::key_pair::{GeneratedKey, KeyPair};
    use grantd::crypto::verifier::{VerifyingKey, verify};
    use grantd::domain::claims::{ACCESS_TOKEN_TYPE, AccessTokenClaims};
    use grantd::domain::ids::{CredentialId, OrganizationId};
    use serde_json::Value;

    use super::*;
    use crate::keys::Library;

    const ID: &str = "01970000-0000-7000-8000-000000000001";
    const ORGANIZATION: &str = "01970000-0000-7000-8000-000000000002";

    fn issuer(algorithm: Algorithm, library: Library) -> (Issuer, VerifyingKey) {
        let GeneratedKey { key_pair, pkcs8 } = KeyPair::generate(algorithm).unwrap();
        let public = VerifyingKey::new(key_pair.public_jwk()).unwrap();
        let kid = public.kid().to_owned();
        let key = Key::read(algorithm, library, &pkcs8, kid).unwrap();
        let client = Registration {
            client_id: ID.into(),
            client_secret: "gds_secret".into(),
            org_id: ORGANIZATION.into(),
            issuer: "https://auth.example.com".into(),
            audience: "https://api.example.com".into(),
            lifetime: 900,
        };
        (Issuer::new(client, key).unwrap(), public)
    }

    fn form(secret: &str) -> String {
        format!(
            "grant_type=client_credentials&client_id={ID}&client_secret={secret}&scope=api%3Aread"
        )
    }

    /// The names in a JSON object, as they stand there.
    fn names(json: &[u8]) -> Vec<String> {
        let text = std::str::from_utf8(json).unwrap();
        let object: Value = serde_json::from_str(text).unwrap();
        let mut names: Vec<String> = object.as_object().unwrap().keys().cloned().collect();
        names.sort_by_key(|name| text.find(&format!("\"{name}\":")));
        names
    }

    #[test]
    fn the_token_is_one_that_grantd_would_have_made() {
        for algorithm in [Algorithm::ES256, Algorithm::EdDSA, Algorithm::RS256] {
            for library in [Library::Ring, Library::AwsLc] {
                let (issuer, public) = issuer(algorithm, library);
                let body = issuer.issue(form("gds_secret").as_bytes()).unwrap();
                let answer: Value = serde_json::from_slice(&body).unwrap();
                assert_eq!(answer["scope"], "api:read");
                let token = answer["access_token"].as_str().unwrap();
                let claims: AccessTokenClaims<'static> = verify(token, ACCESS_TOKEN_TYPE, |kid| {
                    (kid == public.kid()).then_some(&public)
                })
                .unwrap();
                assert_eq!(claims.client_id, ID.parse::<CredentialId>().unwrap());
                let organization = ORGANIZATION.parse::<OrganizationId>().unwrap();
                assert_eq!(claims.org_id, Some(organization));
                assert_eq!(claims.exp - claims.iat, 900);

                let written = token.split('.').nth(1).unwrap();
                let written = URL_SAFE_NO_PAD.decode(written).unwrap();
                let of_grantd = serde_json::to_vec(&claims).unwrap();
                assert_eq!(names(&written), names(&of_grantd));
                assert_eq!(written.len(), of_grantd.len());

                assert!(issuer.verifies(token));
                assert!(!issuer.verifies(&token.replacen('e', "f", 1)));
                assert!(!issuer.verifies("x"));
            }
        }
    }

    #[test]
    fn another_secret_gets_nothing() {
        let (issuer, _) = issuer(Algorithm::ES256, Library::Ring);
        assert!(issuer.issue(form("gds_another").as_bytes()).is_none());
        assert!(issuer.issue(b"").is_none());
    }
}
