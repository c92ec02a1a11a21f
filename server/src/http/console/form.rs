//! A form that was sent: its fields, and the proof that it was shown in this very browser.
//!
//! Every change takes a [`Form`], and there is no form without that proof.

use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use chrono::TimeDelta;
use futures_util::future::LocalBoxFuture;
use uuid::Uuid;

use super::cookie;
use super::fields::Fields;
use super::refusal::Refusal;
use crate::domain::ids::made_at;
use crate::domain::secret::Secret;
use crate::http::HttpState;
use crate::http::admission::while_reading_body;

/// The most that is read of a body, in bytes.
const MAX_BODY: usize = 64 * 1024;

/// How long a browser may take to send it.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// The field that holds the proof.
const CSRF_TOKEN: &str = "csrf_token";

/// The field that holds the id of what the form makes.
const FORM_ID: &str = "form_id";

/// How long a form may lie before it makes something.
const FORM_LIFETIME: TimeDelta = TimeDelta::days(1);

/// The fields of a form that this browser was shown.
pub struct Form {
    fields: Fields,
    /// The id that the form came with.
    id: Option<Uuid>,
    /// The cookie of the browser.
    pub cookie: Secret,
}

impl std::ops::Deref for Form {
    type Target = Fields;

    fn deref(&self) -> &Fields {
        &self.fields
    }
}

impl Form {
    /// The id that was given out with this form, for what it makes: sent again, it is in the way of
    /// itself.
    ///
    /// # Errors
    /// As for a form of another session; also where it was shown more than a day ago.
    pub fn id(&self) -> Result<Uuid, Refusal> {
        self.id.ok_or_else(Refusal::stale_form)
    }
}

impl FromRequest for Form {
    type Error = Refusal;
    type Future = LocalBoxFuture<'static, Result<Self, Refusal>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let state = request.app_data::<web::Data<HttpState>>().cloned();
        let cookie = state
            .as_ref()
            .and_then(|state| cookie::read(request, &state.app.issuer));
        let payload = web::Payload::from_request(request, payload);
        Box::pin(async move {
            let state = state.ok_or_else(|| Refusal::internal("no state"))?;
            let payload = payload.await.map_err(|_| Refusal::unreadable())?;
            let reading = tokio::time::timeout(BODY_TIMEOUT, payload.to_bytes_limited(MAX_BODY));
            let bytes = match while_reading_body(reading).await {
                Err(_) => return Err(Refusal::timeout()),
                Ok(Err(_)) => return Err(Refusal::too_large()),
                Ok(Ok(Err(_))) => return Err(Refusal::unreadable()),
                Ok(Ok(Ok(bytes))) => bytes,
            };
            let cookie = cookie.ok_or_else(Refusal::stale_form)?;
            let fields = Fields::parse(&bytes);
            let keeper = &state.app.session_keeper;
            if !keeper.is_csrf_token(&cookie, fields.raw(CSRF_TOKEN)) {
                return Err(Refusal::stale_form());
            }
            let id = keeper
                .read_form_id(&cookie, fields.raw(FORM_ID))
                .filter(|id| made_at(*id).is_some_and(|at| state.app.now() - at <= FORM_LIFETIME));
            Ok(Self { fields, id, cookie })
        })
    }
}
