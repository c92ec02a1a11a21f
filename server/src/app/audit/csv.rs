//! Events as lines of CSV (RFC 4180).

use serde_json::Value;
use uuid::Uuid;

use super::AuditEventView;

/// The names of the columns, which are those of the JSON.
const COLUMNS: [&str; 13] = [
    "number",
    "at",
    "organization_id",
    "action",
    "actor_kind",
    "actor_id",
    "address",
    "request_id",
    "target_kind",
    "target_id",
    "before",
    "after",
    "hash",
];

/// The first line.
pub(super) fn head() -> String {
    line(COLUMNS.map(str::to_owned))
}

/// The line of an event; a cell of what is absent is empty.
pub(super) fn row(event: &AuditEventView) -> String {
    let id = |id: Option<Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
    let json = |value: &Option<Value>| value.as_ref().map(Value::to_string).unwrap_or_default();
    line([
        event.number.to_string(),
        event
            .at
            .to_rfc3339_opts(chrono::SecondsFormat::Micros, true),
        id(event.organization_id),
        event.action.clone(),
        event.actor_kind.clone(),
        id(event.actor_id),
        event.address.clone().unwrap_or_default(),
        event.request_id.clone().unwrap_or_default(),
        event.target_kind.clone(),
        event.target_id.clone(),
        json(&event.before),
        json(&event.after),
        event.hash.clone(),
    ])
}

fn line(cells: [String; COLUMNS.len()]) -> String {
    let mut line = cells.map(|text| cell(&text)).join(",");
    line.push_str("\r\n");
    line
}

/// A spreadsheet takes a cell that begins so for a formula, and would run what a stranger chose as a
/// name: an apostrophe before it makes it a text. (RFC 4180 §2: quotes around whatever holds a comma,
/// a quote or a line break, and quotes within doubled.)
fn cell(text: &str) -> String {
    let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        "'"
    } else {
        ""
    };
    if text.contains([',', '"', '\r', '\n']) {
        format!("\"{guard}{}\"", text.replace('"', "\"\""))
    } else {
        format!("{guard}{text}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_never_formulas() {
        for (text, expected) in [
            ("", ""),
            ("plain text", "plain text"),
            ("a,b", "\"a,b\""),
            ("say \"a\"", "\"say \"\"a\"\"\""),
            ("a\r\nb", "\"a\r\nb\""),
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-kid", "'-kid"),
            ("@a", "'@a"),
            ("\ta", "'\ta"),
            ("\ra", "\"'\ra\""),
            ("\na", "\"'\na\""),
            ("=HYPERLINK(\"x\",1)", "\"'=HYPERLINK(\"\"x\"\",1)\""),
            ("a=1", "a=1"),
        ] {
            assert_eq!(cell(text), expected, "{text:?}");
        }
    }

    #[test]
    fn the_first_line_names_the_columns() {
        assert!(head().starts_with("number,at,organization_id,"));
        assert!(head().ends_with(",hash\r\n"));
    }
}
