//! The `grantd` command.

use std::process::ExitCode;

/// A request makes some seventy allocations, and the system's allocator takes a quarter of the time
/// that a request about an API key costs above the bare handler. Without huge pages, which would
/// double the memory of an idle server.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // One provider for all TLS of this process. It is installed already only where a library did so.
    let _ = rustls::crypto::ring::default_provider().install_default();
    grantd::crypto::provider::install();
    actix_web::rt::System::new().block_on(grantd::cli::main())
}
