//! What all answers of the console have in common: the headers that keep a browser to them, and the
//! page that says why something is refused.

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue,
    LOCATION, REFERRER_POLICY, X_FRAME_OPTIONS,
};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest, ResponseError, web};
use askama::Template;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::assets;
use super::refusal::{Refusal, Refused};
use super::shell::BareShell;
use crate::http::{HttpState, request_id};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");

/// The nonce of the answer that is being made.
#[derive(Clone)]
struct Nonce(String);

/// The nonce for the answer to this request (CSP3 §2.3.1): 128 random bits.
pub fn nonce(request: &HttpRequest) -> String {
    let extensions = request.extensions();
    extensions
        .get::<Nonce>()
        .map(|Nonce(nonce)| nonce.clone())
        .unwrap_or_default()
}

/// The path at which the console is reached from outside: the issuer's own, mostly none.
pub fn prefix(request: &HttpRequest) -> String {
    request
        .app_data::<web::Data<HttpState>>()
        .map(|state| state.app.issuer.path().to_owned())
        .unwrap_or_default()
}

/// Puts an answer of the console into its frame.
pub async fn frame(
    request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    if let Some(state) = request.app_data::<web::Data<HttpState>>() {
        let mut random = [0; 16];
        state.app.entropy.fill(&mut random);
        let nonce = Nonce(STANDARD.encode(random));
        request.extensions_mut().insert(nonce);
    }
    let outer = request.request().clone();
    let mut response = if is_from_another_site(&request) {
        let refused = Refusal::from_another_site().error_response();
        request.into_response(refused)
    } else {
        next.call(request).await?
    };
    let refused = response.response().extensions().get::<Refused>().cloned();
    if let Some(refused) = refused {
        response = draw(&outer, response, refused);
    }
    protect(response.headers_mut(), &nonce(&outer));
    Ok(response)
}

/// Browsers say from where a form was sent (Fetch Metadata). Its proof would not fit either, but
/// this is refused before anything is read.
fn is_from_another_site(request: &ServiceRequest) -> bool {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD);
    let site = request.headers().get(SEC_FETCH_SITE);
    !safe && site.is_some_and(|site| site != "same-origin" && site != "none")
}

fn draw(
    request: &HttpRequest,
    response: ServiceResponse<BoxBody>,
    refused: Refused,
) -> ServiceResponse<BoxBody> {
    let prefix = prefix(request);
    match refused {
        Refused::Elsewhere(path) => {
            let mut response = response;
            let to = HeaderValue::from_str(&format!("{prefix}{path}"));
            let to = to.unwrap_or_else(|_| HeaderValue::from_static("/"));
            response.headers_mut().insert(LOCATION, to);
            response
        }
        Refused::Page { title, text } => {
            let page = RefusedPage {
                shell: BareShell {
                    nonce: nonce(request),
                    prefix,
                    assets: assets::VERSION.to_owned(),
                    flash: None,
                },
                title,
                text,
                request_id: request_id::of(request).unwrap_or_default(),
            };
            // A template of texts does not fail; without one the title says enough.
            let body = page.render().unwrap_or_else(|_| title.to_owned());
            let mut response = response.map_body(|_, _| BoxBody::new(body));
            response.headers_mut().insert(
                CONTENT_TYPE,
                HeaderValue::from_static("text/html; charset=utf-8"),
            );
            response
        }
    }
}

#[derive(Template)]
#[template(path = "console/refused.html")]
struct RefusedPage {
    shell: BareShell,
    title: &'static str,
    text: String,
    request_id: String,
}

/// The headers of every answer. Scripts and styles come from here and carry the nonce; a page is
/// framed by nobody, sends forms nowhere else, and is kept by no cache.
fn protect(headers: &mut HeaderMap, nonce: &str) {
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; \
         img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    );
    let mut set = |name: HeaderName, value: &'static str| {
        // An asset says itself how long it may be kept.
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    };
    set(CACHE_CONTROL, "no-store");
    // Without any, a form's Origin would be `null`.
    set(REFERRER_POLICY, "same-origin");
    set(X_FRAME_OPTIONS, "DENY");
    set(OPENER_POLICY, "same-origin");
    set(RESOURCE_POLICY, "same-origin");
    set(
        PERMISSIONS_POLICY,
        "camera=(), geolocation=(), microphone=(), payment=()",
    );
    if !headers.contains_key(CONTENT_SECURITY_POLICY)
        && let Ok(policy) = HeaderValue::from_str(&policy)
    {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
}
