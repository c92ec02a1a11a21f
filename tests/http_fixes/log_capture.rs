//! Reads what the server logs. The log is one for the whole process, so lines are found by the name
//! of their request.

use std::sync::{LazyLock, Mutex, PoisonError};

use log::{LevelFilter, Log, Metadata, Record};

struct Capture(Mutex<Vec<String>>);

impl Log for Capture {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "grantd::access"
    }

    fn log(&self, record: &Record<'_>) {
        if self.enabled(record.metadata()) {
            let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            lines.push(record.args().to_string());
        }
    }

    fn flush(&self) {}
}

static CAPTURE: LazyLock<&Capture> = LazyLock::new(|| {
    let capture: &Capture = Box::leak(Box::new(Capture(Mutex::new(Vec::new()))));
    log::set_logger(capture).expect("no other test sets a logger");
    log::set_max_level(LevelFilter::Info);
    capture
});

/// Begins to listen; to be called before the request.
pub(crate) fn listen() {
    LazyLock::force(&CAPTURE);
}

/// The one line about the request of this name.
pub(crate) fn line_of(request_id: &str) -> String {
    let lines = CAPTURE.0.lock().unwrap_or_else(PoisonError::into_inner);
    let name = format!("request_id={request_id}");
    let found: Vec<&String> = lines.iter().filter(|line| line.contains(&name)).collect();
    assert_eq!(found.len(), 1, "one line a request: {found:?}");
    found[0].clone()
}
