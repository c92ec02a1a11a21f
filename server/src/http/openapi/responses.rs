//! The refusals that handlers have in common, as sets to name in an annotation:
//! `responses((status = 200, …), BadBody, NotFound, Refused)`.

use std::collections::BTreeMap;

use serde_json::json;
use utoipa::IntoResponses;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::schema::{Object, Type};
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder};

use crate::http::problem;

/// What a set of responses is.
type Responses = BTreeMap<String, RefOr<Response>>;

macro_rules! refusals {
    ($($(#[$doc:meta])* $name:ident: $(($status:literal, $description:literal)),+;)+) => {
        $(
            $(#[$doc])*
            pub struct $name;

            impl IntoResponses for $name {
                fn responses() -> Responses {
                    [$(problem_document($status, $description)),+].into()
                }
            }
        )+
    };
}

refusals! {
    /// What any call of the management API may meet.
    Refused:
        (400, "A field or a parameter breaks its rule, and `errors` names it and the rule; or there \
               is more than one access token or API key."),
        (401, "No token or API key, or not a good one: `access not permitted`. The challenge says why (RFC 6750 §3)."),
        (403, "The scope is missing, which the challenge names, or only an operator may, or the \
               caller is scoped to one agent, or would hand out more than it holds."),
        (429, "The API key's rate limit or quota is used up, or too many authentications have failed."),
        (500, "Something failed inside; the cause is in the log."),
        (503, "The database does not answer.");
    /// What a call may meet that needs no scope.
    RefusedWithoutScope:
        (400, "A field or a parameter breaks its rule, and `errors` names it and the rule; or there \
               is more than one access token or API key."),
        (401, "No token or API key, or not a good one: `access not permitted`. The challenge says why (RFC 6750 §3)."),
        (429, "The API key's rate limit or quota is used up, or too many authentications have failed."),
        (500, "Something failed inside; the cause is in the log."),
        (503, "The database does not answer.");
    /// The body is late, too large, or not JSON.
    BadBody:
        (408, "The body did not arrive within 10 seconds."),
        (413, "The body is larger than 64 KiB."),
        (415, "The body is not `application/json`.");
    /// What the path names is not there.
    NotFound:
        (404, "There is no such thing, or it is another organization's.");
    /// What is asked does not go together with what is there.
    Conflict:
        (409, "It exists already, is in use, or a limit is reached.");
    /// The request is bound to a state of the thing by `If-Match` or `If-None-Match`.
    Bound:
        (412, "The thing is not what `If-Match` or `If-None-Match` expects (RFC 9110 §13.1).");
    /// The request may come again, with the same `Idempotency-Key`.
    ComesAgain:
        (410, "The same `Idempotency-Key` made it before, and it is not there any more."),
        (422, "Another request came with this `Idempotency-Key`.");
}

fn problem_document(status: u16, description: &str) -> (String, RefOr<Response>) {
    let mut response = ResponseBuilder::new().description(description).content(
        problem::MEDIA_TYPE,
        ContentBuilder::new()
            .schema(Some(Ref::from_schema_name("Problem")))
            .example(Some(example(status)))
            .build(),
    );
    if matches!(status, 400 | 401 | 403) {
        response = response.header(
            "WWW-Authenticate",
            header("The challenge (RFC 6750 §3). With 403, only where a scope is missing; with 400, only where \
                 there is more than one credential."),
        );
    }
    if matches!(status, 429 | 503) {
        response = response.header("Retry-After", header("Seconds to wait."));
    }
    if status == 429 {
        response = with_rate_limit(response);
    }
    (status.to_string(), response.build().into())
}

/// draft-ietf-httpapi-ratelimit-headers
fn with_rate_limit(response: ResponseBuilder) -> ResponseBuilder {
    response
        .header(
            "RateLimit-Policy",
            header("What the credential's limits allow, where they are what refuses: `\"rate\";q=100;w=60`."),
        )
        .header(
            "RateLimit",
            header("What is left of them, and the seconds until they begin anew: `\"rate\";r=0;t=12`."),
        )
}

fn example(status: u16) -> serde_json::Value {
    let (title, detail) = match status {
        400 => ("Bad Request", "name: is required."),
        401 => ("Unauthorized", "access not permitted"),
        403 => (
            "Forbidden",
            "Not allowed: this needs the scope agents:read.",
        ),
        404 => ("Not Found", "There is no such thing."),
        408 => ("Request Timeout", "The body did not arrive in time."),
        409 => ("Conflict", "That name is taken. Choose another."),
        410 => ("Gone", "There is no such agent any more."),
        412 => (
            "Precondition Failed",
            "The thing is not as you have seen it. Read it again.",
        ),
        413 => ("Payload Too Large", "The body is larger than 64 KiB."),
        415 => (
            "Unsupported Media Type",
            "Send the body as application/json.",
        ),
        422 => (
            "Unprocessable Entity",
            "This Idempotency-Key came with another request before. Take a new key.",
        ),
        429 => (
            "Too Many Requests",
            "This credential is over its rate limit. Keep tokens until they expire, and wait as long as Retry-After says.",
        ),
        503 => (
            "Service Unavailable",
            "The database does not answer. Try again in a moment.",
        ),
        _ => ("Internal Server Error", "Something failed inside."),
    };
    let mut example = json!({
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "message": detail,
    });
    if status == 400 {
        example["errors"] = json!([{"field": "name", "rule": "is required"}]);
    }
    example
}

/// What a token request may be refused with (RFC 6749 §5.2).
pub struct TokenRefused;

impl IntoResponses for TokenRefused {
    fn responses() -> Responses {
        [
            (
                400,
                "invalid_request",
                "The request, its grant, its scope or its resource is not one that is answered.",
            ),
            (
                401,
                "invalid_client",
                "The client did not authenticate, or is not known, disabled or expired.",
            ),
            (
                408,
                "invalid_request",
                "The body did not arrive within 10 seconds.",
            ),
            (413, "invalid_request", "The body is larger than 16 KiB."),
            (415, "invalid_request", "The body is not a form in UTF-8."),
            (
                429,
                "temporarily_unavailable",
                "The client's rate limit or quota is used up, or too many authentications have failed.",
            ),
            (
                500,
                "server_error",
                "Something failed inside; the cause is in the log.",
            ),
            (
                503,
                "temporarily_unavailable",
                "The database is needed and does not answer, or no key can sign.",
            ),
        ]
        .map(|(status, code, description)| oauth_error(status, code, description))
        .into()
    }
}

fn oauth_error(status: u16, code: &str, description: &str) -> (String, RefOr<Response>) {
    let mut response = ResponseBuilder::new().description(description).content(
        "application/json",
        ContentBuilder::new()
            .schema(Some(Ref::from_schema_name("OAuthError")))
            .example(Some(
                json!({"error": code, "error_description": description}),
            ))
            .build(),
    );
    if status < 500 {
        response = response.header(
            "WWW-Authenticate",
            header(
                "The same two again, as a Basic challenge, where the request had an Authorization header.",
            ),
        );
    }
    if matches!(status, 429 | 503) {
        response = response.header("Retry-After", header("Seconds to wait."));
    }
    if status == 429 {
        response = with_rate_limit(response);
    }
    (status.to_string(), response.build().into())
}

fn header(description: &str) -> utoipa::openapi::header::Header {
    HeaderBuilder::new()
        .schema(Some(Object::with_type(Type::String)))
        .description(Some(description))
        .build()
}
