//! Every setting there is. Unknown names are told by this list, defaults come from it, and the
//! reference is made of it; each entry itself stands beside the code that reads it.

use super::{
    compat, console, database, idempotency, keys, limits, log, master_key, proxy, server, shutdown,
    tls, token, usage,
};

/// One setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    /// Its name in the TOML file, a dot between levels: `token.ttl_seconds`.
    pub name: &'static str,
    /// What values it takes.
    pub kind: Kind,
    /// The value when none is given, as it would stand in an environment variable.
    pub default: Option<&'static str>,
    /// A value for the example file, where there is no default to show.
    pub example: Option<&'static str>,
    /// Whether its value must never be shown. A secret has a twin of the same name and `_file`.
    pub secret: bool,
    /// What it is, in Markdown.
    pub doc: &'static str,
}

/// What values a setting takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A whole number, both bounds included.
    Number {
        /// The lowest value.
        min: u32,
        /// The highest value.
        max: u32,
    },
    /// Yes or no.
    Flag,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A duration such as `30d`.
    Duration {
        /// The shortest, in the same notation.
        min: &'static str,
    },
    /// The path of a file.
    File,
    /// Any other text.
    Text {
        /// Completes "must be …".
        rule: &'static str,
    },
}

impl Setting {
    /// The environment variable that sets it: `GRANTD_TOKEN__TTL_SECONDS`.
    pub fn variable(&self) -> String {
        variable_of(self.name)
    }

    /// The section it stands in: `token`; empty at the top of the file.
    pub fn section(&self) -> &'static str {
        self.name.split_once('.').map_or("", |(section, _)| section)
    }

    /// Its name within its section: `ttl_seconds`.
    pub fn key(&self) -> &'static str {
        self.name.split_once('.').map_or(self.name, |(_, key)| key)
    }
}

impl Kind {
    /// What a value must be; completes "must be …".
    pub fn rule(self) -> String {
        match self {
            Self::Number { min, max } => format!("a whole number from {min} to {max}"),
            Self::Flag => "true or false".to_owned(),
            Self::Choice(words) => format!("one of {}", words.join(", ")),
            Self::Duration { min } => format!(
                "a whole number and a unit, such as 90d, 24h, 15m or 30s, and at least {min}"
            ),
            Self::File => "the path of a file".to_owned(),
            Self::Text { rule } => rule.to_owned(),
        }
    }
}

/// Every setting, in the order of the reference; the settings of one section stand together.
pub const SETTINGS: &[Setting] = &[
    server::ISSUER,
    server::LISTEN,
    master_key::MASTER_KEY,
    master_key::MASTER_KEY_FILE,
    database::URL,
    database::URL_FILE,
    database::MAX_CONNECTIONS,
    database::CONNECT_TIMEOUT,
    database::STATEMENT_TIMEOUT,
    token::TTL_SECONDS,
    token::MIN_TTL_SECONDS,
    token::MAX_TTL_SECONDS,
    token::ALGORITHM,
    keys::ROTATE_EVERY,
    keys::PUBLISH_BEFORE,
    keys::RETAIN_AFTER,
    limits::API_KEYS_PER_ORGANIZATION,
    limits::OAUTH_CLIENTS_PER_ORGANIZATION,
    limits::CACHED_CREDENTIALS,
    limits::FAILED_AUTHENTICATIONS,
    limits::MAX_CONCURRENT_REQUESTS,
    limits::STALE_AFTER,
    shutdown::DELAY,
    shutdown::TIMEOUT,
    usage::FLUSH_EVERY,
    usage::KEEP_FOR,
    proxy::TRUSTED,
    idempotency::KEEP_FOR,
    tls::CERT_FILE,
    tls::KEY_FILE,
    log::FORMAT,
    log::LEVEL,
    compat::KOGNIC,
    compat::COGNIAC,
    compat::COGNIGY,
    compat::SUPER_API_KEY,
    console::ENABLED,
    console::IDLE_TIMEOUT,
    console::SESSION_LIFETIME,
];

/// Every setting. See [`SETTINGS`].
pub fn settings() -> std::slice::Iter<'static, Setting> {
    SETTINGS.iter()
}

/// The environment variable of the setting `name`.
pub(super) fn variable_of(name: &str) -> String {
    format!("GRANTD_{}", name.to_uppercase().replace('.', "__"))
}

/// The setting named `name`, if there is one.
pub(super) fn find(name: &str) -> Option<&'static Setting> {
    settings().find(|setting| setting.name == name)
}

/// Whether settings stand under `[name]`.
pub(super) fn is_section(name: &str) -> bool {
    settings().any(|setting| setting.section() == name)
}
