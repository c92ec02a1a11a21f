//! The one cookie of the console.
//!
//! Whoever has not signed in has one, too: it ties the sign-in form to the browser that it was shown
//! in. It is stored nowhere, and signing in replaces it.

use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite};

use crate::crypto::session::SessionKeeper;
use crate::domain::issuer::Issuer;
use crate::domain::secret::Secret;

/// The name under HTTPS: browsers take it from this very host alone, and only over HTTPS
/// (RFC 6265bis §4.1.3.2).
const SECURE_NAME: &str = "__Host-grantd_session";

/// The name on a machine's own plain HTTP, where no browser would keep the other.
const PLAIN_NAME: &str = "grantd_session";

fn is_secure(issuer: &Issuer) -> bool {
    issuer.as_str().starts_with("https://")
}

fn name(issuer: &Issuer) -> &'static str {
    if is_secure(issuer) {
        SECURE_NAME
    } else {
        PLAIN_NAME
    }
}

/// The cookie of a request, where it has one of the right form.
pub fn read(request: &HttpRequest, issuer: &Issuer) -> Option<Secret> {
    let cookie = request.cookie(name(issuer))?;
    let value = cookie.value();
    SessionKeeper::is_cookie(value).then(|| Secret::new(value.to_owned()))
}

/// Gives a browser its cookie, until it is closed. How long the session lasts is the server's to
/// know.
pub fn give(issuer: &Issuer, value: &Secret) -> Cookie<'static> {
    Cookie::build(name(issuer), value.expose().to_owned())
        .path("/")
        .secure(is_secure(issuer))
        .http_only(true)
        .same_site(SameSite::Lax)
        .finish()
}

/// Takes the cookie away.
pub fn take_away(issuer: &Issuer) -> Cookie<'static> {
    let mut cookie = give(issuer, &Secret::new(String::new()));
    cookie.make_removal();
    cookie
}
