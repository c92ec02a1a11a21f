//! `grantd call`: one authenticated request.

mod arguments;
mod request;

use std::io::{self, ErrorKind, Write};

use reqwest::{Response, StatusCode};

pub use self::arguments::{CallArgs, Header};
use self::request::Request;
use super::cache::{Key, TokenCache};
use super::credentials::Credentials;
use super::error::ClientError;
use super::fetch::TokenRequest;
use super::transport::no_answer;
use crate::clock::Clock;
use crate::domain::secret::Secret;
use crate::settings::environment::variable;

/// Runs `grantd call`.
///
/// # Errors
/// [`ClientError`] in one sentence; after [`ClientError::Answered`] the body has been printed.
pub async fn call(args: CallArgs, clock: &dyn Clock) -> Result<(), ClientError> {
    let stdout = &mut io::stdout();
    run(&args, clock, &variable, stdout, &mut io::stderr()).await
}

async fn run(
    args: &CallArgs,
    clock: &dyn Clock,
    variable: &dyn Fn(&str) -> Option<String>,
    out: &mut dyn Write,
    notes: &mut dyn Write,
) -> Result<(), ClientError> {
    let options = &args.options;
    let request = Request::new(args)?;
    let credentials = Credentials::find(options.credentials.as_deref(), variable)?;
    credentials.must_not_have_expired(clock.now())?;
    let wanted = TokenRequest {
        endpoint: &credentials.token_endpoint(options.server.as_ref())?,
        credentials: &credentials,
        scopes: &options.scopes,
        resource: options.audience.as_deref(),
    };
    let tokens = Tokens {
        key: Key::of(&wanted),
        wanted,
        cache: TokenCache::of_user(variable),
        clock,
    };

    let response = match tokens.kept() {
        None => request.send(&tokens.fetch().await?).await?,
        Some(token) => match request.send(&token).await? {
            // Refused although it should be good: revoked, or signed with a key that is gone.
            refused if refused.status() == StatusCode::UNAUTHORIZED => {
                tokens.forget();
                request.send(&tokens.fetch().await?).await?
            }
            response => response,
        },
    };
    show(response, args, out, notes).await
}

/// The tokens of this call: the kept one, and a way to a new one.
struct Tokens<'a> {
    key: Key,
    wanted: TokenRequest<'a>,
    cache: Option<TokenCache>,
    clock: &'a dyn Clock,
}

impl Tokens<'_> {
    fn kept(&self) -> Option<Secret> {
        self.cache.as_ref()?.load(&self.key, self.clock.now())
    }

    fn forget(&self) {
        if let Some(cache) = &self.cache {
            cache.remove(&self.key);
        }
    }

    async fn fetch(&self) -> Result<Secret, ClientError> {
        let asked_at = self.clock.now();
        let response = self.wanted.send().await?;
        if let Some(cache) = &self.cache
            && let Err(error) = cache.save(&self.key, &response, asked_at)
        {
            // The next call fetches again: slower, not wrong.
            log::debug!("the access token is not kept: {error}");
        }
        Ok(response.access_token)
    }
}

async fn show(
    mut response: Response,
    args: &CallArgs,
    out: &mut dyn Write,
    notes: &mut dyn Write,
) -> Result<(), ClientError> {
    let status = response.status();
    if args.include {
        print(out, &head(&response))?;
    }
    while let Some(chunk) = response
        .chunk()
        .await
        .map_err(|error| no_answer(&args.url, &error))?
    {
        print(out, &chunk)?;
    }
    print(out, &[])?;

    if status.is_client_error() || status.is_server_error() {
        return Err(ClientError::Answered {
            status,
            url: args.url.to_string(),
        });
    }
    if !status.is_success() {
        // Nothing went wrong, so it is no error; but the caller may not expect it.
        let _ = writeln!(notes, "HTTP {status} from {}", args.url);
    }
    Ok(())
}

/// Status line and headers, as HTTP/1.1 writes them.
fn head(response: &Response) -> Vec<u8> {
    let mut head = format!("{:?} {}\r\n", response.version(), response.status()).into_bytes();
    for (name, value) in response.headers() {
        head.extend_from_slice(name.as_str().as_bytes());
        head.extend_from_slice(b": ");
        head.extend_from_slice(value.as_bytes());
        head.extend_from_slice(b"\r\n");
    }
    head.extend_from_slice(b"\r\n");
    head
}

/// Writes at once. A reader that has had enough (`| head`) is no failure.
fn print(out: &mut dyn Write, bytes: &[u8]) -> Result<(), ClientError> {
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(ClientError::Output(error)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
