//! The first operator and the first organization of an empty grantd.

use super::error::AppError;
use super::{App, audit, feed, users};
use crate::domain::audit::{Action, Actor};
use crate::domain::ids::OrganizationId;
use crate::domain::organization::Organization;
use crate::domain::secret::Secret;
use crate::domain::text::{Email, Name, Slug};
use crate::domain::user::{Membership, Role, User};
use crate::store;

/// What was made; the password is shown this one time.
#[derive(Debug)]
pub struct Bootstrapped {
    /// The operator, who is also the organization's admin.
    pub user: User,
    /// The organization.
    pub organization: Organization,
    /// The operator's password.
    pub password: Secret,
}

/// Makes the operator and the organization, both or neither.
///
/// # Errors
/// [`AppError::Conflict`] where the organization or the user exists already.
pub async fn bootstrap(app: &App, email: Email, slug: Slug) -> Result<Bootstrapped, AppError> {
    let password = users::generate_password(app);
    let new = users::prepare(app, email, true, &password).await?;
    let now = app.now();
    let organization = Organization {
        id: OrganizationId::from_parts(now, app.random10()),
        name: Name::from(&slug),
        slug,
        created_at: now,
        api_key_limit: None,
        oauth_client_limit: None,
    };
    let mut write = app.store.begin(now).await?;
    store::organizations::insert(&mut write, &organization).await?;
    store::users::insert(&mut write, &new).await?;
    let membership = Membership {
        user_id: new.user.id,
        organization_id: organization.id,
        role: Role::OrgAdmin,
        agents: Vec::new(),
    };
    store::memberships::put(&mut write, &membership).await?;
    let (actor, sides) = (Actor::COMMAND, (None, Some(&organization)));
    audit::organization(&mut write, &actor, Action::OrganizationCreated, sides)?;
    let sides = (None, Some(&new.user));
    audit::user(&mut write, &actor, Action::UserCreated, sides)?;
    let sides = (None, Some(&membership));
    audit::member(&mut write, &actor, Action::MemberAdded, sides)?;
    feed::commit(app, write).await?;
    Ok(Bootstrapped {
        user: new.user,
        organization,
        password,
    })
}
