//! `grantd token`: prints an access token.

use std::io::{self, Write};

use super::credentials::Credentials;
use super::error::ClientError;
use super::fetch::TokenRequest;
use super::options::TokenOptions;
use crate::clock::Clock;
use crate::settings::environment::variable;

const EXAMPLES: &str = "\
Example:
  curl -H \"Authorization: Bearer $(grantd token)\" https://api.example.com/things";

/// Print an access token
///
/// Fetches a fresh token on every run and prints it, and nothing else, on standard output.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct TokenArgs {
    /// Print the token endpoint's whole answer instead of the token alone
    #[arg(long)]
    pub json: bool,
    /// Credentials, scopes and audience.
    #[command(flatten)]
    pub options: TokenOptions,
}

/// Runs `grantd token`.
///
/// # Errors
/// [`ClientError`] in one sentence; nothing has been printed then.
pub async fn token(args: TokenArgs, clock: &dyn Clock) -> Result<(), ClientError> {
    run(&args, clock, &variable, &mut io::stdout()).await
}

async fn run(
    args: &TokenArgs,
    clock: &dyn Clock,
    variable: &dyn Fn(&str) -> Option<String>,
    out: &mut dyn Write,
) -> Result<(), ClientError> {
    let options = &args.options;
    let credentials = Credentials::find(options.credentials.as_deref(), variable)?;
    credentials.must_not_have_expired(clock.now())?;
    let response = TokenRequest {
        endpoint: &credentials.token_endpoint(options.server.as_ref())?,
        credentials: &credentials,
        scopes: &options.scopes,
        resource: options.audience.as_deref(),
    }
    .send()
    .await?;

    let shown = if args.json {
        response.body.expose().trim_end()
    } else {
        response.access_token.expose()
    };
    writeln!(out, "{shown}")
        .and_then(|()| out.flush())
        .map_err(ClientError::Output)
}

#[cfg(test)]
mod tests {
    use super::super::scripted_server::{FixedClock, ScriptedServer, answer};
    use super::*;

    const ANSWER: &str = r#"{"access_token":"a.b.c","token_type":"Bearer","expires_in":900}"#;

    async fn output(server: &ScriptedServer, args: TokenArgs) -> Result<String, ClientError> {
        let mut out = Vec::new();
        let found = server.credentials_file();
        let variable =
            |name: &str| (name == "GRANTD_CREDENTIALS").then(|| found.to_str().unwrap().to_owned());
        run(&args, &FixedClock, &variable, &mut out).await?;
        Ok(String::from_utf8(out).unwrap())
    }

    #[tokio::test]
    async fn it_prints_the_token_alone_or_the_whole_answer() {
        let server = ScriptedServer::start([
            answer("200 OK", ANSWER),
            answer("200 OK", &format!("{ANSWER}\n")),
        ]);
        let plain = output(&server, TokenArgs::default()).await.unwrap();
        assert_eq!(plain, "a.b.c\n");
        let json = TokenArgs {
            json: true,
            ..TokenArgs::default()
        };
        assert_eq!(output(&server, json).await.unwrap(), format!("{ANSWER}\n"));
        assert_eq!(server.requests().len(), 2, "every run fetches");
    }

    #[tokio::test]
    async fn an_expired_file_is_not_sent() {
        let server = ScriptedServer::start([answer("200 OK", ANSWER)]);
        server.set_expiry("2026-01-01T00:00:00Z");
        let error = output(&server, TokenArgs::default()).await.unwrap_err();
        assert!(matches!(error, ClientError::Expired { .. }), "{error}");
        assert!(server.requests().is_empty());
    }
}
