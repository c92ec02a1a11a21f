//! `POST /oauth/token` (RFC 6749 §3.2).

use std::time::Duration;

use actix_web::http::header::{
    AUTHORIZATION, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderValue, PRAGMA,
};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, web};
use utoipa::ToSchema;

use super::client_authentication;
use super::error::{self, Presented};
use super::form::{self, TokenForm};
use crate::app::App;
use crate::app::authenticate_client::PresentedSecret;
use crate::app::issue_token::{Issued, issue_at_once, issue_token};
use crate::domain::grant::TokenAsk;
use crate::domain::oauth_error::OAuthError;
use crate::http::admission::while_reading_body;
use crate::http::openapi::responses::TokenRefused;
use crate::http::{HttpState, client_address, rate_limit};

/// The most that is read of a body, in bytes.
const MAX_BODY: usize = 16 * 1024;

/// How long a client may take to send it.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// Answers a token request.
#[utoipa::path(
    post,
    path = "/oauth/token",
    tag = "Tokens",
    request_body(content = TokenForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "The token; `Cache-Control: no-store`", body = Body),
        TokenRefused,
    ),
    security((), ("client_secret_basic" = [])),
)]
pub async fn token(
    request: HttpRequest,
    payload: web::Payload,
    state: web::Data<HttpState>,
) -> HttpResponse {
    match issue(&request, payload, &state.app).await {
        Ok(issued) => success(&issued),
        Err(error) => error::render(&error, presented(request.headers())),
    }
}

/// As [`token`], of a body that is here, where all that it takes is in memory and the request is a good
/// one. Where not, nothing has happened.
pub fn token_at_once(
    request: &HttpRequest,
    state: &HttpState,
    body: &[u8],
) -> Option<HttpResponse> {
    let headers = request.headers();
    if body.len() > MAX_BODY {
        return None;
    }
    check_media_type(headers).ok()?;
    let form = form::parse(body).ok()?;
    let client = client_authentication::present(headers, &form).ok()?;
    let presented_secret = PresentedSecret {
        client_id: &client.client_id,
        client_secret: client.client_secret.expose(),
        // Who has the right secret is not throttled, wherever they are.
        address: None,
    };
    let issued = issue_at_once(&state.app, &presented_secret, &ask_of(form))?;
    Some(match issued {
        Ok(issued) => success(&issued),
        Err(error) => error::render(&error, presented(headers)),
    })
}

fn ask_of(form: TokenForm<'_>) -> TokenAsk<'_> {
    TokenAsk {
        grant_type: form.grant_type,
        scope: form.scope,
        resources: form.resources,
    }
}

fn presented(headers: &HeaderMap) -> Presented {
    if headers.contains_key(AUTHORIZATION) {
        Presented::InHeader
    } else {
        Presented::Otherwise
    }
}

async fn issue(
    request: &HttpRequest,
    payload: web::Payload,
    app: &App,
) -> Result<Issued, OAuthError> {
    check_media_type(request.headers())?;
    let body = while_reading_body(read_body(request.headers(), payload)).await?;
    let form = form::parse(&body)?;
    let client = client_authentication::present(request.headers(), &form)?;
    let presented = PresentedSecret {
        client_id: &client.client_id,
        client_secret: client.client_secret.expose(),
        address: client_address::of(request),
    };
    issue_token(app, &presented, &ask_of(form)).await
}

/// RFC 6749 §4.4.2: the form's media type, in UTF-8 (appendix B).
fn check_media_type(headers: &HeaderMap) -> Result<(), OAuthError> {
    const WRONG: OAuthError = OAuthError::UnsupportedMediaType(
        "Send the parameters as application/x-www-form-urlencoded in UTF-8.",
    );
    // With two, this server and a proxy before it might each follow another.
    let mut given = headers.get_all(CONTENT_TYPE);
    let (Some(value), None) = (given.next(), given.next()) else {
        return Err(WRONG);
    };
    if value.as_bytes() == b"application/x-www-form-urlencoded" {
        return Ok(());
    }
    let text = value.to_str().map_err(|_| WRONG)?;
    let mut parts = text.split(';').map(str::trim);
    let media_type = parts.next().unwrap_or_default();
    let utf8 = parts
        .filter_map(|parameter| parameter.split_once('='))
        .filter(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))
        .all(|(_, charset)| {
            charset
                .trim()
                .trim_matches('"')
                .eq_ignore_ascii_case("utf-8")
        });
    if media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded") && utf8 {
        Ok(())
    } else {
        Err(WRONG)
    }
}

async fn read_body(headers: &HeaderMap, payload: web::Payload) -> Result<Bytes, OAuthError> {
    const TOO_LARGE: OAuthError = OAuthError::BodyTooLarge("The body is larger than 16 KiB.");
    let announced = headers
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.parse::<usize>().ok());
    if announced.is_some_and(|length| length > MAX_BODY) {
        return Err(TOO_LARGE);
    }
    match tokio::time::timeout(BODY_TIMEOUT, payload.to_bytes_limited(MAX_BODY)).await {
        Err(_) => Err(OAuthError::Timeout("The body did not arrive in time.")),
        Ok(Err(_)) => Err(TOO_LARGE),
        Ok(Ok(Err(_))) => Err(OAuthError::InvalidRequest("The body could not be read.")),
        Ok(Ok(Ok(bytes))) => Ok(bytes),
    }
}

/// A token (RFC 6749 §5.1).
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Serialize))]
#[schema(as = Token)]
pub(in crate::http) struct Body<'a> {
    /// A JWT (RFC 9068).
    access_token: &'a str,
    /// Always `Bearer`.
    token_type: &'static str,
    /// Seconds.
    expires_in: u32,
    /// The granted scopes, separated by spaces; absent where there are none.
    #[cfg_attr(test, serde(skip_serializing_if = "str::is_empty"))]
    #[schema(required = false)]
    scope: &'a str,
}

impl Body<'_> {
    /// As JSON. Neither a token nor a scope (RFC 6749 §3.3) holds a character that JSON escapes, and
    /// looking for one in every token takes longer than all else about the answer.
    fn to_json(&self) -> String {
        let Self {
            access_token,
            token_type,
            expires_in,
            scope,
        } = self;
        let mut json = String::with_capacity(access_token.len() + scope.len() + 96);
        json.push_str("{\"access_token\":\"");
        json.push_str(access_token);
        json.push_str("\",\"token_type\":\"");
        json.push_str(token_type);
        json.push_str("\",\"expires_in\":");
        json.push_str(&expires_in.to_string());
        if !scope.is_empty() {
            json.push_str(",\"scope\":\"");
            json.push_str(scope);
            json.push('"');
        }
        json.push('}');
        json
    }
}

/// RFC 6749 §5.1; no refresh token (§4.4.3).
pub(in crate::http) fn success(issued: &Issued) -> HttpResponse {
    let body = Body {
        access_token: &issued.access_token,
        token_type: "Bearer",
        expires_in: issued.expires_in,
        scope: &issued.scope,
    };
    let mut builder = HttpResponse::Ok();
    if let Some(fields) = issued.allowance.fields() {
        rate_limit::insert(&mut builder, &fields);
    }
    builder
        .insert_header((CACHE_CONTROL, HeaderValue::from_static("no-store")))
        .insert_header((PRAGMA, HeaderValue::from_static("no-cache")))
        .insert_header((CONTENT_TYPE, HeaderValue::from_static("application/json")))
        .body(body.to_json())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::scope::Scope;

    /// A JSON library would write the same, for every character that a scope may hold.
    #[test]
    fn the_answer_is_written_as_a_library_would_write_it() {
        let every = (0..=u8::MAX)
            .map(|byte| char::from(byte).to_string())
            .filter(|text| text.parse::<Scope>().is_ok())
            .collect::<String>();
        assert!(every.len() > 80, "{every}");
        for scope in ["", "api:read", "api:read api:write", &every] {
            let body = Body {
                access_token: "eyJ0-_.a.b",
                token_type: "Bearer",
                expires_in: 900,
                scope,
            };
            assert_eq!(body.to_json(), serde_json::to_string(&body).unwrap());
        }
    }
}
