//! The edges of each rule.

use super::super::registry;
use super::{Files, LEAST, read, with};
use crate::domain::algorithm::Algorithm;

#[test]
fn the_edges_of_each_rule() {
    for (variable, good, bad) in [
        (
            "GRANTD_ISSUER",
            vec!["http://127.0.0.1:1", "https://a.example/b"],
            vec!["", "https://a.example/", "http://a.example"],
        ),
        (
            "GRANTD_LISTEN",
            vec!["0.0.0.0:0", "[::]:65535"],
            vec!["", "8080", "localhost:8080", "127.0.0.1", "127.0.0.1:65536"],
        ),
        (
            "GRANTD_DATABASE__MAX_CONNECTIONS",
            vec!["1", "1000"],
            vec!["0", "1001", "-1", "1.5", "", " 1", "ten"],
        ),
        (
            "GRANTD_IDEMPOTENCY__KEEP_FOR",
            vec!["0s", "24h", "7d"],
            vec!["8d", "169h", "0", "-1s", ""],
        ),
        (
            "GRANTD_TOKEN__TTL_SECONDS",
            vec!["60", "86400"],
            vec!["59", "86401", "0"],
        ),
        (
            "GRANTD_TOKEN__MIN_TTL_SECONDS",
            vec!["1", "900"],
            vec!["0", "901"],
        ),
        (
            "GRANTD_TOKEN__MAX_TTL_SECONDS",
            vec!["900", "2592000"],
            vec!["899", "2592001", "4294967296"],
        ),
        (
            "GRANTD_TOKEN__ALGORITHM",
            vec!["ES256", "EdDSA", "RS256", "PS256"],
            vec!["es256", "HS256", "none", ""],
        ),
        (
            "GRANTD_KEYS__ROTATE_EVERY",
            vec!["25h", "52w"],
            vec!["24h", "59m", "30", "-1d"],
        ),
        (
            "GRANTD_KEYS__PUBLISH_BEFORE",
            vec!["1m", "719h"],
            vec!["59s", "0s", "720h", "30d"],
        ),
        (
            "GRANTD_KEYS__RETAIN_AFTER",
            vec!["1m", "365d"],
            vec!["0s", "59s", "0", "1y", ""],
        ),
        (
            "GRANTD_LIMITS__API_KEYS_PER_ORGANIZATION",
            vec!["0", "1000000"],
            vec!["-1", "1000001"],
        ),
        (
            "GRANTD_LIMITS__OAUTH_CLIENTS_PER_ORGANIZATION",
            vec!["0", "1000000"],
            vec!["-1", "1000001"],
        ),
        (
            "GRANTD_LIMITS__CACHED_CREDENTIALS",
            vec!["1", "10000000"],
            vec!["0", "10000001"],
        ),
        ("GRANTD_LOG__FORMAT", vec!["text", "json"], vec!["JSON", ""]),
        (
            "GRANTD_LOG__LEVEL",
            vec!["error", "warn", "info", "debug", "trace"],
            vec!["off", "Info", ""],
        ),
        (
            "GRANTD_COMPAT__KOGNIC",
            vec!["true", "false"],
            vec!["1", "True", "yes", ""],
        ),
    ] {
        for text in good {
            let read = with(variable, text);
            assert!(read.is_ok(), "{variable}={text}: {read:?}");
        }
        for text in bad {
            let problems = with(variable, text).unwrap_err();
            assert_eq!(problems.sentences().len(), 1, "{variable}={text}");
        }
    }
}

#[test]
fn rotation_may_be_as_quick_as_an_hour() {
    let quick = |every| {
        read(
            LEAST,
            &[
                ("GRANTD_KEYS__ROTATE_EVERY", every),
                ("GRANTD_KEYS__PUBLISH_BEFORE", "59m"),
            ],
        )
    };
    assert!(quick("1h").is_ok());
    assert_eq!(
        quick("3599s").unwrap_err().sentences(),
        [
            "keys.rotate_every (from GRANTD_KEYS__ROTATE_EVERY) must be a whole number and a \
             unit, such as 90d, 24h, 15m or 30s, and at least 1h."
        ]
    );
}

#[test]
fn the_file_gives_each_kind_in_its_own_type() {
    for line in [
        "token.ttl_seconds = 900.5",
        "token.ttl_seconds = true",
        "token.ttl_seconds = [900]",
        "token.ttl_seconds = -900",
        "compat.kognic = 1",
        "log.level = 3",
        "keys.rotate_every = 30",
        "listen = { port = 1 }",
        "tls = { cert_file = 1, key_file = 2 }",
    ] {
        assert!(read(&format!("{line}\n{LEAST}"), &[]).is_err(), "{line}");
    }
}

#[test]
fn tls_needs_two_files_that_can_be_opened() {
    let files = Files::new();
    let cert = files.write("cert.pem", b"cert");
    let key = files.write("key.pem", b"key");
    let folder = files.path().to_str().unwrap();
    let tls = |cert: &str, key: &str| {
        read(
            LEAST,
            &[
                ("GRANTD_TLS__CERT_FILE", cert),
                ("GRANTD_TLS__KEY_FILE", key),
            ],
        )
    };
    assert!(tls(&cert, &key).unwrap().tls.is_some());
    assert_eq!(
        tls("/nowhere", folder).unwrap_err().sentences(),
        [
            "tls.cert_file (from GRANTD_TLS__CERT_FILE) names a file that does not exist.",
            "tls.key_file (from GRANTD_TLS__KEY_FILE) names a file that is a directory.",
        ]
    );
    for lonely in ["GRANTD_TLS__CERT_FILE", "GRANTD_TLS__KEY_FILE"] {
        let told = with(lonely, &cert).unwrap_err();
        assert!(told.sentences()[0].contains("give both or none"), "{told}");
    }
}

#[test]
fn every_algorithm_of_the_domain_may_be_chosen() {
    let names = Algorithm::ALL.map(Algorithm::as_str).join(", ");
    let setting = registry::find("token.algorithm").unwrap();
    assert_eq!(setting.kind.rule(), format!("one of {names}"));
}

#[test]
fn trusted_proxies_are_addresses_and_networks_in_an_array_or_a_text() {
    let trusted = |value: &str| {
        let file = format!("proxy.trusted = {value}\n{LEAST}");
        read(&file, &[]).map(|settings| settings.proxy.trusted)
    };
    let two: Vec<ipnet::IpNet> = ["10.0.0.0/8", "::1/128"].map(|n| n.parse().unwrap()).into();
    assert_eq!(trusted("['10.0.0.0/8', '::1']"), Ok(two.clone()));
    assert_eq!(trusted("'10.0.0.0/8,::1'"), Ok(two));
    assert_eq!(trusted("[]"), Ok(Vec::new()));
    for bad in [
        "'10.0.0.0/33'",
        "['localhost']",
        "[1]",
        "7",
        "'10.0.0.1 10.0.0.2'",
        "'0.0.0.0/0'",
        "['10.0.0.0/8', '::/0']",
    ] {
        let problems = trusted(bad).unwrap_err().to_string();
        assert!(
            problems.contains("proxy.trusted (from /etc/grantd.toml) must be a list"),
            "{problems}"
        );
    }
}

#[test]
fn usage_is_flushed_so_often_that_last_uses_are_at_most_a_minute_behind() {
    let flush = |value: &str| read(LEAST, &[("GRANTD_USAGE__FLUSH_EVERY", value)]);
    assert!(flush("50s").is_ok());
    let problems = flush("51s").unwrap_err();
    assert_eq!(
        problems.sentences(),
        ["usage.flush_every (from GRANTD_USAGE__FLUSH_EVERY) must be at most 50s."]
    );
}

#[test]
fn the_database_is_waited_for_no_longer_than_anyone_would() {
    let with_setting = |name: &str, value: &str| read(LEAST, &[(name, value)]);
    for (name, good, bad) in [
        ("CONNECT_TIMEOUT", ["1s", "1m"], ["0s", "61s"]),
        ("STATEMENT_TIMEOUT", ["1s", "10m"], ["0s", "601s"]),
    ] {
        let name = format!("GRANTD_DATABASE__{name}");
        assert!(good.iter().all(|value| with_setting(&name, value).is_ok()));
        for value in bad {
            let problems = with_setting(&name, value).unwrap_err();
            assert_eq!(problems.sentences().len(), 1, "{name}={value}");
        }
    }
}
