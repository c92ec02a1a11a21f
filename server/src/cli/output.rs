//! Printing: results on stdout, complaints on stderr.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;

use super::error::CliError;
use super::private_file::plain;
use crate::domain::text::Email;

/// Writes text to stdout as it is.
///
/// # Errors
/// Where stdout cannot be written. A reader that went away (`| head`) is no error.
pub fn print(text: &str) -> Result<(), CliError> {
    match write(text) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(CliError::failed(format!(
            "The result could not be written to stdout: {}.",
            plain(&error)
        ))),
        _ => Ok(()),
    }
}

/// Writes text that holds a secret to stdout, the one time that it is known. `lost` says, in a
/// sentence or two, what is lost with it and what to do.
///
/// # Errors
/// Where not all of it was written. A reader that went away is an error here: nobody has the secret.
pub fn print_secret(text: &str, lost: &str) -> Result<(), CliError> {
    write(text).map_err(|error| {
        CliError::failed(format!(
            "The result could not be written to stdout: {}. {lost}",
            plain(&error)
        ))
    })
}

fn write(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()
}

/// What to say where nobody was shown the password of a new user. `again` makes the user anew.
pub fn lost_password(email: &Email, again: &str) -> String {
    format!(
        "The password of {email} is lost: remove the user with 'grantd users remove {email}', then {again}."
    )
}

/// Writes a value to stdout as indented JSON.
///
/// # Errors
/// As [`print`].
pub fn print_json(value: &impl Serialize) -> Result<(), CliError> {
    let text = serde_json::to_string_pretty(value)
        .map_err(|error| CliError::failed(format!("The result has no JSON form: {error}.")))?;
    print(&(text + "\n"))
}

/// Writes objects as a table of some of their fields, or whole as JSON.
/// A column is a heading and the name of the field under it.
///
/// # Errors
/// As [`print`].
pub fn print_list(
    json: bool,
    columns: &[(&str, &str)],
    objects: &[impl Serialize],
) -> Result<(), CliError> {
    if json {
        return print_json(&objects);
    }
    let objects = serde_json::to_value(objects)
        .map_err(|error| CliError::failed(format!("The result has no JSON form: {error}.")))?;
    let objects = objects.as_array().map(Vec::as_slice).unwrap_or_default();
    let heading = columns
        .iter()
        .map(|(heading, _)| (*heading).to_owned())
        .collect();
    let rows = objects.iter().map(|object| {
        columns
            .iter()
            .map(|(_, field)| cell(&object[*field]))
            .collect()
    });
    let rows: Vec<Vec<String>> = std::iter::once(heading).chain(rows).collect();
    print(&table(&rows))
}

/// A value as it stands in a table.
fn cell(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(cell).collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    }
}

fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.first().map_or(0, Vec::len);
    let width = |column: usize| {
        let lengths = rows.iter().map(|row| row[column].chars().count());
        lengths.max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            line.push_str(cell);
            line.extend(std::iter::repeat_n(' ', width + 2 - cell.chars().count()));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// Writes a complaint to stderr.
pub fn complain(what: &impl std::fmt::Display) {
    let _ = writeln!(io::stderr().lock(), "{what}");
}

/// Writes a hint to stderr, where it does not mix with the result.
pub fn hint(text: &str) {
    complain(&text);
}
