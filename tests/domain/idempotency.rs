//! Reading the header `Idempotency-Key`.

use grantd::domain::idempotency::{IdempotencyKey, InvalidKey};

fn read(value: &str) -> Result<String, InvalidKey> {
    IdempotencyKey::parse(value.as_bytes()).map(|key| key.expose().to_owned())
}

#[test]
fn bare_and_quoted_texts_are_read() {
    for (value, key) in [
        (
            "8e03978e-40d5-43e8-bc93-6894a57f9324",
            "8e03978e-40d5-43e8-bc93-6894a57f9324",
        ),
        (
            "\"8e03978e-40d5-43e8-bc93-6894a57f9324\"",
            "8e03978e-40d5-43e8-bc93-6894a57f9324",
        ),
        ("a", "a"),
        (" a b ", "a b"),
        ("\" a b \"", " a b "),
        ("a\"b\\", "a\"b\\"),
        ("\"a\\\"b\\\\\"", "a\"b\\"),
        (&"k".repeat(255), &"k".repeat(255)),
        (&format!("\"{}\"", "k".repeat(255)), &"k".repeat(255)),
    ] {
        assert_eq!(read(value).as_deref(), Ok(key), "{value}");
    }
}

#[test]
fn anything_else_is_refused() {
    for value in [
        "",
        "  ",
        "\"\"",
        "\"",
        "\"a",
        "\"a\"b",
        "\"a\";b=c",
        "\"a\", \"b\"",
        "\"a\\b\"",
        "\"a\\",
        "a\tb",
        "a\nb",
        "a\u{7f}",
        "é",
        "\"é\"",
        "\"a\tb\"",
        &"k".repeat(256),
        &format!("\"{}\"", "k".repeat(256)),
    ] {
        assert_eq!(read(value), Err(InvalidKey), "{value}");
    }
}

#[test]
fn a_key_never_shows_itself() {
    let key = IdempotencyKey::parse(b"retry-1").expect("a key");
    assert!(!format!("{key:?}").contains("retry-1"));
}
