//! Scopes (RFC 6749 §3.3).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The longest scope token accepted, in bytes. The RFC sets no bound; tokens travel in headers.
const MAX_LENGTH: usize = 128;

/// The most scopes that one set holds.
pub const MAX_SCOPES: usize = 100;

/// The text is no scope token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "must be 1 to 128 printable ASCII characters without space, quotation mark or backslash (RFC 6749 section 3.3)"
)]
pub struct InvalidScope;

/// One scope token: `1*( %x21 / %x23-5B / %x5D-7E )`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(
    min_length = 1,
    max_length = 128,
    pattern = r"^[!#-\[\]-~]{1,128}$",
    examples("api:read")
)]
pub struct Scope(String);

impl Scope {
    /// The token's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Scope {
    type Error = InvalidScope;

    fn try_from(text: String) -> Result<Self, InvalidScope> {
        if is_scope_token(&text) {
            Ok(Self(text))
        } else {
            Err(InvalidScope)
        }
    }
}

impl FromStr for Scope {
    type Err = InvalidScope;

    fn from_str(text: &str) -> Result<Self, InvalidScope> {
        Self::try_from(text.to_owned())
    }
}

impl From<Scope> for String {
    fn from(scope: Scope) -> Self {
        scope.0
    }
}

impl AsRef<str> for Scope {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether `text` is a scope token of a length that is accepted.
pub fn is_scope_token(text: &str) -> bool {
    (1..=MAX_LENGTH).contains(&text.len())
        && text
            .bytes()
            .all(|b| matches!(b, 0x21 | 0x23..=0x5B | 0x5D..=0x7E))
}

/// Writes scopes as a `scope` value: separated by single spaces.
pub fn join(scopes: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let mut text = String::new();
    for scope in scopes {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(scope.as_ref());
    }
    text
}

/// Reads a `scope` value.
pub fn split(text: &str) -> impl Iterator<Item = &str> {
    text.split(' ').filter(|token| !token.is_empty())
}

/// Puts scopes in the order given, each once.
pub fn without_repeats(scopes: impl IntoIterator<Item = Scope>) -> Vec<Scope> {
    let mut kept: Vec<Scope> = Vec::new();
    for scope in scopes {
        if !kept.contains(&scope) {
            kept.push(scope);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grammar_of_rfc_6749_holds() {
        for good in ["api:read", "!", "a.b/c", "[x]", "~"] {
            assert!(good.parse::<Scope>().is_ok(), "{good:?}");
        }
        for bad in ["", "a b", "a\"", "a\\", "é", "a\n", &"a".repeat(129)] {
            assert!(bad.parse::<Scope>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn repeats_are_dropped_and_order_is_kept() {
        let scopes = ["b", "a", "b"].map(|s| s.parse().unwrap());
        assert_eq!(join(without_repeats(scopes)), "b a");
    }
}
