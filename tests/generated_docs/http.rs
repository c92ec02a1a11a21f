//! docs/reference/http.md and the route table name the same paths and methods.

use std::collections::BTreeSet;

use grantd::domain::resource_server::{MANAGEMENT_SCOPES, OPERATOR_SCOPES};

use crate::support::repository;
use crate::support::routes::routed;

const PAGE: &str = "docs/reference/http.md";

#[test]
fn every_path_and_method_has_its_heading_and_no_other_has() {
    let routes: BTreeSet<String> = routed()
        .into_iter()
        .map(|(method, path)| format!("{method} {path}"))
        .collect();
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

/// Headings such as ``### `GET /v1/whoami` ``.
fn headings(page: &str) -> BTreeSet<String> {
    page.lines()
        .filter_map(|line| line.strip_prefix("### `"))
        .filter_map(|rest| rest.strip_suffix('`'))
        .map(str::to_owned)
        .collect()
}
