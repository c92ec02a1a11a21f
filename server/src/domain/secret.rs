//! Client secrets and API keys: what they look like, and how they are kept from sight.
//!
//! A secret is a prefix, 43 base62 characters (32 random bytes), and 6 base62 characters of CRC-32
//! over everything before them. The checksum lets a typo be told from an attack without a lookup,
//! and lets secret scanners report few false finds.

use std::fmt;

use zeroize::Zeroizing;

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const RANDOM_CHARACTERS: usize = 43;
const CHECKSUM_CHARACTERS: usize = 6;

/// A secret in the clear. It is shown once, never stored, and wiped from memory when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes over a secret's text as it came from outside.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The text itself, for the one answer that shows it and for fingerprinting.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What may be shown later to tell secrets apart: the last four characters.
    pub fn hint(&self) -> String {
        let tail: String = self
            .0
            .chars()
            .rev()
            .take(4)
            .collect::<Vec<_>>()
            .into_iter()
            .rev()
            .collect();
        format!("…{tail}")
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret([redacted])")
    }
}

/// Makes a secret of `prefix` (such as `gds_`) from 32 random bytes.
pub fn encode_secret(prefix: &str, random: &[u8; 32]) -> Secret {
    let mut text = String::with_capacity(prefix.len() + RANDOM_CHARACTERS + CHECKSUM_CHARACTERS);
    text.push_str(prefix);
    push_base62(&mut text, random, RANDOM_CHARACTERS);
    let checksum = checksum(&text);
    text.extend(checksum.map(char::from));
    Secret::new(text)
}

/// Whether `text` has the form of a secret with this prefix and a checksum that fits.
/// It says nothing about whether such a secret was ever given out.
pub fn is_well_formed(prefix: &str, text: &str) -> bool {
    let Some(rest) = text.strip_prefix(prefix) else {
        return false;
    };
    if rest.len() != RANDOM_CHARACTERS + CHECKSUM_CHARACTERS {
        return false;
    }
    // Without a way out in between, they are looked at many at a time.
    let alphanumeric = |so_far, byte: u8| so_far & byte.is_ascii_alphanumeric();
    if !rest.bytes().fold(true, alphanumeric) {
        return false;
    }
    let (body, given) = text.split_at(text.len() - CHECKSUM_CHARACTERS);
    given.as_bytes() == checksum(body)
}

/// The CRC-32 of `body` as six base62 digits.
fn checksum(body: &str) -> [u8; CHECKSUM_CHARACTERS] {
    let mut rest = crc32fast::hash(body.as_bytes());
    let mut digits = [b'0'; CHECKSUM_CHARACTERS];
    for digit in digits.iter_mut().rev() {
        *digit = ALPHABET[(rest % 62) as usize];
        rest /= 62;
    }
    digits
}

/// Appends `bytes`, read as one big-endian number, as exactly `width` base62 digits.
fn push_base62(out: &mut String, bytes: &[u8], width: usize) {
    let mut number = Zeroizing::new(bytes.to_vec());
    let mut digits = Zeroizing::new(vec![b'0'; width]);
    for digit in digits.iter_mut().rev() {
        let mut remainder = 0_u32;
        for byte in number.iter_mut() {
            let value = (remainder << 8) | u32::from(*byte);
            *byte = u8::try_from(value / 62).unwrap_or(u8::MAX);
            remainder = value % 62;
        }
        *digit = ALPHABET[remainder as usize];
    }
    out.extend(digits.iter().map(|digit| char::from(*digit)));
}
