//! The trail as a file.

use super::{AuditFilter, csv, oldest};
use crate::app::App;
use crate::app::authority::Authority;
use crate::app::error::AppError;
use crate::store;

/// How many events are read at once.
const PAGE: u64 = 500;

/// What kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values with the names of the columns in the first line (RFC 4180). A cell that
    /// a spreadsheet would take for a formula has an apostrophe before it.
    Csv,
    /// One JSON array.
    Json,
}

impl Format {
    /// Its media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Json => "application/json",
        }
    }

    /// What names of such files end with.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
        }
    }
}

/// An export under way: the events, oldest first, in parts, so that a long trail needs no long
/// memory. It ends with the last event there was when it began.
#[derive(Debug)]
pub struct Export {
    filter: AuditFilter,
    format: Format,
    /// The last number that was written, or 0.
    after: i64,
    /// The last number that is to be written.
    last: i64,
    at: Position,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Position {
    Head,
    /// Something is written.
    Within,
    End,
}

impl Export {
    /// Begins one. The events of an organization are for who reaches the whole of it, those of all
    /// for operators.
    ///
    /// # Errors
    /// [`AppError::Denied`], [`AppError::Unavailable`].
    pub async fn begin(
        app: &App,
        authority: &Authority,
        filter: AuditFilter,
        format: Format,
    ) -> Result<Self, AppError> {
        if let Authority::Caller(caller) = authority {
            match filter.organization_id {
                None => caller.require_operator()?,
                Some(organization_id) => {
                    caller.require_organization(organization_id)?;
                    caller.require_whole_organization()?;
                }
            }
        }
        let last = store::audit::last_number(&app.store).await?.unwrap_or(0);
        Ok(Self {
            filter,
            format,
            after: 0,
            last,
            at: Position::Head,
        })
    }

    /// The next part of the file; none at its end.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] where the database does not answer; the file is to be given up then.
    pub async fn next(&mut self, app: &App) -> Result<Option<String>, AppError> {
        if self.at == Position::End {
            return Ok(None);
        }
        let mut events = oldest(app, &self.filter, self.after, PAGE).await?;
        let read = events.len();
        events.retain(|event| event.number <= self.last);
        let is_last = read != events.len() || (read as u64) < PAGE;
        let mut part = String::new();
        if self.at == Position::Head {
            match self.format {
                Format::Csv => part.push_str(&csv::head()),
                Format::Json => part.push('['),
            }
        }
        for event in &events {
            match self.format {
                Format::Csv => part.push_str(&csv::row(event)),
                Format::Json => {
                    // The first event of all has no comma before it.
                    part.push_str(if self.after == 0 { "\n" } else { ",\n" });
                    part.push_str(&serde_json::to_string(event).map_err(|error| {
                        AppError::Internal(format!("an audit event has no JSON: {error}"))
                    })?);
                }
            }
            self.after = event.number;
        }
        self.at = Position::Within;
        if is_last {
            self.at = Position::End;
            if self.format == Format::Json {
                part.push_str("\n]\n");
            }
        }
        Ok(Some(part))
    }
}
