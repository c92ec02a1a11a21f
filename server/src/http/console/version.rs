//! Which state of a thing a form showed, so that nobody undoes unseen what somebody else has changed
//! meanwhile.

use serde::Serialize;

use super::fields::Fields;
use crate::app::error::AppError;
use crate::app::etag;
use crate::domain::precondition::{EntityTag, Precondition, Tags};

/// The hidden field.
const VERSION: &str = "version";

/// What is told where somebody else was faster.
pub const OVERTAKEN: &str = "Somebody else changed this while you did. Nothing was saved: look at it again, or save once \
     more to replace what is there now.";

/// The state of a thing, by its view.
///
/// # Errors
/// [`AppError::Internal`], which does not happen for the views there are.
pub fn of(view: &impl Serialize) -> Result<String, AppError> {
    Ok(etag::of(view)?.as_str().trim_matches('"').to_owned())
}

/// That the thing is as the form showed it. A form without that expects nothing that there is.
///
/// # Errors
/// [`AppError::Invalid`] for what is no version.
pub fn expected(form: &Fields) -> Result<Precondition, AppError> {
    let tag = EntityTag::new(form.text(VERSION));
    let tags = Tags::parse([tag.as_str().as_bytes()]);
    Ok(Precondition {
        if_match: Some(tags.map_err(|rule| AppError::invalid(VERSION, rule))?),
        if_none_match: None,
    })
}
