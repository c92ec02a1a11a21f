//! What a request shows of who sends it, where email address and password are taken as well.

use actix_web::HttpRequest;
use actix_web::http::header::{AUTHORIZATION, HeaderValue};
use base64::Engine;
use zeroize::Zeroizing;

use crate::app::App;
use crate::app::second_factor;
use crate::app::sign_in::check_password;
use crate::domain::access::Origin;
use crate::domain::secret::Secret;
use crate::domain::user::User;
use crate::http::oauth::client_authentication::BASE64;
use crate::http::presented;
use crate::http::problem::Problem;

/// The schemes that are taken beside `Bearer`, for the challenge (RFC 9110 §11.6.1, RFC 7617 §2.1).
const SCHEMES: &str = "Key realm=\"grantd\", Basic realm=\"grantd\", charset=\"UTF-8\"";

/// What a request shows.
pub(super) enum Shown<'a> {
    /// `Authorization: Basic`: email address and password (RFC 7617).
    Password(Password),
    /// Anything else.
    Other(presented::Shown<'a>),
}

/// An email address and a password as presented.
pub(super) struct Password {
    email: String,
    password: Secret,
}

impl Password {
    /// Whose password it is, where that is enough: the user has no second factor.
    ///
    /// # Errors
    /// 401, the same for an unknown address and a wrong password; another where there is a second
    /// factor.
    pub(super) async fn user(self, app: &App, origin: &Origin) -> Result<User, Problem> {
        let (email, password) = (self.email, self.password);
        Ok(second_factor::check_password_alone(app, &email, password, origin).await?)
    }

    /// The same, with the code of the second factor where there is one.
    ///
    /// # Errors
    /// 401, also for a wrong code.
    pub(super) async fn user_with_code(
        self,
        app: &App,
        code: Option<&Secret>,
        origin: &Origin,
    ) -> Result<User, Problem> {
        let (email, password) = (self.email, self.password);
        Ok(second_factor::check_password_and_code(app, &email, password, code, origin).await?)
    }

    /// Whose password it is, second factor or not: for an answer that says no more than whether
    /// there is one.
    ///
    /// # Errors
    /// 401, the same for an unknown address and a wrong password.
    pub(super) async fn user_half_way(self, app: &App, origin: &Origin) -> Result<User, Problem> {
        Ok(check_password(app, &self.email, self.password, origin).await?)
    }
}

/// Reads the one credential of a request.
///
/// # Errors
/// 401 where there is none, or none that is understood; 400 where there is more than one.
pub(super) fn shown(request: &HttpRequest) -> Result<Shown<'_>, Problem> {
    let mut given = request.headers().get_all(AUTHORIZATION);
    let (Some(value), None) = (given.next(), given.next()) else {
        return presented::shown(request).map(Shown::Other);
    };
    let Some(encoded) = basic(value) else {
        return presented::shown(request).map(Shown::Other);
    };
    if presented::has_key_beside(request) {
        return Err(Problem::several_credentials());
    }
    password(encoded)
        .map(Shown::Password)
        .ok_or_else(|| Problem::unauthenticated(None))
}

/// The challenge of a 401 names every scheme that is taken here.
pub(super) fn challenging(problem: Problem) -> Problem {
    problem.also_taking(SCHEMES)
}

/// The part after `Basic`; the scheme's case does not matter (RFC 9110 §11.1).
fn basic(value: &HeaderValue) -> Option<&str> {
    let (scheme, encoded) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("basic").then(|| encoded.trim())
}

/// RFC 7617 §2: what stands before the first colon, and what stands behind it.
fn password(encoded: &str) -> Option<Password> {
    let decoded = Zeroizing::new(BASE64.decode(encoded).ok()?);
    let colon = decoded.iter().position(|b| *b == b':')?;
    Some(Password {
        email: text(&decoded[..colon]),
        password: Secret::new(text(&decoded[colon + 1..])),
    })
}

/// UTF-8 as RFC 7617 §2.1 has it, or else Latin-1, which Python's requests sends.
fn text(raw: &[u8]) -> String {
    match std::str::from_utf8(raw) {
        Ok(text) => text.to_owned(),
        Err(_) => raw.iter().map(|b| char::from(*b)).collect(),
    }
}
