//! What every request passes first: it is named, and answered at once where it can be.
//!
//! A token and a question about one are asked for all day, and for a credential in memory there is
//! nothing to wait for. Finding the way to a handler, and being ready to wait there, cost as much as
//! the answer does. So these are tried here, before the router: what is good and what is in memory is
//! answered on the spot. Where anything is missing, as the credential, the quota's use or a part of the
//! body, or where the request is malformed or shows a wrong secret, it goes on to the router as it came,
//! and nothing has been counted. The router knows the same paths and gives the same answers.

use std::future::{Future, Ready, ready};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};

use actix_web::dev::{Payload, Service, ServiceRequest, ServiceResponse, Transform, forward_ready};
use actix_web::http::Method;
use actix_web::http::header::{CONTENT_LENGTH, UPGRADE};
use actix_web::web::Bytes;
use actix_web::{Error, HttpRequest, HttpResponse};
use futures_util::future::LocalBoxFuture;
use futures_util::stream::{self, Stream as _, StreamExt as _};

use super::admission::{Admission, admit};
use super::management::api_keys;
use super::oauth::token::token_at_once;
use super::request_id::{Named, name_and_log};
use super::{HttpState, forward_auth};

/// What is answered at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Question {
    /// `/auth/verify`
    Verify,
    /// `POST /oauth/token`
    Token,
    /// `POST /v1/api-keys/verify`
    KeyVerify,
}

const QUESTIONS: [(&str, Question); 3] = [
    ("/auth/verify", Question::Verify),
    ("/oauth/token", Question::Token),
    ("/v1/api-keys/verify", Question::KeyVerify),
];

/// The layer around the router.
pub struct Front {
    shared: Rc<Shared>,
}

struct Shared {
    state: Arc<HttpState>,
    admission: Admission,
    /// The paths at the root, and below the issuer's where it has one.
    paths: Vec<(String, Question)>,
}

impl Front {
    /// The layer of one worker.
    pub fn new(state: Arc<HttpState>, admission: Admission) -> Self {
        let below_issuer = Some(state.app.issuer.path()).filter(|path| !path.is_empty());
        let paths = [Some(""), below_issuer]
            .into_iter()
            .flatten()
            .flat_map(|prefix| QUESTIONS.map(|(path, asked)| (format!("{prefix}{path}"), asked)))
            .collect();
        Self {
            shared: Rc::new(Shared {
                state,
                admission,
                paths,
            }),
        }
    }
}

impl<S> Transform<S, ServiceRequest> for Front
where
    S: Service<ServiceRequest, Response = ServiceResponse, Error = Error> + 'static,
{
    type Response = ServiceResponse;
    type Error = Error;
    type Transform = FrontService<S>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, service: S) -> Self::Future {
        ready(Ok(FrontService {
            shared: Rc::clone(&self.shared),
            service: Rc::new(service),
        }))
    }
}

/// The layer, with the router behind it.
pub struct FrontService<S> {
    shared: Rc<Shared>,
    service: Rc<S>,
}

impl<S> Clone for FrontService<S> {
    fn clone(&self) -> Self {
        Self {
            shared: Rc::clone(&self.shared),
            service: Rc::clone(&self.service),
        }
    }
}

impl<S> Service<ServiceRequest> for FrontService<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse, Error = Error> + 'static,
{
    type Response = ServiceResponse;
    type Error = Error;
    type Future = Answering<S>;

    forward_ready!(service);

    fn call(&self, request: ServiceRequest) -> Self::Future {
        let Some(question) = self.shared.question(&request) else {
            return self.route(request);
        };
        if question == Question::Verify {
            return self.answer_or_route(question, request, None);
        }
        match length_of_body(&request) {
            Some(length) => Answering::Reading(Some(Reading {
                front: self.clone(),
                question,
                request,
                length,
                has_waited: false,
            })),
            None => self.route(request),
        }
    }
}

impl Shared {
    /// What may be answered at once, by its path and method.
    fn question(&self, request: &ServiceRequest) -> Option<Question> {
        let path = request.path();
        let (_, question) = self.paths.iter().find(|(known, _)| known == path)?;
        let asked = *question == Question::Verify || request.method() == Method::POST;
        asked.then_some(*question)
    }

    fn answer(
        &self,
        question: Question,
        request: &HttpRequest,
        body: &[u8],
    ) -> Option<HttpResponse> {
        // Behind the router, clients are parted with where the server stops.
        if self.admission.stopping.has_begun() {
            return None;
        }
        let answer = match question {
            Question::Token => return token_at_once(request, &self.state, body),
            Question::Verify => forward_auth::verify_at_once(request, &self.state),
            Question::KeyVerify => api_keys::verify_at_once(request, &self.state, body),
        }?;
        Some(answer.unwrap_or_else(HttpResponse::from_error))
    }
}

/// The length of a body that is announced.
fn length_of_body(request: &ServiceRequest) -> Option<usize> {
    let headers = request.headers();
    // To the HTTP library, an upgrade takes the length's place.
    if headers.contains_key(UPGRADE) {
        return None;
    }
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

impl<S> FrontService<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse, Error = Error> + 'static,
{
    fn answer_or_route(
        &self,
        question: Question,
        mut request: ServiceRequest,
        body: Option<Bytes>,
    ) -> Answering<S> {
        let named = Named::new(&self.shared.state.app, request.request());
        let known = body.as_deref().unwrap_or_default();
        if let Some(response) = self.shared.answer(question, request.request(), known) {
            let mut response = request.into_response(response);
            named.finish(&mut response);
            return Answering::Done(ready(Ok(response)));
        }
        if let Some(body) = body {
            request.set_payload(body.into());
        }
        self.route(request)
    }

    fn route(&self, request: ServiceRequest) -> Answering<S> {
        let Self { shared, service } = self.clone();
        Answering::Routed(Box::pin(async move {
            name_and_log(&shared.state.app, request, async |request| {
                admit(&shared.admission, request, &*service).await
            })
            .await
        }))
    }
}

/// The answer to a request.
pub enum Answering<S> {
    /// It is there.
    Done(Ready<Result<ServiceResponse, Error>>),
    /// Its body is being looked at.
    Reading(Option<Reading<S>>),
    /// The router gives it.
    Routed(LocalBoxFuture<'static, Result<ServiceResponse, Error>>),
}

/// A request whose body comes with its head, or does not.
pub struct Reading<S> {
    front: FrontService<S>,
    question: Question,
    request: ServiceRequest,
    length: usize,
    /// The body of a request is read when its head has been seen to.
    has_waited: bool,
}

impl<S> Reading<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse, Error = Error> + 'static,
{
    fn go_on(mut self, context: &mut Context<'_>) -> Answering<S> {
        let (_, payload) = self.request.parts_mut();
        // With HTTP/2, to leave the end of a body unread would tell the client that it was too much.
        if matches!(payload, Payload::H1 { .. }) {
            match Pin::new(&mut *payload).poll_next(context) {
                Poll::Pending if !self.has_waited => {
                    self.has_waited = true;
                    // A request that stood behind another would not be looked at again by itself, and
                    // nothing here bounds how long that may last.
                    context.waker().wake_by_ref();
                    return Answering::Reading(Some(self));
                }
                Poll::Ready(Some(Ok(body))) if body.len() == self.length => {
                    return self
                        .front
                        .answer_or_route(self.question, self.request, Some(body));
                }
                Poll::Ready(Some(part)) => {
                    let rest = payload.take();
                    let payload = Box::pin(stream::iter([part]).chain(rest));
                    self.request.set_payload(Payload::Stream { payload });
                }
                Poll::Pending | Poll::Ready(None) => {}
            }
        }
        self.front.route(self.request)
    }
}

impl<S> Future for Answering<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse, Error = Error> + 'static,
{
    type Output = Result<ServiceResponse, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        loop {
            match &mut *self {
                Self::Done(response) => return Pin::new(response).poll(context),
                Self::Routed(routed) => return routed.as_mut().poll(context),
                Self::Reading(reading) => match reading.take() {
                    Some(reading) => {
                        let next = reading.go_on(context);
                        let waits = matches!(next, Self::Reading(_));
                        *self = next;
                        if waits {
                            return Poll::Pending;
                        }
                    }
                    None => return Poll::Pending,
                },
            }
        }
    }
}
