//! The one source of randomness. (`ring::rand::SecureRandom` is sealed, so tests could not stand in
//! for it; hence a trait of our own.)

use ring::rand::{SecureRandom, SystemRandom};

/// Fills buffers with random bytes.
pub trait Entropy: Send + Sync + 'static {
    /// Overwrites `dest` with cryptographically secure random bytes.
    fn fill(&self, dest: &mut [u8]);
}

/// The operating system's random source.
#[derive(Debug, Clone)]
pub struct SystemEntropy(SystemRandom);

impl SystemEntropy {
    /// Opens the operating system's random source.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the place the rule points to"
    )]
    pub fn new() -> Self {
        Self(SystemRandom::new())
    }
}

impl Default for SystemEntropy {
    fn default() -> Self {
        Self::new()
    }
}

impl Entropy for SystemEntropy {
    #[expect(
        clippy::expect_used,
        reason = "without randomness there is no safe way on: no secret, no id, no signature"
    )]
    fn fill(&self, dest: &mut [u8]) {
        self.0
            .fill(dest)
            .expect("the operating system's random source answers");
    }
}
