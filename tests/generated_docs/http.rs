//! docs/reference/http.md and the route tables name the same paths and methods.

use std::collections::BTreeSet;

use grantd::domain::resource_server::{MANAGEMENT_SCOPES, OPERATOR_SCOPES};

use crate::support::repository;

const PAGE: &str = "docs/reference/http.md";
const ROUTE_TABLES: [&str; 2] = [
    "server/src/http/mod.rs",
    "server/src/http/management/mod.rs",
];

#[test]
fn every_path_and_method_has_its_heading_and_no_other_has() {
    let routes: BTreeSet<String> = ROUTE_TABLES
        .iter()
        .flat_map(|table| routes(&repository::read(table)))
        .collect();
    assert!(
        routes.len() > 25,
        "the route tables were not read: {routes:?}"
    );
    let page = repository::read(PAGE);
    let headings = headings(&page);
    let missing: Vec<_> = routes.difference(&headings).collect();
    let beside: Vec<_> = headings.difference(&routes).collect();
    assert!(missing.is_empty(), "{PAGE} has no heading for {missing:#?}");
    assert!(
        beside.is_empty(),
        "{PAGE} describes what is not there: {beside:#?}"
    );
}

#[test]
fn every_scope_of_the_management_api_is_named() {
    let page = repository::read(PAGE);
    for scope in MANAGEMENT_SCOPES.iter().chain(&OPERATOR_SCOPES) {
        assert!(
            page.contains(&format!("`{scope}`")),
            "{PAGE} does not name {scope}"
        );
    }
}

/// Method and path of every `Endpoint` in a route table.
fn routes(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    // The path that an issuer with a path adds is a variable one, and is told in words.
    for endpoint in source.split("Endpoint::").skip(1) {
        let Some(path) = endpoint
            .split('"')
            .nth(1)
            .filter(|path| !path.contains("{prefix}"))
        else {
            continue;
        };
        for method in ["get", "post", "patch", "delete"] {
            if endpoint.contains(&format!(".{method}(")) {
                found.push(format!("{} {path}", method.to_uppercase()));
            }
        }
    }
    found
}

/// Headings such as ``### `GET /v1/whoami` ``.
fn headings(page: &str) -> BTreeSet<String> {
    page.lines()
        .filter_map(|line| line.strip_prefix("### `"))
        .filter_map(|rest| rest.strip_suffix('`'))
        .map(str::to_owned)
        .collect()
}

#[test]
fn routes_are_read_off_a_table() {
    let table = r#"
        config.service(Endpoint::at(&format!("/x{prefix}")).get(a));
        config.service(Endpoint::oauth("/oauth/token").post(b::c))
              .service(Endpoint::at("/v1/{d}").get(e).delete(f));
    "#;
    assert_eq!(
        routes(table),
        ["POST /oauth/token", "GET /v1/{d}", "DELETE /v1/{d}"]
    );
}
