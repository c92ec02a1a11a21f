//! What is stored instead of a client secret or an API key.
//!
//! Secrets are 32 random bytes, so a slow hash would add cost and no safety; the key keeps a stolen
//! database from being searched at all.

use std::fmt;

use ring::hmac;
use subtle::ConstantTimeEq;

use super::master_key::{MasterKey, Purpose};

/// The length of a fingerprint, in bytes.
pub const FINGERPRINT_LENGTH: usize = 32;

// None of it is left out where it is compared eight bytes at a time.
const _: () = assert!(FINGERPRINT_LENGTH.is_multiple_of(8));

/// HMAC-SHA-256 of a secret under a key derived from the master key.
///
/// There is no `PartialEq`: fingerprints are compared in constant time with [`Self::matches`].
#[derive(Clone, Copy)]
pub struct Fingerprint([u8; FINGERPRINT_LENGTH]);

/// The stored bytes are no fingerprint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a stored fingerprint is not 32 bytes long; restore the row from a backup or rotate the secret"
)]
pub struct InvalidFingerprint;

impl Fingerprint {
    /// Takes a fingerprint as it was stored.
    ///
    /// # Errors
    /// [`InvalidFingerprint`] unless there are exactly 32 bytes.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, InvalidFingerprint> {
        bytes.try_into().map(Self).map_err(|_| InvalidFingerprint)
    }

    /// The bytes to store.
    pub const fn as_bytes(&self) -> &[u8; FINGERPRINT_LENGTH] {
        &self.0
    }

    /// Whether both come from the same secret. Takes the same time whichever bytes differ.
    pub fn matches(&self, other: &Self) -> bool {
        self.words().ct_eq(&other.words()).into()
    }

    /// The bytes, eight at a time: they are compared in as many steps.
    fn words(&self) -> [u64; FINGERPRINT_LENGTH / 8] {
        let (words, _) = self.0.as_chunks();
        std::array::from_fn(|place| words.get(place).map_or(0, |word| u64::from_ne_bytes(*word)))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fingerprint([redacted])")
    }
}

/// Makes fingerprints. Cheap to clone.
#[derive(Clone)]
pub struct Fingerprinter(hmac::Key);

impl Fingerprinter {
    /// Derives the fingerprint key.
    pub fn new(master_key: &MasterKey) -> Self {
        Self(master_key.derive(Purpose::Fingerprint, hmac::HMAC_SHA256))
    }

    /// The fingerprint of a secret's bytes.
    pub fn fingerprint(&self, secret: &[u8]) -> Fingerprint {
        let mut bytes = [0; FINGERPRINT_LENGTH];
        bytes.copy_from_slice(hmac::sign(&self.0, secret).as_ref());
        Fingerprint(bytes)
    }
}

impl fmt::Debug for Fingerprinter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fingerprinter([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;

    fn fingerprinter(key: &str) -> Fingerprinter {
        Fingerprinter::new(&MasterKey::parse(key).expect("a key"))
    }

    const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
    const OTHER_KEY: &str = "AQECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

    /// The expectation was computed with Python's `hmac` and `hashlib`. If it changes, every secret
    /// ever given out stops working.
    #[test]
    fn is_hmac_under_the_derived_key() {
        let fingerprint = fingerprinter(KEY).fingerprint(b"gds_example");
        assert_eq!(
            URL_SAFE_NO_PAD.encode(fingerprint.as_bytes()),
            "eX6ROUE63JupInnEyNMTxSelkBZ_s3ZsI5T9HL1MJAQ"
        );
    }

    #[test]
    fn matches_the_same_secret_alone() {
        let stored = fingerprinter(KEY).fingerprint(b"one");
        let read = Fingerprint::from_slice(stored.as_bytes()).expect("32 bytes");
        assert!(read.matches(&fingerprinter(KEY).fingerprint(b"one")));
        assert!(!read.matches(&fingerprinter(KEY).fingerprint(b"two")));
        assert!(!read.matches(&fingerprinter(OTHER_KEY).fingerprint(b"one")));
    }

    #[test]
    fn refuses_other_lengths() {
        assert!(Fingerprint::from_slice(&[1; 31]).is_err());
        assert!(Fingerprint::from_slice(&[1; 33]).is_err());
    }

    #[test]
    fn never_shows_itself() {
        let fingerprint = fingerprinter(KEY).fingerprint(b"one");
        assert_eq!(format!("{fingerprint:?}"), "Fingerprint([redacted])");
    }
}
