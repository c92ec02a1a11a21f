//! The options that both commands share, and the URLs they take.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use url::{Host, Url};

/// Which credentials to use, and which token to ask for.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct TokenOptions {
    /// Credentials file. Without it: the file named by `GRANTD_CREDENTIALS`, then
    /// `GRANTD_CLIENT_ID` with `GRANTD_CLIENT_SECRET`, then the same names with `KOGNIC_`
    #[arg(long, value_name = "FILE")]
    pub credentials: Option<PathBuf>,
    /// The server's issuer URL, or its token endpoint. Without it: what the credentials file says
    #[arg(long, value_name = "URL")]
    pub server: Option<HttpUrl>,
    /// Scope to ask for; may be repeated. Without it: all that the credential has at its audience
    #[arg(long = "scope", value_name = "SCOPE")]
    pub scopes: Vec<String>,
    /// Resource server the token is for (RFC 8707). Without it: the credential's first, or the one
    /// the scopes belong to
    #[arg(long, value_name = "URI", visible_alias = "resource")]
    pub audience: Option<String>,
}

/// A URL that a secret or a token may be sent to: `https`, or `http` on this machine
/// (RFC 6749 §3.2, RFC 6750 §5.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpUrl(Url);

/// Why a text is no URL to send credentials to. The text is not repeated: it may hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidHttpUrl {
    /// Not absolute, or another scheme.
    #[error("must be a whole URL such as https://api.example.com/v1/things")]
    NotHttp,
    /// Plain `http` to another machine.
    #[error("must begin with https://: over http:// the credentials would travel in the clear")]
    Insecure,
    /// A user name or password in the URL.
    #[error("must not hold a user name or password: the access token takes their place")]
    UserInfo,
}

impl HttpUrl {
    /// The URL itself.
    pub fn as_url(&self) -> &Url {
        &self.0
    }

    /// The token endpoint of the server with this issuer URL; a token endpoint stays as it is.
    pub(super) fn token_endpoint(&self) -> Self {
        let mut url = self.0.clone();
        let path = url.path().trim_end_matches('/').to_owned();
        if !path.ends_with("/oauth/token") {
            url.set_path(&format!("{path}/oauth/token"));
        }
        Self(url)
    }

    /// Scheme, host and port: what may stand in a message.
    pub(super) fn server(&self) -> String {
        self.0.origin().ascii_serialization()
    }
}

impl fmt::Display for HttpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for HttpUrl {
    type Err = InvalidHttpUrl;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url = Url::parse(text).map_err(|_| InvalidHttpUrl::NotHttp)?;
        match url.scheme() {
            "https" => {}
            "http" if is_this_machine(&url) => {}
            "http" => return Err(InvalidHttpUrl::Insecure),
            _ => return Err(InvalidHttpUrl::NotHttp),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(InvalidHttpUrl::UserInfo);
        }
        Ok(Self(url))
    }
}

fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_go_over_tls_or_stay_on_this_machine() {
        for good in [
            "https://auth.example.com",
            "http://127.0.0.1:8080/v1/whoami",
            "http://[::1]:1",
            "http://localhost",
        ] {
            assert!(good.parse::<HttpUrl>().is_ok(), "{good}");
        }
        for (bad, why) in [
            ("http://auth.example.com", InvalidHttpUrl::Insecure),
            ("http://127.0.0.1.example.com", InvalidHttpUrl::Insecure),
            ("https://me:pw@example.com", InvalidHttpUrl::UserInfo),
            ("127.0.0.1:8080/v1/whoami", InvalidHttpUrl::NotHttp),
            ("file:///etc/passwd", InvalidHttpUrl::NotHttp),
            ("/v1/whoami", InvalidHttpUrl::NotHttp),
        ] {
            assert_eq!(bad.parse::<HttpUrl>(), Err(why), "{bad}");
        }
    }

    #[test]
    fn a_server_is_named_by_its_issuer_or_its_token_endpoint() {
        for (given, endpoint) in [
            ("https://a.example", "https://a.example/oauth/token"),
            ("https://a.example/", "https://a.example/oauth/token"),
            (
                "https://a.example/auth",
                "https://a.example/auth/oauth/token",
            ),
            (
                "https://a.example/oauth/token",
                "https://a.example/oauth/token",
            ),
        ] {
            let url: HttpUrl = given.parse().unwrap();
            assert_eq!(url.token_endpoint().to_string(), endpoint);
        }
    }
}
