//! HTTPS, by `tls.cert_file` and `tls.key_file`.
//!
//! The certificate beside this file is for tests alone: signed by itself, for 127.0.0.1, good from
//! 2020 until 2119.

use serde_json::Value;

use crate::support::place::{Outcome, Place};
use crate::support::process::Process;
use crate::support::server::claims;

const CERTIFICATE: &str = include_str!("certificate.pem");
const KEY: &str = include_str!("key.pem");

fn place_with(certificate: &str, key: &str) -> Place {
    let place = Place::on_sqlite();
    let issuer = place.issuer().replace("http://", "https://");
    place.write("certificate.pem", certificate);
    place.write("key.pem", key);
    place
        .with("GRANTD_ISSUER", &issuer)
        .with("GRANTD_TLS__CERT_FILE", "certificate.pem")
        .with("GRANTD_TLS__KEY_FILE", "key.pem")
}

#[actix_web::test]
async fn a_token_is_had_over_https() {
    let place = place_with(CERTIFICATE, KEY).with("SSL_CERT_FILE", "certificate.pem");
    place.done(&[
        "bootstrap",
        "--email",
        "ann@example.com",
        "--organization",
        "acme",
    ]);
    place.done(&[
        "resource-servers",
        "create",
        "https://api.example.com",
        "--scope",
        "api:read",
    ]);
    let generate = [
        "credentials",
        "generate",
        "--organization",
        "acme",
        "--name",
        "ci",
    ];
    let file = place.done(&generate);
    place.write("credentials.json", &file);

    let mut process = Process::start(place.command(&["serve"]), place.issuer().to_owned());
    let certificate = reqwest::Certificate::from_pem(CERTIFICATE.as_bytes()).expect("PEM");
    let trusting = reqwest::Client::builder()
        .tls_certs_only([certificate])
        .build()
        .expect("a client");
    let ready = format!("{}/readyz", process.origin);
    for _ in 0..500 {
        if trusting.get(&ready).send().await.is_ok() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let metadata = format!("{}/.well-known/oauth-authorization-server", process.origin);
    let metadata: Value = trusting
        .get(metadata)
        .send()
        .await
        .expect("an answer")
        .json()
        .await
        .expect("JSON");
    assert_eq!(
        metadata["token_endpoint"],
        format!("{}/oauth/token", process.origin)
    );

    let health = place.done(&["health", "--url", &process.origin]);
    assert_eq!(health, "ready\n");
    let token = place.done(&["token", "--credentials", "credentials.json"]);
    assert_eq!(claims(&token)["iss"], process.origin);

    // Whoever does not trust the certificate sends no secret.
    let mut distrusting = place.command(&["token", "--credentials", "credentials.json"]);
    distrusting.env_remove("SSL_CERT_FILE");
    let complaint = Outcome::of(distrusting).failed(1);
    assert!(
        complaint.starts_with("no answer from https://"),
        "{complaint}"
    );
    // Nothing is answered in the clear.
    let plain = ready.replace("https://", "http://");
    assert!(reqwest::Client::new().get(plain).send().await.is_err());
    assert_eq!(process.stop(), 0);
}

#[test]
fn files_that_hold_no_certificate_or_key_are_refused_before_a_database_is_made() {
    for (certificate, key, name) in [
        ("", KEY, "tls.cert_file"),
        (KEY, KEY, "tls.cert_file"),
        (CERTIFICATE, "", "tls.key_file"),
        (CERTIFICATE, CERTIFICATE, "tls.key_file"),
        (CERTIFICATE, OTHER_KEY, "tls.key_file"),
    ] {
        let place = place_with(certificate, key);
        for command in ["serve", "check"] {
            let complaint = place.fails(2, &[command]);
            assert!(complaint.starts_with(name), "{complaint}");
            assert_eq!(complaint.lines().count(), 1, "{complaint}");
        }
        assert_eq!(place.names_in("."), ["certificate.pem", "key.pem"]);
    }
}

#[test]
fn a_file_that_is_missing_is_refused() {
    let place = place_with(CERTIFICATE, KEY).with("GRANTD_TLS__KEY_FILE", "elsewhere.pem");
    let complaint = place.fails(2, &["serve"]);
    assert!(complaint.contains("tls.key_file"), "{complaint}");
}

/// A key of another certificate.
const OTHER_KEY: &str = include_str!("other_key.pem");
