//! Cognigy's token endpoint, `POST /auth/oauth2/token`: the token endpoint under another name.

use actix_web::{HttpRequest, HttpResponse, web};

use crate::http::HttpState;
use crate::http::oauth;
use crate::http::oauth::form::TokenForm;
use crate::http::oauth::token::Body;
use crate::http::openapi::responses::TokenRefused;

/// Answers a token request, where Cognigy's client looks for it.
#[utoipa::path(
    post,
    path = "/auth/oauth2/token",
    tag = "Tokens",
    operation_id = "cognigy",
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
    oauth::token::token(request, payload, state).await
}
