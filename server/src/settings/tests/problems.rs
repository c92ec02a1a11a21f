//! What is told, and in which order.

use std::path::Path;

use super::super::*;
use super::{LEAST, problems, read};

#[test]
fn unknown_names_are_refused_wherever_they_stand() {
    let file = format!(
        "isuer = 'x'\n'token.ttl_seconds' = 5\nmail.server = []\n{LEAST}
         max_conections = 4
         [token.ttl_seconds.deep]
         [keyz]
         [cockpit]
         enabled = true
         [limits]
         \"new\\nline\" = 1"
    );
    assert_eq!(
        problems(
            &file,
            &[
                ("GRANTD_TOKEN_TTL_SECONDS", "5"),
                ("GRANTD_listen", "5"),
                ("GRANTD_METRICS__LISTEN", "5"),
                ("GRANTD_", "5"),
            ]
        ),
        [
            "\"token.ttl_seconds\" (from /etc/grantd.toml) is not a setting of grantd: did you \
             mean token.ttl_seconds?",
            "cockpit.enabled (from /etc/grantd.toml) is not a setting of grantd.",
            "database.max_conections (from /etc/grantd.toml) is not a setting of grantd: did you \
             mean database.max_connections?",
            "isuer (from /etc/grantd.toml) is not a setting of grantd: did you mean issuer?",
            "keyz (from /etc/grantd.toml) is not a setting of grantd.",
            "limits.new\\nline (from /etc/grantd.toml) is not a setting of grantd.",
            "mail.server (from /etc/grantd.toml) is not a setting of grantd.",
            "GRANTD_ (from the environment) is not a setting of grantd.",
            "GRANTD_METRICS__LISTEN (from the environment) is not a setting of grantd.",
            "GRANTD_TOKEN_TTL_SECONDS (from the environment) is not a setting of grantd: did you \
             mean GRANTD_TOKEN__TTL_SECONDS?",
            "GRANTD_listen (from the environment) is not a setting of grantd: did you mean \
             GRANTD_LISTEN?",
            "token.ttl_seconds (from /etc/grantd.toml) must be a whole number from 1 to 2592000.",
        ]
    );
}

#[test]
fn a_value_in_place_of_a_section_is_refused() {
    let file = format!("token = 5\n{LEAST}");
    assert_eq!(
        problems(&file, &[]),
        ["token (from /etc/grantd.toml) must be a section: write [token] above its settings."]
    );
}

#[test]
fn all_problems_come_at_once_in_the_order_of_the_reference() {
    let file = "
        listen = 8080
        nonsense = 1
        compat.kognic = 'yes'
        [token]
        ttl_seconds = 30
        algorithm = 'none'
        [keys]
        publish_before = '1h'
        rotate_every = '1h'
        [tls]
        cert_file = '/nowhere/cert.pem'
    ";
    let expected = [
        "nonsense (from /etc/grantd.toml) is not a setting of grantd.",
        "issuer is not set: give it in the settings file, or set GRANTD_ISSUER; it must be an \
         https:// URL without user name, query, fragment and trailing slash.",
        "listen (from /etc/grantd.toml) must be an IP address and a port, such as 127.0.0.1:8080 \
         or [::]:8080.",
        "master_key is not set: give it, or master_key_file, in the settings file, or set \
         GRANTD_MASTER_KEY or GRANTD_MASTER_KEY_FILE; it must be 32 bytes in base64url, which is \
         43 characters.",
        "database.url is not set: give it, or database.url_file, in the settings file, or set \
         GRANTD_DATABASE__URL or GRANTD_DATABASE__URL_FILE; it must be a URL that begins with \
         sqlite:, postgres:// or postgresql:// and names a database.",
        "token.min_ttl_seconds (default) is 60 but must not be above token.ttl_seconds (from \
         /etc/grantd.toml), which is 30.",
        "token.algorithm (from /etc/grantd.toml) must be one of ES256, EdDSA, RS256, PS256.",
        "keys.publish_before (from /etc/grantd.toml) must be shorter than keys.rotate_every (from \
         /etc/grantd.toml).",
        "limits.cached_credentials (from GRANTD_LIMITS__CACHED_CREDENTIALS) must be a whole \
         number from 1 to 10000000.",
        "tls.cert_file (from /etc/grantd.toml) is given without tls.key_file: give both or none.",
        "log.level (from GRANTD_LOG__LEVEL) must be one of error, warn, info, debug, trace.",
        "compat.kognic (from /etc/grantd.toml) must be true or false.",
    ];
    let variables = [
        ("GRANTD_LOG__LEVEL", "INFO"),
        ("GRANTD_LIMITS__CACHED_CREDENTIALS", "0"),
    ];
    for _ in 0..5 {
        assert_eq!(problems(file, &variables), expected);
    }
    let told = read(file, &variables).unwrap_err().to_string();
    assert_eq!(told.lines().count(), expected.len());
}

#[test]
fn a_file_that_is_no_toml_is_told_by_its_place_alone() {
    for (file, place) in [
        ("\nmaster_key = 'hunter2", " at line 2, column 22"),
        ("master_key = hunter2", " at line 1, column 14"),
        (
            "master_key = 'hunter2'\nmaster_key = 'hunter2'",
            " at line 2, column 1",
        ),
        ("limits.cached_credentials = 99999999999999999999", ""),
    ] {
        assert_eq!(
            problems(file, &[]),
            [format!(
                "The settings file /etc/grantd.toml is not valid TOML{place}: text stands in \
                 quotes, and each name may appear once."
            )]
        );
    }
}

#[test]
fn a_settings_file_that_is_not_there_is_the_one_problem_told() {
    let told = Settings::load(Some(Path::new("/nowhere/grantd.toml"))).unwrap_err();
    assert_eq!(
        told.sentences()[0],
        "The settings file /nowhere/grantd.toml does not exist."
    );
}

#[test]
fn a_variable_that_is_not_utf_8_is_a_problem() {
    let mut layers = Layers::new();
    layers.unreadable_variables(vec!["GRANTD_LISTEN".to_owned(), "GRANTD_ISSUER".to_owned()]);
    assert_eq!(
        Settings::read(layers).unwrap_err().sentences(),
        [
            "The environment variable GRANTD_ISSUER is not UTF-8 text.",
            "The environment variable GRANTD_LISTEN is not UTF-8 text.",
        ]
    );
}
