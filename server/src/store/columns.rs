//! Between columns and domain types.

use std::fmt::Display;
use std::str::FromStr;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::StoreError;

/// Reads a text column as a domain type.
pub(super) fn parse<T>(column: &'static str, text: &str) -> Result<T, StoreError>
where
    T: FromStr<Err: Display>,
{
    text.parse()
        .map_err(|error| StoreError::Corrupt(format!("{column} is {text:?}, which {error}")))
}

/// Leaves out, and tells the log of, rows that this build does not understand, such as those of a
/// newer one in a rolling upgrade: one of them must not keep a node from all the others.
pub(super) fn understood<T>(
    rows: impl Iterator<Item = Result<T, StoreError>>,
) -> Result<Vec<T>, StoreError> {
    rows.filter_map(|row| match row {
        Err(StoreError::Corrupt(cause)) => {
            log::error!("a row is left out: {cause}");
            None
        }
        row => Some(row),
    })
    .collect()
}

/// Reads a JSON text column.
pub(super) fn from_json<T: DeserializeOwned>(
    column: &'static str,
    text: &str,
) -> Result<T, StoreError> {
    serde_json::from_str(text)
        .map_err(|error| StoreError::Corrupt(format!("{column} is {text:?}: {error}")))
}

/// Writes a JSON text column.
pub(super) fn to_json<T: Serialize + ?Sized>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value)
        .map_err(|error| StoreError::Corrupt(format!("a value cannot be written as JSON: {error}")))
}

/// Reads a column of seconds, or of another number that is never negative.
pub(super) fn to_count(
    column: &'static str,
    number: Option<i32>,
) -> Result<Option<u32>, StoreError> {
    number
        .map(u32::try_from)
        .transpose()
        .map_err(|_| StoreError::Corrupt(format!("{column} is negative")))
}

/// Writes such a column. What no column can hold (68 years) becomes the most it can: lifetimes and
/// limits are bounded far below.
pub(super) fn from_count(number: Option<u32>) -> Option<i32> {
    number.map(|number| i32::try_from(number).unwrap_or(i32::MAX))
}
