//! Passwords of people: Argon2id (RFC 9106).
//!
//! Every function here takes tens of milliseconds of one processor and 19 MiB: call them on a
//! thread for blocking work, and bound how many run at once.

use std::hint::black_box;

use argon2::password_hash::PasswordVerifier;
use argon2::{Argon2, Params, PasswordHash, PasswordHasher};

use crate::domain::secret::Secret;
use crate::entropy::Entropy;

/// Memory, in KiB. With [`PASSES`] and [`LANES`] what OWASP's password storage cheat sheet asks for.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const OUTPUT_LENGTH: usize = 32;
const SALT_LENGTH: usize = 16;

/// The password could not be hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the password could not be hashed: 19 MiB of memory were not to be had; try again")]
pub struct PasswordError;

/// Hashes a password with a fresh salt, as a PHC string (`$argon2id$v=19$…`) to be stored.
///
/// # Errors
/// [`PasswordError`] when memory runs out.
pub fn hash(password: &Secret, entropy: &dyn Entropy) -> Result<String, PasswordError> {
    let mut salt = [0; SALT_LENGTH];
    entropy.fill(&mut salt);
    hash_with_salt(password, &salt).map(|hash| hash.to_string())
}

/// Whether the password is the one that `stored` was made from. A stored text that is no PHC string
/// matches nothing.
pub fn verify(password: &Secret, stored: &str) -> bool {
    PasswordHash::new(stored).is_ok_and(|stored| {
        // The parameters are those in the stored text, so that old hashes stay good.
        Argon2::default()
            .verify_password(password.expose().as_bytes(), &stored)
            .is_ok()
    })
}

/// Spends the time of [`verify`] and says no: for a user who does not exist, so that the answer's
/// time tells nothing.
pub fn verify_against_nothing(password: &Secret) -> bool {
    let _ = black_box(hash_with_salt(password, &[0; SALT_LENGTH]));
    false
}

fn hash_with_salt(
    password: &Secret,
    salt: &[u8; SALT_LENGTH],
) -> Result<PasswordHash, PasswordError> {
    let params =
        Params::new(MEMORY_KIB, PASSES, LANES, Some(OUTPUT_LENGTH)).map_err(|_| PasswordError)?;
    // `from` takes Argon2id, version 19.
    Argon2::from(params)
        .hash_password_with_salt(password.expose().as_bytes(), salt)
        .map_err(|_| PasswordError)
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;
    use crate::entropy::SystemEntropy;

    fn secret(text: &str) -> Secret {
        Secret::new(text.to_owned())
    }

    #[test]
    fn verifies_the_password_alone() {
        let stored = hash(&secret("correct horse"), &SystemEntropy::new()).expect("hashed");
        assert!(
            stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{stored}"
        );
        assert!(verify(&secret("correct horse"), &stored));
        assert!(!verify(&secret("Correct horse"), &stored));
        assert!(!verify(&secret(""), &stored));
    }

    #[test]
    fn salts_every_hash() {
        let entropy = SystemEntropy::new();
        let first = hash(&secret("same"), &entropy).expect("hashed");
        assert_ne!(first, hash(&secret("same"), &entropy).expect("hashed"));
    }

    /// Made with the reference implementation's command line, `argon2`, at other parameters.
    #[test]
    fn verifies_hashes_of_other_origin() {
        let stored = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$\
                      CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
        assert!(verify(&secret("password"), stored));
        assert!(!verify(&secret("differentpassword"), stored));
    }

    #[test]
    fn what_is_no_hash_matches_nothing() {
        for stored in [
            "",
            "password",
            "$argon2id$",
            "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ",
        ] {
            assert!(!verify(&secret("password"), stored), "{stored}");
        }
    }

    #[test]
    fn nobody_signs_in_as_nobody_and_it_takes_as_long() {
        let password = secret("password");
        let stored = hash(&password, &SystemEntropy::new()).expect("hashed");
        let start = Instant::now();
        assert!(verify(&password, &stored));
        let somebody = start.elapsed();
        let start = Instant::now();
        assert!(!verify_against_nothing(&password));
        // A wide margin, for a busy machine: without the work it is ten thousand times quicker.
        assert!(start.elapsed() > somebody / 10);
    }
}
