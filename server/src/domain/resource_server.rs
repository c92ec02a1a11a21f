//! Resource servers: the APIs that accept grantd's tokens (RFC 8707, RFC 9068).

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa::openapi::schema::{Object, Type};
use uuid::Uuid;

use super::algorithm::Algorithm;
use super::ids::ResourceServerId;
use super::scope::Scope;
use super::text::{Name, visible_pattern};

/// The management API's own entry. Its identifier is the issuer URL, which is a setting, so the
/// entry is made in memory from the settings and never stored.
pub const MANAGEMENT_ID: ResourceServerId =
    ResourceServerId(Uuid::from_u128(0x0000_0000_0000_7000_8000_0000_0000_0001));

/// The scopes of the management API that an organization's admin may hold.
pub const MANAGEMENT_SCOPES: [&str; 12] = [
    "organizations:read",
    "organizations:write",
    "agents:read",
    "agents:write",
    "members:read",
    "members:write",
    "credentials:read",
    "credentials:write",
    "usage:read",
    "audit:read",
    "api-keys:verify",
    "tokens:introspect",
];

/// The scopes of the management API that only an operator's credential may hold.
pub const OPERATOR_SCOPES: [&str; 4] = [
    "resource-servers:read",
    "resource-servers:write",
    "signing-keys:read",
    "signing-keys:write",
];

/// The text is no resource identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "must be an absolute URI of at most 255 characters without a fragment (RFC 8707 section 2)"
)]
pub struct InvalidIdentifier;

/// A resource indicator: an absolute URI without a fragment (RFC 8707 §2). Compared as it is
/// written: `https://a` and `https://a/` are two.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(
    format = "uri",
    min_length = 3,
    max_length = 255,
    pattern = r"^[A-Za-z][A-Za-z0-9+.-]*:([!$&-;=?-Z_a-z~]|\[|\]|%[0-9A-Fa-f]{2})+$",
    examples("https://api.example.com")
)]
pub struct ResourceIdentifier(String);

impl ResourceIdentifier {
    /// The URI's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Reads one that was kept. Version 0.1.0 took some characters that are in no URI, such as
    /// `{`; what was made with them must not keep a server from starting.
    ///
    /// # Errors
    /// [`InvalidIdentifier`] for what no version has taken.
    pub fn kept(text: String) -> Result<Self, InvalidIdentifier> {
        let plain = (1..=255).contains(&text.len())
            && text
                .bytes()
                .all(|b| b.is_ascii_graphic() && b != b'"' && b != b'\\')
            && !text.contains('#');
        if plain && url::Url::parse(&text).is_ok() {
            Ok(Self(text))
        } else {
            Err(InvalidIdentifier)
        }
    }
}

impl TryFrom<String> for ResourceIdentifier {
    type Error = InvalidIdentifier;

    fn try_from(text: String) -> Result<Self, InvalidIdentifier> {
        if is_uri(&text) {
            Self::kept(text)
        } else {
            Err(InvalidIdentifier)
        }
    }
}

/// Whether each character may stand in a URI (RFC 3986 §2): none that must be escaped, no `%` that
/// escapes nothing, and brackets around an address only (§3.2.2).
fn is_uri(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~:/?[]@!$&'()*+,;=%".contains(&b);
    let escapes = |after: &str| {
        let digits = after.as_bytes().get(..2);
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    };
    let brackets = text.matches(['[', ']']).count();
    let address = || {
        let host = url::Url::parse(text).ok();
        matches!(
            host.as_ref().and_then(url::Url::host),
            Some(url::Host::Ipv6(_))
        )
    };
    text.bytes().all(plain)
        && text.split('%').skip(1).all(escapes)
        && !text.ends_with(':')
        && (brackets == 0 || brackets == 2 && address())
}

impl FromStr for ResourceIdentifier {
    type Err = InvalidIdentifier;

    fn from_str(text: &str) -> Result<Self, InvalidIdentifier> {
        Self::try_from(text.to_owned())
    }
}

impl From<ResourceIdentifier> for String {
    fn from(identifier: ResourceIdentifier) -> Self {
        identifier.0
    }
}

impl fmt::Display for ResourceIdentifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One scope of a resource server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResourceScope {
    /// The scope token.
    pub name: Scope,
    /// What it allows, for people.
    #[serde(default)]
    #[schema(schema_with = scope_description)]
    pub description: String,
}

/// The longest description of a scope, in characters.
pub const MAX_SCOPE_DESCRIPTION: usize = 200;

fn scope_description() -> Object {
    Object::builder()
        .schema_type(Type::String)
        .description(Some("What it allows, for people."))
        .max_length(Some(MAX_SCOPE_DESCRIPTION))
        .pattern(Some(visible_pattern()))
        .examples(["Read items"])
        .build()
}

/// An API that accepts grantd's tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceServer {
    /// Never changes.
    pub id: ResourceServerId,
    /// The `aud` of its tokens.
    pub identifier: ResourceIdentifier,
    /// What people call it.
    pub name: Name,
    /// The scopes it knows, in its own order.
    pub scopes: Vec<ResourceScope>,
    /// Lifetime of its tokens in seconds; the general setting where absent.
    pub token_ttl_seconds: Option<u32>,
    /// Signature algorithm of its tokens; the general setting where absent.
    pub algorithm: Option<Algorithm>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

impl ResourceServer {
    /// Whether this is the management API itself.
    pub fn is_management(&self) -> bool {
        self.id == MANAGEMENT_ID
    }

    /// Whether it knows this scope.
    pub fn knows(&self, scope: &Scope) -> bool {
        self.scopes.iter().any(|known| known.name == *scope)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_absolute_uris_without_fragment() {
        for good in [
            "https://api.example.com",
            "urn:example:api",
            "https://a/b?c=d%20e",
            "https://[::1]:8443/a",
        ] {
            assert!(good.parse::<ResourceIdentifier>().is_ok(), "{good:?}");
        }
        for bad in [
            "",
            "/a",
            "api.example.com",
            "https://a#b",
            "https://a b",
            "https://é",
            "https://a\"b",
            "urn:",
            "urn:{a}",
            "https://a/%zz",
            "https://a/%2",
            "https://a/[b]",
            "https://[::1]/[b",
        ] {
            assert!(bad.parse::<ResourceIdentifier>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn what_an_earlier_version_took_is_read() {
        assert!(ResourceIdentifier::kept("urn:{a}".to_owned()).is_ok());
        assert!(ResourceIdentifier::kept("urn:a#b".to_owned()).is_err());
    }

    #[test]
    fn every_management_scope_is_a_scope_token() {
        for name in MANAGEMENT_SCOPES.iter().chain(&OPERATOR_SCOPES) {
            assert!(name.parse::<Scope>().is_ok(), "{name}");
        }
    }
}
