//! The master key, from which every other key is derived.

use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use zeroize::Zeroizing;

use super::reader::Reader;
use super::registry::{Kind, Setting};
use crate::domain::secret::Secret;

pub(super) const MASTER_KEY: Setting = Setting {
    name: "master_key",
    kind: Kind::Text {
        rule: "32 bytes in base64url, which is 43 characters",
    },
    default: None,
    example: None,
    secret: true,
    doc: "The key that seals the signing keys and fingerprints the secrets in the database. \
          `openssl rand -base64 32 | tr '+/' '-_'` makes one. Without it the database is worth \
          nothing: keep a copy in a safe place. Exactly one of `master_key` and \
          `master_key_file` is given.",
};

pub(super) const MASTER_KEY_FILE: Setting = Setting {
    name: "master_key_file",
    kind: Kind::File,
    default: None,
    example: Some("/etc/grantd/master.key"),
    secret: false,
    doc: "A file that holds what `master_key` would. A line feed at its end is ignored.",
};

const BYTES: usize = 32;

/// Padding is optional (RFC 7515 §2 leaves it out, `openssl rand -base64` writes it).
const BASE64URL: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

pub(super) fn read(reader: &mut Reader) -> Option<Secret> {
    reader.secret(&MASTER_KEY, &MASTER_KEY_FILE, parse)
}

/// Checks the key and drops its padding. What the bytes are for is crypto's business.
fn parse(text: &str) -> Result<Secret, String> {
    let bytes = BASE64URL
        .decode(text)
        .map(Zeroizing::new)
        .ok()
        .filter(|bytes| bytes.len() == BYTES)
        .ok_or_else(|| format!("must be {}", MASTER_KEY.kind.rule()))?;
    if bytes.iter().all(|byte| *byte == 0) {
        return Err(
            "must not be all zeros, which everyone can guess: make a random one with \
             openssl rand -base64 32 | tr '+/' '-_'"
                .to_owned(),
        );
    }
    Ok(Secret::new(text.trim_end_matches('=').to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_32_bytes_of_base64url() {
        let key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwd-_8";
        assert_eq!(parse(key).unwrap().expose(), key);
        assert_eq!(parse(&format!("{key}=")).unwrap().expose(), key);
        for text in [
            String::new(),
            key[..42].to_owned(),
            format!("{key}A"),
            format!("{key}\n"),
            format!(" {key}"),
            key.replace('-', "+"),
            key.replace('_', "/"),
            "00".repeat(32),
        ] {
            assert!(parse(&text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_placeholder_of_zeros_is_no_key() {
        for zeros in ["A".repeat(43), format!("{}=", "A".repeat(43))] {
            let told = parse(&zeros).unwrap_err();
            assert!(told.starts_with("must not be all zeros"), "{told}");
        }
        let last_bit = format!("{}E", "A".repeat(42));
        assert!(parse(&last_bit).is_ok());
    }
}
