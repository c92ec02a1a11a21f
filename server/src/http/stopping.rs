//! An orderly stop: first nothing more is sent here, then nothing more is accepted, then what is
//! under way ends.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use actix_web::dev::ServerHandle;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Whether the server has been told to stop. Clones are the same.
#[derive(Debug, Clone, Default)]
pub struct Stopping(Arc<AtomicBool>);

impl Stopping {
    /// Whether it has.
    pub fn has_begun(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    fn begin(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// The signals that stop the server.
pub(super) struct Signals {
    terminate: Signal,
    interrupt: Signal,
    quit: Signal,
}

impl Signals {
    /// From here on they do not end the process by themselves.
    ///
    /// # Errors
    /// Where the system does not let them be caught.
    pub(super) fn catch() -> std::io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            quit: signal(SignalKind::quit())?,
        })
    }

    /// Waits for one of them and stops the server: on SIGTERM in order, on the others at once. A
    /// second signal ends the delay.
    pub(super) async fn stop(mut self, server: ServerHandle, stopping: Stopping, delay: Duration) {
        let in_order = tokio::select! {
            _ = self.terminate.recv() => true,
            _ = self.interrupt.recv() => false,
            _ = self.quit.recv() => false,
        };
        stopping.begin();
        if !in_order {
            server.stop(false).await;
            return;
        }
        if !delay.is_zero() {
            log::info!(
                "SIGTERM: not ready any more, and stopping in {}s",
                delay.as_secs()
            );
            tokio::select! {
                () = tokio::time::sleep(delay) => {}
                _ = self.terminate.recv() => {}
                _ = self.interrupt.recv() => {}
            }
        }
        log::info!("stopping: what is under way is finished");
        server.stop(true).await;
    }
}
