//! What was done just now, told on the page that follows. The query names it; nothing of what is
//! told comes from the query itself.

use super::fields::Fields;

/// The names that the parameter `done` may have, and what each tells.
const TOLD: &[(&str, &str)] = &[
    ("changed", "Changed."),
    ("created", "Created."),
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
];

/// What the page tells, where the query names something.
pub fn told(query: &Fields) -> Option<&'static str> {
    let name = query.given("done")?;
    TOLD.iter()
        .find(|(known, _)| *known == name)
        .map(|(_, text)| *text)
}
