//! Cogniac's paths, as its SDK and its command `cogniac` call them. A tenant is an organization.

pub mod keys;
pub mod tenants;
pub mod token;
pub mod users;

use uuid::Uuid;

use crate::domain::user::Role;

/// What stands in a path for oneself and for one's own tenant.
const CURRENT: &str = "current";

/// Whether this part of a path names the thing of this id.
fn names(reference: &str, id: Uuid) -> bool {
    reference == CURRENT || Uuid::try_parse(reference).is_ok_and(|named| named == id)
}

/// Cogniac's name for a role.
const fn role_name(role: Role) -> &'static str {
    match role {
        Role::OrgAdmin => "tenant_admin",
        Role::AgentAdmin => "tenant_user",
        Role::Member => "tenant_viewer",
    }
}
