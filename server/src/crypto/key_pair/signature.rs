//! A signature as it comes from any of the libraries.

use std::fmt;

/// The longest signature, in bytes: RSA with 4096 bits.
const MAX_SIGNATURE_LENGTH: usize = 512;

/// A signature, kept on the stack.
#[derive(Clone)]
pub struct Signature {
    bytes: [u8; MAX_SIGNATURE_LENGTH],
    length: usize,
}

impl Signature {
    /// Copies what a library made. Nothing longer than [`MAX_SIGNATURE_LENGTH`] is a signature.
    pub(super) fn copied(from: &[u8]) -> Option<Self> {
        Self::written(from.len(), |bytes| {
            bytes.copy_from_slice(from);
            Some(())
        })
    }

    /// Lets `write` fill exactly `length` bytes.
    pub(super) fn written(
        length: usize,
        write: impl FnOnce(&mut [u8]) -> Option<()>,
    ) -> Option<Self> {
        let mut bytes = [0; MAX_SIGNATURE_LENGTH];
        write(bytes.get_mut(..length)?)?;
        Some(Self { bytes, length })
    }
}

impl AsRef<[u8]> for Signature {
    fn as_ref(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signature({} bytes)", self.length)
    }
}
