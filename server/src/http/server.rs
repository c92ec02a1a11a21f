//! The HTTP server: sockets, timeouts, TLS.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::{App as Router, HttpServer, web};

use super::admission::{Admission, Places};
use super::front::Front;
use super::openapi::page::Pages;
use super::stopping::{Signals, Stopping};
use super::{HttpState, problem, routes};
use crate::settings::ShutdownSettings;

/// How long an idle connection is kept.
const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// How long a client may take to send the head of a request.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);

/// Starts answering on `listener`, with TLS where a configuration is given. Stops on SIGTERM after
/// the delay and the requests that are under way, and on SIGINT without waiting for either.
///
/// # Errors
/// Where the socket cannot be used.
pub fn start(
    state: HttpState,
    listener: TcpListener,
    tls: Option<rustls::ServerConfig>,
    shutdown: ShutdownSettings,
) -> std::io::Result<Server> {
    let pages = web::Data::new(Pages::new(state.clone()));
    let state = Arc::new(state);
    let places = Arc::new(Places::new(state.app.limits.max_concurrent_requests));
    let stopping = Stopping::default();
    let signals = Signals::catch()?;
    let stopping_here = stopping.clone();
    let server = HttpServer::new(move || {
        let state = Arc::clone(&state);
        let admission = Admission {
            app: Arc::clone(&state.app),
            places: Arc::clone(&places),
            stopping: stopping_here.clone(),
        };
        Router::new()
            .app_data(web::Data::from(Arc::clone(&state)))
            .app_data(pages.clone())
            .app_data(web::QueryConfig::default().error_handler(problem::bad_query))
            .app_data(web::PathConfig::default().error_handler(problem::bad_path))
            .app_data(web::Data::new(stopping_here.clone()))
            .wrap(Front::new(Arc::clone(&state), admission))
            .configure(move |config| routes(config, &state))
    })
    .keep_alive(KEEP_ALIVE)
    .client_request_timeout(HEAD_TIMEOUT)
    .shutdown_timeout(shutdown.timeout.num_seconds().unsigned_abs())
    .disable_signals();
    let server = match tls {
        None => server.listen(listener)?,
        Some(tls) => server.listen_rustls_0_23(listener, tls)?,
    };
    let running = server.run();
    let delay = shutdown.delay.to_std().unwrap_or_default();
    tokio::spawn(signals.stop(running.handle(), stopping, delay));
    Ok(running)
}
