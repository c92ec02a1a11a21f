//! Which rule a JSON body breaks, in our own words.
//!
//! serde's texts repeat what was sent. A secret in the wrong field would come back in the answer and
//! stand in the log, so of serde's texts only those parts are used that its code and ours wrote.

use serde_json::error::Category;

/// The longest field that is named back, in characters. Unknown fields have any name.
const MAX_FIELD: usize = 64;

/// A field and the rule that it breaks.
#[derive(Debug, PartialEq, Eq)]
pub struct BrokenRule {
    /// The field, as the caller names it; `body` for the whole.
    pub field: String,
    /// The rule. It holds no value, and no name that the caller chose.
    pub rule: String,
}

impl BrokenRule {
    /// Reads serde's error at `path`, as `serde_path_to_error` writes it.
    pub fn new(path: &str, error: &serde_json::Error) -> Self {
        let text = error.to_string();
        // The place in the text means nothing to someone who names fields.
        let text = text.rfind(" at line ").map_or(&*text, |end| &text[..end]);
        match error.classify() {
            Category::Data => of_data(path, text),
            Category::Syntax | Category::Eof | Category::Io => of_syntax(path, text),
        }
    }

    /// Reads serde's error of a query, in which no field lies below another.
    pub fn of_query(text: &str) -> Self {
        let broken = of_data(".", text);
        let field = match broken.field.as_str() {
            "body" => "query".to_owned(),
            _ => broken.field,
        };
        Self { field, ..broken }
    }

    fn at(field: &str, rule: impl Into<String>) -> Self {
        let field = if field == "." { "body" } else { field };
        Self {
            field: shortened(field),
            rule: rule.into(),
        }
    }
}

/// The text is no JSON; what `serde_json` says of that are fixed words.
fn of_syntax(path: &str, text: &str) -> BrokenRule {
    // A text that ends too soon, or is no JSON at all, breaks off in no field.
    let field = if path.contains('?') { "." } else { path };
    match text {
        // What it says of a number or `null` in the place of a named value.
        "expected value" => BrokenRule::at(field, "must be a JSON value of the right type"),
        text => BrokenRule::at(field, format!("cannot be read: {text}")),
    }
}

/// The text is JSON, and a value is not what belongs there.
fn of_data(path: &str, text: &str) -> BrokenRule {
    if let Some(name) = quoted(text, "missing field ") {
        return BrokenRule::at(&below(path, name), "is required");
    }
    if let Some(name) = quoted(text, "duplicate field ") {
        return BrokenRule::at(&below(path, name), "must not stand there twice");
    }
    let rule = if text.starts_with("invalid type: null, ") {
        expected(text).map(|what| format!("has the wrong type: must be {what}, not null"))
    } else if text.starts_with("invalid type: ") {
        expected(text).map(|what| format!("has the wrong type: must be {what}"))
    } else if text.starts_with("invalid value: ") {
        expected(text).map(|what| format!("is out of range: must be {what}"))
    } else if text.starts_with("unknown variant `") {
        names(text).map(|names| format!("must be {names}"))
    } else if text.starts_with("unknown field `") {
        Some(match names(text) {
            Some(names) => format!("is unknown: must be {names}"),
            None => "is unknown".to_owned(),
        })
    } else {
        // The rules of our own types hold no value and begin like this.
        text.starts_with("must ").then(|| text.to_owned())
    };
    BrokenRule::at(
        path,
        rule.unwrap_or_else(|| "is not a value that belongs here".to_owned()),
    )
}

fn quoted<'a>(text: &'a str, before: &str) -> Option<&'a str> {
    text.strip_prefix(before)?
        .strip_prefix('`')?
        .strip_suffix('`')
}

fn below(path: &str, name: &str) -> String {
    match path {
        "." => name.to_owned(),
        path => format!("{path}.{name}"),
    }
}

/// What should stand there. It is the last part of serde's text, after the value, which may hold
/// the same words.
fn expected(text: &str) -> Option<&str> {
    let (_, what) = text.rsplit_once(", expected ")?;
    Some(match what {
        "a boolean" => "true or false",
        "a sequence" => "a list",
        "u32" => "a whole number from 0 to 4294967295",
        what if what == "a map" || what.starts_with("struct ") => "an object",
        what => what,
    })
}

/// The names that are known, from `` `a` or `b` `` and ``one of `a`, `b`, `c` ``.
fn names(text: &str) -> Option<String> {
    let (_, list) = text.rsplit_once("`, expected ")?;
    let list = list.trim_start_matches("one of ").replace("` or `", "`, `");
    let names = list.replace('`', "");
    Some(if names.contains(", ") {
        format!("one of {names}")
    } else {
        names
    })
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(MAX_FIELD) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests;
