//! The issuer: the URL that names this grantd in every token and in its metadata (RFC 8414 §2).

use std::fmt;

use url::{Host, Url};

/// An issuer identifier: an `https` URL without query, fragment and trailing slash.
///
/// Clients compare it character by character (RFC 8414 §3.3), so it is kept exactly as given and
/// only accepted in the one spelling that URL libraries agree on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Issuer(String);

/// Why a text is no issuer. Messages never repeat the text: it may hold a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidIssuer {
    /// No absolute URL at all.
    #[error("must be an absolute URL such as https://auth.example.com")]
    NotAUrl,
    /// A scheme other than `https` and `http`.
    #[error("must begin with https://")]
    Scheme,
    /// Plain `http` beyond this machine: tokens and secrets would travel in the clear.
    #[error("must begin with https://; http:// is only for localhost, 127.0.0.0/8 and [::1]")]
    Insecure,
    /// A user name or a password in the URL.
    #[error("must not hold a user name or password")]
    UserInfo,
    /// A query (RFC 8414 §2).
    #[error("must not have a query")]
    Query,
    /// A fragment (RFC 8414 §2).
    #[error("must not have a fragment")]
    Fragment,
    /// A slash at the end: `https://a.example` and `https://a.example/` are two issuers.
    #[error("must not end with a slash: leave it out")]
    TrailingSlash,
    /// A path with empty segments or characters that need escaping.
    #[error("must have a path of letters, digits, '-', '.', '_' and '~' between single slashes")]
    Path,
    /// Another spelling of a URL: capitals in the host, a default port, dot segments.
    #[error("must be written in its normal form, {normal}")]
    NotNormal {
        /// The spelling to use.
        normal: String,
    },
}

impl Issuer {
    /// Reads an issuer.
    ///
    /// # Errors
    /// [`InvalidIssuer`] says which part of RFC 8414 §2, or of grantd's stricter reading, is broken.
    pub fn parse(text: &str) -> Result<Self, InvalidIssuer> {
        let url = Url::parse(text).map_err(|_| InvalidIssuer::NotAUrl)?;
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(&url) => {}
            "http" => return Err(InvalidIssuer::Insecure),
            _ => return Err(InvalidIssuer::Scheme),
        }
        // An empty "user@" leaves no trace in the parsed URL, so the text is asked too.
        if !url.username().is_empty() || url.password().is_some() || authority(text).contains('@') {
            return Err(InvalidIssuer::UserInfo);
        }
        if url.query().is_some() {
            return Err(InvalidIssuer::Query);
        }
        if url.fragment().is_some() {
            return Err(InvalidIssuer::Fragment);
        }
        if text.ends_with('/') {
            return Err(InvalidIssuer::TrailingSlash);
        }
        let path = url.path().trim_end_matches('/');
        if !path.is_empty() && !path.split('/').skip(1).all(is_plain_segment) {
            return Err(InvalidIssuer::Path);
        }
        let normal = url.as_str().trim_end_matches('/');
        if normal != text {
            return Err(InvalidIssuer::NotNormal {
                normal: normal.to_owned(),
            });
        }
        Ok(Self(text.to_owned()))
    }

    /// The issuer as it stands in `iss`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path under which grantd is reached, such as `/grantd`; empty when there is none.
    pub fn path(&self) -> &str {
        let after_scheme = self.0.find("://").map_or(0, |at| at + 3);
        self.0[after_scheme..]
            .find('/')
            .map_or("", |slash| &self.0[after_scheme + slash..])
    }

    /// The URL of `path`, which begins with a slash, under this issuer.
    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }
}

impl fmt::Display for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What stands between the scheme and the path.
fn authority(text: &str) -> &str {
    text.split_once("://").map_or("", |(_, rest)| {
        rest.split(['/', '?', '#']).next().unwrap_or_default()
    })
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// RFC 3986 §2.3 unreserved characters only, so that no router or proxy sees the path differently.
fn is_plain_segment(segment: &str) -> bool {
    !segment.is_empty()
        && segment
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_what_rfc_8414_allows() {
        for (text, path) in [
            ("https://auth.example.com", ""),
            ("https://auth.example.com:8443", ""),
            ("https://auth.example.com/grantd", "/grantd"),
            ("https://auth.example.com/a/b_c.d~e-1", "/a/b_c.d~e-1"),
            ("http://localhost:8080", ""),
            ("http://127.0.0.1:8080", ""),
            ("http://127.9.8.7", ""),
            ("http://[::1]:8080/x", "/x"),
        ] {
            let issuer = Issuer::parse(text).unwrap();
            assert_eq!(issuer.as_str(), text);
            assert_eq!(issuer.path(), path, "{text}");
            assert_eq!(issuer.join("/oauth/token"), format!("{text}/oauth/token"));
        }
    }

    #[test]
    fn refuses_everything_else_with_its_reason() {
        use InvalidIssuer::{
            Fragment, Insecure, NotAUrl, Path, Query, Scheme, TrailingSlash, UserInfo,
        };
        for (text, reason) in [
            ("", NotAUrl),
            ("auth.example.com", NotAUrl),
            ("https://", NotAUrl),
            ("ftp://auth.example.com", Scheme),
            ("mailto:someone", Scheme),
            ("http://auth.example.com", Insecure),
            ("http://localhost.example.com", Insecure),
            ("http://128.0.0.1", Insecure),
            ("http://[::2]", Insecure),
            ("https://user:hunter2@auth.example.com", UserInfo),
            ("https://@auth.example.com", UserInfo),
            ("https://auth.example.com?a=b", Query),
            ("https://auth.example.com?", Query),
            ("https://auth.example.com#top", Fragment),
            ("https://auth.example.com#", Fragment),
            ("https://auth.example.com/", TrailingSlash),
            ("https://auth.example.com/grantd/", TrailingSlash),
            ("https://auth.example.com//grantd", Path),
            ("https://auth.example.com/{org}", Path),
            ("https://auth.example.com/a%20b", Path),
            ("https://auth.example.com/a@b", Path),
        ] {
            assert_eq!(Issuer::parse(text), Err(reason), "{text}");
        }
    }

    #[test]
    fn another_spelling_is_refused_and_the_normal_one_shown() {
        for (text, normal) in [
            ("https://Auth.Example.com", "https://auth.example.com"),
            ("HTTPS://auth.example.com", "https://auth.example.com"),
            ("https://auth.example.com:443", "https://auth.example.com"),
            (
                "https://auth.example.com/a/../b",
                "https://auth.example.com/b",
            ),
            (" https://auth.example.com", "https://auth.example.com"),
        ] {
            assert_eq!(
                Issuer::parse(text),
                Err(InvalidIssuer::NotNormal {
                    normal: normal.to_owned()
                }),
                "{text}"
            );
            assert!(Issuer::parse(normal).is_ok());
        }
    }

    #[test]
    fn no_reason_repeats_a_password() {
        let reason = Issuer::parse("https://user:hunter2@auth.example.com/").unwrap_err();
        assert!(!reason.to_string().contains("hunter2"));
    }
}
