//! What is answered to whom.

use std::error::Error;

use actix_web::http::header::{
    AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue, PRAGMA,
};
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;

use crate::keys::Key;
use crate::token::{Issuer, Registration};

/// What to answer, as it stands in the file.
#[derive(Deserialize)]
pub(crate) struct Model {
    client: Registration,
    /// What grantd answers at `/auth/verify`.
    verify: Answered,
    /// What grantd answers at `/v1/api-keys/verify`.
    key_verify: Answered,
}

/// An answer with status 200.
#[derive(Deserialize)]
struct Answered {
    headers: Vec<(String, String)>,
    body: String,
}

/// An answer that is always the same.
struct Constant {
    headers: Vec<(HeaderName, HeaderValue)>,
    body: web::Bytes,
}

/// All that the program answers.
pub(crate) struct Answers {
    issuer: Issuer,
    verify: Constant,
    key_verify: Constant,
}

/// What is asked at `/v1/api-keys/verify`. It is read, and no more.
#[derive(Deserialize)]
pub(crate) struct Question {
    #[serde(rename = "api_key")]
    _api_key: String,
    #[serde(rename = "audience")]
    _audience: Option<String>,
    #[serde(default, rename = "scopes")]
    _scopes: Vec<String>,
}

impl Answers {
    pub(crate) fn new(model: Model, key: Key) -> Result<Self, Box<dyn Error>> {
        Ok(Self {
            issuer: Issuer::new(model.client, key)?,
            verify: model.verify.try_into()?,
            key_verify: model.key_verify.try_into()?,
        })
    }
}

impl TryFrom<Answered> for Constant {
    type Error = Box<dyn Error>;

    fn try_from(answered: Answered) -> Result<Self, Self::Error> {
        let headers = answered
            .headers
            .into_iter()
            .map(|(name, value)| Ok((name.parse()?, HeaderValue::from_str(&value)?)))
            .collect::<Result<_, Self::Error>>()?;
        Ok(Self {
            headers,
            body: answered.body.into(),
        })
    }
}

impl Constant {
    fn answer(&self) -> HttpResponse {
        let mut builder = HttpResponse::Ok();
        for (name, value) in &self.headers {
            builder.insert_header((name, value));
        }
        builder.body(self.body.clone())
    }
}

/// One HMAC, one signature.
pub(crate) async fn token(body: web::Bytes, answers: web::Data<Answers>) -> HttpResponse {
    let Some(token) = answers.issuer.issue(&body) else {
        return HttpResponse::Unauthorized().finish();
    };
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, HeaderValue::from_static("no-store")))
        .insert_header((PRAGMA, HeaderValue::from_static("no-cache")))
        .insert_header((CONTENT_TYPE, HeaderValue::from_static("application/json")))
        .body(token)
}

/// A constant; first one signature verified, where there is a token.
pub(crate) async fn verify(request: HttpRequest, answers: web::Data<Answers>) -> HttpResponse {
    if let Some(value) = request.headers().get(AUTHORIZATION) {
        let token = value
            .to_str()
            .ok()
            .and_then(|text| text.strip_prefix("Bearer "));
        if !token.is_some_and(|token| answers.issuer.verifies(token)) {
            return HttpResponse::Unauthorized().finish();
        }
    }
    answers.verify.answer()
}

/// A constant, after the question was read.
pub(crate) async fn key_verify(
    _: web::Json<Question>,
    answers: web::Data<Answers>,
) -> HttpResponse {
    answers.key_verify.answer()
}
