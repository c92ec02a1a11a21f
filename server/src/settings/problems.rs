//! What is wrong with the settings, all of it.

use std::fmt;

/// Every problem found in the settings, one sentence each, in a stable order: the file, unknown
/// names, then the settings in the order of the reference. Never holds a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems(Vec<String>);

impl Problems {
    pub(super) fn new(sentences: Vec<String>) -> Self {
        Self(sentences)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The sentences.
    pub fn sentences(&self) -> &[String] {
        &self.0
    }
}

/// One sentence a line, without a line feed at the end.
impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("\n"))
    }
}

impl std::error::Error for Problems {}
