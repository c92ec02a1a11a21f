//! What is stored of an idempotency key, and how a secret is kept for a retry.
//!
//! Of the key only an HMAC is stored. The secret is sealed under a key that is derived from the
//! master key and from the idempotency key itself, which only the caller has: whoever holds database
//! and master key, and not the caller's key, cannot open it.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::aead::{AES_256_GCM, LessSafeKey, UnboundKey};
use ring::{hkdf, hmac};

use super::master_key::{MasterKey, Purpose};
use super::sealing::Sealer;

/// Names requests, and makes the sealer of each.
#[derive(Clone)]
pub struct IdempotencyKeeper {
    naming: hmac::Key,
    sealing: hkdf::Prk,
}

impl IdempotencyKeeper {
    /// Derives both keys.
    pub fn new(master_key: &MasterKey) -> Self {
        Self {
            naming: master_key.derive(Purpose::IdempotencyName, hmac::HMAC_SHA256),
            sealing: master_key.derive(Purpose::IdempotencySealing, hkdf::HKDF_SHA256),
        }
    }

    /// HMAC-SHA-256 over the parts in base64url; other parts, another name.
    pub fn name(&self, parts: &[&[u8]]) -> String {
        let mut context = hmac::Context::with_key(&self.naming);
        for part in parts {
            // With its length before it, no part can be read as the beginning of the next.
            let length = u64::try_from(part.len()).unwrap_or(u64::MAX);
            context.update(&length.to_be_bytes());
            context.update(part);
        }
        URL_SAFE_NO_PAD.encode(context.sign())
    }

    /// What seals and opens for this name, and only with this key of the caller's.
    #[expect(
        clippy::expect_used,
        reason = "HKDF refuses only lengths above 8160 bytes; this key has 32"
    )]
    pub(crate) fn sealer(&self, name: &str, key: &str) -> Sealer {
        let info = [name.as_bytes(), key.as_bytes()];
        let key: UnboundKey = self
            .sealing
            .expand(&info, &AES_256_GCM)
            .expect("the length is one that HKDF gives")
            .into();
        Sealer::with(LessSafeKey::new(key))
    }
}

impl fmt::Debug for IdempotencyKeeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdempotencyKeeper([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SystemEntropy;

    const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
    const OTHER_KEY: &str = "AQECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

    fn keeper(key: &str) -> IdempotencyKeeper {
        IdempotencyKeeper::new(&MasterKey::parse(key).expect("a key"))
    }

    #[test]
    fn other_parts_have_another_name() {
        let name = keeper(KEY).name(&[b"ab", b"c"]);
        assert_eq!(name.len(), 43);
        assert_eq!(name, keeper(KEY).name(&[b"ab", b"c"]));
        for parts in [[b"a".as_slice(), b"bc"], [b"ab", b"d"], [b"", b"abc"]] {
            assert_ne!(name, keeper(KEY).name(&parts));
        }
        assert_ne!(name, keeper(OTHER_KEY).name(&[b"ab", b"c"]));
    }

    #[test]
    fn opens_with_master_key_name_and_the_callers_key_together_alone() {
        let sealed = keeper(KEY)
            .sealer("name", "retry-1")
            .seal(&SystemEntropy::new(), b"gds_secret", b"")
            .expect("sealed");
        let open = |master: &str, name: &str, key: &str| {
            let opened = keeper(master).sealer(name, key).open(&sealed, b"");
            opened.map(|text| text.to_vec()).ok()
        };
        assert_eq!(
            open(KEY, "name", "retry-1").as_deref(),
            Some(&b"gds_secret"[..])
        );
        assert_eq!(open(KEY, "name", "retry-2"), None);
        assert_eq!(open(KEY, "other", "retry-1"), None);
        assert_eq!(open(OTHER_KEY, "name", "retry-1"), None);
    }
}
