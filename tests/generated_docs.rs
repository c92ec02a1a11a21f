//! The generated pages of docs/reference are what the code prints, and the page on HTTP names every
//! path that the server answers.
//!
//! After a change: `GRANTD_BLESS=1 cargo test -p grantd --test it generated_docs`.

mod commands;
mod dependencies;
mod http;
mod links;

use std::fs;

use crate::support::repository;

#[test]
fn the_settings_page_is_what_config_reference_prints() {
    compare(
        "docs/reference/settings.md",
        &grantd::settings::reference_markdown(),
    );
}

#[test]
fn the_commands_page_is_made_of_the_command_line() {
    compare(
        "docs/reference/commands.md",
        &commands::page(grantd::cli::command()),
    );
}

#[test]
fn the_openapi_document_is_what_openapi_prints() {
    let document = grantd::cli::openapi::document().expect("a document");
    compare("docs/reference/openapi.json", &document);
}

/// Compares a page with what it must be, or writes it where `GRANTD_BLESS` is set.
fn compare(page: &str, generated: &str) {
    if blessed() {
        fs::write(repository::path(page), generated).expect("the page is written");
        return;
    }
    let kept = repository::read(page);
    let differs = kept
        .lines()
        .zip(generated.lines())
        .enumerate()
        .find(|(_, (kept, generated))| kept != generated);
    assert!(
        kept == generated,
        "{page} is not what the code prints (first difference: {differs:?}). Run\n\
         GRANTD_BLESS=1 cargo test -p grantd --test it generated_docs"
    );
}

#[expect(
    clippy::disallowed_methods,
    reason = "whoever runs the test says so, and the program has no part in it"
)]
fn blessed() -> bool {
    std::env::var_os("GRANTD_BLESS").is_some()
}
