//! `grantd health`

use std::time::Duration;

use clap::Args;

use super::client::HttpUrl;
use super::error::CliError;
use super::output;

/// Arguments of `health`.
#[derive(Debug, Args)]
pub struct HealthArgs {
    /// The server's URL
    #[arg(long, default_value = "http://127.0.0.1:8080", value_name = "URL")]
    url: HttpUrl,
}

/// How long the server may take.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Asks the server whether it is ready.
///
/// # Errors
/// Exit code 1 where it is not.
pub async fn run(args: HealthArgs) -> Result<(), CliError> {
    let base = args.url.to_string();
    let url = format!("{}/readyz", base.trim_end_matches('/'));
    let not_ready = |why: String| CliError::failed(format!("{url} is not ready: {why}."));
    let mut client = reqwest::Client::builder()
        .timeout(TIMEOUT)
        .redirect(reqwest::redirect::Policy::none());
    if args.url.as_url().scheme() == "http" {
        // Without TLS no CA certificates are needed; a small container has none to load.
        client = client.tls_certs_only([]);
    }
    let client = client
        .build()
        .map_err(|error| not_ready(error.to_string()))?;
    let response = client.get(&url).send().await.map_err(|error| {
        not_ready(if error.is_timeout() {
            "no answer in 5 seconds".to_owned()
        } else {
            "nothing answers there".to_owned()
        })
    })?;
    if response.status() == reqwest::StatusCode::OK {
        output::print("ready\n")
    } else {
        Err(not_ready(format!("it answers {}", response.status())))
    }
}
