//! The one source of randomness. (`ring::rand::SecureRandom` is sealed, so tests could not stand in
//! for it; hence a trait of our own.)

use std::cell::RefCell;

use ring::rand::{SecureRandom, SystemRandom};

/// How many random bytes a thread asks the system for at once, for ids.
const STOCK: usize = 1_000;

/// Fills buffers with random bytes.
pub trait Entropy: Send + Sync + 'static {
    /// Overwrites `dest` with cryptographically secure random bytes.
    fn fill(&self, dest: &mut [u8]);

    /// Ten random bytes for an id, which is no secret.
    fn for_id(&self) -> [u8; 10] {
        let mut bytes = [0; 10];
        self.fill(&mut bytes);
        bytes
    }
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

    /// Out of a stock of the thread's own: every request and every token has an id, and asking the
    /// system each time took longer than all else about it. What is still in stock is of no use to
    /// whoever sees it, since ids are no secrets.
    fn for_id(&self) -> [u8; 10] {
        thread_local! {
            static IN_STOCK: RefCell<Stock> = const { RefCell::new(Stock { bytes: [0; STOCK], left: 0 }) };
        }
        IN_STOCK.with_borrow_mut(|stock| stock.take(|bytes| self.fill(bytes)))
    }
}

/// Random bytes, of which the first `left` have not been handed out.
struct Stock {
    bytes: [u8; STOCK],
    left: usize,
}

impl Stock {
    fn take<const N: usize>(&mut self, fill: impl FnOnce(&mut [u8])) -> [u8; N] {
        if let Some((rest, taken)) = self.bytes[..self.left].split_last_chunk() {
            self.left = rest.len();
            return *taken;
        }
        fill(&mut self.bytes);
        self.left = STOCK;
        let mut taken = [0; N];
        taken.copy_from_slice(&self.bytes[STOCK - N..]);
        self.left -= N;
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_of_the_stock_is_handed_out_once() {
        let mut stock = Stock {
            bytes: [0; STOCK],
            left: 0,
        };
        let mut filled = 0_usize;
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..3 * STOCK / 10 {
            let taken: [u8; 10] = stock.take(|bytes| {
                filled += 1;
                for (place, byte) in bytes.chunks_mut(10).enumerate() {
                    byte.fill(0);
                    byte[..2].copy_from_slice(&u16::try_from(place).unwrap().to_be_bytes());
                    byte[2] = u8::try_from(filled).unwrap();
                }
            });
            assert!(seen.insert(taken), "{taken:?} was handed out twice");
        }
        assert_eq!(filled, 3);
    }

    #[test]
    fn ids_differ() {
        let entropy = SystemEntropy::new();
        let ids: std::collections::BTreeSet<_> = (0..1_000).map(|_| entropy.for_id()).collect();
        assert_eq!(ids.len(), 1_000);
    }
}
