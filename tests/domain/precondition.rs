//! Reading and comparing entity tags (RFC 9110 §8.8.3 and §13.1).

use grantd::domain::precondition::{EntityTag, Precondition, Tags};

fn tags(line: &str) -> Option<Tags> {
    Tags::parse([line.as_bytes()]).ok()
}

/// Whether `If-Match` with this value lets a change of what is `"now"` through.
fn matched(line: &str) -> bool {
    let if_match = Some(tags(line).expect("a list"));
    let precondition = Precondition {
        if_match,
        if_none_match: None,
    };
    precondition.check(&EntityTag::new("now")).is_ok()
}

/// Whether `If-None-Match` with this value says that what is `"now"` is known.
fn known(line: &str) -> bool {
    let precondition = Precondition {
        if_match: None,
        if_none_match: Some(tags(line).expect("a list")),
    };
    let tag = EntityTag::new("now");
    assert_eq!(
        precondition.check(&tag).is_err(),
        precondition.is_known(&tag)
    );
    precondition.is_known(&tag)
}

#[test]
fn if_match_compares_strongly_and_if_none_match_weakly() {
    for (line, strong, weak) in [
        ("*", true, true),
        (" * ", true, true),
        ("\"now\"", true, true),
        ("\"then\"", false, false),
        ("\"NOW\"", false, false),
        ("W/\"now\"", false, true),
        ("\"then\", \"now\"", true, true),
        ("\"then\",W/\"now\"", false, true),
        (", \"then\" ,, \"now\" ,", true, true),
        ("\"a,b\", \"now\"", true, true),
        ("\"\"", false, false),
        ("\"*\"", false, false),
        ("\"n\\ow\"", false, false),
    ] {
        assert_eq!((matched(line), known(line)), (strong, weak), "{line}");
    }
}

#[test]
fn several_lines_are_one_list() {
    let lines = [b"\"then\"".as_slice(), b"\"now\""];
    let precondition = Precondition {
        if_match: Some(Tags::parse(lines).expect("a list")),
        if_none_match: None,
    };
    assert!(precondition.check(&EntityTag::new("now")).is_ok());
    assert!(Tags::parse([b"*".as_slice(), b"\"now\""]).is_err());
}

#[test]
fn what_is_no_list_is_refused() {
    for line in [
        "",
        " ",
        ",",
        "now",
        "\"now",
        "now\"",
        "w/\"now\"",
        "W/now",
        "W/ \"now\"",
        "*, \"now\"",
        "\"now\", *",
        "\"now\" \"then\"",
        "\"now\"x",
        "\"n ow\"",
        "\"n\tow\"",
        "'now'",
    ] {
        assert_eq!(tags(line), None, "{line}");
    }
    assert!(Tags::parse([]).is_err());
    // Bytes above ASCII may stand in a tag, but in none of ours.
    assert!(Tags::parse([b"\"\xff\"".as_slice()]).is_ok());
}

#[test]
fn nothing_is_expected_where_nothing_is_said() {
    assert!(Precondition::NONE.is_none());
    assert!(Precondition::NONE.check(&EntityTag::new("now")).is_ok());
}
