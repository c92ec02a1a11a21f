//! Text that is looked for in lists.

use std::str::FromStr;

use uuid::Uuid;

use super::text::is_visible;

/// The longest text that is looked for, in characters. No name is longer.
pub const MAX_SEARCH: usize = 100;

/// From how many hexadecimal digits on a text is taken for the beginning of an id. Ids begin with
/// the time, so all of one time have the first few in common.
const MIN_ID_DIGITS: usize = 8;

/// Text that somebody looks for: 1 to [`MAX_SEARCH`] characters, none of them invisible. White space
/// around it is taken off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchText(String);

/// The text cannot be looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be 1 to {MAX_SEARCH} characters, without control or other invisible characters")]
pub struct InvalidSearch;

impl FromStr for SearchText {
    type Err = InvalidSearch;

    fn from_str(text: &str) -> Result<Self, InvalidSearch> {
        let trimmed = text.trim();
        if trimmed.is_empty() || text.chars().count() > MAX_SEARCH || !is_visible(text) {
            return Err(InvalidSearch);
        }
        Ok(Self(trimmed.to_owned()))
    }
}

impl SearchText {
    /// The text as it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The pattern of SQL's LIKE that finds the text in any place of a [folded](fold) one. What LIKE
    /// takes for a wildcard stands behind [`LIKE_ESCAPE`].
    pub fn like_pattern(&self) -> String {
        pattern(&fold(&self.0))
    }

    /// As [`Self::like_pattern`], for a text that is not folded.
    pub fn like_pattern_as_given(&self) -> String {
        pattern(&self.0)
    }

    /// The first and the last id that begin with the text, where it may be the beginning of one: 8
    /// digits or more, with hyphens where ids have them.
    pub fn ids(&self) -> Option<(Uuid, Uuid)> {
        let digits = self.0.bytes().filter(u8::is_ascii_hexdigit).count();
        if digits < MIN_ID_DIGITS || self.0.len() > FIRST_ID.len() {
            return None;
        }
        let fits = self.0.bytes().zip(FIRST_ID.bytes()).all(|(byte, place)| {
            if place == b'-' {
                byte == b'-'
            } else {
                byte.is_ascii_hexdigit()
            }
        });
        if !fits {
            return None;
        }
        let filled = |with: &str| {
            let rest = with.get(self.0.len()..)?;
            Uuid::try_parse(&format!("{}{rest}", self.0)).ok()
        };
        Some((filled(FIRST_ID)?, filled(LAST_ID)?))
    }
}

fn pattern(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for c in text.chars() {
        if matches!(c, '%' | '_' | LIKE_ESCAPE) {
            pattern.push(LIKE_ESCAPE);
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

/// What stands before a character that is no wildcard, for `LIKE … ESCAPE`.
pub const LIKE_ESCAPE: char = '!';

const FIRST_ID: &str = "00000000-0000-0000-0000-000000000000";
const LAST_ID: &str = "ffffffff-ffff-ffff-ffff-ffffffffffff";

/// The form in which texts are compared and sorted: without the difference of upper and lower case,
/// in every script. The databases' own functions differ in what they fold.
pub fn fold(text: &str) -> String {
    text.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn search(text: &str) -> SearchText {
        text.parse().unwrap()
    }

    #[test]
    fn what_can_be_looked_for_is_visible_and_bounded() {
        assert_eq!(search("  CI job ").as_str(), "CI job");
        assert!("x".repeat(MAX_SEARCH).parse::<SearchText>().is_ok());
        for bad in ["", "  ", "a\0b", "a\u{202E}b", &"x".repeat(MAX_SEARCH + 1)] {
            assert_eq!(bad.parse::<SearchText>(), Err(InvalidSearch), "{bad:?}");
        }
    }

    #[test]
    fn wildcards_are_plain_characters() {
        assert_eq!(search("Ab").like_pattern(), "%ab%");
        assert_eq!(search("ÄÖ").like_pattern(), "%äö%");
        assert_eq!(search("50%_!\\").like_pattern(), "%50!%!_!!\\%");
    }

    #[test]
    fn the_beginning_of_an_id_is_a_stretch_of_ids() {
        let id = |text: &str| Uuid::try_parse(text).unwrap();
        assert_eq!(
            search("0197F3C2-6d").ids(),
            Some((
                id("0197f3c2-6d00-0000-0000-000000000000"),
                id("0197f3c2-6dff-ffff-ffff-ffffffffffff")
            ))
        );
        let whole = "0197f3c2-6d5e-7c3a-9b1e-2f4a6c8e0b1d";
        assert_eq!(search(whole).ids(), Some((id(whole), id(whole))));
        for none in [
            "0197f3c",
            "0197f3c26d",
            "0197-f3c2-6d5e",
            "0197f3c2x",
            "deploy key",
            &format!("{whole}0"),
            "0197f3c2é",
        ] {
            assert_eq!(search(none).ids(), None, "{none}");
        }
    }
}
