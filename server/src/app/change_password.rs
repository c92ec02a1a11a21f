//! A person changes the own password.

use super::end_sessions::end_sessions;
use super::error::{AppError, not_found};
use super::{App, audit, feed, sign_in, users};
use crate::domain::access::Origin;
use crate::domain::audit::{Action, Actor};
use crate::domain::secret::Secret;
use crate::domain::user::User;
use crate::store;

/// The fields of the form, as a refusal names them.
pub const CURRENT: &str = "current_password";
/// As [`CURRENT`].
pub const NEW: &str = "new_password";

/// Sets another password of the user who has signed in, for whom the present one is asked once more.
/// All open links of the user are void then, and all sessions over: begin a new one.
///
/// # Errors
/// [`AppError::Invalid`] naming [`CURRENT`] or [`NEW`]; [`AppError::TooManyRequests`] where the
/// present one was wrong too often, which is counted and told as for a sign-in.
pub async fn change_password(
    app: &App,
    user: &User,
    current: Secret,
    new: Secret,
    origin: &Origin,
) -> Result<(), AppError> {
    users::check_own_password(user, &new).map_err(|error| match error {
        AppError::Invalid { rule, .. } => AppError::invalid(NEW, rule),
        other => other,
    })?;
    let same = current == new;
    let found = sign_in::check_password(app, user.email.as_str(), current, origin).await;
    let user = found.map_err(|error| match error {
        AppError::Unauthenticated(_) => AppError::invalid(CURRENT, "is wrong"),
        other => other,
    })?;
    // Told only to who knows it.
    if same {
        return Err(AppError::invalid(NEW, "must be another one than now"));
    }
    let hash = users::hash(app, &new).await?;
    let now = app.now();
    let mut write = app.store.begin(now).await?;
    store::users::set_password_hash(&mut write, user.id, Some(hash))
        .await
        .map_err(not_found("user"))?;
    store::one_time_links::void_of_user(&write, user.id, now).await?;
    end_sessions(&mut write, user.id).await?;
    let actor = Actor::user(user.id, origin.clone());
    let sides = (Some(&user), Some(&user));
    audit::user(&mut write, &actor, Action::UserPasswordSet, sides)?;
    feed::commit(app, write).await
}
