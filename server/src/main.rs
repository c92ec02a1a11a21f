//! The `grantd` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    // One provider for all TLS of this process. It is installed already only where a library did so.
    let _ = rustls::crypto::ring::default_provider().install_default();
    grantd::crypto::provider::install();
    actix_web::rt::System::new().block_on(grantd::cli::main())
}
