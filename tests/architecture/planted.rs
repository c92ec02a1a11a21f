//! Does the rule find what it is to find, and nothing else?

use super::violations;

/// A file, what is planted in it, and what must be said of it.
const PLANTED: &[(&str, &str, &str)] = &[
    (
        "domain/grant.rs",
        "use crate::store::Store;",
        "domain may not name store",
    ),
    (
        "domain/grant.rs",
        "use super::super::store;",
        "domain may not name store",
    ),
    (
        "domain/grant.rs",
        "mod tests { use super::super::super::app; }",
        "domain may not name app",
    ),
    (
        "domain/mod.rs",
        "use crate::{domain, http::Problem};",
        "domain may not name http",
    ),
    (
        "domain/grant.rs",
        "async fn decide() {}",
        "may not name async",
    ),
    (
        "domain/grant.rs",
        "use std::{fmt, fs};",
        "may not name std::fs",
    ),
    (
        "domain/grant.rs",
        "fn now() { std::time::SystemTime::now(); }",
        "nobody may name SystemTime",
    ),
    (
        "domain/grant.rs",
        "fn now() { chrono::Utc::now(); }",
        "only clock.rs may name Utc::now",
    ),
    (
        "domain/ids.rs",
        "use ring::rand::SystemRandom;",
        "only entropy.rs, crypto/ may name ring::rand",
    ),
    (
        "crypto/signer.rs",
        "use crate::app::App;",
        "crypto may not name app",
    ),
    (
        "store/users.rs",
        "use crate::cache::keyring;",
        "store may not name cache",
    ),
    (
        "cache/keyring.rs",
        "use crate::http;",
        "cache may not name http",
    ),
    (
        "app/feed.rs",
        "use sea_orm::EntityTrait;",
        "only store/ may name sea_orm",
    ),
    (
        "app/feed.rs",
        "fn f() { actix_web::rt::spawn(x); }",
        "may name actix_web",
    ),
    (
        "app/feed.rs",
        "use crate::cli::output;",
        "app may not name cli",
    ),
    ("app/feed.rs", "use crate::*;", "app may not name *"),
    (
        "http/health.rs",
        "use entity::user_account;",
        "only store/ may name entity",
    ),
    (
        "http/health.rs",
        "use aws_lc_rs::rsa;",
        "only crypto/ may name aws_lc_rs",
    ),
    (
        "cli/serve.rs",
        "fn f() { std::env::var(\"X\"); }",
        "only settings/environment.rs may name std::env",
    ),
    (
        "cli/migrate.rs",
        "use crate::store;",
        "cli may not name store",
    ),
    (
        "cli/serve.rs",
        "use std::{env, fs};",
        "only settings/environment.rs may name std::env",
    ),
    (
        "settings/tls.rs",
        "use crate::crypto::master_key;",
        "settings may not name crypto",
    ),
    (
        "http/whoami.rs",
        "fn f() { HttpResponse::Unauthorized(); }",
        "is for http/oauth/error.rs",
    ),
    (
        "http/whoami.rs",
        "const S: S = StatusCode::CONFLICT;",
        "is for http/oauth/error.rs",
    ),
    (
        "http/whoami.rs",
        "use actix_web::http::header::{ALLOW, WWW_AUTHENTICATE};",
        "may name WWW_AUTHENTICATE",
    ),
    (
        "http/whoami.rs",
        "const T: &str = \"application/problem+json\";",
        "only http/problem.rs",
    ),
    (
        "crypto/rsa.rs",
        "fn f() { unsafe { g() } }",
        "nobody may name unsafe",
    ),
    ("app/utils.rs", "", "utils says nothing"),
    ("app/feed.rs", LONG, "401 lines"),
];

/// Stands for more lines than a file may have.
const LONG: &str = "(many lines)";

#[test]
fn a_planted_violation_is_found() {
    for (file, planted, why) in PLANTED {
        let lines = if *planted == LONG {
            "\n".repeat(400)
        } else {
            (*planted).to_owned()
        };
        let found = violations(file, &format!("//! Planted.\n{lines}"));
        assert!(
            found.iter().any(|violation| violation.contains(why)),
            "{file}: {planted:?} was found to be {found:?}"
        );
    }
    assert_eq!(
        violations("app/feed.rs", "use a::b;").len(),
        1,
        "no word on what it is"
    );
}

#[test]
fn what_is_allowed_is_not_found() {
    for (file, line) in [
        ("domain/grant.rs", "use super::scope; // crate::store"),
        ("domain/grant.rs", "mod tests { use super::super::scope; }"),
        (
            "domain/grant.rs",
            "const T: &str = \"async crate::store unsafe\";",
        ),
        (
            "store/users.rs",
            "use sea_orm::{EntityTrait, Set}; use crate::domain::ids;",
        ),
        ("store/engine/sqlite.rs", "use super::super::StoreError;"),
        (
            "app/feed.rs",
            "use crate::store::{self, Store}; async fn f() {}",
        ),
        ("http/problem.rs", "const S: S = StatusCode::CONFLICT;"),
        ("http/whoami.rs", "const S: S = StatusCode::CREATED;"),
        (
            "cli/serve.rs",
            "const V: &str = env!(\"CARGO_PKG_VERSION\");",
        ),
    ] {
        let found = violations(file, &format!("//! Fine.\n{line}"));
        assert_eq!(found, Vec::<String>::new(), "{file}: {line}");
    }
}
