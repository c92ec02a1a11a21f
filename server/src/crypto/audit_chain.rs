//! What ties the rows of the audit trail together.
//!
//! Each row's hash covers the row and the hash of the row before. The hash is keyed, so whoever can
//! write to the database but has no master key cannot make the trail whole again after altering it.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;

use super::master_key::{MasterKey, Purpose};

/// Makes the hashes of the audit trail. Cheap to clone.
#[derive(Clone)]
pub struct AuditChain(hmac::Key);

impl AuditChain {
    /// What stands in the place of the hash before the first row.
    pub const BEFORE_THE_FIRST: &'static str = "";

    /// Derives the chain's key.
    pub fn new(master_key: &MasterKey) -> Self {
        Self(master_key.derive(Purpose::AuditChain, hmac::HMAC_SHA256))
    }

    /// The hash of a row, in base64url: HMAC-SHA-256 over the hash of the row before and the row.
    pub fn link(&self, previous: &str, row: &[u8]) -> String {
        self.sign(b"row", &[previous.as_bytes(), row])
    }

    /// What proves that the trail ends with the row of this number and hash. A row's own hash does
    /// not: it stands in the row for everyone to copy.
    pub fn seal(&self, number: i64, hash: &str) -> String {
        self.sign(b"head", &[&number.to_be_bytes(), hash.as_bytes()])
    }

    fn sign(&self, what: &[u8], parts: &[&[u8]]) -> String {
        let mut context = hmac::Context::with_key(&self.0);
        for part in std::iter::once(&what).chain(parts) {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part);
        }
        URL_SAFE_NO_PAD.encode(context.sign())
    }
}

impl fmt::Debug for AuditChain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuditChain([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain(key: &str) -> AuditChain {
        AuditChain::new(&MasterKey::parse(key).expect("a key"))
    }

    const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
    const OTHER_KEY: &str = "AQECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

    /// The expectations were computed with Python's `hmac` and `hashlib`. If they change, every
    /// trail there is stops verifying.
    #[test]
    fn is_hmac_under_the_derived_key() {
        assert_eq!(
            chain(KEY).link("", b"row"),
            "QPpX8IUDw25PyGrNz7pA-uyTgIiV8EnlKFHGMRzSBZY"
        );
        assert_eq!(
            chain(KEY).seal(1, "hash"),
            "0zavRG-XVRB6w8-AcdsRgr2G4de8a4AnHpolvFv8bKc"
        );
    }

    #[test]
    fn depends_on_every_part() {
        let all = [
            chain(KEY).link("a", b"bc"),
            chain(KEY).link("ab", b"c"),
            chain(KEY).link("a", b"bd"),
            chain(OTHER_KEY).link("a", b"bc"),
            chain(KEY).seal(1, "a"),
            chain(KEY).seal(2, "a"),
            chain(KEY).seal(1, "b"),
        ];
        let different: std::collections::BTreeSet<_> = all.iter().collect();
        assert_eq!(different.len(), all.len());
    }

    #[test]
    fn never_shows_itself() {
        assert_eq!(format!("{:?}", chain(KEY)), "AuditChain([redacted])");
    }
}
