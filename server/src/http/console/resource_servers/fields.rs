//! What can be chosen of a resource server, in either form.

use super::scope_lines;
use crate::app::App;
use crate::app::error::AppError;
use crate::domain::algorithm::Algorithm;
use crate::domain::resource_server::{ResourceScope, ResourceServer};
use crate::domain::text::Name;
use crate::http::console::fields::Fields;
use crate::http::console::form_errors::FormErrors;
use crate::http::console::refusal::Refusal;

/// What stands in the form.
#[derive(Default)]
pub struct Shown {
    /// What people call it.
    pub name: String,
    /// Its scopes, one a line.
    pub scopes: String,
    /// The lifetime of its tokens in seconds; empty for the general one.
    pub token_ttl_seconds: String,
    /// The signature algorithm; empty for the general one.
    pub algorithm: String,
}

/// What was chosen.
pub struct Chosen {
    /// What people call it.
    pub name: Name,
    /// Its scopes.
    pub scopes: Vec<ResourceScope>,
    /// The lifetime of its tokens.
    pub token_ttl_seconds: Option<u32>,
    /// The signature algorithm.
    pub algorithm: Option<Algorithm>,
}

/// What holds where nothing is chosen.
pub struct General {
    /// The hint at the lifetime.
    pub ttl_hint: String,
    /// What the choice of no algorithm is called.
    pub algorithm: String,
    /// The algorithms.
    pub algorithms: [&'static str; 4],
}

impl General {
    /// As this server is set.
    pub fn of(app: &App) -> Self {
        let policy = &app.policy;
        let (min, max) = (policy.min_ttl_seconds, policy.max_ttl_seconds);
        let ttl = policy.ttl_seconds;
        Self {
            ttl_hint: format!("In seconds, {min} to {max}. Empty: {ttl}, as in general."),
            algorithm: format!("{}, as in general", policy.algorithm),
            algorithms: Algorithm::ALL.map(Algorithm::as_str),
        }
    }
}

impl Shown {
    /// Of one that is there.
    pub fn of(server: &ResourceServer) -> Self {
        let ttl = server.token_ttl_seconds;
        Self {
            name: server.name.to_string(),
            scopes: scope_lines::write(&server.scopes),
            token_ttl_seconds: ttl.map_or_else(String::new, |ttl| ttl.to_string()),
            algorithm: server.algorithm.map_or("", Algorithm::as_str).to_owned(),
        }
    }

    /// As it was sent.
    pub fn sent(form: &Fields) -> Self {
        Self {
            name: form.text("name").to_owned(),
            scopes: form.raw("scopes").to_owned(),
            token_ttl_seconds: form.text("token_ttl_seconds").to_owned(),
            algorithm: form.text("algorithm").to_owned(),
        }
    }
}

/// Reads the form; nothing where something is wrong with it.
pub fn read(form: &Fields, errors: &mut FormErrors) -> Option<Chosen> {
    let name = errors.required("name", form.parsed::<Name>("name"), "Enter a name.");
    let ttl = form
        .parsed::<u32>("token_ttl_seconds")
        .map_err(|_| "must be a whole number of seconds, or empty".to_owned());
    let token_ttl_seconds = errors.take("token_ttl_seconds", ttl);
    let algorithm = errors.take("algorithm", form.parsed::<Algorithm>("algorithm"));
    let scopes = scope_lines::read(form.raw("scopes"))
        .map_err(|message| errors.add("scopes", message))
        .ok();
    Some(Chosen {
        name: name?,
        scopes: scopes?,
        token_ttl_seconds: token_ttl_seconds?,
        algorithm: algorithm?,
    })
}

/// Notes why the use case did not take what was chosen.
///
/// # Errors
/// What no other text in the form would mend.
pub fn refused(
    error: AppError,
    scopes: &[ResourceScope],
    errors: &mut FormErrors,
) -> Result<(), Refusal> {
    const FIELDS: &[&str] = &["identifier", "name", "scopes", "token_ttl_seconds"];
    if let AppError::Invalid { field, rule } = &error
        && let Some(message) = scope_lines::refused(scopes, field, rule)
    {
        errors.add("scopes", message);
        return Ok(());
    }
    errors.refused(error, FIELDS)
}
