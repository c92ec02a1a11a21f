//! What a test tells the audit trail when it changes something by the store itself.

use grantd::crypto::audit_chain::AuditChain;
use grantd::crypto::master_key::MasterKey;
use grantd::domain::audit::{Action, Actor, Entry, TargetKind};

use super::server::MASTER_KEY;

/// Any event will do: without one, no change is committed.
pub(crate) fn entry() -> Entry {
    Entry {
        organization_id: None,
        action: Action::OrganizationUpdated,
        actor: Actor::COMMAND,
        target_kind: TargetKind::Organization,
        target_id: "a test's".to_owned(),
        before: None,
        after: None,
    }
}

/// The chain under the master key of the tests.
pub(crate) fn chain() -> AuditChain {
    AuditChain::new(&MasterKey::parse(MASTER_KEY).expect("a key"))
}
