//! The bare handler: the least that an HTTP server can do for a token, and for a question about one.
//!
//! grantd's speed is told as a share of this program's. `POST /oauth/token` reads the form, checks
//! one HMAC and signs one JWT; `/auth/verify` answers a constant, or verifies one signature where
//! the request has a token; `/v1/api-keys/verify` reads the question and answers a constant. There
//! is no cache, no database, no scope, no limit, no log, no metric, no name of the request.
//!
//! It takes what it answers from a file that `tests/load/run` writes after grantd's own answers, so
//! that both send the same claims and headers. Socket and HTTP settings are those of grantd
//! (`server/src/http/server.rs`): change both or neither.

mod answers;
mod keys;
mod token;

use std::error::Error;
use std::fs;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use actix_web::{App, HttpServer, web};
use clap::Parser;
use grantd::domain::algorithm::Algorithm;
use grantd::http::listener;

use self::answers::{Answers, Model, key_verify, token, verify};
use self::keys::{Key, Library};

/// As grantd.
const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// As grantd.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);

/// The bare handler that grantd's speed is compared with.
#[derive(Parser)]
struct Arguments {
    /// Address to listen on.
    #[arg(long, value_name = "ADDR")]
    listen: SocketAddr,
    /// Algorithm of the tokens: ES256, `EdDSA` or RS256.
    #[arg(long, default_value = "ES256")]
    algorithm: Algorithm,
    /// Library that signs and verifies.
    #[arg(long, value_enum, default_value = "ring")]
    library: Library,
    /// What to answer: a JSON file as `tests/load/run` writes it.
    #[arg(long, value_name = "FILE")]
    model: PathBuf,
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let model: Model = serde_json::from_slice(&fs::read(&arguments.model)?)?;
    let key = Key::generate(arguments.algorithm, arguments.library)?;
    let answers = web::Data::new(Answers::new(model, key)?);
    let listener = listener::bind(arguments.listen)?;
    let server = HttpServer::new(move || {
        App::new()
            .app_data(answers.clone())
            .route("/oauth/token", web::post().to(token))
            .route("/auth/verify", web::get().to(verify))
            .route("/v1/api-keys/verify", web::post().to(key_verify))
    })
    .keep_alive(KEEP_ALIVE)
    .client_request_timeout(HEAD_TIMEOUT)
    .listen(listener)?;
    writeln!(
        std::io::stdout(),
        "the bare handler answers on {}",
        arguments.listen
    )?;
    Ok(server.run().await?)
}
