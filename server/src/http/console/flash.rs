//! What was done just now, told on the page that follows. The query names it; nothing of what is
//! told comes from the query itself.

use super::fields::Fields;

/// The names that the parameter `done` may have, and what each tells.
const TOLD: &[(&str, &str)] = &[
    ("agent-deleted", "The agent is deleted."),
    ("created", "Created."),
    ("left", "You have left the organization."),
    (
        "member-added",
        "The member is added. The account was there already, with its password.",
    ),
    ("member-changed", "What the member may do is changed."),
    (
        "member-changed-credentials-gone",
        "What the member may do is changed. Credentials of the person’s own that went beyond are deleted.",
    ),
    ("member-removed", "The member is removed."),
    (
        "organization-deleted",
        "The organization is deleted, with all that it owned.",
    ),
    ("changed", "Changed."),
    ("session-ended", "Signed out there."),
    (
        "password-changed",
        "The password is changed, and you are signed out everywhere else.",
    ),
    ("password-set", "The password is set. Sign in with it."),
    ("factor-on", "The second factor is on."),
    ("factor-removed", "The second factor is off."),
    (
        "recovery-code-used",
        "You are signed in by a recovery code, which is used up.",
    ),
    ("resource-server-deleted", "The resource server is deleted."),
    ("saved", "Saved."),
    ("second-factor-removed", "The second factor is removed."),
    (
        "key-rotated",
        "The rotation has begun. The list says when the next key signs.",
    ),
    (
        "key-revoked",
        "The signing key is revoked. Every token that it signed is refused.",
    ),
    ("generated", "The credentials are ready to use."),
    ("key-made", "The API key is ready to use."),
    ("rotated", "The new secret is ready to use."),
    (
        "deleted",
        "Deleted. Its secrets stop working within a second.",
    ),
    ("disabled", "Disabled. It is refused within a second."),
    ("enabled", "Enabled. It is accepted within a second."),
    (
        "secret-deleted",
        "The secret is deleted, and refused within a second.",
    ),
    ("signed-out", "You have signed out."),
    (
        "signed-out-everywhere",
        "You are signed out everywhere else.",
    ),
    ("user-deleted", "The user is deleted."),
    ("user-signed-out", "The user is signed out everywhere."),
];

/// What the page tells, where the query names something.
pub fn told(query: &Fields) -> Option<&'static str> {
    let name = query.given("done")?;
    TOLD.iter()
        .find(|(known, _)| *known == name)
        .map(|(_, text)| *text)
}
