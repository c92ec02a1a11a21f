//! Recovery codes: what stands in for a second factor that is lost, each of them once.

use super::secret::Secret;

/// How many a person has at first.
pub const HOW_MANY: usize = 10;

/// Random bytes of one code: 12 characters of 5 bits each, so 60 bits, in the first 60 of them.
pub const RANDOM_LENGTH: usize = 8;

const CHARACTERS: usize = 12;
const GROUP: usize = 4;

/// Letters and digits that nobody takes for one another: no `i`, `l`, `o` and `u` (Crockford's
/// base32).
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// A code such as `7k2m-x9qd-04tb`.
pub fn encode(random: &[u8; RANDOM_LENGTH]) -> Secret {
    let mut rest = u64::from_be_bytes(*random);
    let mut text = String::with_capacity(CHARACTERS + CHARACTERS / GROUP);
    for place in 0..CHARACTERS {
        if place > 0 && place % GROUP == 0 {
            text.push('-');
        }
        text.push(char::from(ALPHABET[(rest >> 59) as usize & 31]));
        rest <<= 5;
    }
    Secret::new(text)
}

/// A code as a person typed it, in the one spelling: without spaces and hyphens, in lower case, and
/// with the digits that `i`, `l` and `o` were taken for. Nothing where it cannot be one.
pub fn normal(text: &str) -> Option<Secret> {
    let mut kept = String::with_capacity(CHARACTERS);
    for c in text.chars() {
        if c == '-' || c.is_whitespace() {
            continue;
        }
        let c = match c.to_ascii_lowercase() {
            'i' | 'l' => '1',
            'o' => '0',
            c => c,
        };
        let known = u8::try_from(c).is_ok_and(|b| ALPHABET.contains(&b));
        if !known || kept.len() == CHARACTERS {
            return None;
        }
        kept.push(c);
    }
    (kept.len() == CHARACTERS).then(|| Secret::new(kept))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixty_bits_become_twelve_characters() {
        assert_eq!(encode(&[0; 8]).expose(), "0000-0000-0000");
        assert_eq!(encode(&[0xff; 8]).expose(), "zzzz-zzzz-zzzz");
        // 00001 00010 00011 …
        let counted = encode(&[0x08, 0x86, 0x42, 0x98, 0xe8, 0x4a, 0x96, 0xc6]);
        assert_eq!(counted.expose(), "1234-5678-9abc");
    }

    #[test]
    fn a_code_is_read_as_people_write_it() {
        let read = |text: &str| normal(text).map(|code| code.expose().to_owned());
        for text in [
            "1234-5678-9abc",
            "123456789ABC",
            " l234 5678 9abc\n",
            "I2-34567-89abc",
        ] {
            assert_eq!(read(text).as_deref(), Some("123456789abc"), "{text:?}");
        }
        assert_eq!(read("oO00-0000-0000").as_deref(), Some("000000000000"));
        for text in [
            "",
            "123456",
            "1234-5678-9ab",
            "1234-5678-9abcd",
            "1234-5678-9abü",
            "u234-5678-9abc",
        ] {
            assert_eq!(read(text), None, "{text:?}");
        }
    }
}
