//! JSON Web Keys against the examples of the RFCs.

use super::*;

/// The key of RFC 7638 §3.1.
const RFC_7638: &str = r#"{
    "kty": "RSA",
    "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
    "e": "AQAB",
    "alg": "RS256",
    "kid": "2011-04-29"
}"#;

/// The key of RFC 8037 appendix A.2.
const RFC_8037_X: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";

/// The key of RFC 7515 appendix A.3.
const RFC_7515_X: &str = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
const RFC_7515_Y: &str = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";

fn p256() -> PublicJwk {
    let (x, y) = (
        decode(RFC_7515_X).expect("x"),
        decode(RFC_7515_Y).expect("y"),
    );
    PublicJwk::from_p256_point(&[&[4], &x[..], &y[..]].concat()).expect("a key")
}

#[test]
fn thumbprints_are_those_of_the_rfcs() {
    let rsa: PublicJwk = serde_json::from_str(RFC_7638).expect("RFC 7638 §3.1");
    assert_eq!(
        rsa.thumbprint(),
        "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
    );
    assert_eq!(rsa.kid(), "2011-04-29");

    let ed25519 = PublicJwk::from_ed25519(&decode(RFC_8037_X).expect("x")).expect("a key");
    assert_eq!(ed25519.kid(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");

    // RFC 7638 has no EC example; this value is from Python's hashlib.
    assert_eq!(p256().kid(), "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U");
}

#[test]
fn members_keep_their_order() {
    let json = serde_json::to_string(&p256()).expect("JSON");
    let kid = p256().thumbprint();
    assert_eq!(
        json,
        format!(
            r#"{{"kty":"EC","crv":"P-256","x":"{RFC_7515_X}","y":"{RFC_7515_Y}","alg":"ES256","use":"sig","kid":"{kid}"}}"#
        )
    );
}

#[test]
fn reads_what_it_writes() {
    let rsa = serde_json::from_str(RFC_7638).expect("RFC 7638 §3.1");
    let ed25519 = PublicJwk::from_ed25519(&[3; 32]).expect("a key");
    for key in [p256(), ed25519, rsa] {
        let json = serde_json::to_string(&key).expect("JSON");
        assert_eq!(serde_json::from_str::<PublicJwk>(&json).expect("read"), key);
    }
}

#[test]
fn refuses_keys_that_do_not_fit_their_algorithm() {
    let x = RFC_8037_X;
    for json in [
        format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{x}","alg":"ES256","kid":"a"}}"#),
        format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{x}A","alg":"EdDSA","kid":"a"}}"#),
        format!(r#"{{"kty":"OKP","crv":"X25519","x":"{x}","alg":"EdDSA","kid":"a"}}"#),
        format!(r#"{{"kty":"EC","crv":"P-256","x":"{x}","alg":"ES256","kid":"a"}}"#),
        format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{x}","alg":"none","kid":"a"}}"#),
        format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{x}","alg":"EdDSA"}}"#),
        format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{x}","alg":"EdDSA","use":"enc","kid":"a"}}"#),
        r#"{"kty":"RSA","n":"AQAB","e":"AQAB","alg":"RS256","kid":"a"}"#.to_owned(),
        r#"{"kty":"oct","k":"AQAB","alg":"HS256","kid":"a"}"#.to_owned(),
    ] {
        assert!(serde_json::from_str::<PublicJwk>(&json).is_err(), "{json}");
    }
    assert!(PublicJwk::from_p256_point(&[4; 64]).is_err());
    assert!(PublicJwk::from_p256_point(&[2; 65]).is_err());
    assert!(PublicJwk::from_ed25519(&[1; 31]).is_err());
    assert!(PublicJwk::from_rsa(Algorithm::RS256, &[1; 128], &[1, 0, 1]).is_err());
    assert!(PublicJwk::from_rsa(Algorithm::RS256, &[1; 513], &[1, 0, 1]).is_err());
    assert!(PublicJwk::from_rsa(Algorithm::ES256, &[1; 256], &[1, 0, 1]).is_err());
}
