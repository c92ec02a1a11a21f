//! What `grantd call` takes on the command line.

use std::str::FromStr;

use reqwest::Method;
use reqwest::header::{AUTHORIZATION, HeaderName, HeaderValue};

use super::super::options::{HttpUrl, TokenOptions};

const EXAMPLES: &str = "\
Examples:
  grantd call https://api.example.com/things
  grantd call PATCH https://api.example.com/things/1 -d '{\"name\": \"new\"}'";

/// Make one authenticated request: a lightweight curl
///
/// The answer's body goes to standard output exactly as received. The token is kept in
/// ~/.cache/grantd until shortly before it expires. Redirects are shown, not followed.
#[derive(Debug, Clone, clap::Args)]
#[command(allow_missing_positional = true, after_help = EXAMPLES)]
pub struct CallArgs {
    /// HTTP method. Without it: GET, or POST when there is a body
    #[arg(value_name = "METHOD", value_parser = method)]
    pub method: Option<Method>,
    /// Whole URL to call
    #[arg(value_name = "URL")]
    pub url: HttpUrl,
    /// Body: JSON as it stands here, @FILE, or - for standard input
    #[arg(short, long, value_name = "JSON", allow_hyphen_values = true)]
    pub data: Option<String>,
    /// Header to send; may be repeated. A Content-Type of your own lets the body be something
    /// else than JSON
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE")]
    pub headers: Vec<Header>,
    /// Print the status line and the headers before the body
    #[arg(short, long)]
    pub include: bool,
    /// Credentials, scopes and audience.
    #[command(flatten)]
    pub options: TokenOptions,
}

/// One header of the request, from `Name: value`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    pub(super) name: HeaderName,
    pub(super) value: HeaderValue,
}

impl FromStr for Header {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let malformed = || "must look like 'Name: value'".to_owned();
        let (name, value) = text.split_once(':').ok_or_else(malformed)?;
        let name = HeaderName::from_str(name).map_err(|_| malformed())?;
        let value = HeaderValue::from_str(value.trim()).map_err(|_| malformed())?;
        if name == AUTHORIZATION {
            return Err("must not be Authorization: the access token stands there".to_owned());
        }
        Ok(Self { name, value })
    }
}

/// Methods are written in capitals (RFC 9110 §9.1); people often do not.
fn method(text: &str) -> Result<Method, String> {
    Method::from_bytes(text.to_ascii_uppercase().as_bytes())
        .map_err(|_| "must be an HTTP method such as GET or POST".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;
    use std::path::PathBuf;

    #[derive(Debug, Parser)]
    enum Line {
        Call(CallArgs),
    }

    fn parse(arguments: &[&str]) -> Result<CallArgs, String> {
        let line = ["grantd", "call"].iter().chain(arguments).copied();
        match Line::try_parse_from(line) {
            Ok(Line::Call(args)) => Ok(args),
            Err(error) => Err(error.to_string()),
        }
    }

    #[test]
    fn the_command_line_reads_like_curls() {
        let args = parse(&["https://a.example/x"]).unwrap();
        assert_eq!((args.method, args.include), (None, false));

        let args = parse(&[
            "delete",
            "https://a.example/x",
            "-i",
            "-H",
            "If-Match: \"1\"",
            "--credentials",
            "c.json",
            "--scope",
            "a",
            "--scope",
            "b",
            "-d",
            "-",
        ])
        .unwrap();
        assert_eq!(args.method, Some(Method::DELETE));
        assert_eq!(args.url.to_string(), "https://a.example/x");
        assert!(args.include);
        assert_eq!(args.headers[0].value, "\"1\"");
        assert_eq!(args.data.as_deref(), Some("-"));
        assert_eq!(args.options.credentials, Some(PathBuf::from("c.json")));
        assert_eq!(args.options.scopes, ["a", "b"]);
    }

    #[test]
    fn what_makes_no_sense_on_the_command_line_is_wrong_usage() {
        for (arguments, reason) in [
            (&[] as &[&str], "URL"),
            (&["get"], "must be a whole URL"),
            (&["http://a.example/x"], "travel in the clear"),
            (&["G ET", "https://a.example/x"], "must be an HTTP method"),
            (&["https://a.example/x", "-H", "no colon"], "Name: value"),
            (&["https://a.example/x", "-H", "x y: z"], "Name: value"),
            (
                &["https://a.example/x", "-H", "authorization: Bearer t"],
                "must not be Authorization",
            ),
        ] {
            let error = parse(arguments).unwrap_err();
            assert!(error.contains(reason), "{error}");
        }
    }
}
