//! The console's session as a caller of the management API: the cookie, and in `X-CSRF-Token` the
//! proof that stands in every form of the console. The cookie alone, which a browser sends for
//! everybody, says nothing.

use actix_web::HttpRequest;
use actix_web::http::header::{AUTHORIZATION, HeaderName};
use actix_web::web;

use crate::app::App;
use crate::app::error::AppError;
use crate::app::sessions;
use crate::domain::access::Caller;
use crate::http::HttpState;
use crate::http::console::session_cookie;
use crate::http::presented::{has_key_beside, origin};
use crate::http::problem::Problem;

const X_CSRF_TOKEN: HeaderName = HeaderName::from_static("x-csrf-token");

/// Whether a request claims to be one of the console's session.
pub fn is_meant(request: &HttpRequest) -> bool {
    request.headers().contains_key(X_CSRF_TOKEN)
}

/// Who calls, where the request is one of the console's session.
///
/// # Errors
/// 401 where session and proof are not good, 400 where there is another credential beside them, or
/// where somebody with several organizations names none of them in the path.
pub async fn caller(app: &App, request: &HttpRequest) -> Result<Option<Caller>, Problem> {
    let Some(proof) = request.headers().get(X_CSRF_TOKEN) else {
        return Ok(None);
    };
    if request.headers().contains_key(AUTHORIZATION) || has_key_beside(request) {
        return Err(Problem::several_credentials());
    }
    let open = request
        .app_data::<web::Data<HttpState>>()
        .is_some_and(|state| state.console);
    let cookie = session_cookie(request, &app.issuer).filter(|_| open);
    let not_good = || Problem::unauthenticated(Some("Sign in to the console again"));
    let (Some(cookie), Ok(proof)) = (cookie, proof.to_str()) else {
        return Err(not_good());
    };
    let organization = request.match_info().get("organization");
    let asked = sessions::caller(app, &cookie, proof, organization, origin(request));
    asked.await.map(Some).map_err(|error| match error {
        AppError::Unauthenticated(_) => not_good(),
        other => other.into(),
    })
}
