//! docs/rfc-conformance.md names files and tests that exist, and every row names a test.

use crate::support::repository;

const PAGE: &str = "docs/rfc-conformance.md";

#[test]
fn every_row_names_files_and_tests_that_exist() {
    let page = repository::read(PAGE);
    let rows: Vec<Row> = rows(&page).collect();
    assert!(rows.len() > 60, "the tables were not read");
    let found: Vec<String> = rows.iter().flat_map(Row::mistakes).collect();
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

/// A row of a table: clause, what it asks, files, tests.
struct Row<'a> {
    line: usize,
    files: Vec<&'a str>,
    tests: Vec<&'a str>,
}

fn rows(page: &str) -> impl Iterator<Item = Row<'_>> {
    page.lines()
        .enumerate()
        .filter(|(_, line)| line.starts_with("| ") && !line.starts_with("| --- "))
        .filter(|(_, line)| !line.ends_with("| where | shown by |"))
        .map(|(number, line)| {
            let cells: Vec<&str> = line.trim_matches('|').split('|').collect();
            Row {
                line: number + 1,
                files: cells
                    .get(2)
                    .map(|cell| in_backticks(cell))
                    .unwrap_or_default(),
                tests: cells
                    .get(3)
                    .map(|cell| in_backticks(cell))
                    .unwrap_or_default(),
            }
        })
}

impl Row<'_> {
    fn mistakes(&self) -> Vec<String> {
        let mut found = Vec::new();
        if self.files.is_empty() || self.tests.is_empty() {
            found.push("a row without a file or without a test".to_owned());
        }
        for file in &self.files {
            if !repository::path(&format!("server/src/{file}")).is_file() {
                found.push(format!("there is no server/src/{file}"));
            }
        }
        for test in &self.tests {
            if !exists(test) {
                found.push(format!("there is no test {test}"));
            }
        }
        found
            .into_iter()
            .map(|mistake| format!("{PAGE}:{}: {mistake}", self.line))
            .collect()
    }
}

fn in_backticks(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

/// Whether there is a test of this name: `a::b::name` in tests/a/b.rs, `grantd::a::tests::name` in
/// server/src/a.rs, `clients/a/b.py::name` in tests/clients.
fn exists(test: &str) -> bool {
    let Some((module, name)) = test.rsplit_once("::") else {
        return false;
    };
    let mut candidates = Vec::new();
    if module.starts_with("clients/") {
        candidates.push(format!("tests/{module}"));
    } else {
        let (top, module) = match module.strip_prefix("grantd::") {
            Some(module) => ("server/src", module),
            None => ("tests", module),
        };
        let path = module.replace("::", "/");
        let parent = path.strip_suffix("/tests").unwrap_or(&path);
        for path in [&path, parent] {
            candidates.push(format!("{top}/{path}.rs"));
            candidates.push(format!("{top}/{path}/mod.rs"));
        }
    }
    candidates
        .iter()
        .filter(|file| repository::path(file).is_file())
        .any(|file| has_test(&repository::read(file), name))
}

fn has_test(source: &str, name: &str) -> bool {
    let rust = format!("fn {name}(");
    let python = format!("def {name}(");
    let lines: Vec<&str> = source.lines().collect();
    lines.iter().enumerate().any(|(number, line)| {
        let marked = lines[number.saturating_sub(4)..number]
            .iter()
            .any(|line| line.trim_start().starts_with("#[") && line.contains("test"));
        let by_macro = lines.iter().any(|line| line.starts_with("both_engines! {"));
        line.contains(&python) || line.contains(&rust) && (marked || by_macro)
    })
}

#[test]
fn a_test_that_is_gone_is_noticed() {
    assert!(exists("rfc::a_test_that_is_gone_is_noticed"));
    assert!(exists(
        "grantd::domain::scope::tests::the_grammar_of_rfc_6749_holds"
    ));
    assert!(exists(
        "grantd::crypto::verifier::tests::unsigned_tokens_are_refused"
    ));
    assert!(exists("store::signing_keys::states_follow_each_other"));
    for gone in [
        "rfc::no_such_test",
        "rfc::has_test",
        "no::such::module",
        "grantd::domain::scope::is_scope_token",
        "clients/kognic/test_token.py::test_nothing",
        "nothing",
    ] {
        assert!(!exists(gone), "{gone}");
    }
    let page = "| §1 | a | `lib.rs` | |\n| §2 | b | `no.rs` | `rfc::gone` |";
    let mistakes: Vec<String> = rows(page).flat_map(|row| row.mistakes()).collect();
    assert_eq!(mistakes.len(), 3, "{mistakes:?}");
}
