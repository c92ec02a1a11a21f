//! JSON bodies, read strictly: an unknown or wrong field is refused by name.

use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;

use crate::http::problem::Problem;

/// The most that is read of a body, in bytes.
const MAX_BODY: usize = 64 * 1024;

/// The most of a field's name or of what serde says of it that is sent back, in characters.
const MAX_ECHO: usize = 200;

/// How long a client may take to send it.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// A JSON body of type `T`, whose `Deserialize` denies unknown fields.
#[derive(Debug)]
pub struct JsonBody<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for JsonBody<T> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let json = is_json(request);
        let payload = web::Payload::from_request(request, payload);
        Box::pin(async move {
            if !json {
                return Err(Problem::not_json());
            }
            let payload = payload
                .await
                .map_err(|_| Problem::invalid("body", "could not be read"))?;
            let bytes = match tokio::time::timeout(BODY_TIMEOUT, payload.to_bytes_limited(MAX_BODY))
                .await
            {
                Err(_) => return Err(Problem::timeout()),
                Ok(Err(_)) => return Err(Problem::too_large()),
                Ok(Ok(Err(_))) => return Err(Problem::invalid("body", "could not be read")),
                Ok(Ok(Ok(bytes))) => bytes,
            };
            parse(&bytes).map(JsonBody)
        })
    }
}

fn is_json(request: &HttpRequest) -> bool {
    request
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.split(';').next())
        .is_some_and(|media_type| media_type.trim().eq_ignore_ascii_case("application/json"))
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    // serde would read an array as well, as the fields one after the other.
    if !bytes.trim_ascii_start().starts_with(b"{") {
        return Err(Problem::invalid("body", "must be a JSON object"));
    }
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = error.path().to_string();
        // A text that ends too soon, or is no JSON at all, breaks off in no field.
        let field = if path == "." || path.contains('?') {
            "body"
        } else {
            &path
        };
        Problem::invalid(shortened(field), shortened(&rule(error.inner())))
    })?;
    deserializer
        .end()
        .map_err(|_| Problem::invalid("body", "must be one JSON value"))?;
    Ok(value)
}

/// Names of unknown fields and values of a wrong type come back in what serde says, however long.
fn shortened(text: &str) -> String {
    match text.char_indices().nth(MAX_ECHO) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// What serde says, less the place in the text, which means nothing to someone who names fields.
fn rule(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let rule = match text.rfind(" at line ") {
        Some(end) => &text[..end],
        None => &text,
    };
    match rule {
        // What serde_json says of a number or `null` in the place of a named value.
        "expected value" => "must be a JSON value of the right type".to_owned(),
        rule => rule.to_owned(),
    }
}

/// Tells a field that is absent from one that is `null`: absent leaves a value alone, `null` takes
/// it away.
///
/// # Errors
/// As the inner type's.
pub fn present<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: serde::Deserialize<'de>,
{
    serde::Deserialize::deserialize(deserializer).map(Some)
}
