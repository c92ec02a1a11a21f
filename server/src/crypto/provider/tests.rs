//! The provider as jsonwebtoken sees it, and the examples of the RFCs.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::jwk::{EllipticCurve, Jwk, ThumbprintHash};
use jsonwebtoken::{DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

use super::{AlgorithmName, algorithm_name, install};
use crate::crypto::key_pair::{Components, KeyPair};
use crate::domain::algorithm::Algorithm;

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Claims {
    sub: String,
}

fn claims() -> Claims {
    Claims {
        sub: "somebody".to_owned(),
    }
}

fn validation(name: AlgorithmName) -> Validation {
    let mut validation = Validation::new(name);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation
}

fn verifies(token: &str, key: &DecodingKey, name: AlgorithmName) -> bool {
    install();
    let (message, signature) = token.rsplit_once('.').expect("three parts");
    jsonwebtoken::crypto::verify(signature, message.as_bytes(), key, name).expect("a usable key")
}

#[test]
fn rs256_example_of_rfc_7515_appendix_a_2() {
    let key = DecodingKey::from_rsa_components(
        "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ",
        "AQAB",
    )
    .expect("components");
    let token = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
    assert!(verifies(token, &key, AlgorithmName::RS256));
    assert!(!verifies(
        &token.replacen("eyJpc3Mi", "eyJpc3Nj", 1),
        &key,
        AlgorithmName::RS256
    ));
    assert!(!verifies(token, &key, AlgorithmName::PS256));
}

#[test]
fn es256_example_of_rfc_7515_appendix_a_3() {
    let key = DecodingKey::from_ec_components(
        "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    )
    .expect("components");
    let token = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
    assert!(verifies(token, &key, AlgorithmName::ES256));
    assert!(!verifies(
        &token.replacen("eyJpc3Mi", "eyJpc3Nj", 1),
        &key,
        AlgorithmName::ES256
    ));
}

#[test]
fn eddsa_example_of_rfc_8037_appendix_a_4() {
    let key = DecodingKey::from_ed_components("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")
        .expect("component");
    let token = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
    assert!(verifies(token, &key, AlgorithmName::EdDSA));
    assert!(!verifies(
        &token.replacen("RXhh", "RXha", 1),
        &key,
        AlgorithmName::EdDSA
    ));
}

#[test]
fn hs256_example_of_rfc_7515_appendix_a_1() {
    let secret = URL_SAFE_NO_PAD
        .decode("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow")
        .expect("base64url");
    let key = DecodingKey::from_secret(&secret);
    let token = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    assert!(verifies(token, &key, AlgorithmName::HS256));
    assert!(!verifies(
        token,
        &DecodingKey::from_secret(b"other"),
        AlgorithmName::HS256
    ));
}

/// A new key as jsonwebtoken takes it.
fn encoding_key(algorithm: Algorithm, pkcs8: &[u8]) -> EncodingKey {
    match algorithm {
        Algorithm::ES256 => EncodingKey::from_ec_der(pkcs8),
        Algorithm::EdDSA => EncodingKey::from_ed_der(pkcs8),
        Algorithm::RS256 | Algorithm::PS256 => EncodingKey::from_rsa_der(pkcs8),
    }
}

#[test]
fn jsonwebtoken_signs_and_verifies_with_every_algorithm() {
    install();
    for algorithm in Algorithm::ALL {
        let generated = KeyPair::generate(algorithm).expect("a key");
        let name = algorithm_name(algorithm);
        let key = encoding_key(algorithm, &generated.pkcs8);
        let token = jsonwebtoken::encode(&Header::new(name), &claims(), &key).expect("a token");

        let public = generated
            .key_pair
            .public_jwk()
            .decoding_key()
            .expect("a key");
        let read = jsonwebtoken::decode::<Claims>(&token, &public, &validation(name));
        assert_eq!(read.expect("verified").claims, claims(), "{algorithm}");
    }
    for name in [
        AlgorithmName::HS256,
        AlgorithmName::HS384,
        AlgorithmName::HS512,
    ] {
        let key = EncodingKey::from_secret(b"shared");
        let token = jsonwebtoken::encode(&Header::new(name), &claims(), &key).expect("a token");
        let read = |secret: &[u8]| {
            let key = DecodingKey::from_secret(secret);
            jsonwebtoken::decode::<Claims>(&token, &key, &validation(name)).map(|data| data.claims)
        };
        assert_eq!(read(b"shared").expect("verified"), claims(), "{name:?}");
        assert!(read(b"other").is_err(), "{name:?}");
    }
}

#[test]
fn takes_public_keys_in_every_form() {
    for algorithm in Algorithm::ALL {
        let key = KeyPair::generate(algorithm).expect("a key").key_pair;
        let signature = key.sign(b"message").expect("signed");
        let token = format!("message.{}", URL_SAFE_NO_PAD.encode(signature));
        let forms: Vec<DecodingKey> = match key.components() {
            Components::P256 { point } => {
                let spki = [super::verify::P256_SPKI_PREFIX, point].concat();
                vec![
                    DecodingKey::from_ec_der(point),
                    DecodingKey::from_ec_der(&spki),
                ]
            }
            Components::Ed25519 { public_key } => {
                let spki = [super::verify::ED25519_SPKI_PREFIX, public_key].concat();
                vec![
                    DecodingKey::from_ed_der(public_key),
                    DecodingKey::from_ed_der(&spki),
                ]
            }
            Components::Rsa { modulus, exponent } => {
                let pkcs1 = rsa_pkcs1(modulus, exponent);
                let spki = rsa_spki(&pkcs1);
                vec![
                    DecodingKey::from_rsa_raw_components(modulus, exponent),
                    DecodingKey::from_rsa_der(&pkcs1),
                    DecodingKey::from_rsa_der(&spki),
                ]
            }
        };
        for (index, form) in forms.iter().enumerate() {
            assert!(
                verifies(&token, form, algorithm_name(algorithm)),
                "{algorithm} {index}"
            );
        }
    }
}

/// `RSAPublicKey` (RFC 8017 appendix A.1.1) of a 2048-bit modulus and a 3-byte exponent.
fn rsa_pkcs1(modulus: &[u8], exponent: &[u8]) -> Vec<u8> {
    assert_eq!((modulus.len(), exponent.len()), (256, 3));
    [
        &[0x30, 0x82, 0x01, 0x0a, 0x02, 0x82, 0x01, 0x01, 0x00],
        modulus,
        &[0x02, 0x03],
        exponent,
    ]
    .concat()
}

/// The same as `SubjectPublicKeyInfo` (RFC 5280).
fn rsa_spki(pkcs1: &[u8]) -> Vec<u8> {
    let prefix = [
        0x30, 0x82, 0x01, 0x22, 0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01,
        0x01, 0x01, 0x05, 0x00, 0x03, 0x82, 0x01, 0x0f, 0x00,
    ];
    [&prefix[..], pkcs1].concat()
}

#[test]
fn what_is_not_supported_is_an_error() {
    install();
    for name in [
        AlgorithmName::ES384,
        AlgorithmName::RS384,
        AlgorithmName::RS512,
        AlgorithmName::PS384,
        AlgorithmName::PS512,
    ] {
        let (private, public) = match name {
            AlgorithmName::ES384 => (EncodingKey::from_ec_der(&[]), DecodingKey::from_ec_der(&[])),
            _ => (
                EncodingKey::from_rsa_der(&[]),
                DecodingKey::from_rsa_der(&[]),
            ),
        };
        let refused = jsonwebtoken::crypto::sign(b"", &private, name).expect_err("refused");
        assert_eq!(*refused.kind(), ErrorKind::UnsupportedAlgorithm, "{name:?}");
        let refused = jsonwebtoken::crypto::verify("", b"", &public, name).expect_err("refused");
        assert_eq!(*refused.kind(), ErrorKind::UnsupportedAlgorithm, "{name:?}");
    }
}

#[test]
fn a_key_of_another_family_is_an_error() {
    install();
    let public = DecodingKey::from_ec_der(&[4; 65]);
    let refused = jsonwebtoken::crypto::verify("", b"", &public, AlgorithmName::HS256);
    assert_eq!(
        *refused.expect_err("refused").kind(),
        ErrorKind::InvalidKeyFormat
    );
    let secret = EncodingKey::from_secret(b"shared");
    let refused = jsonwebtoken::crypto::sign(b"", &secret, AlgorithmName::ES256);
    assert_eq!(
        *refused.expect_err("refused").kind(),
        ErrorKind::InvalidKeyFormat
    );
}

#[test]
fn damaged_keys_are_errors() {
    install();
    for algorithm in Algorithm::ALL {
        let key = encoding_key(algorithm, b"damaged");
        assert!(jsonwebtoken::crypto::sign(b"", &key, algorithm_name(algorithm)).is_err());
    }
    let rsa = DecodingKey::from_rsa_der(b"damaged");
    assert!(jsonwebtoken::crypto::verify("", b"", &rsa, AlgorithmName::RS256).is_err());
    let point = DecodingKey::from_ec_der(b"damaged");
    assert!(!verifies("a.", &point, AlgorithmName::ES256));
}

#[test]
fn jwks_made_by_jsonwebtoken_agree_with_ours() {
    install();
    for algorithm in Algorithm::ALL {
        let generated = KeyPair::generate(algorithm).expect("a key");
        let key = encoding_key(algorithm, &generated.pkcs8);
        let theirs = Jwk::from_encoding_key(&key, algorithm_name(algorithm)).expect("a JWK");
        assert_eq!(
            theirs
                .thumbprint(ThumbprintHash::SHA256)
                .expect("a thumbprint"),
            generated.key_pair.public_jwk().thumbprint(),
            "{algorithm}"
        );
    }
}

#[test]
fn other_curves_are_errors() {
    let generated = KeyPair::generate(Algorithm::ES256).expect("a key");
    let ec = super::key_utils::ec_components_of_private_key;
    assert!(ec(&generated.pkcs8, AlgorithmName::ES384).is_err());
    let ed = super::key_utils::ed_component_of_private_key;
    assert!(ed(&generated.pkcs8, &EllipticCurve::P256).is_err());
}
