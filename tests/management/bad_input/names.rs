//! Names and slugs, wherever they stand.

use serde_json::json;

use super::{AGENTS, CREDENTIALS, Fixture, NAME_RULE, ORGANIZATIONS, SERVERS, SLUG_RULE};
use crate::support::server::API;

/// Names that nobody may give.
fn bad_names() -> Vec<String> {
    let mut names = vec![
        String::new(),
        "   ".to_owned(),
        "a".repeat(101),
        "a".repeat(10_000),
    ];
    for c in [
        '\0',
        '\n',
        '\u{7f}',
        '\u{200b}',
        '\u{202e}',
        '\u{2066}',
        '\u{feff}',
        '\u{e0041}',
    ] {
        names.push(format!("a{c}b"));
    }
    names
}

#[actix_web::test]
async fn names_are_short_and_visible() {
    let f = Fixture::new().await;
    let client = f.server.client().await;
    for name in bad_names() {
        let patch = json!({"name": name});
        for (method, path, body) in [
            ("POST", ORGANIZATIONS, json!({"slug": "a", "name": name})),
            ("PATCH", "/v1/organizations/acme", patch.clone()),
            ("POST", AGENTS, json!({"slug": "a", "name": name})),
            ("PATCH", "/v1/organizations/acme/agents/bot", patch.clone()),
            (
                "POST",
                CREDENTIALS,
                json!({"name": name, "audiences": [API]}),
            ),
            (
                "PATCH",
                &format!("{CREDENTIALS}/{}", client.id),
                patch.clone(),
            ),
            (
                "POST",
                SERVERS,
                json!({"identifier": "urn:x", "name": name}),
            ),
            ("PATCH", &format!("{SERVERS}/{}", f.server.api.id), patch),
        ] {
            f.invalid(method, path, &[(body, "name", NAME_RULE)]).await;
        }
    }
}

#[actix_web::test]
async fn slugs_fit_into_paths() {
    let f = Fixture::new().await;
    let long = "a".repeat(64);
    let id = f.server.organization.id.to_string();
    for slug in [
        "",
        "A",
        "a b",
        "-a",
        "a--b",
        "a/b",
        "é",
        "a\u{202e}",
        &long,
        &id,
    ] {
        for (method, path) in [
            ("POST", ORGANIZATIONS),
            ("POST", AGENTS),
            ("PATCH", "/v1/organizations/acme"),
            ("PATCH", "/v1/organizations/acme/agents/bot"),
        ] {
            f.invalid(method, path, &[(json!({"slug": slug}), "slug", SLUG_RULE)])
                .await;
        }
    }
}
