//! What a page of the console is refused with: the only file that says so. What it looks like is the
//! frame's to draw.

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, RETRY_AFTER};
use actix_web::{HttpResponse, ResponseError};

use crate::app::error::AppError;
use crate::http::request_id::LogNote;

/// A page that is not shown, or a form that is not taken.
#[derive(Debug)]
pub struct Refusal {
    status: StatusCode,
    shown: Refused,
    reason: String,
    cause: Option<String>,
    retry_after: Option<u32>,
}

/// What the browser gets instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// A page that says why.
    Page {
        /// In a few words.
        title: &'static str,
        /// What to do.
        text: String,
    },
    /// Another page of the console, by its path without the issuer's own.
    Elsewhere(String),
}

impl Refusal {
    fn page(status: StatusCode, title: &'static str, text: impl Into<String>) -> Self {
        let text = text.into();
        Self {
            status,
            reason: title.to_owned(),
            shown: Refused::Page { title, text },
            cause: None,
            retry_after: None,
        }
    }

    /// Leads to another page of the console.
    pub fn elsewhere(path: impl Into<String>) -> Self {
        Self {
            status: StatusCode::SEE_OTHER,
            shown: Refused::Elsewhere(path.into()),
            reason: String::new(),
            cause: None,
            retry_after: None,
        }
    }

    /// 403: the form does not belong to this session.
    pub fn stale_form() -> Self {
        Self::page(
            StatusCode::FORBIDDEN,
            "This form is out of date",
            "It was opened more than a day ago, or before you signed in or out, or in another browser. \
             Go back, reload the page, and try again; cookies must be allowed.",
        )
    }

    /// 403: the request comes from another site.
    pub fn from_another_site() -> Self {
        Self::page(
            StatusCode::FORBIDDEN,
            "Another site sent this",
            "Nothing was changed. Open the console itself and try again.",
        )
    }

    /// 404
    pub fn not_found() -> Self {
        Self::page(
            StatusCode::NOT_FOUND,
            "There is no such page",
            "It may have been deleted, or you may not be allowed to see it.",
        )
    }

    /// 405; the caller adds `Allow`.
    pub fn method_not_allowed() -> Self {
        Self::page(
            StatusCode::METHOD_NOT_ALLOWED,
            "This page does not take that",
            "Open the page itself and use its buttons.",
        )
    }

    /// 408
    pub fn timeout() -> Self {
        Self::page(
            StatusCode::REQUEST_TIMEOUT,
            "The form did not arrive in time",
            "Nothing was changed. Try again.",
        )
    }

    /// 413
    pub fn too_large() -> Self {
        Self::page(
            StatusCode::PAYLOAD_TOO_LARGE,
            "The form is too large",
            "Nothing was changed. A form holds 64 KiB at most.",
        )
    }

    /// 400
    pub fn unreadable() -> Self {
        Self::page(
            StatusCode::BAD_REQUEST,
            "The form could not be read",
            "Nothing was changed. Try again.",
        )
    }

    /// 500
    pub fn internal(cause: impl Into<String>) -> Self {
        Self {
            cause: Some(cause.into()),
            ..Self::page(
                StatusCode::INTERNAL_SERVER_ERROR,
                "The server failed",
                "Try again, and report the number below if it stays so.",
            )
        }
    }
}

impl From<AppError> for Refusal {
    fn from(error: AppError) -> Self {
        let text = error.to_string();
        match error {
            AppError::NotFound(_) => Self::not_found(),
            AppError::Denied(_) => Self::page(
                StatusCode::FORBIDDEN,
                "You may not do this",
                sentence(&text),
            ),
            AppError::Unauthenticated(_) => Self::elsewhere("/console/sign-in"),
            AppError::Conflict(_)
            | AppError::DoneBefore
            | AppError::Gone(_)
            | AppError::KeyReused => {
                Self::page(StatusCode::CONFLICT, "This cannot be done now", text)
            }
            AppError::PreconditionFailed(_) => Self::page(
                StatusCode::CONFLICT,
                "Somebody else changed this meanwhile",
                "Nothing was changed. Open the page again, look at what it is now, and try again.",
            ),
            AppError::Invalid { .. } => Self::page(
                StatusCode::UNPROCESSABLE_ENTITY,
                "This cannot be taken",
                text,
            ),
            AppError::TooManyRequests(refusal) => Self {
                retry_after: Some(refusal.retry_after),
                ..Self::page(StatusCode::TOO_MANY_REQUESTS, "Too many attempts", text)
            },
            AppError::NoChanges(cause) => Self {
                cause: Some(cause),
                retry_after: Some(1),
                ..Self::page(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "The database takes no changes",
                    text,
                )
            },
            AppError::Overloaded => Self {
                retry_after: Some(1),
                ..Self::page(StatusCode::SERVICE_UNAVAILABLE, "Too much to do", text)
            },
            AppError::Unavailable(cause) => Self {
                cause: Some(cause),
                retry_after: Some(1),
                ..Self::page(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "The database does not answer",
                    "Nothing was changed. Try again in a moment.",
                )
            },
            AppError::Internal(cause) => Self::internal(cause),
        }
    }
}

/// A text with a capital letter at its beginning and a full stop at its end.
pub fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let mut sentence: String = characters
        .next()
        .map(|first| first.to_uppercase().collect())
        .unwrap_or_default();
    sentence.push_str(characters.as_str());
    if !sentence.ends_with(['.', '!', '?']) {
        sentence.push('.');
    }
    sentence
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.reason)
    }
}

impl ResponseError for Refusal {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::new(self.status);
        if let Some(seconds) = self.retry_after {
            response
                .headers_mut()
                .insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        let mut extensions = response.extensions_mut();
        extensions.insert(self.shown.clone());
        extensions.insert(LogNote {
            reason: self.reason.clone(),
            cause: self.cause.clone(),
        });
        drop(extensions);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_begins_and_ends_like_one() {
        assert_eq!(sentence("only an operator may"), "Only an operator may.");
        assert_eq!(sentence("Done."), "Done.");
        assert_eq!(sentence(""), ".");
    }
}
