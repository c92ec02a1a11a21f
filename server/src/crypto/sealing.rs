//! Sealing: how private keys and the secrets of second factors are kept at rest.
//!
//! A sealed value is a version byte, a random nonce of 12 bytes, and the AES-256-GCM ciphertext with
//! its tag (NIST SP 800-38D). Associated data ties it to its place: a sealed key copied to another
//! row does not open.

use std::fmt;

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use zeroize::Zeroizing;

use super::master_key::{MasterKey, Purpose};
use crate::domain::algorithm::Algorithm;
use crate::domain::ids::{SecondFactorId, UserId};
use crate::entropy::Entropy;

/// The first byte of every sealed value, so that the format can change later.
const VERSION: u8 = 1;

const HEADER_LENGTH: usize = 1 + NONCE_LEN;

/// Seals and opens values under a key derived from the master key.
#[derive(Clone)]
pub struct Sealer(LessSafeKey);

/// The value could not be sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the value is too long to be sealed")]
pub struct SealError;

/// Why a sealed value does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// Another format: written by a newer grantd, or not by grantd.
    #[error("the sealed value has a format that this version does not know; upgrade grantd")]
    UnknownFormat,
    /// It was sealed under another master key, for another place, or was altered.
    #[error(
        "the sealed value does not open: the master key is not the one it was sealed with, \
         or the value was altered; start with the right master key"
    )]
    Refused,
}

impl Sealer {
    /// Derives the sealing key.
    pub fn new(master_key: &MasterKey) -> Self {
        let key: UnboundKey = master_key.derive(Purpose::Sealing, &AES_256_GCM);
        Self(LessSafeKey::new(key))
    }

    /// Seals under another derived key.
    pub(super) const fn with(key: LessSafeKey) -> Self {
        Self(key)
    }

    /// Seals `plaintext`. The same `associated_data` must be given to open it; it is not stored.
    ///
    /// # Errors
    /// [`SealError`] above the cipher's limit of 64 GiB.
    pub fn seal(
        &self,
        entropy: &dyn Entropy,
        plaintext: &[u8],
        associated_data: &[u8],
    ) -> Result<Vec<u8>, SealError> {
        // Random nonces are safe for 2^32 values under one key; a key is sealed once in its life.
        let mut nonce = [0; NONCE_LEN];
        entropy.fill(&mut nonce);

        let length = HEADER_LENGTH + plaintext.len() + AES_256_GCM.tag_len();
        let mut sealed = Vec::with_capacity(length);
        sealed.push(VERSION);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(plaintext);
        let tag = self
            .0
            .seal_in_place_separate_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(associated_data),
                sealed.get_mut(HEADER_LENGTH..).unwrap_or_default(),
            )
            .map_err(|_| SealError)?;
        sealed.extend_from_slice(tag.as_ref());
        Ok(sealed)
    }

    /// Opens what [`Self::seal`] made. The result is wiped when dropped.
    ///
    /// # Errors
    /// [`OpenError`] when the key, the associated data or any byte differs.
    pub fn open(
        &self,
        sealed: &[u8],
        associated_data: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        let (version, rest) = sealed.split_first().ok_or(OpenError::UnknownFormat)?;
        if *version != VERSION {
            return Err(OpenError::UnknownFormat);
        }
        let (nonce, ciphertext) = rest.split_at_checked(NONCE_LEN).ok_or(OpenError::Refused)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| OpenError::Refused)?;

        let mut buffer = Zeroizing::new(ciphertext.to_vec());
        let length = self
            .0
            .open_in_place(nonce, Aad::from(associated_data), &mut buffer)
            .map_err(|_| OpenError::Refused)?
            .len();
        buffer.truncate(length);
        Ok(buffer)
    }
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealer([redacted])")
    }
}

/// The associated data under which a signing key's private half is sealed: it opens only as the key
/// with this id and this algorithm.
pub fn signing_key_context(kid: &str, algorithm: Algorithm) -> Vec<u8> {
    // The algorithm has no zero byte, so the two parts cannot be read another way.
    format!("signing-key\0{algorithm}\0{kid}").into_bytes()
}

/// The associated data under which the secret of a second factor is sealed: it opens only as this
/// one of this user.
pub fn second_factor_context(user: UserId, id: SecondFactorId) -> Vec<u8> {
    format!("second-factor\0totp\0{user}\0{id}").into_bytes()
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;
    use crate::entropy::SystemEntropy;

    const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
    const OTHER_KEY: &str = "AQECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

    fn sealer(key: &str) -> Sealer {
        Sealer::new(&MasterKey::parse(key).expect("a key"))
    }

    /// Gives the same byte for ever.
    struct Sevens;

    impl Entropy for Sevens {
        fn fill(&self, dest: &mut [u8]) {
            dest.fill(7);
        }
    }

    /// The expectation was computed with Python's `hashlib` and `cryptography`. If it changes,
    /// nothing sealed before opens.
    #[test]
    fn is_aes_gcm_under_the_derived_key() {
        let sealed = sealer(KEY)
            .seal(&Sevens, b"private", b"row 1")
            .expect("sealed");
        assert_eq!(
            URL_SAFE_NO_PAD.encode(sealed),
            "AQcHBwcHBwcHBwcHBxgGhkT9avht0Dy7rFOQHu7cpQ2eM7Tu"
        );
    }

    #[test]
    fn opens_what_it_sealed_and_never_seals_alike() {
        let (sealer, entropy) = (sealer(KEY), SystemEntropy::new());
        let sealed = sealer.seal(&entropy, b"private", b"row 1").expect("sealed");
        let opened = sealer.open(&sealed, b"row 1").expect("opened");
        assert_eq!(opened.as_slice(), b"private");
        assert_ne!(
            sealed,
            sealer.seal(&entropy, b"private", b"row 1").expect("sealed")
        );
    }

    #[test]
    fn refuses_another_key_and_another_place() {
        let sealed = sealer(KEY)
            .seal(&SystemEntropy::new(), b"private", b"row 1")
            .expect("sealed");
        assert_eq!(
            sealer(OTHER_KEY).open(&sealed, b"row 1").err(),
            Some(OpenError::Refused)
        );
        assert_eq!(
            sealer(KEY).open(&sealed, b"row 2").err(),
            Some(OpenError::Refused)
        );
    }

    #[test]
    fn refuses_every_altered_byte_and_every_cut() {
        let sealer = sealer(KEY);
        let sealed = sealer
            .seal(&SystemEntropy::new(), b"private", b"")
            .expect("sealed");
        for index in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[index] ^= 1;
            assert!(sealer.open(&altered, b"").is_err(), "byte {index}");
            assert!(
                sealer.open(&sealed[..index], b"").is_err(),
                "cut at {index}"
            );
        }
    }

    #[test]
    fn another_version_is_told_from_a_wrong_key() {
        assert_eq!(
            sealer(KEY).open(&[2; 40], b"").err(),
            Some(OpenError::UnknownFormat)
        );
        assert_eq!(
            sealer(KEY).open(&[], b"").err(),
            Some(OpenError::UnknownFormat)
        );
    }

    #[test]
    fn the_context_tells_keys_and_algorithms_apart() {
        let context = signing_key_context("a", Algorithm::RS256);
        assert_ne!(context, signing_key_context("b", Algorithm::RS256));
        assert_ne!(context, signing_key_context("a", Algorithm::PS256));
    }
}
