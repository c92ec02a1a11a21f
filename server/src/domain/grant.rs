//! What a token request is given: the whole decision, with every refusal, as one pure function.

use std::borrow::Cow;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::algorithm::Algorithm;
use super::credential::{Credential, GrantType, Unusable};
use super::ids::ResourceServerId;
use super::oauth_error::OAuthError;
use super::resource_server::{ResourceIdentifier, ResourceServer};
use super::scope::{self, MAX_SCOPES, Scope};

/// What a client asks for, in its own words. Parsed, not judged.
#[derive(Debug, Default)]
pub struct TokenAsk<'a> {
    /// The `grant_type` parameter.
    pub grant_type: Option<Cow<'a, str>>,
    /// The `scope` parameter (RFC 6749 §3.3).
    pub scope: Option<Cow<'a, str>>,
    /// The `resource` parameters (RFC 8707 §2).
    pub resources: Vec<Cow<'a, str>>,
}

/// What a credential was granted at one resource server.
#[derive(Debug, Clone)]
pub struct Grant {
    /// The resource server.
    pub resource_server: Arc<ResourceServer>,
    /// The scopes granted there, in the resource server's order.
    pub scopes: Vec<Scope>,
    /// The same as a `scope` value.
    pub scope_text: String,
}

/// A credential with its grants worked out, as the cache keeps it.
#[derive(Debug, Clone)]
pub struct GrantedCredential {
    /// The credential.
    pub credential: Credential,
    /// What it may have, by resource server; the first is the default.
    pub grants: Vec<Grant>,
}

impl GrantedCredential {
    /// Works out what `credential` may have at the resource servers that it names.
    /// One that does not exist any more grants nothing.
    pub fn new(
        credential: Credential,
        find: impl Fn(ResourceServerId) -> Option<Arc<ResourceServer>>,
    ) -> Self {
        let grants = credential
            .audiences
            .iter()
            .filter_map(|id| {
                let resource_server = find(*id)?;
                let scopes: Vec<Scope> = resource_server
                    .scopes
                    .iter()
                    .map(|known| &known.name)
                    .filter(|name| credential.scopes.contains(name))
                    .cloned()
                    .collect();
                let scope_text = scope::join(&scopes);
                Some(Grant {
                    resource_server,
                    scopes,
                    scope_text,
                })
            })
            .collect();
        Self { credential, grants }
    }

    /// Gives back the memory that its lists have room for and do not use.
    pub fn shrink_to_fit(&mut self) {
        self.grants.shrink_to_fit();
        for grant in &mut self.grants {
            grant.scopes.shrink_to_fit();
            grant.scope_text.shrink_to_fit();
        }
        self.credential.scopes.shrink_to_fit();
        self.credential.audiences.shrink_to_fit();
        self.credential.secrets.shrink_to_fit();
    }
}

/// The lifetimes and the algorithm that hold where nothing narrower is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenPolicy {
    /// Lifetime in seconds where neither credential nor resource server names one.
    pub ttl_seconds: u32,
    /// No token lives shorter than this, whatever credential or resource server say.
    pub min_ttl_seconds: u32,
    /// No token lives longer than this.
    pub max_ttl_seconds: u32,
    /// Algorithm where the resource server names none.
    pub algorithm: Algorithm,
}

/// What the token will say.
#[derive(Debug)]
pub struct Decision<'a> {
    /// The resource server that the token is for.
    pub resource_server: &'a ResourceServer,
    /// The `scope` value; empty where the resource server has no scopes.
    pub scope: Cow<'a, str>,
    /// Lifetime in seconds.
    pub lifetime_seconds: u32,
    /// How it is signed.
    pub algorithm: Algorithm,
}

/// Checks the parts of a request that stand before the client is known.
///
/// # Errors
/// `invalid_request` without a grant type, `unsupported_grant_type` for one not offered here
/// (RFC 6749 §5.2; values are compared as they are, §1.1 of the grammar: case matters).
pub fn grant_type(ask: &TokenAsk<'_>) -> Result<GrantType, OAuthError> {
    match ask.grant_type.as_deref() {
        None => Err(OAuthError::InvalidRequest(
            "The parameter grant_type is missing. Send grant_type=client_credentials.",
        )),
        Some("client_credentials") => Ok(GrantType::ClientCredentials),
        Some(_) => Err(OAuthError::UnsupportedGrantType(
            "This grant type is not supported. Send grant_type=client_credentials.",
        )),
    }
}

/// Decides what an authenticated client is given.
///
/// # Errors
/// Every refusal that RFC 6749 §5.2 and RFC 8707 §2 know for an authenticated client.
pub fn decide<'a>(
    ask: &TokenAsk<'_>,
    holder: &'a GrantedCredential,
    policy: &TokenPolicy,
    now: DateTime<Utc>,
) -> Result<Decision<'a>, OAuthError> {
    let grant_type = grant_type(ask)?;
    let credential = &holder.credential;
    if !credential.grant_types.contains(&grant_type) {
        return Err(OAuthError::UnauthorizedClient(
            "This client may not use the grant type client_credentials.",
        ));
    }
    let asked = asked_scopes(ask.scope.as_deref())?;
    let grant = match ask.resources.split_first() {
        Some((first, others)) => named_grant(holder, first, others)?,
        None => default_grant(holder, &asked)?,
    };
    let scope = if asked.is_empty() {
        Cow::Borrowed(grant.scope_text.as_str())
    } else {
        narrowed(grant, &asked)?
    };
    Ok(Decision {
        resource_server: &grant.resource_server,
        scope,
        lifetime_seconds: lifetime(credential, &grant.resource_server, policy, now)?,
        algorithm: grant.resource_server.algorithm.unwrap_or(policy.algorithm),
    })
}

/// RFC 6749 §3.3: scope tokens separated by single spaces. A `scope` without a value was already
/// taken as absent (§3.2). Repeats are dropped; order is kept.
fn asked_scopes(scope: Option<&str>) -> Result<Vec<&str>, OAuthError> {
    let Some(text) = scope else {
        return Ok(Vec::new());
    };
    let mut asked: Vec<&str> = Vec::new();
    for token in scope::split(text) {
        if !scope::is_scope_token(token) {
            return Err(OAuthError::InvalidScope(Cow::Borrowed(
                "A scope holds a character that RFC 6749 section 3.3 does not allow, or is too long.",
            )));
        }
        if asked.contains(&token) {
            continue;
        }
        if asked.len() == MAX_SCOPES {
            return Err(OAuthError::InvalidScope(Cow::Borrowed(
                "Too many scopes. Ask for at most 100.",
            )));
        }
        asked.push(token);
    }
    Ok(asked)
}

/// RFC 8707 §2: the one that `resource` names. One token is for one resource server, so several are
/// refused unless they are the same.
fn named_grant<'a>(
    holder: &'a GrantedCredential,
    first: &str,
    others: &[Cow<'_, str>],
) -> Result<&'a Grant, OAuthError> {
    let granted = holder
        .grants
        .iter()
        .find(|grant| grant.resource_server.identifier.as_str() == first);
    let mut all = std::iter::once(first).chain(others.iter().map(Cow::as_ref));
    match granted {
        Some(grant) if others.iter().all(|other| other == first) => Ok(grant),
        _ => Err(OAuthError::InvalidTarget(
            if !all.all(|resource| resource.parse::<ResourceIdentifier>().is_ok()) {
                "The resource must be an absolute URI without a fragment (RFC 8707 section 2)."
            } else if others.iter().any(|other| other != first) {
                "A token is for one resource. Ask for one token per resource."
            } else {
                "This client was not granted that resource."
            },
        )),
    }
}

/// Without `resource`: the first resource server at which all asked scopes were granted, and
/// with no scopes either, the first of all.
fn default_grant<'a>(
    holder: &'a GrantedCredential,
    asked: &[&str],
) -> Result<&'a Grant, OAuthError> {
    if let Some(grant) = holder
        .grants
        .iter()
        .find(|grant| asked.iter().all(|scope| has(grant, scope)))
    {
        return Ok(grant);
    }
    let nowhere = asked
        .iter()
        .find(|scope| !holder.grants.iter().any(|grant| has(grant, scope)));
    Err(match nowhere {
        Some(scope) => not_granted(scope),
        None if asked.is_empty() => OAuthError::InvalidTarget(
            "This client has no resource server left. Ask an admin of its organization.",
        ),
        None => OAuthError::InvalidScope(Cow::Borrowed(
            "These scopes belong to more than one resource server. Ask for one token per resource server.",
        )),
    })
}

fn has(grant: &Grant, scope: &str) -> bool {
    grant.scopes.iter().any(|granted| granted.as_str() == scope)
}

fn not_granted(scope: &str) -> OAuthError {
    OAuthError::InvalidScope(Cow::Owned(format!(
        "The scope {scope} was not granted to this client."
    )))
}

fn narrowed<'a>(grant: &Grant, asked: &[&str]) -> Result<Cow<'a, str>, OAuthError> {
    match asked.iter().find(|scope| !has(grant, scope)) {
        Some(scope) => Err(not_granted(scope)),
        None => Ok(Cow::Owned(asked.join(" "))),
    }
}

/// The narrowest lifetime that is named, within the rails, and not past the credential's own end.
/// Times in tokens are whole seconds, so in its last fraction of one it has ended already.
fn lifetime(
    credential: &Credential,
    resource_server: &ResourceServer,
    policy: &TokenPolicy,
    now: DateTime<Utc>,
) -> Result<u32, OAuthError> {
    let named = credential
        .token_ttl_seconds
        .or(resource_server.token_ttl_seconds)
        .unwrap_or(policy.ttl_seconds)
        .clamp(policy.min_ttl_seconds, policy.max_ttl_seconds);
    let left = credential
        .expires_at
        .map_or(i64::MAX, |expiry| (expiry - now).num_seconds());
    if left < 1 {
        return Err(OAuthError::InvalidClient(
            Unusable::Expired.description().into(),
        ));
    }
    Ok(named.min(u32::try_from(left).unwrap_or(u32::MAX)))
}
