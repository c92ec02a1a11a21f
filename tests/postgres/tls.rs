//! TLS to the database.
//!
//! The certificates beside this file are for tests alone, good from 2020 until 2119: `server.pem` is
//! for `localhost`, signed by `ca.pem`.

use grantd::store::{ConnectSettings, Store, StoreError};

use super::{number, revoke, token_status};
use crate::support::postgres::Cluster;
use crate::support::repository;
use crate::support::server::TestServer;

/// Lets in nobody without TLS.
const ACCESS: &str = "hostssl all all 127.0.0.1/32 scram-sha-256\n";

fn cluster() -> Cluster {
    Cluster::builder()
        .file("server.pem", include_str!("tls/server.pem"))
        .file("server_key.pem", include_str!("tls/server_key.pem"))
        .file("pg_hba.conf", ACCESS)
        .setting("ssl", "on")
        .setting("ssl_cert_file", "server.pem")
        .setting("ssl_key_file", "server_key.pem")
        .start()
}

fn url(cluster: &Cluster, host: &str, parameters: &str) -> String {
    let url = cluster.url("postgres").replace("127.0.0.1", host);
    format!("{url}?{parameters}")
}

fn certificate(name: &str) -> String {
    repository::path(&format!("tests/postgres/tls/{name}"))
        .display()
        .to_string()
}

#[actix_web::test]
async fn a_certificate_that_is_right_is_taken_and_no_other() {
    let cluster = cluster();
    let (ca, other) = (certificate("ca.pem"), certificate("other_ca.pem"));
    let settings = ConnectSettings::pool_of(2);
    for (host, parameters, expected) in [
        (
            "localhost",
            format!("sslmode=verify-full&sslrootcert={ca}"),
            "",
        ),
        (
            "127.0.0.1",
            format!("sslmode=verify-ca&sslrootcert={ca}"),
            "",
        ),
        // These look at no certificate.
        (
            "localhost",
            format!("sslmode=require&sslrootcert={other}"),
            "",
        ),
        ("localhost", "sslmode=prefer".to_owned(), ""),
        ("localhost", String::new(), ""),
        (
            "127.0.0.1",
            format!("sslmode=verify-full&sslrootcert={ca}"),
            "certificate not valid for name",
        ),
        (
            "localhost",
            format!("sslmode=verify-full&sslrootcert={other}"),
            "UnknownIssuer",
        ),
        (
            "localhost",
            "sslmode=verify-full".to_owned(),
            "UnknownIssuer",
        ),
        (
            "localhost",
            format!("sslmode=verify-ca&sslrootcert={other}"),
            "UnknownIssuer",
        ),
        (
            "localhost",
            "sslmode=disable".to_owned(),
            "no pg_hba.conf entry",
        ),
        (
            "localhost",
            "sslmode=allow".to_owned(),
            "no pg_hba.conf entry",
        ),
        (
            "localhost",
            format!("sslmode=verify-full&sslrootcert={ca}.missing"),
            "sslrootcert",
        ),
    ] {
        let url = url(&cluster, host, &parameters);
        match (Store::connect(&url, &settings).await, expected) {
            (Ok(store), "") => store.close().await.expect("it closes"),
            (Err(StoreError::Unavailable(cause)), expected) if !expected.is_empty() => {
                assert!(cause.contains(expected), "{parameters} at {host}: {cause}");
                assert!(!cause.contains("for-tests-only"), "{cause}");
            }
            (other, _) => panic!("{parameters} at {host}: {other:?}"),
        }
    }
}

#[actix_web::test]
async fn a_server_without_tls_is_refused_where_it_is_asked_for() {
    let cluster = Cluster::builder().start();
    let url = url(&cluster, "localhost", "sslmode=require");
    match Store::connect(&url, &ConnectSettings::pool_of(2)).await {
        Err(StoreError::Unavailable(cause)) => {
            assert!(cause.contains("does not support TLS"), "{cause}");
        }
        other => panic!("{other:?}"),
    }
}

#[actix_web::test]
async fn every_session_is_encrypted_and_nodes_hear_of_changes() {
    let cluster = cluster();
    let parameters = format!("sslmode=verify-full&sslrootcert={}", certificate("ca.pem"));
    let url = url(&cluster, "localhost", &parameters);
    let here = TestServer::builder().database(&url).start().await;
    let there = here.another_node().await;
    let client = here.client().await;
    assert_eq!(token_status(&there, &client).await, 200);
    revoke(&here, &client).await;
    TestServer::eventually(std::time::Duration::from_secs(1), async || {
        token_status(&there, &client).await == 401
    })
    .await;
    let sessions = "SELECT COUNT(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) \
                    WHERE application_name = 'grantd'";
    let listening = format!("{sessions} AND query LIKE 'LISTEN%' AND ssl");
    assert_eq!(number(&url, &listening).await, 2);
    assert_eq!(number(&url, &format!("{sessions} AND NOT ssl")).await, 0);
}
