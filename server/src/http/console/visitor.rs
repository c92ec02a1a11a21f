//! Who looks at a page: somebody who has signed in, or nobody yet.

use actix_web::cookie::Cookie;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, LOCATION, USER_AGENT};
use actix_web::{FromRequest, HttpRequest, HttpResponse, web};
use askama::Template;
use futures_util::future::LocalBoxFuture;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use uuid::Uuid;

use super::fields::Fields;
use super::refusal::Refusal;
use super::shell::BareShell;
use super::{assets, cookie, frame};
use crate::app::App;
use crate::app::sessions::{self, Browser};
use crate::crypto::session::SessionKeeper;
use crate::domain::access::Origin;
use crate::domain::ids::uuid_v7;
use crate::domain::secret::Secret;
use crate::domain::session::Session;
use crate::domain::user::User;
use crate::http::{HttpState, presented};

/// A browser that asks for a page, whoever sits before it.
pub struct Visit {
    /// The request.
    pub request: HttpRequest,
    state: web::Data<HttpState>,
    cookie: Secret,
    is_new: bool,
}

impl Visit {
    fn new(request: &HttpRequest) -> Result<Self, Refusal> {
        let state = request
            .app_data::<web::Data<HttpState>>()
            .cloned()
            .ok_or_else(|| Refusal::internal("no state"))?;
        let known = cookie::read(request, &state.app.issuer);
        let is_new = known.is_none();
        let cookie = known.unwrap_or_else(|| SessionKeeper::cookie(state.app.entropy.as_ref()));
        Ok(Self {
            request: request.clone(),
            state,
            cookie,
            is_new,
        })
    }

    /// The use cases.
    pub fn app(&self) -> &App {
        &self.state.app
    }

    /// The browser's cookie, which may be of no session.
    pub fn cookie(&self) -> &Secret {
        &self.cookie
    }

    /// The query.
    pub fn query(&self) -> Fields {
        Fields::parse(self.request.query_string().as_bytes())
    }

    /// The path at which the console is reached from outside; mostly empty.
    pub fn prefix(&self) -> &str {
        self.state.app.issuer.path()
    }

    /// Where the request comes from.
    pub fn origin(&self) -> Origin {
        presented::origin(&self.request)
    }

    /// Where it comes from, for a session that begins.
    pub fn browser(&self) -> Browser {
        let user_agent = self.request.headers().get(USER_AGENT);
        let user_agent = user_agent.and_then(|value| value.to_str().ok());
        Browser {
            origin: self.origin(),
            user_agent: user_agent.unwrap_or_default().to_owned(),
        }
    }

    /// What every form on the page carries.
    pub fn csrf_token(&self) -> String {
        self.app().session_keeper.csrf_token(&self.cookie)
    }

    /// The id for what a form makes, for its field `form_id`.
    pub fn form_id(&self) -> String {
        let app = self.app();
        let id: Uuid = uuid_v7(app.now(), app.random10());
        app.session_keeper.form_id(&self.cookie, id)
    }

    /// The nonce of the answer.
    pub fn nonce(&self) -> String {
        frame::nonce(&self.request)
    }

    /// The frame of a page for somebody who has not signed in.
    pub fn bare(&self) -> BareShell {
        BareShell {
            nonce: self.nonce(),
            prefix: self.prefix().to_owned(),
            assets: assets::VERSION.to_owned(),
            flash: None,
        }
    }

    /// Shows a page.
    ///
    /// # Errors
    /// 500 where the template fails, which it does not.
    pub fn show(&self, status: StatusCode, page: &impl Template) -> Result<HttpResponse, Refusal> {
        let body = page
            .render()
            .map_err(|error| Refusal::internal(format!("a page was not rendered: {error}")))?;
        let mut builder = HttpResponse::build(status);
        builder.insert_header((CONTENT_TYPE, "text/html; charset=utf-8"));
        if self.is_new {
            builder.cookie(cookie::give(&self.app().issuer, &self.cookie));
        }
        Ok(builder.body(body))
    }

    /// Leads to another page of the console, `/console/…`, after a change.
    pub fn see_other(&self, path: &str) -> HttpResponse {
        HttpResponse::SeeOther()
            .insert_header((LOCATION, format!("{}{path}", self.prefix())))
            .finish()
    }

    /// The same, with another cookie.
    pub fn see_other_with(&self, path: &str, cookie: &Cookie<'_>) -> HttpResponse {
        let mut response = self.see_other(path);
        // A cookie of our own making always fits into a header.
        let _ = response.add_cookie(cookie);
        response
    }

    /// Where to go on after signing in: the page that was asked for.
    fn sign_in(&self) -> Refusal {
        let path = self.request.path();
        let path = path.strip_prefix(self.prefix()).unwrap_or(path);
        let asked = match self.request.query_string() {
            "" => path.to_owned(),
            query => format!("{path}?{query}"),
        };
        let next = utf8_percent_encode(&asked, NON_ALPHANUMERIC);
        Refusal::elsewhere(format!("/console/sign-in?next={next}"))
    }
}

impl FromRequest for Visit {
    type Error = Refusal;
    type Future = std::future::Ready<Result<Self, Refusal>>;

    fn from_request(request: &HttpRequest, _: &mut actix_web::dev::Payload) -> Self::Future {
        std::future::ready(Self::new(request))
    }
}

/// Somebody who has signed in, with all factors that the account has.
pub struct Visitor {
    visit: Visit,
    /// Who it is.
    pub user: User,
    /// The session.
    pub session: Session,
}

impl std::ops::Deref for Visitor {
    type Target = Visit;

    fn deref(&self) -> &Visit {
        &self.visit
    }
}

impl FromRequest for Visitor {
    type Error = Refusal;
    type Future = LocalBoxFuture<'static, Result<Self, Refusal>>;

    fn from_request(request: &HttpRequest, _: &mut actix_web::dev::Payload) -> Self::Future {
        let visit = Visit::new(request);
        Box::pin(async move {
            let visit = visit?;
            if visit.is_new {
                return Err(visit.sign_in());
            }
            match sessions::find(visit.app(), &visit.cookie).await? {
                Some((session, user)) if !session.pending => Ok(Self {
                    visit,
                    user,
                    session,
                }),
                _ => Err(visit.sign_in()),
            }
        })
    }
}
