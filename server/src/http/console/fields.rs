//! What a form or a query holds.

use std::str::FromStr;

use zeroize::Zeroizing;

use crate::domain::secret::Secret;

/// How many fields are read at most.
const MOST: usize = 1_000;

/// Names and values, in the order in which they were sent. Values may be secrets, so there is no
/// `Debug`.
#[derive(Clone, Default)]
pub struct Fields(Vec<(String, Zeroizing<String>)>);

impl Fields {
    /// Reads `application/x-www-form-urlencoded`. What is no UTF-8 is read as replacement
    /// characters, which no rule accepts.
    pub fn parse(text: &[u8]) -> Self {
        let pairs = url::form_urlencoded::parse(text)
            .take(MOST)
            .map(|(name, value)| (name.into_owned(), Zeroizing::new(value.into_owned())))
            .collect();
        Self(pairs)
    }

    /// The value of a field without the blanks around it; empty where it was not sent.
    pub fn text(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// The value of a field as it was sent; empty where it was not sent.
    pub fn raw(&self, name: &str) -> &str {
        self.0
            .iter()
            .find(|(field, _)| field == name)
            .map_or("", |(_, value)| value.as_str())
    }

    /// The value of a field, where it is not blank.
    pub fn given(&self, name: &str) -> Option<&str> {
        Some(self.text(name)).filter(|text| !text.is_empty())
    }

    /// All values of a field that may stand there more than once.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(field, _)| field == name)
            .map(|(_, value)| value.trim())
            .filter(|value| !value.is_empty())
    }

    /// Whether a box is ticked.
    pub fn is_ticked(&self, name: &str) -> bool {
        self.given(name).is_some()
    }

    /// A secret, as it was sent.
    pub fn secret(&self, name: &str) -> Secret {
        Secret::new(self.raw(name).to_owned())
    }

    /// A value of a type that says itself what rule it keeps; nothing where the field is blank.
    ///
    /// # Errors
    /// The rule that the text breaks.
    pub fn parsed<T: FromStr>(&self, name: &str) -> Result<Option<T>, String>
    where
        T::Err: std::fmt::Display,
    {
        self.given(name)
            .map(str::parse)
            .transpose()
            .map_err(|rule: T::Err| rule.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_by_name() {
        let fields = Fields::parse(b"name=+a+b+&scope=x&scope=&scope=y&empty=&name=other&%FF=1");
        assert_eq!(fields.text("name"), "a b");
        assert_eq!(fields.raw("name"), " a b ");
        assert_eq!(fields.given("empty"), None);
        assert_eq!(fields.given("absent"), None);
        assert_eq!(fields.all("scope").collect::<Vec<_>>(), ["x", "y"]);
        assert_eq!(fields.parsed::<u8>("name").ok(), None);
        assert_eq!(fields.parsed::<u8>("empty"), Ok(None));
        assert!(fields.is_ticked("scope") && !fields.is_ticked("empty"));
    }

    #[test]
    fn their_number_is_bounded() {
        let many = "a=1&".repeat(5_000);
        assert_eq!(Fields::parse(many.as_bytes()).0.len(), MOST);
    }
}
