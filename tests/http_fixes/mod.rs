//! What every path over HTTP has in common: how it is logged, cached, refused.

mod log_capture;
mod log_lines;
mod media_types;
mod metadata;
