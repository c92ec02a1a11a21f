//! The HTTP server: sockets, timeouts, TLS.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::middleware::from_fn;
use actix_web::{App as Router, HttpServer, web};

use super::openapi::page::Pages;
use super::{HttpState, problem, request_id, routes};

/// How long an idle connection is kept.
const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// How long a client may take to send the head of a request.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);

/// How long requests that are under way at SIGTERM may take, in seconds.
const SHUTDOWN_SECONDS: u64 = 20;

/// Starts answering on `listener`, with TLS where a configuration is given. Stops on SIGTERM after
/// the requests that are under way, and on SIGINT without waiting for them.
///
/// # Errors
/// Where the socket cannot be used.
pub fn start(
    state: HttpState,
    listener: TcpListener,
    tls: Option<rustls::ServerConfig>,
) -> std::io::Result<Server> {
    let pages = web::Data::new(Pages::new(&state).map_err(std::io::Error::other)?);
    let state = Arc::new(state);
    let server = HttpServer::new(move || {
        let state = Arc::clone(&state);
        Router::new()
            .app_data(web::Data::from(Arc::clone(&state)))
            .app_data(pages.clone())
            .app_data(web::QueryConfig::default().error_handler(problem::bad_query))
            .app_data(web::PathConfig::default().error_handler(problem::bad_path))
            .wrap(from_fn(request_id::name_and_log))
            .configure(move |config| routes(config, &state))
    })
    .keep_alive(KEEP_ALIVE)
    .client_request_timeout(HEAD_TIMEOUT)
    .shutdown_timeout(SHUTDOWN_SECONDS);
    let server = match tls {
        None => server.listen(listener)?,
        Some(tls) => server.listen_rustls_0_23(listener, tls)?,
    };
    Ok(server.run())
}
