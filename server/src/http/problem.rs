//! The only file that renders a problem document (RFC 9457).

use actix_web::error::{PathError, QueryPayloadError};
use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_TYPE, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE,
};
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use serde::Serialize;
use utoipa::ToSchema;

use super::admission::Refusal;
use super::rate_limit;
use super::request_id::LogNote;
use super::rule::BrokenRule;
use crate::app::error::AppError;
use crate::domain::access::Denied;
use crate::domain::allowance::TooManyRequests;

/// What every 401 says. Kognic's and Kognitos' clients show it to people.
const NOT_PERMITTED: &str = "access not permitted";

const NO_SUCH_PATH: &str = "There is no such path.";

/// A refusal of the management API.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    detail: String,
    field: Option<(String, String)>,
    challenge: Option<String>,
    cause: Option<String>,
    refusal: Option<Box<TooManyRequests>>,
    extension: Option<Extension>,
}

/// Members that a client of another product reads beside ours (RFC 9457 §3.2).
#[derive(Debug, Serialize)]
pub struct Extension {
    /// A number that says more than the status.
    pub code: u16,
    /// The name of the request.
    #[serde(rename = "traceId", skip_serializing_if = "Option::is_none")]
    pub trace_id: Option<String>,
}

/// The media type of a problem document.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// A problem document.
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub(super) struct Body<'a> {
    r#type: &'static str,
    title: &'a str,
    status: u16,
    detail: &'a str,
    /// The same as `detail`, under the name that several clients read.
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Vec<FieldError>, nullable = false)]
    errors: Option<[FieldError<'a>; 1]>,
    #[serde(flatten)]
    #[schema(ignore)]
    extension: Option<&'a Extension>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = BrokenField)]
struct FieldError<'a> {
    field: &'a str,
    rule: &'a str,
}

impl Problem {
    fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self {
            status,
            detail: detail.into(),
            field: None,
            challenge: None,
            cause: None,
            refusal: None,
            extension: None,
        }
    }

    /// 400: a field breaks its rule.
    pub fn invalid(field: impl Into<String>, rule: impl Into<String>) -> Self {
        let (field, rule) = (field.into(), rule.into());
        Self {
            field: Some((field.clone(), rule.clone())),
            ..Self::new(StatusCode::BAD_REQUEST, format!("{field}: {rule}."))
        }
    }

    /// 413: the body is larger than is read.
    pub fn too_large() -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "The body is larger than 64 KiB.",
        )
    }

    /// 415: the body is not JSON.
    pub fn not_json() -> Self {
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "Send the body as application/json.",
        )
    }

    /// 408: the body did not arrive.
    pub fn timeout() -> Self {
        Self::new(
            StatusCode::REQUEST_TIMEOUT,
            "The body did not arrive in time.",
        )
    }

    /// 400: more than one access token or API key (RFC 6750 §3.1 `invalid_request`).
    pub fn several_credentials() -> Self {
        Self {
            challenge: Some("Bearer realm=\"grantd\", error=\"invalid_request\"".to_owned()),
            ..Self::new(
                StatusCode::BAD_REQUEST,
                "Send one access token or one API key, in one place.",
            )
        }
    }

    /// 403: the credential may not do all that is asked; `scopes` are separated by spaces
    /// (RFC 6750 §3.1 `insufficient_scope`).
    pub fn insufficient_scope(scopes: &str) -> Self {
        let what = if scopes.contains(' ') {
            "scopes"
        } else {
            "scope"
        };
        Self {
            challenge: Some(format!(
                "Bearer realm=\"grantd\", error=\"insufficient_scope\", scope=\"{scopes}\""
            )),
            ..Self::new(
                StatusCode::FORBIDDEN,
                format!("Not allowed: this needs the {what} {scopes}."),
            )
        }
    }

    /// 403: the token is for another API, or the key has nothing there.
    pub fn wrong_audience() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "Not allowed: this token or key is not for that audience.",
        )
    }

    /// 405; the caller adds `Allow`.
    pub fn method_not_allowed() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "This path does not take that method. See the Allow header.",
        )
    }

    /// The same, with members of another product's.
    #[must_use]
    pub fn extended(self, extension: Extension) -> Self {
        Self {
            extension: Some(extension),
            ..self
        }
    }

    /// The same, and a challenge, if there is one, names further schemes first (RFC 9110 §11.6.1).
    #[must_use]
    pub fn also_taking(mut self, schemes: &str) -> Self {
        if let Some(challenge) = &mut self.challenge {
            *challenge = format!("{schemes}, {challenge}");
        }
        self
    }

    /// 401 with a challenge (RFC 6750 §3); `reason` only where a token was sent (§3.1).
    pub fn unauthenticated(reason: Option<&str>) -> Self {
        let challenge = match reason {
            None => "Bearer realm=\"grantd\"".to_owned(),
            Some(reason) => format!(
                "Bearer realm=\"grantd\", error=\"invalid_token\", error_description=\"{reason}\""
            ),
        };
        Self {
            challenge: Some(challenge),
            ..Self::new(StatusCode::UNAUTHORIZED, NOT_PERMITTED)
        }
    }
}

impl From<AppError> for Problem {
    fn from(error: AppError) -> Self {
        let detail = error.to_string();
        match error {
            AppError::Invalid { field, rule } => Self::invalid(field, rule),
            AppError::Unauthenticated(reason) => Self::unauthenticated(Some(reason)),
            AppError::Denied(denied) => denied.into(),
            AppError::NotFound(_) => Self::new(StatusCode::NOT_FOUND, detail),
            AppError::Conflict(_) | AppError::DoneBefore => Self::new(StatusCode::CONFLICT, detail),
            AppError::TooManyRequests(refusal) => Self {
                refusal: Some(Box::new(refusal)),
                ..Self::new(StatusCode::TOO_MANY_REQUESTS, detail)
            },
            AppError::Gone(_) => Self::new(StatusCode::GONE, detail),
            AppError::KeyReused => Self::new(StatusCode::UNPROCESSABLE_ENTITY, detail),
            AppError::PreconditionFailed(_) => Self::new(StatusCode::PRECONDITION_FAILED, detail),
            AppError::Unavailable(cause) | AppError::NoChanges(cause) => Self {
                cause: Some(cause),
                ..Self::new(StatusCode::SERVICE_UNAVAILABLE, detail)
            },
            AppError::Overloaded => Self::new(StatusCode::SERVICE_UNAVAILABLE, detail),
            AppError::Internal(cause) => Self {
                cause: Some(cause),
                ..Self::new(StatusCode::INTERNAL_SERVER_ERROR, detail)
            },
        }
    }
}

impl From<Denied> for Problem {
    fn from(denied: Denied) -> Self {
        let text = denied.to_string();
        match denied {
            // As if it did not exist.
            Denied::OtherOrganization => Self::from(AppError::NotFound("organization")),
            Denied::MissingScope(scope) => Self::insufficient_scope(scope),
            _ => Self::new(StatusCode::FORBIDDEN, format!("Not allowed: {text}.")),
        }
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.detail)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        let body = Body {
            r#type: "about:blank",
            title: self.status.canonical_reason().unwrap_or("Error"),
            status: self.status.as_u16(),
            detail: &self.detail,
            message: &self.detail,
            errors: self
                .field
                .as_ref()
                .map(|(field, rule)| [FieldError { field, rule }]),
            extension: self.extension.as_ref(),
        };
        let mut builder = HttpResponse::build(self.status);
        builder
            .insert_header((CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE)))
            .insert_header((CACHE_CONTROL, HeaderValue::from_static("no-store")));
        if let Some(challenge) = &self.challenge {
            builder.insert_header((WWW_AUTHENTICATE, challenge.as_str()));
        }
        if let Some(refusal) = &self.refusal {
            rate_limit::insert_refusal(&mut builder, refusal);
        }
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            builder.insert_header((RETRY_AFTER, HeaderValue::from_static("1")));
        }
        let mut response = builder.body(serde_json::to_vec(&body).unwrap_or_default());
        // A rule may name what was sent, and a body has no place in the log.
        let reason = match (&self.challenge, &self.field) {
            (Some(challenge), _) => challenge.clone(),
            (None, Some((field, _))) => format!("{field} is invalid"),
            (None, None) => self.detail.clone(),
        };
        response.extensions_mut().insert(LogNote {
            reason,
            cause: self.cause.clone(),
        });
        response
    }
}

/// 503 for a request that is not waited for.
pub fn refused(refusal: Refusal) -> actix_web::Error {
    let cause = refusal.cause().to_owned();
    let error = match refusal {
        Refusal::NoDatabase | Refusal::TooLong => AppError::Unavailable(cause),
        Refusal::Overloaded => AppError::Overloaded,
    };
    Problem::from(error).into()
}

/// 400 for a query that cannot be read, such as one in which a parameter stands twice.
pub fn bad_query(error: QueryPayloadError, _request: &HttpRequest) -> actix_web::Error {
    let BrokenRule { field, rule } = match error {
        QueryPayloadError::Deserialize(error) => BrokenRule::of_query(&error.to_string()),
        _ => BrokenRule::of_query(""),
    };
    Problem::invalid(field, rule).into()
}

/// 404 for a path whose variable part cannot be read: nothing there has such a name.
pub fn bad_path(_error: PathError, _request: &HttpRequest) -> actix_web::Error {
    Problem::new(StatusCode::NOT_FOUND, NO_SUCH_PATH).into()
}

/// 405; the caller adds `Allow`.
pub fn method_not_allowed(_request: &HttpRequest) -> HttpResponse {
    Problem::method_not_allowed().error_response()
}

/// 404 for a path that is not in the route table.
pub async fn no_such_path(_request: HttpRequest) -> HttpResponse {
    Problem::new(StatusCode::NOT_FOUND, NO_SUCH_PATH).error_response()
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderMap;
    use actix_web::test::TestRequest;
    use actix_web::{FromRequest, web};

    use super::*;

    fn assert_problem(error: &actix_web::Error, status: StatusCode) {
        let response = error.error_response();
        let headers: &HeaderMap = response.headers();
        assert_eq!(response.status(), status);
        assert_eq!(
            headers.get(CONTENT_TYPE).unwrap(),
            "application/problem+json"
        );
        assert_eq!(headers.get(CACHE_CONTROL).unwrap(), "no-store");
    }

    #[actix_web::test]
    async fn what_a_handler_cannot_be_given_is_a_problem_document() {
        let request = TestRequest::with_uri("/?a=1&a=2")
            .param("id", "seven")
            .app_data(web::QueryConfig::default().error_handler(bad_query))
            .app_data(web::PathConfig::default().error_handler(bad_path))
            .to_http_request();
        let path = web::Path::<u32>::extract(&request).await;
        assert_problem(&path.unwrap_err(), StatusCode::NOT_FOUND);
        let query = web::Query::<(u32, u32)>::extract(&request).await;
        assert_problem(&query.unwrap_err(), StatusCode::BAD_REQUEST);
    }
}
