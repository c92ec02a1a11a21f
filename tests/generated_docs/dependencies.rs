//! docs/decisions/dependencies.md has a line for every dependency, and the release that is used.

use std::collections::BTreeMap;

use crate::support::repository;

const PAGE: &str = "docs/decisions/dependencies.md";

#[test]
fn every_dependency_has_its_reason_and_its_release() {
    let manifest = repository::read("Cargo.toml");
    let lock = repository::read("Cargo.lock");
    let rows = rows(&repository::read(PAGE));
    let wanted: Vec<&str> = dependencies(&manifest).collect();
    assert!(wanted.len() > 20, "Cargo.toml was not read");
    for name in &wanted {
        let cells = rows
            .get(*name)
            .unwrap_or_else(|| panic!("{PAGE} has no line for {name}"));
        let [why, _, licence, release] = cells.as_slice() else {
            panic!("{PAGE}: the line of {name} has not five cells");
        };
        assert!(
            !why.is_empty() && !licence.is_empty(),
            "{name} lacks its reason or licence"
        );
        let version = release.split(',').next().unwrap_or_default();
        assert!(
            lock.contains(&format!("name = \"{name}\"\nversion = \"{version}\"")),
            "{PAGE}: {name} {version} is not the release in Cargo.lock"
        );
    }
    for name in rows.keys() {
        assert!(
            wanted.contains(&name.as_str()),
            "{PAGE}: {name} is no dependency"
        );
    }
}

/// The names in `[workspace.dependencies]` that are not members of the workspace.
fn dependencies(manifest: &str) -> impl Iterator<Item = &str> {
    manifest
        .lines()
        .skip_while(|line| *line != "[workspace.dependencies]")
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .filter(|line| !line.contains("path ="))
        .filter_map(|line| line.split_once(" = "))
        .map(|(name, _)| name)
}

/// The table's rows by their first cell, which stands in backticks.
fn rows(page: &str) -> BTreeMap<String, Vec<String>> {
    page.lines()
        .filter_map(|line| line.strip_prefix("| `"))
        .filter_map(|line| line.split_once("` | "))
        .map(|(name, rest)| {
            let cells = rest
                .trim_end_matches('|')
                .split(" | ")
                .map(|cell| cell.trim().to_owned());
            (name.to_owned(), cells.collect())
        })
        .collect()
}
