//! Text that people give: names, slugs, email addresses.

use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{Object, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

/// A text that breaks its rule; the message is the rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidText(pub &'static str);

macro_rules! text {
    ($(#[$doc:meta])* $name:ident, $check:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidText;

            fn try_from(text: String) -> Result<Self, InvalidText> {
                let check: fn(&str) -> Result<String, InvalidText> = $check;
                check(&text).map(Self)
            }
        }

        impl FromStr for $name {
            type Err = InvalidText;

            fn from_str(text: &str) -> Result<Self, InvalidText> {
                Self::try_from(text.to_owned())
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text!(
    /// A name that people read: 1 to 100 characters, none of them invisible, not all of them white
    /// space. White space around it is taken off.
    Name,
    check_name
);
text!(
    /// A short name for paths and commands: lower-case letters, digits and single hyphens. It does
    /// not look like an id.
    Slug,
    check_slug
);
text!(
    /// An email address, kept in lower case.
    #[derive(ToSchema)]
    #[schema(
        format = Email,
        min_length = 3,
        max_length = 254,
        pattern = r"^[^\s@]{1,64}@[^\s@]+$",
        examples("ann@example.com")
    )]
    Email,
    check_email
);

text!(
    /// What people say a thing is for: at most 1,000 characters, none of them invisible.
    Description,
    check_description
);

impl From<&Slug> for Name {
    /// A slug is a good name, too: for whoever gives no other.
    fn from(slug: &Slug) -> Self {
        Self(slug.0.clone())
    }
}

const NAME_RULE: InvalidText = InvalidText(
    "must be 1 to 100 characters, without control, direction or other invisible characters",
);
const DESCRIPTION_RULE: InvalidText = InvalidText(
    "must be at most 1000 characters, without control, direction or other invisible characters",
);
const SLUG_RULE: InvalidText = InvalidText(
    "must be 1 to 63 lower-case letters, digits and single hyphens, beginning and ending with a letter or digit",
);
const EMAIL_RULE: InvalidText =
    InvalidText("must be an email address of at most 254 characters, such as ann@example.com");

fn check_name(text: &str) -> Result<String, InvalidText> {
    let trimmed = text.trim();
    if trimmed.is_empty() || text.chars().count() > 100 || text.chars().any(is_invisible) {
        return Err(NAME_RULE);
    }
    Ok(trimmed.to_owned())
}

fn check_description(text: &str) -> Result<String, InvalidText> {
    if text.chars().count() > 1000 || text.chars().any(is_invisible) {
        return Err(DESCRIPTION_RULE);
    }
    Ok(text.trim().to_owned())
}

fn check_slug(text: &str) -> Result<String, InvalidText> {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    let fits = (1..=63).contains(&text.len())
        && text.bytes().all(allowed)
        && !text.starts_with('-')
        && !text.ends_with('-')
        && !text.contains("--");
    // An id and a slug share a place in paths, so a slug may not look like an id.
    if !fits || uuid::Uuid::try_parse(text).is_ok() {
        return Err(SLUG_RULE);
    }
    Ok(text.to_owned())
}

fn check_email(text: &str) -> Result<String, InvalidText> {
    let lower = text.trim().to_lowercase();
    let Some((local, domain)) = lower.rsplit_once('@') else {
        return Err(EMAIL_RULE);
    };
    let plain = |part: &str| {
        !part.is_empty()
            && part
                .chars()
                .all(|c| !c.is_whitespace() && !is_invisible(c) && c != '@')
    };
    if lower.len() > 254 || local.len() > 64 || !plain(local) || !plain(domain) {
        return Err(EMAIL_RULE);
    }
    Ok(lower)
}

/// Characters that a reader cannot see and that can make one name pass for another, from and to:
/// controls, zero-width and direction marks, line separators, variation selectors, tags.
const INVISIBLE: [(char, char); 17] = [
    ('\u{0000}', '\u{001F}'),
    ('\u{007F}', '\u{009F}'),
    ('\u{00AD}', '\u{00AD}'),
    ('\u{034F}', '\u{034F}'),
    ('\u{061C}', '\u{061C}'),
    ('\u{115F}', '\u{1160}'),
    ('\u{17B4}', '\u{17B5}'),
    ('\u{180B}', '\u{180F}'),
    ('\u{200B}', '\u{200F}'),
    ('\u{2028}', '\u{202E}'),
    ('\u{2060}', '\u{206F}'),
    ('\u{3164}', '\u{3164}'),
    ('\u{FE00}', '\u{FE0F}'),
    ('\u{FEFF}', '\u{FEFF}'),
    ('\u{FFA0}', '\u{FFA0}'),
    ('\u{FFF0}', '\u{FFFB}'),
    ('\u{E0000}', '\u{E0FFF}'),
];

/// Whether all of a text is there to be seen, as a name's must.
pub fn is_visible(text: &str) -> bool {
    !text.chars().any(is_invisible)
}

fn is_invisible(c: char) -> bool {
    INVISIBLE
        .iter()
        .any(|(first, last)| (*first..=*last).contains(&c))
}

/// The invisible characters as part of a regular expression's class. Those of different languages
/// agree on the spelling of four digits alone, so the tags are not named.
fn invisible() -> String {
    let mut class = String::new();
    for (first, last) in INVISIBLE.iter().filter(|(_, last)| *last <= '\u{FFFF}') {
        let (first, last) = (u32::from(*first), u32::from(*last));
        let _ = write!(class, "\\u{first:04X}-\\u{last:04X}");
    }
    class
}

/// The regular expression of texts that [`is_visible`] lets pass.
pub(super) fn visible_pattern() -> String {
    format!("^[^{}]*$", invisible())
}

/// The regular expression of those of them that are not all white space.
pub(crate) fn telling_pattern() -> String {
    let class = invisible();
    format!("^[^{class}]*[^\\s{class}][^{class}]*$")
}

impl PartialSchema for Slug {
    fn schema() -> RefOr<Schema> {
        let id = json!({"pattern": "^([0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$"});
        Object::builder()
            .schema_type(Type::String)
            .description(Some(
                "A short name for paths and commands: lower-case letters, digits and single \
                 hyphens. It does not look like an id.",
            ))
            .min_length(Some(1))
            .max_length(Some(63))
            .pattern(Some("^[a-z0-9]+(-[a-z0-9]+)*$"))
            .extensions(Some([("not", id)].into_iter().collect()))
            .examples(["acme"])
            .into()
    }
}

impl ToSchema for Slug {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Slug")
    }
}

impl PartialSchema for Name {
    fn schema() -> RefOr<Schema> {
        Object::builder()
            .schema_type(Type::String)
            .description(Some(format!(
                "A name that people read; it {}. White space around it is taken off.",
                NAME_RULE.0
            )))
            .min_length(Some(1))
            .max_length(Some(100))
            .pattern(Some(telling_pattern()))
            .examples(["Nightly build"])
            .into()
    }
}

impl ToSchema for Name {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Name")
    }
}

impl PartialSchema for Description {
    fn schema() -> RefOr<Schema> {
        let rule = DESCRIPTION_RULE.0;
        Object::builder()
            .schema_type(Type::String)
            .description(Some(format!("What people say a thing is for; it {rule}.")))
            .max_length(Some(1000))
            .pattern(Some(visible_pattern()))
            .examples(["Reads the catalogue every night"])
            .into()
    }
}

impl ToSchema for Description {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Description")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_trimmed_and_bounded() {
        assert_eq!("  ci  ".parse::<Name>().unwrap().as_str(), "ci");
        assert!("é".repeat(100).parse::<Name>().is_ok());
        for bad in [
            "",
            "   ",
            &"a".repeat(101),
            &format!("{} ", "a".repeat(100)),
            "a\u{202E}b",
            "a\nb",
            "a\n",
            "a\0",
            "\u{200B}",
        ] {
            assert!(bad.parse::<Name>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn descriptions_may_be_empty_and_are_bounded() {
        assert_eq!("  ".parse::<Description>().unwrap().as_str(), "");
        assert!("é".repeat(1000).parse::<Description>().is_ok());
        for bad in [&"a".repeat(1001), "a\u{202E}b", "a\nb", "a\n"] {
            assert!(bad.parse::<Description>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn slugs_are_plain_and_never_look_like_ids() {
        for good in ["a", "demo", "demo-agent", "a1-b2"] {
            assert!(good.parse::<Slug>().is_ok(), "{good:?}");
        }
        for bad in [
            "",
            "-a",
            "a-",
            "a--b",
            "Demo",
            "a_b",
            "a/b",
            "é",
            &"a".repeat(64),
            "0197f3c2-6d5e-7c3a-9b1e-2f4a6c8e0b1d",
        ] {
            assert!(bad.parse::<Slug>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn every_slug_is_a_good_name() {
        let longest: Slug = "a".repeat(63).parse().unwrap();
        assert!(Name::from(&longest).as_str().parse::<Name>().is_ok());
    }

    #[test]
    fn emails_are_lowered() {
        assert_eq!(
            "Admin@LocalHost".parse::<Email>().unwrap().as_str(),
            "admin@localhost"
        );
        for bad in ["", "a", "@b", "a@", "a b@c", "a@b@c", "a@b\u{202E}"] {
            assert!(bad.parse::<Email>().is_err(), "{bad:?}");
        }
    }
}
