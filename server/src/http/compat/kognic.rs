//! Kognic's token endpoint, `POST /v1/auth/oauth/token`: the token endpoint under another name.

pub use crate::http::oauth::token::token;
