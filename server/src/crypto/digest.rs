//! Short names of content: what is the same has the same name.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};

/// How many bytes of the digest are kept. Half of SHA-256 is more than enough to tell apart the
/// states of one thing.
const KEPT: usize = 16;

/// The first half of SHA-256 in base64url: 22 characters.
pub fn short_name(content: &[u8]) -> String {
    let digest = digest(&SHA256, content);
    let kept = digest.as_ref().get(..KEPT).unwrap_or_default();
    URL_SAFE_NO_PAD.encode(kept)
}
