//! Who someone is and where at home, for answers that say no more than that.

use std::collections::HashMap;
use std::net::IpAddr;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::authenticate_caller::{Presented, check_api_key, check_token, credential_of};
use super::error::AppError;
use super::{App, load, usage};
use crate::domain::access::{Caller, Subject};
use crate::domain::credential::Credential;
use crate::domain::ids::{OrganizationId, UserId};
use crate::domain::organization::Organization;
use crate::domain::text::Email;
use crate::domain::user::{Membership, Role, User};
use crate::store::{self, Page};

/// How many organizations are told of one user.
const MAX_HOMES: usize = 1_000;

/// How many members are told of one organization.
const MAX_MEMBERS: u64 = 1_000;

const GONE: AppError = AppError::Unauthenticated("The user of this token is not there any more");

/// Someone who may own things.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Account {
    /// A person.
    User(User),
    /// A program whose credential is no user's own.
    Machine(Box<Credential>),
}

impl Account {
    /// The id of the user or of the credential.
    pub const fn id(&self) -> Uuid {
        match self {
            Self::User(user) => user.id.0,
            Self::Machine(credential) => credential.id.0,
        }
    }

    /// A person's email address.
    pub const fn email(&self) -> Option<&Email> {
        match self {
            Self::User(user) => Some(&user.email),
            Self::Machine(_) => None,
        }
    }

    /// When it was made.
    pub const fn created_at(&self) -> DateTime<Utc> {
        match self {
            Self::User(user) => user.created_at,
            Self::Machine(credential) => credential.created_at,
        }
    }
}

/// Who someone is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Whose account it is.
    pub account: Account,
    /// The credential that was shown; absent for a person who signed in.
    credential: Option<Box<Credential>>,
}

impl From<User> for Identity {
    fn from(user: User) -> Self {
        Self {
            account: Account::User(user),
            credential: None,
        }
    }
}

/// Finds out who shows this. A token may be for any audience, and a user's may lack an organization:
/// whoever asks learns only what the token is about.
///
/// # Errors
/// [`AppError::Unauthenticated`] with the reason for the challenge, or `Unavailable`.
pub async fn identify(
    app: &App,
    presented: Presented<'_>,
    address: Option<IpAddr>,
) -> Result<Identity, AppError> {
    let now = app.now();
    let entry = match presented {
        Presented::ApiKey(key) => {
            let entry = check_api_key(app, key, address, now).await?;
            usage::verified(app, &entry, now).await?;
            entry
        }
        Presented::Bearer(token) => {
            let claims = check_token(app, token, None, now)?;
            if let Some(id) = claims.user() {
                return Ok(user(app, id).await?.into());
            }
            credential_of(app, &claims, now).await?
        }
    };
    let credential = Box::new(entry.granted.credential.clone());
    let account = match credential.user_id {
        Some(id) => Account::User(user(app, id).await?),
        None => Account::Machine(credential.clone()),
    };
    Ok(Identity {
        account,
        credential: Some(credential),
    })
}

/// The account for which a caller acts: the user, or the credential itself where it is no user's.
///
/// # Errors
/// [`AppError::Unauthenticated`] where it is gone meanwhile, or `Unavailable`.
pub async fn account_of(app: &App, caller: &Caller) -> Result<Account, AppError> {
    match (caller.user_id, caller.subject) {
        (Some(id), _) | (None, Subject::User(id)) => Ok(Account::User(user(app, id).await?)),
        (None, Subject::Credential(id)) => {
            let entry =
                load::cached_credential(app, id)
                    .await?
                    .ok_or(AppError::Unauthenticated(
                        "The credential of this token has been revoked",
                    ))?;
            Ok(Account::Machine(Box::new(entry.granted.credential.clone())))
        }
    }
}

async fn user(app: &App, id: UserId) -> Result<User, AppError> {
    store::users::find(&app.store, id).await?.ok_or(GONE)
}

/// An organization, and what one is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    /// The organization.
    pub organization: Organization,
    /// What one is there.
    pub role: Role,
}

/// Where someone is at home: all organizations of a person who signed in, and the one organization
/// that a credential is good for. An operator may act in others, too, and is not told all of them.
///
/// # Errors
/// [`AppError::Unavailable`] where the database does not answer.
pub async fn homes(app: &App, identity: &Identity) -> Result<Vec<Home>, AppError> {
    let roles: HashMap<OrganizationId, Role> = match (&identity.account, &identity.credential) {
        (Account::User(user), None) => memberships(app, user).await?,
        (_, Some(credential)) => {
            let role = role_of(app, &identity.account, credential).await?;
            HashMap::from([(credential.organization_id, role)])
        }
        (Account::Machine(_), None) => HashMap::new(),
    };
    let ids: Vec<OrganizationId> = roles.keys().copied().collect();
    let organizations = store::organizations::find_all(&app.store, &ids).await?;
    Ok(organizations
        .into_iter()
        .filter_map(|organization| {
            let role = *roles.get(&organization.id)?;
            Some(Home { organization, role })
        })
        .collect())
}

async fn memberships(app: &App, user: &User) -> Result<HashMap<OrganizationId, Role>, AppError> {
    let memberships = store::memberships::of_user(&app.store, user.id).await?;
    let place = |membership: Membership| (membership.organization_id, membership.role);
    Ok(memberships.into_iter().take(MAX_HOMES).map(place).collect())
}

/// The members of an organization, in the order in which their accounts were made; at most a
/// thousand.
///
/// # Errors
/// [`AppError::Denied`] for another organization's; `Unavailable` where the database does not answer.
pub async fn members(
    app: &App,
    caller: &Caller,
    organization_id: OrganizationId,
) -> Result<Vec<(User, Membership)>, AppError> {
    caller.require("members:read")?;
    caller.require_organization(organization_id)?;
    let page = Page::first(MAX_MEMBERS);
    Ok(store::memberships::of_organization(&app.store, organization_id, &page).await?)
}

/// What a credential amounts to in its organization: what its user is there, or else what comes
/// nearest to its scopes.
async fn role_of(app: &App, account: &Account, credential: &Credential) -> Result<Role, AppError> {
    if let Account::User(user) = account {
        let organization = credential.organization_id;
        let membership = store::memberships::find(&app.store, user.id, organization).await?;
        return Ok(match membership {
            Some(membership) => membership.role,
            None if user.operator => Role::OrgAdmin,
            None => Role::Member,
        });
    }
    let manages = credential
        .scopes
        .iter()
        .any(|scope| scope.as_str() == "credentials:write");
    Ok(match (manages, credential.agent_id) {
        (true, None) => Role::OrgAdmin,
        (true, Some(_)) => Role::AgentAdmin,
        (false, _) => Role::Member,
    })
}
