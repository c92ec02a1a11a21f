//! Which credentials a person may make and have as their own, by the place in the organization.

use super::credential::Credential;
use super::resource_server::{MANAGEMENT_ID, MANAGEMENT_SCOPES, OPERATOR_SCOPES};
use super::user::{Membership, Role, User};

/// Whether this user, whose place in the credential's organization is `place`, may make and have
/// this credential. An operator may always.
pub fn may_have(user: &User, place: Option<&Membership>, credential: &Credential) -> bool {
    if user.operator {
        return true;
    }
    let Some(place) = place.filter(|place| {
        place.user_id == user.id && place.organization_id == credential.organization_id
    }) else {
        return false;
    };
    let reached = match place.role {
        Role::OrgAdmin => true,
        Role::AgentAdmin => credential
            .agent_id
            .is_some_and(|agent| place.agents.contains(&agent)),
        Role::Member => false,
    };
    reached && !credential.operator && management_scopes_within(credential, place.role)
}

/// Whether all that the credential may do at the management API, the role may do there.
fn management_scopes_within(credential: &Credential, role: Role) -> bool {
    if !credential.audiences.contains(&MANAGEMENT_ID) {
        return true;
    }
    let known = |scope: &&str| MANAGEMENT_SCOPES.contains(scope) || OPERATOR_SCOPES.contains(scope);
    credential
        .scopes
        .iter()
        .map(AsRef::as_ref)
        .filter(known)
        .all(|scope: &str| role.scopes().contains(&scope))
}
