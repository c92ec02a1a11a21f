//! A credential as commands print it.

use serde_json::{Value, json};

use crate::app::App;
use crate::domain::credential::{Credential, SecretRecord};

/// The columns of a listing.
pub(super) const COLUMNS: [(&str, &str); 6] = [
    ("ID", "id"),
    ("KIND", "kind"),
    ("NAME", "name"),
    ("STATUS", "status"),
    ("SCOPES", "scopes"),
    ("EXPIRES", "expires_at"),
];

/// Everything that is kept of a credential but its fingerprints.
pub(super) fn view(app: &App, credential: &Credential) -> Value {
    let servers = app.resource_servers();
    let audiences: Vec<String> = credential
        .audiences
        .iter()
        .filter_map(|id| servers.find(*id))
        .map(|server| server.identifier.to_string())
        .collect();
    let secrets: Vec<Value> = credential.secrets.iter().map(secret).collect();
    json!({
        "id": credential.id,
        "kind": credential.kind,
        "name": credential.name,
        "organization_id": credential.organization_id,
        "agent_id": credential.agent_id,
        "created_by": credential.created_by,
        "scopes": credential.scopes,
        "audiences": audiences,
        "grant_types": credential.grant_types,
        "operator": credential.operator,
        "token_ttl_seconds": credential.token_ttl_seconds,
        "status": credential.status,
        "created_at": credential.created_at,
        "expires_at": credential.expires_at,
        // Uses are not counted yet, nor limited: these stand as null, so that the shape is whole.
        "last_used_at": null,
        "rate_limit": null,
        "quota": null,
        "secrets": secrets,
    })
}

fn secret(secret: &SecretRecord) -> Value {
    json!({
        "id": secret.id,
        "hint": secret.hint,
        "created_at": secret.created_at,
        "expires_at": secret.expires_at,
        "last_used_at": null,
    })
}
