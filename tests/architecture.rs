//! The layer rule: reads the sources of the server and fails where a layer names what it may not.
//! docs/architecture.md says the same in words.

mod planted;
mod tokens;

use self::tokens::{Kind, Path, Token, paths, tokens};
use crate::support::repository;

const SOURCES: &str = "server/src/";
const LONGEST_FILE: usize = 400;
const LONGEST_MAIN: usize = 20;

/// What each part of the server may import of the others.
const LAYERS: &[(&str, &[&str])] = &[
    ("clock", &[]),
    ("entropy", &[]),
    ("domain", &[]),
    ("crypto", &["domain", "entropy"]),
    ("settings", &["domain"]),
    ("telemetry", &["settings"]),
    ("store", &["domain", "crypto"]),
    ("metering", &["domain", "crypto", "store"]),
    ("cache", &["domain", "crypto", "store", "metering"]),
    (
        "app",
        &[
            "domain", "crypto", "store", "metering", "cache", "clock", "entropy", "settings",
        ],
    ),
    (
        "http",
        &["domain", "crypto", "store", "cache", "app", "settings"],
    ),
    (
        "cli",
        &[
            "domain",
            "crypto",
            "app",
            "http",
            "clock",
            "entropy",
            "settings",
            "telemetry",
        ],
    ),
];

/// Names that only these places may use. A place that ends in `/` is a folder.
const RESERVED: &[(&str, &[&str])] = &[
    ("sea_orm", &["store/"]),
    ("entity", &["store/"]),
    ("migration", &["store/"]),
    ("actix_web", &["http/", "main.rs"]),
    ("aws_lc_rs", &["crypto/"]),
    ("jsonwebtoken", &["crypto/"]),
    ("ring::rand", &["entropy.rs", "crypto/"]),
    ("ring::hmac", &["crypto/"]),
    ("ring::hkdf", &["crypto/"]),
    ("ring::aead", &["crypto/"]),
    ("ring::signature", &["crypto/"]),
    ("argon2", &["crypto/"]),
    ("clap", &["cli/"]),
    ("config", &["settings/"]),
    ("std::env", &["settings/environment.rs"]),
    ("SystemTime", &[]),
    ("Utc::now", &["clock.rs"]),
    ("unsafe", &[]),
    // Whoever challenges renders an error, and each kind of error is rendered in one place.
    ("WWW_AUTHENTICATE", ERRORS),
    (
        "LogNote",
        &[
            "http/console/refusal.rs",
            "http/oauth/error.rs",
            "http/problem.rs",
            "http/request_id.rs",
        ],
    ),
];

/// What the domain may not name besides: it is pure.
const IMPURE: &[&str] = &[
    "async",
    "await",
    "tokio",
    "futures_util",
    "ring",
    "reqwest",
    "rustls",
    "std::fs",
    "std::io",
    "std::net",
    "std::process",
    "std::thread",
    "std::time",
    "Instant",
    "log",
];

/// The two files that render errors: OAuth's and the management API's.
const ERRORS: &[&str] = &["http/oauth/error.rs", "http/problem.rs"];

/// Where statuses of errors are named besides: a page of the console shows a form that was not taken
/// once more, and says so in its status.
const PAGES: &str = "http/console/";

/// Statuses of errors, as `StatusCode` and as `HttpResponse` call them.
const ERROR_STATUSES: &[&str] = &[
    "BAD_REQUEST",
    "UNAUTHORIZED",
    "FORBIDDEN",
    "NOT_FOUND",
    "METHOD_NOT_ALLOWED",
    "CONFLICT",
    "PAYLOAD_TOO_LARGE",
    "UNSUPPORTED_MEDIA_TYPE",
    "REQUEST_TIMEOUT",
    "TOO_MANY_REQUESTS",
    "PRECONDITION_FAILED",
    "UNPROCESSABLE_ENTITY",
    "INTERNAL_SERVER_ERROR",
    "SERVICE_UNAVAILABLE",
    "BadRequest",
    "Unauthorized",
    "Forbidden",
    "NotFound",
    "MethodNotAllowed",
    "Conflict",
    "PayloadTooLarge",
    "UnsupportedMediaType",
    "RequestTimeout",
    "TooManyRequests",
    "InternalServerError",
    "ServiceUnavailable",
];

#[test]
fn no_layer_names_what_it_may_not() {
    let files = repository::files_under(SOURCES, ".rs");
    assert!(files.len() > 100, "the sources were not found");
    let found: Vec<String> = files
        .iter()
        .flat_map(|file| violations(&file[SOURCES.len()..], &repository::read(file)))
        .collect();
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

/// Where the files of each program are, and which is the first. A folder among the tests with a
/// `main.rs` is a program of its own.
fn programs() -> Vec<(String, &'static str)> {
    let first = [(SOURCES.to_owned(), "lib.rs")];
    let others = repository::files_under("tests/", "/main.rs");
    let others = others
        .iter()
        .filter_map(|file| file.strip_suffix("main.rs"));
    first
        .into_iter()
        .chain(others.map(|folder| (folder.to_owned(), "main.rs")))
        .collect()
}

#[test]
fn every_file_of_the_sources_and_the_tests_is_part_of_its_program() {
    let programs = programs();
    for (top, root) in &programs {
        let within: Vec<&String> = programs
            .iter()
            .map(|(other, _)| other)
            .filter(|other| other.starts_with(top) && *other != top)
            .collect();
        for file in repository::files_under(top, ".rs") {
            let name = &file[top.len()..];
            let of_another = within.iter().any(|other| file.starts_with(*other));
            if of_another || ["main.rs", "lib.rs"].contains(&name) {
                continue;
            }
            let module = name.trim_end_matches(".rs").trim_end_matches("/mod");
            let (folder, module) = module.rsplit_once('/').unwrap_or(("", module));
            let parents = match folder {
                "" => vec![format!("{top}{root}")],
                folder => vec![format!("{top}{folder}.rs"), format!("{top}{folder}/mod.rs")],
            };
            let declared = parents
                .iter()
                .filter(|parent| repository::path(parent).is_file())
                .any(|parent| repository::read(parent).contains(&format!("mod {module};")));
            assert!(
                declared,
                "{file} is compiled by nobody: declare it in {}",
                parents.join(" or ")
            );
        }
    }
}

/// What a file, named from `server/src/`, does that it may not.
fn violations(file: &str, source: &str) -> Vec<String> {
    let tokens = tokens(source);
    let mut found = shape(file, source);
    for path in paths(&tokens) {
        found.extend(
            layer(file, &path)
                .into_iter()
                .chain(reserved(file, &path))
                .chain(impure(file, &path))
                .chain(error_status(file, &path))
                .map(|why| format!("{file}:{}: {why}", path.line)),
        );
    }
    found.extend(problem_documents(file, &tokens));
    found
}

fn shape(file: &str, source: &str) -> Vec<String> {
    let longest = if file == "main.rs" {
        LONGEST_MAIN
    } else {
        LONGEST_FILE
    };
    let lines = source.lines().count();
    let mut found = Vec::new();
    if lines > longest {
        found.push(format!(
            "{file}: {lines} lines, and {longest} is the limit: divide it"
        ));
    }
    if !source.starts_with("//!") {
        found.push(format!("{file}: does not begin by saying what it is (//!)"));
    }
    for part in file.trim_end_matches(".rs").split('/') {
        if ["utils", "util", "common", "helpers", "helper", "misc"].contains(&part) {
            found.push(format!("{file}: {part} says nothing: name the concern"));
        }
    }
    found
}

/// A module of the crate that the path reaches and that this layer may not import.
fn layer(file: &str, path: &Path) -> Option<String> {
    let own = file.split(['/', '.']).next()?;
    let (_, allowed) = LAYERS.iter().find(|(name, _)| *name == own)?;
    let reached = module_of_crate(file, path)?;
    if reached == own || allowed.contains(&reached) {
        return None;
    }
    Some(format!("{own} may not name {reached}"))
}

/// The module at the crate's root that a path names by `crate::` or by enough `super::`.
fn module_of_crate<'a>(file: &str, path: &'a Path) -> Option<&'a str> {
    let ups = path
        .segments
        .iter()
        .take_while(|segment| *segment == "super")
        .count();
    let depth = module_depth(file) + path.inline_modules;
    let root = match path.segments.first()?.as_str() {
        "crate" => 1,
        "super" if ups >= depth => ups,
        _ => return None,
    };
    match path.segments.get(root) {
        Some(module) => Some(module),
        // `use crate as x` would hide what is meant; `pub(crate)` does not.
        None => path.imported.then_some("the whole crate"),
    }
}

/// How many modules deep a file is: `app/mod.rs` is 1, `app/feed.rs` is 2.
fn module_depth(file: &str) -> usize {
    file.trim_end_matches(".rs")
        .trim_end_matches("/mod")
        .split('/')
        .count()
}

fn reserved(file: &str, path: &Path) -> Option<String> {
    let (name, places) = RESERVED.iter().find(|(name, places)| {
        names(path, name) && !places.iter().any(|place| is_in(file, place))
    })?;
    Some(match places {
        [] => format!("nobody may name {name}"),
        _ => format!("only {} may name {name}", places.join(", ")),
    })
}

fn impure(file: &str, path: &Path) -> Option<String> {
    let name = IMPURE.iter().find(|name| names(path, name))?;
    is_in(file, "domain/").then(|| format!("the domain is pure and may not name {name}"))
}

fn error_status(file: &str, path: &Path) -> Option<String> {
    let elsewhere = is_in(file, "http/")
        && !is_in(file, PAGES)
        && !ERRORS.iter().any(|place| is_in(file, place));
    // Readiness is a status, not a refusal.
    let is_error = path.segments.len() > 1
        && ["StatusCode", "HttpResponse"]
            .contains(&path.segments[path.segments.len() - 2].as_str())
        && ERROR_STATUSES.contains(&path.segments.last()?.as_str());
    (elsewhere && is_error && file != "http/health.rs").then(|| {
        format!(
            "{} is for {} to say",
            path.segments.join("::"),
            ERRORS.join(" and ")
        )
    })
}

fn problem_documents(file: &str, tokens: &[Token]) -> Vec<String> {
    let mentions = tokens.iter().filter(|token| {
        matches!(&token.kind, Kind::Text(text) if text.contains("application/problem+json"))
    });
    mentions
        .filter(|_| file != "http/problem.rs")
        .map(|token| {
            format!(
                "{file}:{}: only http/problem.rs renders a problem document",
                token.line
            )
        })
        .collect()
}

/// Whether a path names this: a keyword by being it, a crate by beginning with it, anything else by
/// going through it.
fn names(path: &Path, name: &str) -> bool {
    let wanted: Vec<&str> = name.split("::").collect();
    let begins = path
        .segments
        .starts_with(&wanted.iter().map(ToString::to_string).collect::<Vec<_>>());
    match wanted.as_slice() {
        [keyword] if ["async", "await", "unsafe"].contains(keyword) => begins,
        // A lone small word may also be a variable.
        [krate] if krate.starts_with(char::is_lowercase) => {
            begins && (path.segments.len() > 1 || path.imported)
        }
        _ => path
            .segments
            .windows(wanted.len())
            .any(|part| part == wanted),
    }
}

fn is_in(file: &str, place: &str) -> bool {
    file == place || place.ends_with('/') && file.starts_with(place)
}
