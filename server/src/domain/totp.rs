//! Codes that depend on the time (TOTP, RFC 6238): how they are read, and how an authenticator app
//! is told of a secret. The codes themselves are made in `crypto/totp.rs`.

use chrono::{DateTime, Utc};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::issuer::Issuer;
use super::secret::Secret;
use super::text::Email;

/// Random bytes of a secret: as many as HMAC-SHA-1 gives (RFC 4226 §4, R6).
pub const SECRET_LENGTH: usize = 20;

/// Digits of a code.
pub const DIGITS: usize = 6;

/// Seconds for which a code stands (RFC 6238 §4.1).
const PERIOD: i64 = 30;

/// How many steps before and after the present one are accepted: clocks differ, and people type
/// (RFC 6238 §5.2).
pub const WINDOW: i64 = 1;

/// The number of the time step.
pub const fn step_at(now: DateTime<Utc>) -> i64 {
    now.timestamp().div_euclid(PERIOD)
}

/// A code as a person typed it: six digits, between which apps show spaces.
pub fn read_code(text: &str) -> Option<u32> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let well_formed = digits.len() == DIGITS && digits.bytes().all(|b| b.is_ascii_digit());
    digits.parse().ok().filter(|_| well_formed)
}

const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The bytes in base32 without padding (RFC 4648 §6): what people type into an app by hand.
pub fn base32(bytes: &[u8]) -> Secret {
    let mut text = String::with_capacity(bytes.len().div_ceil(5) * 8);
    let (mut rest, mut bits) = (0_u32, 0);
    for byte in bytes {
        rest = rest << 8 | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(char::from(BASE32[(rest >> bits) as usize & 31]));
        }
        rest &= (1 << bits) - 1;
    }
    if bits > 0 {
        text.push(char::from(BASE32[(rest << (5 - bits)) as usize & 31]));
    }
    Secret::new(text)
}

/// The URI that tells an authenticator app of a secret: the Key URI Format that apps agree on. It
/// names the host of the issuer, since neither name may hold a colon, and so no port.
pub fn otpauth_uri(issuer: &Issuer, email: &Email, base32: &Secret) -> Secret {
    let host = url::Url::parse(issuer.as_str())
        .ok()
        .and_then(|url| url.domain().map(str::to_owned))
        .unwrap_or_else(|| "grantd".to_owned());
    let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    Secret::new(format!(
        "otpauth://totp/{host}:{email}?secret={secret}&issuer={host}&algorithm=SHA1&digits={DIGITS}&period={PERIOD}",
        host = encoded(&host),
        email = encoded(email.as_str()),
        secret = base32.expose(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vectors of RFC 4648 §10.
    #[test]
    fn base32_is_that_of_rfc_4648() {
        for (bytes, text) in [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(base32(bytes.as_bytes()).expose(), text);
        }
        assert_eq!(base32(&[0xff; SECRET_LENGTH]).expose(), "7".repeat(32));
    }

    #[test]
    fn a_code_is_six_digits_with_spaces_or_without() {
        for (text, code) in [
            ("123456", Some(123_456)),
            (" 012 345 ", Some(12_345)),
            ("000000", Some(0)),
            ("12345", None),
            ("1234567", None),
            ("12345a", None),
            ("+12345", None),
            ("١٢٣٤٥٦", None),
            ("", None),
        ] {
            assert_eq!(read_code(text), code, "{text:?}");
        }
    }

    #[test]
    fn a_step_lasts_thirty_seconds() {
        let step = |seconds| step_at(DateTime::from_timestamp(seconds, 0).unwrap());
        assert_eq!((step(0), step(29), step(30), step(59)), (0, 0, 1, 1));
    }

    #[test]
    fn an_app_is_told_all_it_needs() {
        let uri = |issuer: &str| {
            let issuer = Issuer::parse(issuer).unwrap();
            let email = "ann+x@example.com".parse().unwrap();
            otpauth_uri(&issuer, &email, &Secret::new("MZXW6".to_owned()))
        };
        assert_eq!(
            uri("https://auth.example.com/grantd").expose(),
            "otpauth://totp/auth%2Eexample%2Ecom:ann%2Bx%40example%2Ecom?secret=MZXW6&issuer=auth%2Eexample%2Ecom&algorithm=SHA1&digits=6&period=30"
        );
        // A port, or the colons of an address, would be read as the end of the issuer.
        assert!(
            uri("http://localhost:8080")
                .expose()
                .contains("totp/localhost:ann")
        );
        assert!(
            uri("http://[::1]:8080")
                .expose()
                .contains("totp/grantd:ann")
        );
    }
}
