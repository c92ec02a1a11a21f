//! One path and the methods it answers; any other is 405 with `Allow` (RFC 9110 §15.5.6).

use actix_web::dev::{AppService, HttpServiceFactory};
use actix_web::http::header::{ALLOW, HeaderValue};
use actix_web::middleware::from_fn;
use actix_web::{FromRequest, Handler, HttpRequest, HttpResponse, Responder, Route, guard, web};

use super::{compat, console, oauth, problem};

/// A route table that is being filled, all of it below one prefix.
pub struct Table<'a> {
    sink: Sink<'a>,
    prefix: &'a str,
    part: Option<Part>,
}

/// Of which kind the paths of a part of the table are.
///
/// A path is looked for in the order of the table, and one with variable parts is a regular
/// expression. So fixed paths come first: a token or a question about one pays for none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// `/oauth/token`
    Fixed,
    /// `/v1/organizations/{organization}`
    Variable,
}

impl Part {
    /// Both, in the order in which they are to be filled.
    pub const ALL: [Self; 2] = [Self::Fixed, Self::Variable];

    fn of(path: &str) -> Self {
        if path.contains('{') {
            Self::Variable
        } else {
            Self::Fixed
        }
    }
}

/// Where the paths go.
enum Sink<'a> {
    Router(&'a mut web::ServiceConfig),
    List(&'a mut Vec<Listed>),
}

/// A path of the route table and what it answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The path, its variable parts in braces.
    pub path: String,
    /// Its methods, as `Allow` names them.
    pub methods: Vec<&'static str>,
}

impl<'a> Table<'a> {
    /// A part of a table below `prefix`, such as `/auth`; at the root where it is empty. It takes
    /// the paths of its kind, and leaves the others for the other part.
    ///
    /// Each path is registered whole. A scope would swallow whatever else begins with its prefix,
    /// and an issuer's path may well be `/v1`.
    pub fn below(part: Part, prefix: &'a str, config: &'a mut web::ServiceConfig) -> Self {
        Self {
            sink: Sink::Router(config),
            prefix,
            part: Some(part),
        }
    }

    /// A table that answers nobody: it says what there is.
    pub fn listing(list: &'a mut Vec<Listed>) -> Self {
        Self {
            sink: Sink::List(list),
            prefix: "",
            part: None,
        }
    }

    /// Adds a path.
    pub fn service(&mut self, endpoint: Endpoint) -> &mut Self {
        if self
            .part
            .is_some_and(|part| part != Part::of(&endpoint.path))
        {
            return self;
        }
        let path = format!("{}{}", self.prefix, endpoint.path);
        match &mut self.sink {
            Sink::Router(config) => {
                config.service(Endpoint { path, ..endpoint });
            }
            Sink::List(list) => list.push(Listed {
                path,
                methods: endpoint.allow,
            }),
        }
        self
    }
}

/// A path with its methods.
pub struct Endpoint {
    path: String,
    routes: Vec<Route>,
    allow: Vec<&'static str>,
    method_not_allowed: fn(&HttpRequest) -> HttpResponse,
    framed: bool,
}

impl Endpoint {
    /// A path whose errors are problem documents.
    pub fn at(path: &str) -> Self {
        Self {
            path: path.to_owned(),
            routes: Vec::new(),
            allow: Vec::new(),
            method_not_allowed: problem::method_not_allowed,
            framed: false,
        }
    }

    /// A path whose errors are those of RFC 6749 §5.2.
    pub fn oauth(path: &str) -> Self {
        Self {
            method_not_allowed: oauth::error::method_not_allowed,
            ..Self::at(path)
        }
    }

    /// A page of the console, whose errors are pages too.
    pub fn console(path: &str) -> Self {
        Self {
            method_not_allowed: console::method_not_allowed,
            framed: true,
            ..Self::at(path)
        }
    }

    /// A path whose errors are those that Cognigy's client reads.
    pub fn cognigy(path: &str) -> Self {
        Self {
            method_not_allowed: compat::cognigy::problem::method_not_allowed,
            ..Self::at(path)
        }
    }

    /// Answers GET, and HEAD with the same less the body.
    #[must_use]
    pub fn get<F, Args>(self, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        let either = guard::Any(guard::Get()).or(guard::Head());
        self.route(&["GET", "HEAD"], web::route().guard(either).to(handler))
    }

    /// Answers POST.
    #[must_use]
    pub fn post<F, Args>(self, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.route(&["POST"], web::post().to(handler))
    }

    /// Answers PATCH.
    #[must_use]
    pub fn patch<F, Args>(self, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.route(&["PATCH"], web::patch().to(handler))
    }

    /// Answers DELETE.
    #[must_use]
    pub fn delete<F, Args>(self, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.route(&["DELETE"], web::delete().to(handler))
    }

    /// Answers every method alike, also one that nobody has heard of. It is listed as GET.
    #[must_use]
    pub fn any<F, Args>(self, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.route(&["GET"], web::route().to(handler))
    }

    fn route(mut self, methods: &[&'static str], route: Route) -> Self {
        self.allow.extend(methods);
        self.routes.push(route);
        self
    }
}

impl HttpServiceFactory for Endpoint {
    fn register(self, config: &mut AppService) {
        let allow = HeaderValue::from_str(&self.allow.join(", "))
            .unwrap_or_else(|_| HeaderValue::from_static("GET"));
        let answer = self.method_not_allowed;
        let resource = self
            .routes
            .into_iter()
            .fold(web::resource(self.path), actix_web::Resource::route)
            .default_service(web::to(move |request: HttpRequest| {
                let mut response = answer(&request);
                response.headers_mut().insert(ALLOW, allow.clone());
                std::future::ready(response)
            }));
        if self.framed {
            resource.wrap(from_fn(console::frame)).register(config);
        } else {
            resource.register(config);
        }
    }
}
