//! What a password that a person chooses may be (NIST SP 800-63B §5.1.1.2): long enough, whatever it
//! is made of, and not one that others try first.

use super::text::Email;

/// The least that a password given by a person must have, in characters.
pub const MIN_PASSWORD: usize = 12;

/// The most, in characters: Argon2 reads all of it.
pub const MAX_PASSWORD: usize = 1_000;

/// Fewer different characters than this make a pattern, such as `abababababab`.
const MIN_DIFFERENT: usize = 5;

/// The rule that a password breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BrokenPasswordRule {
    /// Its length.
    #[error("must be {MIN_PASSWORD} to {MAX_PASSWORD} characters")]
    Length,
    /// The address stands beside it wherever it is used.
    #[error("must not be the email address or a part of it")]
    Email,
    /// It is among those that are tried first.
    #[error("must not be a password that many people use or a simple pattern")]
    Common,
}

/// Checks the length alone.
///
/// # Errors
/// [`BrokenPasswordRule::Length`].
pub fn check_length(password: &str) -> Result<(), BrokenPasswordRule> {
    if (MIN_PASSWORD..=MAX_PASSWORD).contains(&password.chars().count()) {
        Ok(())
    } else {
        Err(BrokenPasswordRule::Length)
    }
}

/// Checks a password that the owner of this address chooses.
///
/// # Errors
/// The first rule that it breaks.
pub fn check(password: &str, email: &Email) -> Result<(), BrokenPasswordRule> {
    check_length(password)?;
    let folded = password.trim().to_lowercase();
    if email.as_str().contains(&folded) {
        return Err(BrokenPasswordRule::Email);
    }
    let mut different: Vec<char> = folded.chars().collect();
    different.sort_unstable();
    different.dedup();
    if different.len() < MIN_DIFFERENT || is_run(&folded) || is_common(&folded) {
        return Err(BrokenPasswordRule::Common);
    }
    Ok(())
}

/// Whether each character follows the one before, as in `abcdefghijkl` and `1234567890123`.
fn is_run(text: &str) -> bool {
    let codes: Vec<u32> = text.chars().map(u32::from).collect();
    let follows = |pair: &[u32]| match pair {
        [first, second] => {
            second.abs_diff(*first) == 1
                || [*first, *second] == [u32::from('9'), u32::from('0')]
                || [*first, *second] == [u32::from('0'), u32::from('9')]
        }
        _ => true,
    };
    codes.windows(2).all(follows)
}

/// Whether it is one of these, or one of these with digits and signs behind.
fn is_common(text: &str) -> bool {
    let word = text.trim_end_matches(|c: char| !c.is_alphabetic());
    COMMON
        .iter()
        .any(|common| *common == text || *common == word)
}

/// What stands in published lists of leaked passwords, and is long enough or becomes so by digits
/// behind it. In lower case.
const COMMON: &[&str] = &[
    "1q2w3e4r5t6y",
    "1q2w3e4r5t6y7u",
    "1q2w3e4r5t6y7u8i",
    "1q2w3e4r5t6y7u8i9o0p",
    "1qaz2wsx3edc",
    "1qaz2wsx3edc4rfv",
    "1qazxsw23edc",
    "abc",
    "abcd",
    "abcdef",
    "abcdefg",
    "admin",
    "adminadminadmin",
    "adminadmin",
    "administrator",
    "asdfghjkl",
    "asdfghjklasdfghjkl",
    "changeme",
    "changemenow",
    "computer",
    "correct horse battery staple",
    "correct-horse-battery-staple",
    "correcthorsebatterystaple",
    "default",
    "dragon",
    "football",
    "grantd",
    "grantdgrantd",
    "hellohellohello",
    "hello",
    "iloveyou",
    "iloveyouiloveyou",
    "letmein",
    "letmeinletmein",
    "letmeinplease",
    "master",
    "monkey",
    "mypassword",
    "nopassword",
    "p@ssw0rd",
    "p@ssword",
    "pa$$w0rd",
    "pa$$word",
    "passw0rd",
    "password",
    "passwordpassword",
    "princess",
    "q1w2e3r4t5y6",
    "q1w2e3r4t5y6u7i8",
    "qazwsxedc",
    "qazwsxedcrfv",
    "qwert",
    "qwerty",
    "qwertyqwerty",
    "qwertyui",
    "qwertyuiop",
    "qwertyuiop[]",
    "qwertyuiopasdfghjkl",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertz",
    "qwertzuiop",
    "secret",
    "secretsecret",
    "sunshine",
    "superman",
    "test",
    "testtesttest",
    "thisisapassword",
    "thisismypassword",
    "trustno1trustno1",
    "welcome",
    "welcomewelcome",
    "whatever",
    "zaq12wsxcde3",
    "zaq1xsw2cde3",
    "zxcvbnm",
    "zxcvbnmasdfghjkl",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(password: &str) -> Option<BrokenPasswordRule> {
        check(password, &"annabel.lee@example.com".parse().unwrap()).err()
    }

    #[test]
    fn whatever_is_long_and_nobody_elses_is_good() {
        for good in [
            "a long enough password",
            "passé simple, plus-que-parfait",
            "correct horse battery nail",
            "密码密码你好世界一二三四五六七八",
            "password of my own",
            "annabel.lee@example.com and more",
        ] {
            assert_eq!(broken(good), None, "{good}");
        }
    }

    #[test]
    fn each_rule_is_named() {
        use BrokenPasswordRule::{Common, Email, Length};
        for (bad, rule) in [
            ("", Length),
            ("eleven char", Length),
            (&"x".repeat(1_001), Length),
            ("Annabel.Lee@Example.com", Email),
            (" annabel.lee@example.com", Email),
            ("annabel.lee@e", Email),
            ("111111111111", Common),
            ("abababababab", Common),
            ("abcdefghijkl", Common),
            ("lkjihgfedcba", Common),
            ("1234567890123", Common),
            ("Password1234!", Common),
            ("PASSWORDpassword", Common),
            ("qwertyuiop12", Common),
            ("Welcome2026!!", Common),
            ("1q2w3e4r5t6y", Common),
        ] {
            assert_eq!(broken(bad), Some(rule), "{bad}");
        }
    }

    #[test]
    fn the_list_is_written_as_it_is_compared() {
        for common in COMMON {
            assert_eq!(*common, common.to_lowercase());
        }
    }
}
