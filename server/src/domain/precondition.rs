//! Conditional requests: entity tags, and what a caller expects of a thing before it is changed
//! (RFC 9110 §8.8.3 and §13.1).

use std::fmt;

/// The state of a thing in one word, with its quotation marks. Always strong: two things with the
/// same tag are the same byte for byte (RFC 9110 §8.8.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntityTag(String);

impl EntityTag {
    /// A tag of `text`, which is base64url or the like: it holds no quotation mark.
    pub fn new(text: &str) -> Self {
        Self(format!("\"{text}\""))
    }

    /// As it stands in a header.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EntityTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The header is no list of entity tags.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "must be * or entity tags in quotation marks, separated by commas (RFC 9110 section 8.8.3)"
)]
pub struct InvalidTags;

/// What `If-Match` or `If-None-Match` names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tags {
    /// `*`: whatever there is.
    Any,
    /// These.
    Listed(Vec<Listed>),
}

/// One tag of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    weak: bool,
    /// With its quotation marks.
    opaque: String,
}

impl Tags {
    /// Reads the values of all header lines of one name.
    ///
    /// # Errors
    /// [`InvalidTags`]: a tag without quotation marks, `*` among tags, or nothing at all.
    pub fn parse<'a>(lines: impl IntoIterator<Item = &'a [u8]>) -> Result<Self, InvalidTags> {
        let lines: Vec<&[u8]> = lines.into_iter().collect();
        if let [line] = lines.as_slice()
            && line.trim_ascii() == b"*"
        {
            return Ok(Self::Any);
        }
        let mut listed = Vec::new();
        for line in lines {
            read_line(line, &mut listed)?;
        }
        if listed.is_empty() {
            return Err(InvalidTags);
        }
        Ok(Self::Listed(listed))
    }

    /// The strong comparison, in which a weak tag matches nothing (RFC 9110 §8.8.3.2).
    fn matches_strongly(&self, current: &EntityTag) -> bool {
        match self {
            Self::Any => true,
            Self::Listed(listed) => listed
                .iter()
                .any(|tag| !tag.weak && tag.opaque == current.0),
        }
    }

    /// The weak comparison, which looks at what is between the quotation marks alone.
    fn matches_weakly(&self, current: &EntityTag) -> bool {
        match self {
            Self::Any => true,
            Self::Listed(listed) => listed.iter().any(|tag| tag.opaque == current.0),
        }
    }
}

/// `1#entity-tag`: commas and white space between, empty places allowed (RFC 9110 §5.6.1.2).
fn read_line(line: &[u8], listed: &mut Vec<Listed>) -> Result<(), InvalidTags> {
    let mut rest = line;
    loop {
        let start = rest
            .iter()
            .position(|byte| !matches!(byte, b' ' | b'\t' | b','));
        let Some(start) = start else { return Ok(()) };
        rest = rest.get(start..).unwrap_or_default();
        let strong = rest.strip_prefix(b"W/".as_slice());
        let weak = strong.is_some();
        let opened = strong.unwrap_or(rest).strip_prefix(b"\"".as_slice());
        let opened = opened.ok_or(InvalidTags)?;
        let end = opened.iter().position(|byte| *byte == b'"');
        let (text, after) = opened.split_at(end.ok_or(InvalidTags)?);
        // No tag of ours holds anything but ASCII, so what does matches nothing.
        if text.iter().any(|byte| *byte <= b' ' || *byte == 0x7f) {
            return Err(InvalidTags);
        }
        listed.push(Listed {
            weak,
            opaque: format!("\"{}\"", String::from_utf8_lossy(text)),
        });
        rest = after.get(1..).unwrap_or_default().trim_ascii_start();
        if !rest.is_empty() && !rest.starts_with(b",") {
            return Err(InvalidTags);
        }
    }
}

/// What a caller expects of a thing before anything is done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Precondition {
    /// It is one of these still.
    pub if_match: Option<Tags>,
    /// It is none of these.
    pub if_none_match: Option<Tags>,
}

/// The thing is not, or is no more, what the caller expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "This has changed since you read it, or is not what you expect. Read it again, and decide anew."
)]
pub struct PreconditionFailed;

impl Precondition {
    /// Nothing is expected.
    pub const NONE: Self = Self {
        if_match: None,
        if_none_match: None,
    };

    /// Whether nothing is expected, so that no tag needs to be made.
    pub const fn is_none(&self) -> bool {
        self.if_match.is_none() && self.if_none_match.is_none()
    }

    /// Looks at the thing as it is now, before it is changed (RFC 9110 §13.2.2).
    ///
    /// # Errors
    /// [`PreconditionFailed`].
    pub fn check(&self, current: &EntityTag) -> Result<(), PreconditionFailed> {
        self.check_match(current)?;
        if self.is_known(current) {
            return Err(PreconditionFailed);
        }
        Ok(())
    }

    /// RFC 9110 §13.1.1 alone, for reading.
    ///
    /// # Errors
    /// [`PreconditionFailed`].
    pub fn check_match(&self, current: &EntityTag) -> Result<(), PreconditionFailed> {
        match &self.if_match {
            Some(tags) if !tags.matches_strongly(current) => Err(PreconditionFailed),
            _ => Ok(()),
        }
    }

    /// Whether the caller has this state already (RFC 9110 §13.1.2).
    pub fn is_known(&self, current: &EntityTag) -> bool {
        self.if_none_match
            .as_ref()
            .is_some_and(|tags| tags.matches_weakly(current))
    }
}
