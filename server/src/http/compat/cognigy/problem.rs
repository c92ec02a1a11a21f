//! Refusals as Cognigy's client reads them. It tells kinds of errors apart by `code`, and by the
//! status only where that number stands in its own table; it shows `traceId`.

use actix_web::{HttpRequest, HttpResponse, ResponseError};

use crate::http::problem::{Extension, Problem};
use crate::http::request_id;

/// The problem with Cognigy's members.
pub(super) fn told(problem: Problem, request: &HttpRequest) -> Problem {
    let code = match problem.status_code().as_u16() {
        404 => 1002,
        409 => 1004,
        405 => 1013,
        status => status,
    };
    let trace_id = request_id::of(request);
    problem.extended(Extension { code, trace_id })
}

/// 405; the caller adds `Allow`.
pub fn method_not_allowed(request: &HttpRequest) -> HttpResponse {
    told(Problem::method_not_allowed(), request).error_response()
}
