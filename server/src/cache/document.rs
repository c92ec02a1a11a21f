//! A public JSON document, made once and sent often.

use std::sync::Arc;

use serde::Serialize;

/// A document as it is sent.
#[derive(Debug, Clone)]
pub struct Document {
    /// The JSON. Shared, so that sending it copies nothing.
    pub body: Arc<str>,
    /// A strong entity tag (RFC 9110 §8.8.3) of it, with its quotation marks.
    pub etag: String,
}

impl Document {
    /// Writes the document.
    ///
    /// # Errors
    /// Where `content` cannot be written as JSON.
    pub fn new(content: &impl Serialize) -> Result<Self, serde_json::Error> {
        Ok(Self::from_text(serde_json::to_string(content)?))
    }

    /// Takes over a JSON text as it is.
    pub fn from_text(body: String) -> Self {
        let etag = entity_tag(body.as_bytes());
        Self {
            body: body.into(),
            etag,
        }
    }
}

/// A strong entity tag of the content, with its quotation marks: 16 bytes of SHA-256 in hexadecimal.
pub fn entity_tag(content: &[u8]) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, content);
    let mut tag = String::with_capacity(34);
    tag.push('"');
    for byte in digest.as_ref().iter().take(16) {
        tag.push(char::from_digit(u32::from(byte >> 4), 16).unwrap_or('0'));
        tag.push(char::from_digit(u32::from(byte & 15), 16).unwrap_or('0'));
    }
    tag.push('"');
    tag
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tag_is_that_of_the_content() {
        let document = Document::new(&["a"]).unwrap();
        assert_eq!(&*document.body, r#"["a"]"#);
        // printf '["a"]' | sha256sum
        assert_eq!(document.etag, "\"0eb5b8d6f81bc677da8a08567cc4fa9a\"");
        assert_ne!(document.etag, Document::new(&["b"]).unwrap().etag);
    }
}
