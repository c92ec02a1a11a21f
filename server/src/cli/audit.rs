//! `grantd audit`

use clap::{Args, Subcommand};

use super::error::CliError;
use super::place::PlaceArgs;
use super::{organizations, output};
use crate::app::App;
use crate::app::audit::{self, Anchor, AuditFilter};
use crate::domain::ids::OrganizationId;
use crate::domain::time::Rfc3339;

/// How many events are read at once.
const PAGE: u64 = 500;

/// Arguments of `audit`.
#[derive(Debug, Args)]
pub struct AuditArgs {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    place: PlaceArgs,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Check that no event was altered, removed or inserted, and print number and hash of the last;
    /// exit code 1 says which one is the first that is wrong
    Verify {
        /// What an earlier check printed: that event must still be there
        #[arg(long, value_name = "NUMBER:HASH")]
        anchor: Option<Anchor>,
    },
    /// List the latest events, newest first
    List {
        #[command(flatten)]
        which: Which,
        /// At most so many
        #[arg(long, value_name = "NUMBER", default_value_t = 100, value_parser = clap::value_parser!(u64).range(1..=1000))]
        limit: u64,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Print every event, oldest first, as one line of JSON each
    Export {
        #[command(flatten)]
        which: Which,
        /// Only what comes after this number: where the last export ended
        #[arg(long, value_name = "NUMBER", default_value_t = 0)]
        after: i64,
        /// Print JSON, which is what it does in any case
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Args)]
struct Which {
    /// Only of this organization: id or short name; the id also of one that was removed
    #[arg(long, value_name = "ORGANIZATION")]
    organization: Option<String>,
    /// Only from this time on, such as 2030-01-31T12:00:00Z
    #[arg(long, value_name = "TIME")]
    since: Option<Rfc3339>,
}

const COLUMNS: [(&str, &str); 7] = [
    ("NUMBER", "number"),
    ("AT", "at"),
    ("ACTION", "action"),
    ("BY", "actor_kind"),
    ("ID", "actor_id"),
    ("TARGET", "target_id"),
    ("ADDRESS", "address"),
];

/// Runs the action.
///
/// # Errors
/// [`CliError`], also where the trail is not whole.
pub async fn run(args: AuditArgs) -> Result<(), CliError> {
    let app = args.place.open().await?;
    match args.action {
        Action::Verify { anchor } => {
            let whole = audit::verify(&app, anchor.as_ref())
                .await?
                .map_err(|broken| {
                    CliError::failed(format!("The audit trail is not whole: {broken}."))
                })?;
            output::print(&format!("{whole}\n"))
        }
        Action::List { which, limit, json } => {
            let filter = which.filter(&app).await?;
            let events = audit::newest(&app, &filter, None, limit).await?;
            output::print_list(json, &COLUMNS, &events)
        }
        Action::Export { which, after, .. } => {
            export(&app, &which.filter(&app).await?, after).await
        }
    }
}

/// Prints page after page, so that a long trail needs no long memory.
async fn export(app: &App, filter: &AuditFilter, mut after: i64) -> Result<(), CliError> {
    loop {
        let events = audit::oldest(app, filter, after, PAGE).await?;
        let Some(last) = events.last() else {
            return Ok(());
        };
        after = last.number;
        let mut lines = String::new();
        for event in &events {
            let line = serde_json::to_string(event).map_err(|error| {
                CliError::failed(format!("An event has no JSON form: {error}."))
            })?;
            lines.push_str(&line);
            lines.push('\n');
        }
        output::print(&lines)?;
    }
}

impl Which {
    async fn filter(&self, app: &App) -> Result<AuditFilter, CliError> {
        let organization_id = match &self.organization {
            None => None,
            Some(reference) => Some(match reference.parse::<OrganizationId>() {
                // One that was removed has events still.
                Ok(id) => id,
                Err(_) => organizations::find(app, reference).await?.id,
            }),
        };
        Ok(AuditFilter {
            organization_id,
            from: self.since.map(|time| time.0),
            ..AuditFilter::default()
        })
    }
}
