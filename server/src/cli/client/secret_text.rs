//! A [`Secret`] in JSON, for `#[serde(with = …)]` on the few fields that hold one. (The type itself
//! has no such traits, so that it cannot end up in an answer unseen.)

use serde::{Deserialize, Deserializer, Serializer};

use crate::domain::secret::Secret;

pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Secret, D::Error> {
    String::deserialize(from).map(Secret::new)
}

pub(super) fn serialize<S: Serializer>(secret: &Secret, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(secret.expose())
}
