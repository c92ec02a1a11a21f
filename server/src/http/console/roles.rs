//! Roles, in words.

use crate::domain::user::Role;

/// The words for a role.
pub struct RoleWords {
    /// As forms send it.
    pub value: &'static str,
    /// What people call it.
    pub name: &'static str,
    /// What it allows.
    pub note: &'static str,
}

/// All of them, the one that may do least first.
pub const ALL: [&RoleWords; 3] = [
    words(Role::Member),
    words(Role::AgentAdmin),
    words(Role::OrgAdmin),
];

/// The words for this role.
pub const fn words(role: Role) -> &'static RoleWords {
    match role {
        Role::OrgAdmin => &RoleWords {
            value: "org_admin",
            name: "Organization admin",
            note: "Manages all credentials, agents and members of the organization.",
        },
        Role::AgentAdmin => &RoleWords {
            value: "agent_admin",
            name: "Agent admin",
            note: "Manages the credentials of the agents chosen below, and no others.",
        },
        Role::Member => &RoleWords {
            value: "member",
            name: "Member",
            note: "Sees credentials and usage, and changes nothing.",
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_sends_the_role_that_its_words_are_for() {
        for role in [Role::OrgAdmin, Role::AgentAdmin, Role::Member] {
            assert_eq!(words(role).value.parse(), Ok(role));
        }
    }
}
