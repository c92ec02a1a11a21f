//! The `grantd` command.

use std::process::ExitCode;

/// The system's allocator took a tenth of the instructions of a request about an API key
/// (docs/performance.md).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // Where the machine backs all memory with huge pages, an idle server would take twice as much.
    #[cfg(target_os = "linux")]
    let _ = rustix::thread::disable_transparent_huge_pages(true);
    // One provider for all TLS of this process. It is installed already only where a library did so.
    let _ = rustls::crypto::ring::default_provider().install_default();
    grantd::crypto::provider::install();
    actix_web::rt::System::new().block_on(grantd::cli::main())
}
