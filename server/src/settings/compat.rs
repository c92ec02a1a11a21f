//! Doors for clients of other products.

use super::reader::Reader;
use super::registry::{Kind, Setting};

pub(super) const KOGNIC: Setting = Setting {
    name: "compat.kognic",
    kind: Kind::Flag,
    default: Some("true"),
    example: None,
    secret: false,
    doc: "Whether Kognic's clients (`kognic-auth`, `kog`) find the token endpoint where they look \
          for it, at `/v1/auth/oauth/token`. When false that path answers 404.",
};

/// Doors for clients of other products.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CompatSettings {
    /// Whether Kognic's door is open.
    pub kognic: bool,
}

impl CompatSettings {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        Some(Self {
            kognic: reader.flag(&KOGNIC)?,
        })
    }
}
