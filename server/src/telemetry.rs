//! The log: lines on stderr, as text or as JSON.

use std::io::Write;

use crate::settings::{LogFormat, LogSettings};

/// Starts the log. A second call changes nothing.
pub fn start(settings: &LogSettings) {
    let mut builder = env_logger::Builder::new();
    // Libraries speak up only when something is wrong: what they say at finer levels may hold more
    // than a log should.
    builder
        .filter_level(log::LevelFilter::Warn.min(settings.level))
        .filter_module("grantd", settings.level)
        // It calls an error what is a stranger's malformed request.
        .filter_module("actix_http::h1::dispatcher", log::LevelFilter::Off)
        // It calls an error each try at a database that is away. Who needed it tells of it.
        .filter_module("sqlx_core::pool", log::LevelFilter::Off);
    match settings.format {
        LogFormat::Text => {
            builder.format_timestamp_millis();
        }
        LogFormat::Json => {
            builder.format(|buffer, record| {
                let line = serde_json::json!({
                    "time": buffer.timestamp_millis().to_string(),
                    "level": record.level().as_str(),
                    "target": record.target(),
                    "message": record.args().to_string(),
                });
                writeln!(buffer, "{line}")
            });
        }
    }
    // Fails only where a log runs already, as in tests.
    let _ = builder.try_init();
}
