//! What is wrong with a form that was sent, field by field, as the templates show it.

use super::refusal::{Refusal, sentence};
use crate::app::error::AppError;

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

    /// The value of a field, or a note of the rule that it breaks.
    pub fn take<T>(&mut self, field: &'static str, value: Result<T, String>) -> Option<T> {
        value
            .map_err(|rule| self.add(field, sentence(&format!("This {rule}"))))
            .ok()
    }

    /// The same for a field that must be filled in; `missing` says what to fill in.
    pub fn required<T>(
        &mut self,
        field: &'static str,
        value: Result<Option<T>, String>,
        missing: &str,
    ) -> Option<T> {
        let value = self.take(field, value)?;
        if value.is_none() {
            self.add(field, missing);
        }
        value
    }

    /// Notes why a use case did not take the form: at the field that it names, where that is one of
    /// `fields`, or else at the first of them.
    ///
    /// # Errors
    /// What no other text in the form would mend.
    pub fn refused(
        &mut self,
        error: AppError,
        fields: &'static [&'static str],
    ) -> Result<(), Refusal> {
        let first = fields.first().copied().unwrap_or_default();
        match error {
            AppError::Invalid { field, rule } => {
                let known = fields.iter().find(|known| **known == field);
                let message = match known {
                    Some(_) => format!("This {rule}"),
                    None => format!("{field} {rule}"),
                };
                self.add(known.copied().unwrap_or(first), sentence(&message));
            }
            AppError::Conflict(text) => self.add(first, text),
            error @ AppError::Denied(_) => self.add(first, sentence(&error.to_string())),
            other => return Err(other.into()),
        }
        Ok(())
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
    use super::*;

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

    #[test]
    fn what_a_use_case_refuses_stands_at_its_field() {
        let mut errors = FormErrors::default();
        let fields = &["name", "slug"];
        let taken = AppError::invalid("slug", "must be short");
        errors.refused(taken, fields).unwrap();
        errors
            .refused(AppError::invalid("other", "must not be"), fields)
            .unwrap();
        assert_eq!(errors.of("slug"), "This must be short.");
        assert_eq!(errors.of("name"), "Other must not be.");
        let gone = AppError::NotFound("organization");
        assert!(errors.refused(gone, fields).is_err());
    }

    #[test]
    fn a_field_is_taken_or_told_its_rule() {
        let mut errors = FormErrors::default();
        let broken: Result<u8, String> = Err("must be a number".to_owned());
        assert_eq!(errors.take("a", broken), None);
        assert_eq!(errors.of("a"), "This must be a number.");
        assert_eq!(errors.required("b", Ok(Some(1)), "Enter b."), Some(1));
        assert_eq!(errors.required::<u8>("c", Ok(None), "Enter c."), None);
        assert_eq!((errors.of("b"), errors.of("c")), ("", "Enter c."));
    }
}
