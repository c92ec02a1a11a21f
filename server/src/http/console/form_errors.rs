//! What is wrong with a form that was sent, field by field, as the templates show it.

/// Messages by field, in the order in which they were found.
#[derive(Default)]
pub struct FormErrors {
    list: Vec<(&'static str, String)>,
}

impl FormErrors {
    /// Notes what is wrong with a field. The message names the rule, and never repeats a secret.
    pub fn add(&mut self, field: &'static str, message: impl Into<String>) {
        self.list.push((field, message.into()));
    }

    /// The first message for a field; empty if there is none.
    pub fn of(&self, field: &str) -> &str {
        self.list
            .iter()
            .find(|(name, _)| *name == field)
            .map_or("", |(_, message)| message)
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// All fields with their messages, for the summary at the top of a page.
    pub fn list(&self) -> &[(&'static str, String)] {
        &self.list
    }
}

#[cfg(test)]
mod tests {
    use super::FormErrors;

    #[test]
    fn a_field_is_told_the_first_thing_wrong_with_it() {
        let mut errors = FormErrors::default();
        assert!(errors.is_empty());
        errors.add("name", "Enter a name.");
        errors.add("name", "Use at most 80 characters.");
        errors.add("expiry", "Choose a day to come.");

        assert_eq!(errors.of("name"), "Enter a name.");
        assert_eq!(errors.of("expiry"), "Choose a day to come.");
        assert_eq!(errors.of("scope"), "");
        assert_eq!(errors.list().len(), 3);
        assert!(!errors.is_empty());
    }
}
