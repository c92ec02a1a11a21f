//! Codes of a second factor: TOTP (RFC 6238) with HMAC-SHA-1, six digits and steps of 30 seconds,
//! which is what every authenticator app does.

use chrono::{DateTime, Utc};
use ring::hmac;
use subtle::{ConditionallySelectable, ConstantTimeEq};

use crate::domain::totp::{WINDOW, step_at};

/// Ten to the power of six: the codes there are.
const CODES: u32 = 1_000_000;

/// The code of a time step (RFC 4226 §5.3, with the step as the counter).
pub fn code(secret: &[u8], step: i64) -> u32 {
    // SHA-1 is broken for collisions; HMAC does not rest on that (RFC 6151 says the like of MD5).
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let digest = tag.as_ref();
    let offset = digest.last().map_or(0, |last| usize::from(last & 0xf));
    let word = digest.iter().skip(offset).take(4);
    let number = word.fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
    (number & 0x7fff_ffff) % CODES
}

/// The time step whose code this is, among those that are accepted at `now` and come after
/// `last_step` (RFC 6238 §5.2: each once). All of them are looked at, whichever fits.
pub fn matching_step(secret: &[u8], given: u32, now: DateTime<Utc>, last_step: i64) -> Option<i64> {
    let present = step_at(now);
    let mut found = i64::MIN;
    for step in present - WINDOW..=present + WINDOW {
        let fits = code(secret, step).ct_eq(&given);
        found.conditional_assign(&step, fits);
    }
    (found > last_step && found != i64::MIN).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8; 20] = b"12345678901234567890";

    /// RFC 6238 appendix B, SHA-1; the last six of eight digits.
    #[test]
    fn the_codes_are_those_of_rfc_6238() {
        for (seconds, expected) in [
            (59, 287_082),
            (1_111_111_109, 81_804),
            (1_111_111_111, 50_471),
            (1_234_567_890, 5_924),
            (2_000_000_000, 279_037),
            (20_000_000_000, 353_130),
        ] {
            let at = DateTime::from_timestamp(seconds, 0).unwrap();
            assert_eq!(code(SECRET, step_at(at)), expected, "{seconds}");
        }
    }

    /// RFC 4226 appendix D.
    #[test]
    fn the_codes_are_those_of_rfc_4226() {
        let expected = [755_224, 287_082, 359_152, 969_429, 338_314];
        for (counter, expected) in (0..).zip(expected) {
            assert_eq!(code(SECRET, counter), expected, "{counter}");
        }
    }

    #[test]
    fn one_step_before_and_one_after_are_accepted_and_each_once() {
        let now = DateTime::from_timestamp(1_800_000_015, 0).unwrap();
        let present = step_at(now);
        let given = |step| code(SECRET, step);
        for step in present - 1..=present + 1 {
            assert_eq!(matching_step(SECRET, given(step), now, 0), Some(step));
            assert_eq!(matching_step(SECRET, given(step), now, step), None);
            assert_eq!(
                matching_step(SECRET, given(step), now, step - 1),
                Some(step)
            );
        }
        for step in [present - 2, present + 2] {
            assert_eq!(matching_step(SECRET, given(step), now, 0), None);
        }
        assert_eq!(
            matching_step(b"another secret", given(present), now, 0),
            None
        );
    }
}
