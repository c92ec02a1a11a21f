//! A name for every request: in the response, and in the log.

use std::borrow::Cow;
use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue, REFERRER_POLICY};
use actix_web::{Error, HttpMessage, HttpRequest};

use super::presented;
use crate::app::App;
use crate::domain::credential::CredentialKind;
use crate::domain::ids::uuid_v7;
use crate::domain::one_time_link;

/// How much of a path or a reason stands in a log line, in characters.
const MAX_TEXT: usize = 200;

/// How much of a cause does. It comes from inside, and is what a repair begins with.
const MAX_CAUSE: usize = 1_000;

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const NOSNIFF: HeaderName = HeaderName::from_static("x-content-type-options");

/// What an error response says to the log, and only to the log. The line shows the beginning of
/// each text, and none can begin another line.
#[derive(Debug, Clone, Default)]
pub struct LogNote {
    /// What was refused, and why.
    pub reason: String,
    /// What went wrong inside.
    pub cause: Option<String>,
}

/// The name of a request, for whoever answers it.
struct RequestName(HeaderValue);

/// The name of this request.
pub fn of(request: &HttpRequest) -> Option<String> {
    let extensions = request.extensions();
    let RequestName(name) = extensions.get::<RequestName>()?;
    name.to_str().ok().map(str::to_owned)
}

/// Names the request, answers with the name, and writes the log line.
///
/// The line holds method, path, status, time and name, and why a request was refused; never the
/// query or a body, and of the headers the name alone.
pub async fn name_and_log<B: MessageBody>(
    app: &App,
    request: ServiceRequest,
    answer: impl AsyncFnOnce(ServiceRequest) -> Result<ServiceResponse<B>, Error>,
) -> Result<ServiceResponse<B>, Error> {
    let named = Named::new(app, request.request());
    let name = RequestName(named.id.clone());
    request.extensions_mut().insert(name);
    match answer(request).await {
        Ok(mut response) => {
            named.finish(&mut response);
            Ok(response)
        }
        // Refused before it came to a handler.
        Err(mut error) => {
            let id = named.id;
            error.add_response_mapper(move |mut response| {
                response.headers_mut().insert(X_REQUEST_ID, id.clone());
                response
            });
            Err(error)
        }
    }
}

/// A request that has a name and is not answered yet.
pub struct Named {
    id: HeaderValue,
    key_in_query: bool,
    started: Instant,
}

impl Named {
    /// Names a request.
    pub fn new(app: &App, request: &HttpRequest) -> Self {
        Self {
            id: given_or_new(app, request),
            key_in_query: presented::has_key_in_query(request.query_string()),
            started: Instant::now(),
        }
    }

    /// Writes the name into the answer, and the line into the log.
    pub fn finish<B>(self, response: &mut ServiceResponse<B>) {
        write_line(response, &self.id, self.started);
        let headers = response.headers_mut();
        headers.insert(X_REQUEST_ID, self.id);
        headers.insert(NOSNIFF, HeaderValue::from_static("nosniff"));
        if self.key_in_query {
            // A key in the query must not travel on in a Referer.
            headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        }
    }
}

/// Takes over a caller's or a proxy's name for the request where it is harmless in a log.
fn given_or_new(app: &App, request: &HttpRequest) -> HeaderValue {
    let harmless = |value: &&HeaderValue| {
        (1..=64).contains(&value.len())
            && value
                .as_bytes()
                .iter()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
            && value.to_str().is_ok_and(|text| secret_in(text).is_none())
    };
    if let Some(given) = request.headers().get(X_REQUEST_ID).filter(harmless) {
        return given.clone();
    }
    let mut buffer = uuid::Uuid::encode_buffer();
    let id = uuid_v7(app.now(), app.random10());
    HeaderValue::from_str(id.simple().encode_lower(&mut buffer))
        .unwrap_or_else(|_| HeaderValue::from_static("unknown"))
}

fn write_line<B>(response: &ServiceResponse<B>, id: &HeaderValue, started: Instant) {
    let status = response.status();
    let level = if status.is_server_error() {
        log::Level::Error
    } else if status.is_client_error() {
        log::Level::Info
    } else {
        log::Level::Debug
    };
    if !log::log_enabled!(target: "grantd::access", level) {
        return;
    }
    let note = response
        .response()
        .extensions()
        .get::<LogNote>()
        .cloned()
        .unwrap_or_default();
    let cause = note
        .cause
        .map(|cause| {
            format!(
                " cause={:?}",
                beginning(&without_secrets(&cause), MAX_CAUSE)
            )
        })
        .unwrap_or_default();
    let reason = if note.reason.is_empty() {
        String::new()
    } else {
        format!(
            " reason={:?}",
            beginning(&without_secrets(&note.reason), MAX_TEXT)
        )
    };
    log::log!(
        target: "grantd::access",
        level,
        "{method} {path} {status} {micros}us request_id={id}{reason}{cause}",
        method = response.request().method(),
        path = Harmless(response.request().path()),
        status = status.as_u16(),
        micros = started.elapsed().as_micros(),
        id = id.to_str().unwrap_or("-"),
    );
}

/// What of a text stands in a log.
fn beginning(text: &str, characters: usize) -> &str {
    match text.char_indices().nth(characters) {
        Some((end, _)) => &text[..end],
        None => text,
    }
}

/// A path as it may stand in a log: bounded, without secrets, and without what could begin a new
/// line.
struct Harmless<'a>(&'a str);

impl std::fmt::Display for Harmless<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for c in without_secrets(self.0).chars().take(MAX_TEXT) {
            if c.is_ascii_graphic() {
                write!(f, "{c}")?;
            } else {
                write!(f, "?")?;
            }
        }
        Ok(())
    }
}

/// A text without the secrets in it, whole ones or cut off, as where a client gives a whole key for
/// the key's id.
fn without_secrets(text: &str) -> Cow<'_, str> {
    let mut shown = Cow::Borrowed("");
    let mut rest = text;
    while let Some(start) = secret_in(rest) {
        let (before, secret) = rest.split_at(start);
        shown += before;
        shown += "[redacted]";
        rest = secret.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_');
    }
    shown += rest;
    shown
}

/// Where the first secret of ours begins in this text.
fn secret_in(text: &str) -> Option<usize> {
    [
        CredentialKind::OauthClient.secret_prefix(),
        CredentialKind::ApiKey.secret_prefix(),
        one_time_link::SECRET_PREFIX,
    ]
    .iter()
    .filter_map(|prefix| text.find(prefix))
    .min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(beginning("äöü", 2), "äö");
        assert_eq!(beginning("äö", 2), "äö");
        assert_eq!(beginning("", 2), "");
    }

    #[test]
    fn a_secret_is_not_shown() {
        let path = "/1/users/current/apiKeys/0197:gdk_abc/gds_def";
        let shown = Harmless(path).to_string();
        assert_eq!(shown, "/1/users/current/apiKeys/0197:[redacted]/[redacted]");
        assert_eq!(without_secrets("ä \"gds_a1\" ü"), "ä \"[redacted]\" ü");
        assert_eq!(without_secrets("/link/gdl_a1b2 x"), "/link/[redacted] x");
        assert_eq!(without_secrets("nothing"), "nothing");
        assert_eq!(without_secrets("gds_gdk_"), "[redacted]");
    }

    #[test]
    fn a_path_cannot_begin_a_line() {
        let path = format!("/a\n\u{1b}[2J é{}", "b".repeat(500));
        let shown = Harmless(&path).to_string();
        assert!(shown.starts_with("/a??[2J??b"), "{shown}");
        assert_eq!(shown.len(), MAX_TEXT);
    }
}
