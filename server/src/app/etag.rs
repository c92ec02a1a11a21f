//! The entity tag of a thing as it is shown (RFC 9110 §8.8.3): the same on all nodes, on both
//! databases and after a restart, and another one after every change.

use serde::Serialize;
use serde_json::Value;

use super::error::AppError;
use crate::crypto::digest;
use crate::domain::precondition::{EntityTag, Precondition};

/// What changes by mere use. It is left out, or nobody could change what is in use: its tag would
/// not hold until the change arrives.
const BY_USE: [&str; 1] = ["last_used_at"];

/// The tag of a view, which is a JSON object.
///
/// # Errors
/// [`AppError::Internal`], which does not happen for the views there are.
pub fn of(view: &impl Serialize) -> Result<EntityTag, AppError> {
    let failed = |error: serde_json::Error| AppError::Internal(error.to_string());
    let mut value = serde_json::to_value(view).map_err(failed)?;
    leave_out_use(&mut value);
    let text = serde_json::to_vec(&value).map_err(failed)?;
    Ok(EntityTag::new(&digest::short_name(&text)))
}

/// Looks, within a change, at what is there before it is changed.
///
/// # Errors
/// [`AppError::PreconditionFailed`].
pub(super) fn require<V: Serialize>(
    precondition: &Precondition,
    view: impl FnOnce() -> V,
) -> Result<(), AppError> {
    if precondition.is_none() {
        return Ok(());
    }
    Ok(precondition.check(&of(&view())?)?)
}

fn leave_out_use(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for name in BY_USE {
                members.remove(name);
            }
            members.values_mut().for_each(leave_out_use);
        }
        Value::Array(items) => items.iter_mut().for_each(leave_out_use),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_tag_is_that_of_the_view() {
        // printf '{"a":1}' | openssl sha256 -binary | head -c16 | base64 | tr '+/' '-_'
        let tag = of(&json!({"a": 1})).expect("a tag");
        assert_eq!(tag.as_str(), "\"AVq9f1zFei3ZS3WQ8ErYCA\"");
        assert_ne!(tag, of(&json!({"a": 2})).expect("a tag"));
    }

    #[test]
    fn use_does_not_change_it_wherever_it_stands() {
        let with = |at: &str| {
            let view =
                json!({"a": 1, "last_used_at": at, "secrets": [{"b": 2, "last_used_at": at}]});
            of(&view).expect("a tag")
        };
        assert_eq!(with("2026-01-01T00:00:00Z"), with("2026-01-02T00:00:00Z"));
    }
}
