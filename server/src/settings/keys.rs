//! Signing keys: how often a new one takes over.

use chrono::TimeDelta;

use super::reader::Reader;
use super::registry::{Kind, Setting};

pub(super) const ROTATE_EVERY: Setting = Setting {
    name: "keys.rotate_every",
    kind: Kind::Duration { min: "1h" },
    default: Some("30d"),
    example: None,
    secret: false,
    doc: "How long a signing key signs before the next one takes over.",
};

pub(super) const PUBLISH_BEFORE: Setting = Setting {
    name: "keys.publish_before",
    kind: Kind::Duration { min: "1m" },
    default: Some("24h"),
    example: None,
    secret: false,
    doc: "How long before it signs a key already stands in the JWKS, so that verifiers which \
          cache the JWKS know it in time. Must be shorter than `keys.rotate_every`.",
};

pub(super) const RETAIN_AFTER: Setting = Setting {
    name: "keys.retain_after",
    kind: Kind::Duration { min: "1m" },
    default: Some("1h"),
    example: None,
    secret: false,
    doc: "How much longer than the longest-lived token a key that no longer signs stays in the \
          JWKS, for verifiers whose clocks are late, and for nodes that learn of a rotation a moment \
          after it.",
};

/// Signing keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeySettings {
    /// How long a key signs.
    pub rotate_every: TimeDelta,
    /// How long before it signs a key is published; shorter than `rotate_every`.
    pub publish_before: TimeDelta,
    /// How much longer than the longest-lived token a key that no longer signs is published.
    pub retain_after: TimeDelta,
}

impl KeySettings {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let rotate_every = reader.duration(&ROTATE_EVERY);
        let publish_before = reader.duration(&PUBLISH_BEFORE);
        let retain_after = reader.duration(&RETAIN_AFTER);
        if let (Some(rotate), Some(publish)) = (rotate_every, publish_before)
            && publish >= rotate
        {
            let origin = reader.origin(&ROTATE_EVERY);
            reader.problem(
                &PUBLISH_BEFORE,
                format!("must be shorter than {} ({origin})", ROTATE_EVERY.name),
            );
        }
        Some(Self {
            rotate_every: rotate_every?,
            publish_before: publish_before?,
            retain_after: retain_after?,
        })
    }
}
