//! From claims to a token: the costly half of issuing.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;

use super::jwk::PublicJwk;
use super::key_pair::{KeyPair, SigningFailed};
use crate::domain::algorithm::Algorithm;

/// Enough for the claims of most tokens; longer ones make the buffer grow.
const CLAIMS_CAPACITY: usize = 512;

/// Signs tokens of one type with one key. The key is parsed and the header encoded once.
#[derive(Debug)]
pub struct Signer {
    key_pair: KeyPair,
    /// The token's first part, base64url, and the dot after it.
    header: String,
}

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// The claims have no JSON form.
    #[error("the claims cannot be written as JSON")]
    Claims(#[source] serde_json::Error),
    /// The key failed.
    #[error(transparent)]
    Key(#[from] SigningFailed),
}

#[derive(Serialize)]
struct Header<'a> {
    typ: &'a str,
    alg: Algorithm,
    kid: &'a str,
}

impl Signer {
    /// Prepares a key to sign tokens whose header says `typ`. The header's `kid` and `alg` are the
    /// key's own.
    ///
    /// # Errors
    /// [`SignError::Claims`] when the header has no JSON form, which no text brings about.
    pub fn new(key_pair: KeyPair, typ: &str) -> Result<Self, SignError> {
        let header = serde_json::to_vec(&Header {
            typ,
            alg: key_pair.algorithm(),
            kid: key_pair.public_jwk().kid(),
        })
        .map_err(SignError::Claims)?;
        let mut header = URL_SAFE_NO_PAD.encode(header);
        header.push('.');
        Ok(Self { key_pair, header })
    }

    /// The id of the key, as it stands in every token's header.
    pub fn kid(&self) -> &str {
        self.key_pair.public_jwk().kid()
    }

    /// The algorithm that tokens are signed with.
    pub const fn algorithm(&self) -> Algorithm {
        self.key_pair.algorithm()
    }

    /// The public half of the key.
    pub const fn public_jwk(&self) -> &PublicJwk {
        self.key_pair.public_jwk()
    }

    /// Writes the claims as JSON and signs them: a JWT in compact form (RFC 7515 §7.1).
    ///
    /// # Errors
    /// [`SignError`] when the claims have no JSON form or the key fails.
    pub fn sign(&self, claims: &impl Serialize) -> Result<String, SignError> {
        let mut payload = Vec::with_capacity(CLAIMS_CAPACITY);
        serde_json::to_writer(&mut payload, claims).map_err(SignError::Claims)?;

        let signature_length = encoded_length(signature_length(self.algorithm()));
        let capacity = self.header.len() + encoded_length(payload.len()) + 1 + signature_length;
        let mut token = String::with_capacity(capacity);
        token.push_str(&self.header);
        URL_SAFE_NO_PAD.encode_string(&payload, &mut token);
        let signature = self.key_pair.sign(token.as_bytes())?;
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(&signature, &mut token);
        Ok(token)
    }
}

/// Base64url characters for so many bytes, without padding.
const fn encoded_length(bytes: usize) -> usize {
    (bytes * 4).div_ceil(3)
}

/// Bytes of a signature by a key of the usual size.
const fn signature_length(algorithm: Algorithm) -> usize {
    match algorithm {
        Algorithm::ES256 | Algorithm::EdDSA => 64,
        Algorithm::RS256 | Algorithm::PS256 => 256,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::crypto::verifier::{VerifyingKey, verify};
    use crate::domain::claims::ACCESS_TOKEN_TYPE;

    fn signer(algorithm: Algorithm) -> Signer {
        let key_pair = KeyPair::generate(algorithm).expect("a key").key_pair;
        Signer::new(key_pair, ACCESS_TOKEN_TYPE).expect("a signer")
    }

    #[test]
    fn tokens_of_every_algorithm_verify() {
        for algorithm in Algorithm::ALL {
            let signer = signer(algorithm);
            let claims = json!({"sub": "0197", "scope": "api:read", "text": "ä\"\\\n"});
            let token = signer.sign(&claims).expect("a token");
            let key = VerifyingKey::new(signer.public_jwk()).expect("a key");
            let read: Value = verify(&token, ACCESS_TOKEN_TYPE, |kid| {
                (kid == signer.kid()).then_some(&key)
            })
            .expect("verified");
            assert_eq!(read, claims, "{algorithm}");
        }
    }

    #[test]
    fn the_header_says_type_algorithm_and_key() {
        let signer = signer(Algorithm::ES256);
        let token = signer.sign(&json!({})).expect("a token");
        let header = token.split('.').next().expect("a header");
        let header = URL_SAFE_NO_PAD.decode(header).expect("base64url");
        let expected = format!(
            r#"{{"typ":"at+jwt","alg":"ES256","kid":"{}"}}"#,
            signer.kid()
        );
        assert_eq!(String::from_utf8(header).expect("text"), expected);
        assert_eq!(signer.kid(), signer.public_jwk().thumbprint());
    }

    #[test]
    fn the_token_is_written_into_one_buffer_of_its_size() {
        for algorithm in Algorithm::ALL {
            let token = signer(algorithm)
                .sign(&json!({"sub": "0197"}))
                .expect("a token");
            assert_eq!(token.capacity(), token.len(), "{algorithm}");
        }
    }

    #[test]
    fn claims_without_a_json_form_are_an_error() {
        let claims = std::collections::BTreeMap::from([((1, 2), 3)]);
        assert!(matches!(
            signer(Algorithm::EdDSA).sign(&claims),
            Err(SignError::Claims(_))
        ));
    }
}
