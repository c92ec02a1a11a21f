//! Sessions of the console: the cookie, what is stored of it, and the proofs that its forms carry.
//!
//! All of it follows from the cookie: nothing else is kept on the server, and a new cookie makes the
//! forms of the old one worthless.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;
use subtle::ConstantTimeEq;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::master_key::{MasterKey, Purpose};
use crate::domain::secret::Secret;
use crate::entropy::Entropy;

/// How many random bytes a cookie holds.
const COOKIE_BYTES: usize = 32;

/// Its length in base64url.
const COOKIE_LENGTH: usize = 43;

/// How much of the HMAC proves a form's id, in bytes.
const PROOF_LENGTH: usize = 16;

/// Makes cookies and what follows from them.
#[derive(Clone)]
pub struct SessionKeeper(hmac::Key);

impl SessionKeeper {
    /// Derives the key.
    pub fn new(master_key: &MasterKey) -> Self {
        Self(master_key.derive(Purpose::ConsoleSession, hmac::HMAC_SHA256))
    }

    /// A new cookie: 256 random bits.
    pub fn cookie(entropy: &dyn Entropy) -> Secret {
        let mut random = Zeroizing::new([0_u8; COOKIE_BYTES]);
        entropy.fill(random.as_mut());
        Secret::new(URL_SAFE_NO_PAD.encode(*random))
    }

    /// Whether a text has the form of a cookie. What has not is as good as none.
    pub fn is_cookie(text: &str) -> bool {
        text.len() == COOKIE_LENGTH
            && text
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
    }

    /// What is stored of a cookie.
    pub fn fingerprint(&self, cookie: &Secret) -> String {
        URL_SAFE_NO_PAD.encode(self.tag(b'f', cookie, &[]))
    }

    /// What every form of this cookie carries, so that no other site can send one.
    pub fn csrf_token(&self, cookie: &Secret) -> String {
        URL_SAFE_NO_PAD.encode(self.tag(b'c', cookie, &[]))
    }

    /// Whether a form carries it.
    pub fn is_csrf_token(&self, cookie: &Secret, given: &str) -> bool {
        let token = self.csrf_token(cookie);
        token.as_bytes().ct_eq(given.as_bytes()).into()
    }

    /// Proves that the id of what a form is to make was given out with that form, in this session.
    pub fn form_id(&self, cookie: &Secret, id: Uuid) -> String {
        let mut bytes = id.as_bytes().to_vec();
        bytes.extend_from_slice(&self.tag(b'i', cookie, id.as_bytes())[..PROOF_LENGTH]);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The id that was given out with a form; nothing for any other text.
    pub fn read_form_id(&self, cookie: &Secret, text: &str) -> Option<Uuid> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (id, proof) = bytes.split_first_chunk::<16>()?;
        let expected = self.tag(b'i', cookie, id);
        let good: bool = expected[..PROOF_LENGTH].ct_eq(proof).into();
        good.then(|| Uuid::from_bytes(*id))
    }

    fn tag(&self, what: u8, cookie: &Secret, more: &[u8]) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(&[what]);
        // A cookie has one length, so what follows it can be taken for nothing else.
        context.update(cookie.expose().as_bytes());
        context.update(more);
        let mut tag = [0; 32];
        tag.copy_from_slice(context.sign().as_ref());
        tag
    }
}

impl fmt::Debug for SessionKeeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionKeeper([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SystemEntropy;

    fn keeper() -> SessionKeeper {
        let key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
        SessionKeeper::new(&MasterKey::parse(key).expect("a key"))
    }

    fn cookie() -> Secret {
        SessionKeeper::cookie(&SystemEntropy::new())
    }

    #[test]
    fn a_cookie_has_one_form() {
        let cookie = cookie();
        assert!(SessionKeeper::is_cookie(cookie.expose()));
        assert!(!SessionKeeper::is_cookie(""));
        assert!(!SessionKeeper::is_cookie(&"a".repeat(42)));
        assert!(!SessionKeeper::is_cookie(&"=".repeat(43)));
    }

    #[test]
    fn what_follows_from_a_cookie_is_of_that_cookie_alone() {
        let (keeper, one, two) = (keeper(), cookie(), cookie());
        assert_eq!(keeper.fingerprint(&one), keeper.fingerprint(&one));
        assert_ne!(keeper.fingerprint(&one), keeper.fingerprint(&two));
        assert_ne!(keeper.fingerprint(&one), keeper.csrf_token(&one));
        assert!(keeper.is_csrf_token(&one, &keeper.csrf_token(&one)));
        assert!(!keeper.is_csrf_token(&one, &keeper.csrf_token(&two)));
        assert!(!keeper.is_csrf_token(&one, ""));
    }

    #[test]
    fn a_forms_id_is_read_back_in_its_session_alone() {
        let (keeper, one, two) = (keeper(), cookie(), cookie());
        let id = Uuid::from_u128(7);
        let text = keeper.form_id(&one, id);
        assert_eq!(keeper.read_form_id(&one, &text), Some(id));
        assert_eq!(keeper.read_form_id(&two, &text), None);
        assert_eq!(keeper.read_form_id(&one, ""), None);
        assert_eq!(keeper.read_form_id(&one, &text[..22]), None);
        assert_eq!(keeper.read_form_id(&one, &format!("{text}AAAA")), None);
    }
}
