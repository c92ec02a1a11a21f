//! Links between the pages lead somewhere.

use std::collections::HashSet;

use super::commands::anchor;
use crate::support::repository;

#[test]
fn links_within_the_repository_lead_to_files_and_headings_that_are_there() {
    let mut pages = repository::files_under("docs", ".md");
    pages.push("README.md".to_owned());
    let broken: Vec<String> = pages
        .iter()
        .flat_map(|page| {
            links(&repository::read(page))
                .into_iter()
                .filter_map(move |link| broken(page, &link))
        })
        .collect();
    assert!(broken.is_empty(), "\n{}\n", broken.join("\n"));
}

/// Why a link leads nowhere.
fn broken(page: &str, link: &str) -> Option<String> {
    if link.contains("://") || link.starts_with("mailto:") {
        return None;
    }
    let (file, heading) = link.split_once('#').unwrap_or((link, ""));
    let target = if file.is_empty() {
        page.to_owned()
    } else {
        let folder = page.rsplit_once('/').map_or("", |(folder, _)| folder);
        format!("{folder}/{file}")
            .trim_start_matches('/')
            .to_owned()
    };
    if !repository::path(&target).exists() {
        return Some(format!("{page}: {link} leads to no file"));
    }
    if heading.is_empty() || anchors(&repository::read(&target)).contains(heading) {
        return None;
    }
    Some(format!("{page}: {link} leads to no heading of that file"))
}

/// What stands in `[…](HERE)`, outside of code.
fn links(text: &str) -> Vec<String> {
    prose(text)
        .flat_map(|line| {
            line.split("](")
                .skip(1)
                .filter_map(|rest| rest.split_once(')'))
                .map(|(link, _)| link.to_owned())
                .collect::<Vec<_>>()
        })
        .collect()
}

fn anchors(text: &str) -> HashSet<String> {
    prose(text)
        .filter(|line| line.starts_with('#'))
        .map(|line| anchor(line.trim_start_matches('#')))
        .collect()
}

/// The lines that stand in no code block.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut code = false;
    text.lines().filter(move |line| {
        let fence = line.trim_start().starts_with("```");
        code ^= fence;
        !code && !fence
    })
}

#[test]
fn a_broken_link_is_found() {
    assert!(broken("docs/README.md", "no-such-page.md").is_some());
    assert!(broken("docs/README.md", "../README.md#no-such-heading").is_some());
    assert!(broken("docs/README.md", "../README.md").is_none());
    assert_eq!(
        links("a [b](c.md) and [d](e.md#f)\n```\n[g](h)\n```"),
        ["c.md", "e.md#f"]
    );
}
