//! What is taken for a token, and what is not.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::*;
use crate::crypto::key_pair::KeyPair;
use crate::crypto::signer::Signer;

const TYP: &str = "at+jwt";

fn signer(algorithm: Algorithm, typ: &str) -> Signer {
    let key_pair = KeyPair::generate(algorithm).expect("a key").key_pair;
    Signer::new(key_pair, typ).expect("a signer")
}

fn key(signer: &Signer) -> VerifyingKey {
    VerifyingKey::new(signer.public_jwk()).expect("a key")
}

fn check(token: &str, key: &VerifyingKey) -> Result<Value, VerifyError> {
    verify(token, TYP, |kid| (kid == key.kid()).then_some(key))
}

/// A token with this header, signed as the header's algorithm wants by jsonwebtoken's door.
fn token_with_header(header: &Value, key_pair: &KeyPair) -> String {
    let message = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header.to_string()),
        URL_SAFE_NO_PAD.encode("{}")
    );
    let signature = key_pair.sign(message.as_bytes()).expect("signed");
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}

#[test]
fn finds_keys_by_reference_or_shared() {
    let signer = signer(Algorithm::EdDSA, TYP);
    let token = signer.sign(&json!({"sub": "a"})).expect("a token");
    let key = Arc::new(key(&signer));
    assert_eq!(check(&token, &key), Ok(json!({"sub": "a"})));
    assert_eq!(
        verify(&token, TYP, |_| Some(Arc::clone(&key))),
        Ok(json!({"sub": "a"}))
    );
}

#[test]
fn times_and_audiences_are_left_to_the_domain() {
    let signer = signer(Algorithm::ES256, TYP);
    let claims = json!({"exp": 1, "nbf": 99_999_999_999_u64, "aud": "a", "iss": "b"});
    let token = signer.sign(&claims).expect("a token");
    assert_eq!(check(&token, &key(&signer)), Ok(claims));
}

#[test]
fn the_type_must_be_the_expected_one() {
    for typ in [
        "at+jwt",
        "AT+JWT",
        "application/at+jwt",
        "Application/at+JWT",
    ] {
        let signer = signer(Algorithm::EdDSA, typ);
        let token = signer.sign(&json!({})).expect("a token");
        assert_eq!(check(&token, &key(&signer)), Ok(json!({})), "{typ}");
    }
    for typ in ["JWT", "", "at+jwtx", "text/at+jwt", "application/"] {
        let signer = signer(Algorithm::EdDSA, typ);
        let token = signer.sign(&json!({})).expect("a token");
        assert_eq!(
            check(&token, &key(&signer)),
            Err(VerifyError::WrongType),
            "{typ}"
        );
    }
}

#[test]
fn every_altered_character_is_refused() {
    for algorithm in [Algorithm::ES256, Algorithm::EdDSA] {
        let signer = signer(algorithm, TYP);
        let key = key(&signer);
        let token = signer.sign(&json!({"sub": "a"})).expect("a token");
        for index in 0..token.len() {
            let mut altered = token.clone().into_bytes();
            altered[index] = if altered[index] == b'A' { b'B' } else { b'A' };
            let altered = String::from_utf8(altered).expect("text");
            assert!(check(&altered, &key).is_err(), "{algorithm} at {index}");
            assert!(
                check(&token[..index], &key).is_err(),
                "{algorithm} cut at {index}"
            );
        }
    }
}

#[test]
fn altered_claims_are_a_bad_signature() {
    for algorithm in Algorithm::ALL {
        let signer = signer(algorithm, TYP);
        let token = signer.sign(&json!({"sub": "a"})).expect("a token");
        let parts: Vec<&str> = token.split('.').collect();
        let claims = URL_SAFE_NO_PAD.encode(r#"{"sub":"b"}"#);
        let forged = format!("{}.{claims}.{}", parts[0], parts[2]);
        assert_eq!(
            check(&forged, &key(&signer)),
            Err(VerifyError::BadSignature)
        );
    }
}

#[test]
fn another_key_under_the_same_id_is_a_bad_signature() {
    let (signer, other) = (signer(Algorithm::ES256, TYP), signer(Algorithm::ES256, TYP));
    let token = signer.sign(&json!({})).expect("a token");
    let other = key(&other);
    let refused = verify::<Value, _>(&token, TYP, |_| Some(&other));
    assert_eq!(refused, Err(VerifyError::BadSignature));
}

#[test]
fn an_unknown_or_missing_key_id_is_refused() {
    let signer = signer(Algorithm::ES256, TYP);
    let token = signer.sign(&json!({})).expect("a token");
    let refused = verify::<Value, &VerifyingKey>(&token, TYP, |_| None);
    assert_eq!(refused, Err(VerifyError::UnknownKey));

    let generated = KeyPair::generate(Algorithm::ES256).expect("a key").key_pair;
    let token = token_with_header(&json!({"typ": TYP, "alg": "ES256"}), &generated);
    let key = VerifyingKey::new(generated.public_jwk()).expect("a key");
    let refused = verify::<Value, _>(&token, TYP, |_| Some(&key));
    assert_eq!(refused, Err(VerifyError::UnknownKey));
}

#[test]
fn a_demanded_extension_is_refused() {
    let key_pair = KeyPair::generate(Algorithm::ES256).expect("a key").key_pair;
    let key = VerifyingKey::new(key_pair.public_jwk()).expect("a key");
    let plain = json!({"typ": TYP, "alg": "ES256", "kid": key.kid()});
    assert_eq!(
        check(&token_with_header(&plain, &key_pair), &key),
        Ok(json!({}))
    );

    for crit in [json!(["b64"]), json!([])] {
        let mut header = plain.clone();
        header["crit"] = crit;
        let refused = check(&token_with_header(&header, &key_pair), &key);
        assert_eq!(refused, Err(VerifyError::CriticalExtension));
    }
}

#[test]
fn the_token_never_chooses_the_algorithm() {
    // The public key as an HMAC secret: the classic confusion (RFC 8725 §2.1).
    for algorithm in Algorithm::ALL {
        let signer = signer(algorithm, TYP);
        let key = key(&signer);
        let public = serde_json::to_vec(signer.public_jwk()).expect("JSON");
        for secret in [
            &public[..],
            key.decoding_key.try_get_as_bytes().unwrap_or(b"n"),
        ] {
            let header = json!({"typ": TYP, "alg": "HS256", "kid": key.kid()});
            let message = format!(
                "{}.{}",
                URL_SAFE_NO_PAD.encode(header.to_string()),
                URL_SAFE_NO_PAD.encode("{}")
            );
            let hmac = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, secret);
            let tag = ring::hmac::sign(&hmac, message.as_bytes());
            let token = format!("{message}.{}", URL_SAFE_NO_PAD.encode(tag));
            assert_eq!(check(&token, &key), Err(VerifyError::WrongAlgorithm));
        }
    }

    // The same RSA key with the other padding.
    let pkcs8 = KeyPair::generate(Algorithm::RS256).expect("a key").pkcs8;
    let rs256 = KeyPair::from_pkcs8(Algorithm::RS256, &pkcs8).expect("RS256");
    let ps256 = KeyPair::from_pkcs8(Algorithm::PS256, &pkcs8).expect("PS256");
    let key = VerifyingKey::new(rs256.public_jwk()).expect("a key");
    let token = Signer::new(ps256, TYP).and_then(|signer| signer.sign(&json!({})));
    assert_eq!(
        check(&token.expect("a token"), &key),
        Err(VerifyError::WrongAlgorithm)
    );
}

#[test]
fn unsigned_tokens_are_refused() {
    let key = key(&signer(Algorithm::ES256, TYP));
    for alg in ["none", "None", "NONE", ""] {
        let header = json!({"typ": TYP, "alg": alg, "kid": key.kid()}).to_string();
        let message = format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(header),
            URL_SAFE_NO_PAD.encode("{}")
        );
        assert_eq!(
            check(&format!("{message}."), &key),
            Err(VerifyError::Malformed)
        );
    }
}

#[test]
fn what_is_no_token_is_malformed() {
    let signer = signer(Algorithm::ES256, TYP);
    let key = key(&signer);
    let token = signer.sign(&json!({})).expect("a token");
    for text in [
        "",
        ".",
        "..",
        "a.b.c",
        "ä.ö.ü",
        &format!("{token}.a"),
        &format!("{token}="),
    ] {
        assert_eq!(check(text, &key), Err(VerifyError::Malformed), "{text}");
    }
    assert_eq!(
        check(&"a".repeat(MAX_TOKEN_LENGTH + 1), &key),
        Err(VerifyError::TooLong)
    );
}

#[test]
fn claims_of_another_shape_are_told_from_a_bad_signature() {
    let signer = signer(Algorithm::ES256, TYP);
    let token = signer.sign(&json!({"sub": 1})).expect("a token");
    let key = key(&signer);
    let refused =
        verify::<std::collections::BTreeMap<String, String>, _>(&token, TYP, |_| Some(&key));
    assert_eq!(refused, Err(VerifyError::BadClaims));
}
