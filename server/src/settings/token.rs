//! Access tokens: how long they live and how they are signed.

use super::reader::Reader;
use super::registry::{Kind, Setting};
use crate::domain::algorithm::Algorithm;

/// 30 days. A token cannot be called back from a verifier that works offline, so none lives longer.
const LONGEST: u32 = 30 * 86_400;

const ALGORITHMS: &[&str] = &[
    Algorithm::ES256.as_str(),
    Algorithm::EdDSA.as_str(),
    Algorithm::RS256.as_str(),
    Algorithm::PS256.as_str(),
];

pub(super) const TTL_SECONDS: Setting = Setting {
    name: "token.ttl_seconds",
    kind: Kind::Number {
        min: 1,
        max: LONGEST,
    },
    default: Some("900"),
    example: None,
    secret: false,
    doc: "How long an access token is valid, in seconds, where neither the resource server nor \
          the credential says otherwise. Must lie between `token.min_ttl_seconds` and \
          `token.max_ttl_seconds`.",
};

pub(super) const MIN_TTL_SECONDS: Setting = Setting {
    name: "token.min_ttl_seconds",
    kind: Kind::Number {
        min: 1,
        max: LONGEST,
    },
    default: Some("60"),
    example: None,
    secret: false,
    doc: "The shortest lifetime, in seconds, that a resource server or a credential may ask for.",
};

pub(super) const MAX_TTL_SECONDS: Setting = Setting {
    name: "token.max_ttl_seconds",
    kind: Kind::Number {
        min: 1,
        max: LONGEST,
    },
    default: Some("86400"),
    example: None,
    secret: false,
    doc: "The longest lifetime, in seconds, that a resource server or a credential may ask for.",
};

pub(super) const ALGORITHM: Setting = Setting {
    name: "token.algorithm",
    kind: Kind::Choice(ALGORITHMS),
    default: Some("ES256"),
    example: None,
    secret: false,
    doc: "The signature algorithm (RFC 7518 §3.1, RFC 8037 §3.1) where the resource server names \
          none. `ES256` is quick and understood nearly everywhere; `RS256` is understood \
          everywhere and slow to sign.",
};

/// Access tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenSettings {
    /// Lifetime where nothing else is said, in seconds; between the two rails.
    pub ttl_seconds: u32,
    /// The shortest lifetime, in seconds; at least 1.
    pub min_ttl_seconds: u32,
    /// The longest lifetime, in seconds; at most 30 days.
    pub max_ttl_seconds: u32,
    /// The signature algorithm where nothing else is said.
    pub algorithm: Algorithm,
}

impl TokenSettings {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let ttl = reader.number(&TTL_SECONDS);
        let min = reader.number(&MIN_TTL_SECONDS);
        let max = reader.number(&MAX_TTL_SECONDS);
        not_above(reader, (&MIN_TTL_SECONDS, min), (&MAX_TTL_SECONDS, max));
        not_above(reader, (&MIN_TTL_SECONDS, min), (&TTL_SECONDS, ttl));
        not_above(reader, (&TTL_SECONDS, ttl), (&MAX_TTL_SECONDS, max));
        let algorithm = reader.chosen(&ALGORITHM, |text| text.parse().ok());
        Some(Self {
            ttl_seconds: ttl?,
            min_ttl_seconds: min?,
            max_ttl_seconds: max?,
            algorithm: algorithm?,
        })
    }
}

/// Notes a problem when both numbers are known and the first is above the second.
fn not_above(reader: &mut Reader, low: (&Setting, Option<u32>), high: (&Setting, Option<u32>)) {
    let ((low, Some(below)), (high, Some(above))) = (low, high) else {
        return;
    };
    if below > above {
        let origin = reader.origin(high);
        reader.problem(
            low,
            format!(
                "is {below} but must not be above {} ({origin}), which is {above}",
                high.name
            ),
        );
    }
}
