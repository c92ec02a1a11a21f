//! The name that a caller gives a request which it may have to send again
//! (draft-ietf-httpapi-idempotency-key-header-06).

use super::secret::Secret;

/// The longest key, in characters.
const MAX_LENGTH: usize = 255;

/// The value is no idempotency key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be 1 to 255 printable ASCII characters, bare or as a string in quotation marks")]
pub struct InvalidKey;

/// A caller's key. A secret that is kept for a retry opens with it alone, so it is handled as one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey(Secret);

impl IdempotencyKey {
    /// Reads the header's value: the draft's string in quotation marks (RFC 9651 §3.3.3), or the
    /// bare text that most clients send. Both spellings of one text are one key.
    ///
    /// # Errors
    /// [`InvalidKey`].
    pub fn parse(value: &[u8]) -> Result<Self, InvalidKey> {
        let value = value.trim_ascii();
        let text = match value.strip_prefix(b"\"") {
            Some(quoted) => unquoted(quoted)?,
            None => printable(value.iter().copied())?,
        };
        if (1..=MAX_LENGTH).contains(&text.len()) {
            Ok(Self(Secret::new(text)))
        } else {
            Err(InvalidKey)
        }
    }

    /// The text.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

fn printable(bytes: impl Iterator<Item = u8>) -> Result<String, InvalidKey> {
    bytes
        .map(|byte| match byte {
            b' '..=b'~' => Ok(char::from(byte)),
            _ => Err(InvalidKey),
        })
        .collect()
}

/// What follows an opening quotation mark, up to the closing one, which must be the end.
fn unquoted(quoted: &[u8]) -> Result<String, InvalidKey> {
    let mut text = Vec::with_capacity(quoted.len());
    let mut rest = quoted.iter().copied();
    loop {
        match rest.next().ok_or(InvalidKey)? {
            b'"' => break,
            b'\\' => match rest.next() {
                Some(escaped @ (b'"' | b'\\')) => text.push(escaped),
                _ => return Err(InvalidKey),
            },
            byte => text.push(byte),
        }
    }
    if rest.next().is_some() {
        return Err(InvalidKey);
    }
    printable(text.into_iter())
}
