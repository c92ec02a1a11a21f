//! Where values come from, and that each reaches its field.

use std::fmt::Write;
use std::path::Path;

use ::log::LevelFilter;
use chrono::TimeDelta;

use super::super::*;
use super::{Files, KEY, LEAST, problems, read, with};
use crate::domain::algorithm::Algorithm;
use crate::domain::session::SessionPolicy;

#[test]
fn defaults() {
    let settings = read(LEAST, &[]).unwrap();
    assert_eq!(
        settings,
        Settings {
            issuer: Issuer::parse("https://auth.example.com").unwrap(),
            listen: "127.0.0.1:8080".parse().unwrap(),
            database: DatabaseSettings {
                url: Secret::new("sqlite:///grantd.db".to_owned()),
                max_connections: 10,
                connect_timeout: TimeDelta::seconds(5),
                statement_timeout: TimeDelta::seconds(10),
            },
            master_key: Secret::new(KEY.to_owned()),
            token: TokenSettings {
                ttl_seconds: 900,
                min_ttl_seconds: 60,
                max_ttl_seconds: 86_400,
                algorithm: Algorithm::ES256,
            },
            keys: KeySettings {
                rotate_every: TimeDelta::days(30),
                publish_before: TimeDelta::hours(24),
                retain_after: TimeDelta::hours(1),
            },
            limits: LimitSettings {
                api_keys_per_organization: 10,
                oauth_clients_per_organization: 100,
                cached_credentials: 1_000_000,
                failed_authentications: 10,
                max_concurrent_requests: 256,
                stale_after: TimeDelta::minutes(5),
            },
            shutdown: ShutdownSettings {
                delay: TimeDelta::zero(),
                timeout: TimeDelta::seconds(20),
            },
            usage: UsageSettings {
                flush_every: TimeDelta::seconds(10),
                keep_for: TimeDelta::days(400),
            },
            proxy: ProxySettings::default(),
            idempotency: IdempotencySettings {
                keep_for: TimeDelta::hours(24),
            },
            tls: None,
            log: LogSettings {
                format: LogFormat::Text,
                level: LevelFilter::Info,
            },
            compat: CompatSettings {
                kognic: true,
                cogniac: true,
                cognigy: true,
                super_api_key: false,
            },
            console: ConsoleSettings {
                enabled: true,
                sessions: SessionPolicy {
                    idle_timeout: TimeDelta::hours(1),
                    lifetime: TimeDelta::hours(12),
                },
            },
        }
    );
}

/// Each setting by a value that is not its default; the secrets themselves stand for their twins.
fn every_setting(files: &Files) -> Vec<(&'static str, String)> {
    [
        ("issuer", "https://other.example.com/x"),
        ("listen", "[::1]:9000"),
        ("master_key", KEY),
        ("database.url", "postgres://db/grantd"),
        ("database.max_connections", "11"),
        ("database.connect_timeout", "6s"),
        ("database.statement_timeout", "11s"),
        ("token.ttl_seconds", "901"),
        ("token.min_ttl_seconds", "61"),
        ("token.max_ttl_seconds", "86401"),
        ("token.algorithm", "PS256"),
        ("keys.rotate_every", "31d"),
        ("keys.publish_before", "25h"),
        ("keys.retain_after", "2h"),
        ("limits.api_keys_per_organization", "12"),
        ("limits.oauth_clients_per_organization", "101"),
        ("limits.cached_credentials", "1001"),
        ("limits.failed_authentications", "11"),
        ("limits.max_concurrent_requests", "257"),
        ("limits.stale_after", "6m"),
        ("shutdown.delay", "5s"),
        ("shutdown.timeout", "21s"),
        ("usage.flush_every", "11s"),
        ("usage.keep_for", "401d"),
        ("proxy.trusted", "10.0.0.0/8, 192.0.2.7,::1"),
        ("idempotency.keep_for", "25h"),
        ("tls.cert_file", &files.write("cert.pem", b"cert")),
        ("tls.key_file", &files.write("key.pem", b"key")),
        ("log.format", "json"),
        ("log.level", "debug"),
        ("compat.kognic", "false"),
        ("compat.cogniac", "false"),
        ("compat.cognigy", "false"),
        ("features.super_api_key", "true"),
        ("console.enabled", "false"),
        ("console.idle_timeout", "2h"),
        ("console.session_lifetime", "13h"),
    ]
    .map(|(name, text)| (name, text.to_owned()))
    .to_vec()
}

fn assert_is_every_setting(settings: &Settings, files: &Files) {
    assert_eq!(
        *settings,
        Settings {
            issuer: Issuer::parse("https://other.example.com/x").unwrap(),
            listen: "[::1]:9000".parse().unwrap(),
            database: DatabaseSettings {
                url: Secret::new("postgres://db/grantd".to_owned()),
                max_connections: 11,
                connect_timeout: TimeDelta::seconds(6),
                statement_timeout: TimeDelta::seconds(11),
            },
            master_key: Secret::new(KEY.to_owned()),
            token: TokenSettings {
                ttl_seconds: 901,
                min_ttl_seconds: 61,
                max_ttl_seconds: 86_401,
                algorithm: Algorithm::PS256,
            },
            keys: KeySettings {
                rotate_every: TimeDelta::days(31),
                publish_before: TimeDelta::hours(25),
                retain_after: TimeDelta::hours(2),
            },
            limits: LimitSettings {
                api_keys_per_organization: 12,
                oauth_clients_per_organization: 101,
                cached_credentials: 1_001,
                failed_authentications: 11,
                max_concurrent_requests: 257,
                stale_after: TimeDelta::minutes(6),
            },
            shutdown: ShutdownSettings {
                delay: TimeDelta::seconds(5),
                timeout: TimeDelta::seconds(21),
            },
            usage: UsageSettings {
                flush_every: TimeDelta::seconds(11),
                keep_for: TimeDelta::days(401),
            },
            proxy: ProxySettings {
                trusted: vec![
                    "10.0.0.0/8".parse().unwrap(),
                    "192.0.2.7/32".parse().unwrap(),
                    "::1/128".parse().unwrap(),
                ],
            },
            idempotency: IdempotencySettings {
                keep_for: TimeDelta::hours(25),
            },
            tls: Some(TlsSettings {
                cert_file: files.path().join("cert.pem"),
                key_file: files.path().join("key.pem"),
            }),
            log: LogSettings {
                format: LogFormat::Json,
                level: LevelFilter::Debug,
            },
            compat: CompatSettings {
                kognic: false,
                cogniac: false,
                cognigy: false,
                super_api_key: true,
            },
            console: ConsoleSettings {
                enabled: false,
                sessions: SessionPolicy {
                    idle_timeout: TimeDelta::hours(2),
                    lifetime: TimeDelta::hours(13),
                },
            },
        }
    );
}

#[test]
fn every_setting_of_the_registry_reaches_its_field_from_a_variable() {
    let files = Files::new();
    let every = every_setting(&files);
    let covered: Vec<&str> = every.iter().map(|(name, _)| *name).collect();
    let registered: Vec<&str> = registry::settings()
        .map(|setting| setting.name)
        .filter(|name| !["master_key_file", "database.url_file"].contains(name))
        .collect();
    assert_eq!(covered, registered);
    let variables = every
        .into_iter()
        .map(|(name, text)| (registry::find(name).unwrap().variable(), text));
    let settings = Settings::from_sources(None, variables).unwrap();
    assert_is_every_setting(&settings, &files);
}

#[test]
fn every_setting_reaches_its_field_from_the_file() {
    let files = Files::new();
    let mut file = String::new();
    for (name, text) in every_setting(&files) {
        let setting = registry::find(name).unwrap();
        let quote = match setting.kind {
            registry::Kind::Number { .. } | registry::Kind::Flag => "",
            _ => "'",
        };
        writeln!(file, "{name} = {quote}{text}{quote}").unwrap();
    }
    assert_is_every_setting(&read(&file, &[]).unwrap(), &files);
}

#[test]
fn the_environment_wins_over_the_file_and_the_file_over_the_default() {
    let file = format!("listen = '127.0.0.1:1'\ncompat.kognic = false\n{LEAST}");
    let settings = read(&file, &[("GRANTD_LISTEN", "127.0.0.1:2")]).unwrap();
    assert_eq!(settings.listen.port(), 2);
    assert!(!settings.compat.kognic);
    assert_eq!(read(&file, &[]).unwrap().listen.port(), 1);
}

#[test]
fn a_wrong_value_in_the_file_does_not_matter_when_a_variable_replaces_it() {
    let file = LEAST.replace("https://auth.example.com", "nowhere");
    let settings = read(&file, &[("GRANTD_ISSUER", "https://a.example")]).unwrap();
    assert_eq!(settings.issuer.as_str(), "https://a.example");
}

#[test]
fn variables_that_are_no_settings_are_left_alone() {
    for name in [
        "GRANTD_CREDENTIALS",
        "GRANTD_CLIENT_ID",
        "GRANTD_CLIENT_SECRET",
        "GRANTD_DEV_ADMIN_PASSWORD",
        "GRANTD_CONFIG",
        "PATH",
        "KOGNIC_CLIENT_ID",
        "grantd_listen",
    ] {
        assert!(with(name, "anything").is_ok(), "{name}");
    }
}

#[test]
fn dev_is_the_defaults_with_a_database_in_the_folder() {
    let issuer = Issuer::parse("http://127.0.0.1:8080").unwrap();
    let listen = "127.0.0.1:8080".parse().unwrap();
    let key = Secret::new(KEY.to_owned());
    let dev = Settings::dev(
        &issuer,
        listen,
        Path::new("./grantd-data"),
        &key,
        std::iter::empty(),
    )
    .unwrap();
    let url = "sqlite:./grantd-data/grantd.db?mode=rwc";
    assert_eq!(dev.database.url.expose(), url);
    let same = LEAST
        .replace("https://auth.example.com", issuer.as_str())
        .replace("sqlite:///grantd.db", url);
    assert_eq!(dev, read(&same, &[]).unwrap());
}

#[test]
fn dev_refuses_a_master_key_that_is_none() {
    let issuer = Issuer::parse("http://127.0.0.1:8080").unwrap();
    let listen = "127.0.0.1:8080".parse().unwrap();
    let key = Secret::new("hunter2".to_owned());
    let told =
        Settings::dev(&issuer, listen, Path::new("x"), &key, std::iter::empty()).unwrap_err();
    assert_eq!(
        told.to_string(),
        "master_key (from --dev) must be 32 bytes in base64url, which is 43 characters."
    );
}

#[test]
fn dev_refuses_a_certificate_that_it_would_not_use() {
    let issuer = Issuer::parse("http://127.0.0.1:8080").unwrap();
    let listen = "127.0.0.1:8080".parse().unwrap();
    let key = Secret::new(KEY.to_owned());
    let env = [
        ("GRANTD_TLS__CERT_FILE", "cert.pem"),
        ("GRANTD_TLS__KEY_FILE", "key.pem"),
    ]
    .map(|(name, path)| (name.to_owned(), path.to_owned()));
    let told = Settings::dev(&issuer, listen, Path::new("x"), &key, env.into_iter()).unwrap_err();
    let sentence = |name: &str, variable: &str| {
        format!(
            "{name} (from {variable}) does not go with --dev, which speaks plain HTTP: unset it, \
             or write a settings file and leave out --dev."
        )
    };
    assert_eq!(
        told.sentences(),
        [
            sentence("tls.cert_file", "GRANTD_TLS__CERT_FILE"),
            sentence("tls.key_file", "GRANTD_TLS__KEY_FILE"),
        ]
    );
}

#[test]
fn cognigys_variable_switches_the_super_api_key() {
    const VARIABLE: &str = "FEATURE_USE_SUPERAPIKEY_API";
    for (text, on) in [("true", true), ("false", false)] {
        let settings = with(VARIABLE, text).unwrap();
        assert_eq!(settings.compat.super_api_key, on);
    }
    assert_eq!(
        problems(LEAST, &[(VARIABLE, "1")]),
        [format!(
            "features.super_api_key (from {VARIABLE}) must be true or false."
        )]
    );
    assert_eq!(
        problems(
            LEAST,
            &[
                (VARIABLE, "true"),
                ("GRANTD_FEATURES__SUPER_API_KEY", "false")
            ]
        ),
        [format!(
            "{VARIABLE} and GRANTD_FEATURES__SUPER_API_KEY (from the environment) are both given: keep one."
        )]
    );
    // Others of that prefix are none of ours.
    assert!(with("FEATURE_USE_SOMETHING_ELSE", "maybe").is_ok());
}
