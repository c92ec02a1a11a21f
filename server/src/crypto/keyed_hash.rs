//! Hashes that nobody outside can foretell, for tables in memory whose keys strangers choose.

use std::fmt;

use ring::hmac;

/// HMAC-SHA-256 under a key that lives as long as the process.
#[derive(Clone)]
pub struct KeyedHash(hmac::Key);

impl KeyedHash {
    /// Takes 32 random bytes as its key.
    pub fn new(key: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key))
    }

    /// Two independent hashes of a list of texts. Lists that differ in where one text ends and the
    /// next begins differ.
    pub fn pair(&self, parts: &[&[u8]]) -> [u64; 2] {
        let mut context = hmac::Context::with_key(&self.0);
        for part in parts {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part);
        }
        let tag = context.sign();
        let mut words = tag.as_ref().chunks_exact(8).map(|bytes| {
            bytes
                .iter()
                .fold(0, |word, byte| word << 8 | u64::from(*byte))
        });
        [words.next().unwrap_or(0), words.next().unwrap_or(0)]
    }
}

impl fmt::Debug for KeyedHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyedHash([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_depends_on_the_key_and_on_every_boundary() {
        let hash = KeyedHash::new(&[1; 32]);
        let pair = hash.pair(&[b"a", b"bc"]);
        assert_eq!(pair, hash.pair(&[b"a", b"bc"]));
        assert_ne!(pair[0], pair[1]);
        assert_ne!(pair, hash.pair(&[b"ab", b"c"]));
        assert_ne!(pair, hash.pair(&[b"abc"]));
        assert_ne!(pair, KeyedHash::new(&[2; 32]).pair(&[b"a", b"bc"]));
        assert_eq!(format!("{hash:?}"), "KeyedHash([redacted])");
    }
}
