//! `grantd credentials usage`

use clap::Args;
use serde_json::{Value, json};

use super::find;
use crate::app::App;
use crate::app::authority::Authority;
use crate::app::error::AppError;
use crate::app::usage_report::report;
use crate::cli::error::CliError;
use crate::cli::output;
use crate::domain::ids::CredentialId;
use crate::domain::time::Rfc3339;
use crate::domain::usage_range::{StepLength, UsageRange};

/// Arguments of `credentials usage`.
#[derive(Debug, Args)]
pub(super) struct UsageArgs {
    /// Id of the credential
    id: CredentialId,
    /// The beginning, such as 2030-01-31T12:00:00Z; a day before the end, or 30 days with --step day
    #[arg(long, value_name = "TIME")]
    from: Option<Rfc3339>,
    /// The end; now where absent
    #[arg(long, value_name = "TIME")]
    to: Option<Rfc3339>,
    /// Length of the steps: hour or day
    #[arg(long, default_value = "hour")]
    step: StepLength,
    /// Print JSON, with the limits and the refusals by reason
    #[arg(long)]
    json: bool,
}

/// The columns of the table.
const COLUMNS: [(&str, &str); 7] = [
    ("FROM", "from"),
    ("ISSUED", "tokens_issued"),
    ("NEEDED", "tokens_needed"),
    ("RATIO", "over_fetch_ratio"),
    ("VERIFIED", "calls_verified"),
    ("REJECTED", "rejected"),
    ("OVER LIMIT", "would_have_been_rejected"),
];

pub(super) async fn run(app: &App, args: UsageArgs) -> Result<(), CliError> {
    let moment = |time: Option<Rfc3339>| time.map(|time| time.0);
    let range = UsageRange::new(moment(args.from), moment(args.to), args.step, app.now())
        .map_err(|invalid| AppError::invalid(invalid.field, invalid.rule))?;
    let found = find(app, args.id).await?;
    let authority = Authority::Command;
    let usage = report(app, &authority, found.organization_id, args.id, range).await?;
    if args.json {
        return output::print_json(&usage);
    }
    let usage = serde_json::to_value(&usage)
        .map_err(|error| CliError::failed(format!("The result has no JSON form: {error}.")))?;
    let mut rows: Vec<Value> = usage["steps"].as_array().cloned().unwrap_or_default();
    let mut total = usage["total"].clone();
    total["from"] = json!("total");
    rows.push(total);
    for row in &mut rows {
        for column in ["rejected", "would_have_been_rejected"] {
            row[column] = sum(&row[column]);
        }
        if let Some(ratio) = row["over_fetch_ratio"].as_f64() {
            row["over_fetch_ratio"] = json!(format!("{ratio:.1}"));
        }
    }
    output::print_list(false, &COLUMNS, &rows)
}

/// Of numbers by reason.
fn sum(numbers: &Value) -> Value {
    let numbers = numbers.as_object().into_iter().flatten();
    numbers
        .filter_map(|(_, number)| number.as_u64())
        .sum::<u64>()
        .into()
}
