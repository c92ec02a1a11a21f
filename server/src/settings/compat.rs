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

pub(super) const COGNIAC: Setting = Setting {
    name: "compat.cogniac",
    kind: Kind::Flag,
    default: Some("true"),
    example: None,
    secret: false,
    doc: "Whether Cogniac's SDK and command find tokens, users, tenants and API keys where they look \
          for them, below `/1/` and `/21/`. When false those paths answer 404.",
};

pub(super) const COGNIGY: Setting = Setting {
    name: "compat.cognigy",
    kind: Kind::Flag,
    default: Some("true"),
    example: None,
    secret: false,
    doc: "Whether Cognigy's client finds the token endpoint and API keys where it looks for them, at \
          `/auth/oauth2/token` and below `/new/`. When false those paths answer 404, and so do those \
          of `features.super_api_key`.",
};

pub(super) const SUPER_API_KEY: Setting = Setting {
    name: "features.super_api_key",
    kind: Kind::Flag,
    default: Some("false"),
    example: None,
    secret: false,
    doc: "Whether operators may make Super API Keys as at Cognigy: keys for a whole organization that \
          are bound to no user and dead after 15 minutes. When false their paths answer 404. The \
          variable `FEATURE_USE_SUPERAPIKEY_API`, as Cognigy calls it, sets it too.",
};

/// Doors for clients of other products.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a door, and any of them may be open"
)]
pub struct CompatSettings {
    /// Whether Kognic's door is open.
    pub kognic: bool,
    /// Whether Cogniac's door is open.
    pub cogniac: bool,
    /// Whether Cognigy's door is open.
    pub cognigy: bool,
    /// Whether Super API Keys are made behind Cognigy's door.
    pub super_api_key: bool,
}

impl CompatSettings {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let kognic = reader.flag(&KOGNIC);
        let cogniac = reader.flag(&COGNIAC);
        let cognigy = reader.flag(&COGNIGY);
        let super_api_key = reader.flag(&SUPER_API_KEY);
        Some(Self {
            kognic: kognic?,
            cogniac: cogniac?,
            cognigy: cognigy?,
            super_api_key: super_api_key?,
        })
    }
}
