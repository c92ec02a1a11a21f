//! All resource servers. They are few, so all are in memory.

use std::collections::HashMap;
use std::sync::Arc;

use super::document::Document;
use super::metadata;
use crate::domain::ids::ResourceServerId;
use crate::domain::issuer::Issuer;
use crate::domain::resource_server::{
    MANAGEMENT_ID, MANAGEMENT_SCOPES, OPERATOR_SCOPES, ResourceScope, ResourceServer,
};
use crate::domain::scope::Scope;

/// One consistent set of resource servers, the management API first.
#[derive(Debug)]
pub struct ResourceServers {
    in_order: Vec<Arc<ResourceServer>>,
    by_id: HashMap<ResourceServerId, Arc<ResourceServer>>,
    metadata: Document,
}

impl ResourceServers {
    /// The management API of this issuer, and what is stored.
    ///
    /// # Errors
    /// Where the metadata cannot be written as JSON.
    pub fn new(issuer: &Issuer, stored: Vec<ResourceServer>) -> Result<Self, serde_json::Error> {
        let in_order: Vec<Arc<ResourceServer>> = management(issuer)
            .into_iter()
            .chain(stored)
            .map(Arc::new)
            .collect();
        let by_id = in_order
            .iter()
            .map(|server| (server.id, Arc::clone(server)))
            .collect();
        let metadata = metadata::document(issuer, &in_order)?;
        Ok(Self {
            in_order,
            by_id,
            metadata,
        })
    }

    /// All, the management API first, then in the order in which they were made.
    pub fn all(&self) -> &[Arc<ResourceServer>] {
        &self.in_order
    }

    /// The authorization server's metadata, which lists the scopes of all (RFC 8414).
    pub fn metadata(&self) -> &Document {
        &self.metadata
    }

    /// The one with this id.
    pub fn find(&self, id: ResourceServerId) -> Option<Arc<ResourceServer>> {
        self.by_id.get(&id).cloned()
    }

    /// The one with this identifier.
    pub fn find_by_identifier(&self, identifier: &str) -> Option<&Arc<ResourceServer>> {
        self.in_order
            .iter()
            .find(|server| server.identifier.as_str() == identifier)
    }
}

/// The management API: its identifier is the issuer URL. `None` never happens, since an issuer is
/// an absolute URL without a fragment; the type says so only at run time.
fn management(issuer: &Issuer) -> Option<ResourceServer> {
    Some(ResourceServer {
        id: MANAGEMENT_ID,
        identifier: issuer.as_str().parse().ok()?,
        name: "grantd management API".parse().ok()?,
        scopes: MANAGEMENT_SCOPES
            .iter()
            .chain(&OPERATOR_SCOPES)
            .filter_map(|name| {
                Some(ResourceScope {
                    name: name.parse::<Scope>().ok()?,
                    description: description(name).to_owned(),
                })
            })
            .collect(),
        token_ttl_seconds: None,
        algorithm: None,
        created_at: chrono::DateTime::UNIX_EPOCH,
    })
}

fn description(scope: &str) -> &'static str {
    match scope {
        "organizations:read" => "See the organization",
        "organizations:write" => "Rename the organization",
        "agents:read" => "See agents",
        "agents:write" => "Create, rename and delete agents",
        "members:read" => "See members and their roles",
        "members:write" => "Add, change and remove members",
        "credentials:read" => "See credentials, never their secrets",
        "credentials:write" => "Create, rotate, disable and revoke credentials",
        "usage:read" => "See what credentials are used for",
        "audit:read" => "Read the audit trail",
        "api-keys:verify" => "Ask whether an API key is good",
        "tokens:introspect" => "Ask whether a token is good",
        "resource-servers:read" => "See resource servers (operators)",
        "resource-servers:write" => "Create, change and delete resource servers (operators)",
        "signing-keys:read" => "See signing keys (operators)",
        "signing-keys:write" => "Rotate signing keys (operators)",
        _ => "",
    }
}
