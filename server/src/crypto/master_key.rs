//! The master key: the one secret that an operator keeps, from which the others are derived.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hkdf;
use zeroize::Zeroizing;

use crate::entropy::Entropy;

/// The length of a master key, in bytes.
pub const MASTER_KEY_LENGTH: usize = 32;

/// Its length in base64url, without padding.
const ENCODED_LENGTH: usize = 43;

/// Separates grantd's derivations from any other use of the same bytes (RFC 5869 §3.1).
const SALT: &[u8] = b"grantd";

/// 32 random bytes that every stored secret and private key depends on. Wiped when dropped.
#[derive(Clone)]
pub struct MasterKey(Zeroizing<[u8; MASTER_KEY_LENGTH]>);

/// Why a text is no master key. It never repeats the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidMasterKey {
    /// Other characters than base64url's, or bits left over at the end.
    #[error(
        "the master key is not base64url; make one with: openssl rand -base64 32 | tr '+/' '-_'"
    )]
    NotBase64Url,
    /// More or fewer bytes than 32.
    #[error(
        "the master key is not 32 bytes long; make one with: openssl rand -base64 32 | tr '+/' '-_'"
    )]
    WrongLength,
    /// 32 zero bytes: a placeholder that nobody replaced.
    #[error(
        "the master key is all zeros; make a random one with: openssl rand -base64 32 | tr '+/' '-_'"
    )]
    AllZero,
}

impl MasterKey {
    /// Makes a new random key.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        let mut bytes = Zeroizing::new([0; MASTER_KEY_LENGTH]);
        entropy.fill(&mut *bytes);
        Self(bytes)
    }

    /// Reads a key as it stands in a setting or a file: base64url, padding optional, whitespace
    /// around it ignored.
    ///
    /// # Errors
    /// [`InvalidMasterKey`] for anything but 32 bytes that are not all zero.
    pub fn parse(text: &str) -> Result<Self, InvalidMasterKey> {
        let text = text.trim();
        let text = text.strip_suffix('=').unwrap_or(text);
        if text.len() != ENCODED_LENGTH {
            return Err(InvalidMasterKey::WrongLength);
        }
        let mut bytes = Zeroizing::new([0; MASTER_KEY_LENGTH]);
        URL_SAFE_NO_PAD
            .decode_slice(text, &mut *bytes)
            .map_err(|_| InvalidMasterKey::NotBase64Url)?;
        if bytes.iter().all(|byte| *byte == 0) {
            return Err(InvalidMasterKey::AllZero);
        }
        Ok(Self(bytes))
    }

    /// The key as text for its file: 43 characters of base64url. Wiped when dropped.
    pub fn to_base64url(&self) -> Zeroizing<String> {
        Zeroizing::new(URL_SAFE_NO_PAD.encode(self.0.as_slice()))
    }

    /// Derives the key for one purpose with HKDF-SHA-256 (RFC 5869).
    #[expect(
        clippy::expect_used,
        reason = "HKDF refuses only lengths above 8160 bytes; every key here has 32"
    )]
    pub(crate) fn derive<L, K>(&self, purpose: Purpose, length: L) -> K
    where
        L: hkdf::KeyType,
        K: for<'a> From<hkdf::Okm<'a, L>>,
    {
        hkdf::Salt::new(hkdf::HKDF_SHA256, SALT)
            .extract(&*self.0)
            .expand(&[purpose.label()], length)
            .expect("the length is one that HKDF gives")
            .into()
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey([redacted])")
    }
}

/// What a derived key is for. Changing a label makes everything stored under it unreadable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Fingerprints of client secrets and API keys.
    Fingerprint,
    /// Sealing private keys at rest.
    Sealing,
    /// Names of requests that may come again.
    IdempotencyName,
    /// Sealing secrets for a retry, together with the caller's own key.
    IdempotencySealing,
    /// Proofs in cursors of lists.
    Cursor,
    /// Tying the rows of the audit trail together.
    AuditChain,
    /// Sessions of the console: their fingerprints, and proofs in forms.
    ConsoleSession,
}

impl Purpose {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::Fingerprint => b"grantd secret fingerprint v1",
            Self::Sealing => b"grantd sealing v1",
            Self::IdempotencyName => b"grantd idempotency name v1",
            Self::IdempotencySealing => b"grantd idempotency sealing v1",
            Self::Cursor => b"grantd cursor v1",
            Self::AuditChain => b"grantd audit chain v1",
            Self::ConsoleSession => b"grantd console session v1",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SystemEntropy;

    const TEXT: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

    #[test]
    fn reads_what_it_writes() {
        let key = MasterKey::generate(&SystemEntropy::new());
        let read = MasterKey::parse(&key.to_base64url()).expect("own text is read");
        assert_eq!(*read.0, *key.0);
        assert_ne!(*key.0, *MasterKey::generate(&SystemEntropy::new()).0);
    }

    #[test]
    fn padding_and_surrounding_whitespace_do_not_matter() {
        for text in [TEXT.to_owned(), format!("{TEXT}="), format!(" {TEXT}\r\n")] {
            assert_eq!(
                *MasterKey::parse(&text).expect("a key").to_base64url(),
                TEXT
            );
        }
    }

    #[test]
    fn refuses_what_is_no_key() {
        let refused = [
            ("", InvalidMasterKey::WrongLength),
            (&TEXT[..42], InvalidMasterKey::WrongLength),
            (&format!("{TEXT}A"), InvalidMasterKey::WrongLength),
            (&format!("{TEXT}=="), InvalidMasterKey::WrongLength),
            (&format!("{TEXT}AAAA"), InvalidMasterKey::WrongLength),
            (&format!("+{}", &TEXT[1..]), InvalidMasterKey::NotBase64Url),
            (&format!("{}9", &TEXT[..42]), InvalidMasterKey::NotBase64Url),
            (&"A".repeat(43), InvalidMasterKey::AllZero),
        ];
        for (text, error) in refused {
            assert_eq!(MasterKey::parse(text).err(), Some(error), "{text:?}");
        }
    }

    #[test]
    fn never_shows_itself() {
        let key = MasterKey::parse(TEXT).expect("a key");
        assert_eq!(format!("{key:?}"), "MasterKey([redacted])");
    }
}
