//! Credentials that are a person's own: they are made by that person's place in the organization,
//! and end with it.

use super::App;
use super::audit;
use super::error::AppError;
use crate::domain::access::Denied;
use crate::domain::audit::{Action, Actor};
use crate::domain::credential::Credential;
use crate::domain::ids::{OrganizationId, UserId};
use crate::domain::own_credential::may_have;
use crate::domain::user::{Membership, User};
use crate::store::{self, Handle, Page, Write};

/// How many are looked at with one statement.
const A_PAGE: u64 = 200;

/// Whether the user may make and have this credential by the place that `handle` sees.
///
/// # Errors
/// [`Denied::NoSuchPlace`].
pub(super) async fn check(
    handle: &impl Handle,
    user_id: UserId,
    credential: &Credential,
) -> Result<(), AppError> {
    let user = store::users::find(handle, user_id).await?;
    let place = store::memberships::find(handle, user_id, credential.organization_id).await?;
    if user.is_some_and(|user| may_have(&user, place.as_ref(), credential)) {
        Ok(())
    } else {
        Err(Denied::NoSuchPlace.into())
    }
}

/// Revokes what the user, whose place in the organization is `place` from now on, could not make
/// there now. Says how many.
///
/// # Errors
/// [`AppError::Unavailable`] where the database does not answer.
pub(super) async fn revoke_beyond(
    app: &App,
    write: &mut Write,
    actor: &Actor,
    user: &User,
    organization_id: OrganizationId,
    place: Option<&Membership>,
) -> Result<usize, AppError> {
    revoke_where(app, write, actor, user.id, |credential| {
        credential.organization_id == organization_id && !may_have(user, place, credential)
    })
    .await
}

/// Revokes all that is the user's own, in every organization. Says how many.
///
/// # Errors
/// [`AppError::Unavailable`] where the database does not answer.
pub(super) async fn revoke_all(
    app: &App,
    write: &mut Write,
    actor: &Actor,
    user_id: UserId,
) -> Result<usize, AppError> {
    revoke_where(app, write, actor, user_id, |_| true).await
}

async fn revoke_where(
    app: &App,
    write: &mut Write,
    actor: &Actor,
    user_id: UserId,
    ends: impl Fn(&Credential) -> bool,
) -> Result<usize, AppError> {
    let now = app.now();
    let mut page = Page::first(A_PAGE);
    let mut count = 0;
    loop {
        let own = store::credentials::list_of_user(write, user_id, &page).await?;
        for credential in own.iter().filter(|credential| ends(credential)) {
            store::credentials::revoke(write, credential.id, now).await?;
            let sides = (Some(credential), None);
            audit::credential(app, write, actor, Action::CredentialRevoked, sides)?;
            count += 1;
        }
        match own.last() {
            Some(last) if own.len() as u64 == A_PAGE => page.after = Some(last.id.0),
            _ => return Ok(count),
        }
    }
}
