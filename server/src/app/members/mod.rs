//! Members of an organization: the people who have a place in it.

mod checks;

pub(super) use self::checks::{changeable, check_agents, check_place_of};
use self::checks::{check_agents_exist, check_not_last, each_once};
use super::authority::Authority;
use super::error::{AppError, not_found};
use super::grantable::Holdings;
use super::idempotency::{Earlier, Made, Once};
use super::view::MemberView;
use super::{App, audit, etag, feed, own_credentials, users};
use crate::domain::access::Denied;
use crate::domain::audit::Action;
use crate::domain::ids::{AgentId, OrganizationId, UserId};
use crate::domain::precondition::Precondition;
use crate::domain::secret::Secret;
use crate::domain::text::Email;
use crate::domain::user::{Membership, Role, User};
use crate::store::users::NewUser;
use crate::store::{self, Handle, Page, Write};

const WHAT: &str = "member";

/// A person with the place in one organization.
#[derive(Debug, Clone)]
pub struct Member {
    /// The account.
    pub user: User,
    /// The place.
    pub place: Membership,
}

/// Lists an organization's members. Whoever reaches some agents only sees of each place no others.
///
/// # Errors
/// [`AppError::Unavailable`] where the database does not answer.
pub async fn list(
    app: &App,
    authority: &Authority,
    organization_id: OrganizationId,
    page: &Page,
) -> Result<Vec<Member>, AppError> {
    let found = store::memberships::of_organization(&app.store, organization_id, page).await?;
    Ok(found
        .into_iter()
        .map(|(user, place)| seen_by(authority, Member { user, place }))
        .collect())
}

/// Finds the member that `reference`, an id or an email address, names.
///
/// # Errors
/// [`AppError::NotFound`], also for who has an account but no place here.
pub async fn find(
    app: &App,
    authority: &Authority,
    organization_id: OrganizationId,
    reference: &str,
) -> Result<Member, AppError> {
    let user = if let Ok(id) = reference.parse::<UserId>() {
        store::users::find(&app.store, id).await?
    } else if let Ok(email) = reference.parse::<Email>() {
        store::users::find_by_email(&app.store, &email).await?
    } else {
        None
    };
    let user = user.ok_or(AppError::NotFound(WHAT))?;
    let place = store::memberships::find(&app.store, user.id, organization_id)
        .await?
        .ok_or(AppError::NotFound(WHAT))?;
    Ok(seen_by(authority, Member { user, place }))
}

fn seen_by(authority: &Authority, mut member: Member) -> Member {
    member
        .place
        .agents
        .retain(|agent| authority.reaches_agent(Some(*agent)));
    member
}

/// Who is to become a member.
#[derive(Debug)]
pub struct NewMember {
    /// The address of the account, which is made where there is none.
    pub email: Email,
    /// What the member may do.
    pub role: Role,
    /// The agents that an `agent_admin` administers.
    pub agents: Vec<AgentId>,
    /// The password of an account that is made; one is generated where absent. That of an account
    /// that is there already is never touched.
    pub password: Option<Secret>,
}

/// A new member.
#[derive(Debug)]
pub struct Added {
    /// The member.
    pub member: Member,
    /// Whether the account was made for it.
    pub account_created: bool,
    /// The password that was generated for a new account, shown this one time.
    pub initial_password: Option<Secret>,
}

/// Gives a person a place in the organization, and an account where there is none.
///
/// # Errors
/// [`AppError::Invalid`] naming the field; `Denied` where the role may do more than whoever asks, or
/// the account is there already and whoever asks is no operator; `Conflict` for who is a member already; `Gone` and `KeyReused` for a request that came before.
pub async fn add(
    app: &App,
    authority: &Authority,
    organization_id: OrganizationId,
    new: NewMember,
    once: &Once,
) -> Result<Made<Added>, AppError> {
    may_manage(app, authority, new.role).await?;
    check_agents(new.role, &new.agents)?;
    if let Some(password) = &new.password {
        users::check_password(password)?;
    }
    let (account, initial_password) = account_for(app, &new).await?;
    let mut write = app.store.begin(app.now()).await?;
    check_place_of(&write, authority, organization_id).await?;
    if let Some(earlier) = once.earlier(app, &write).await? {
        return added_earlier(&write, organization_id, earlier).await;
    }
    let wanted = (new.email, new.role, new.agents);
    let (member, account_created) =
        admit(app, &mut write, authority, organization_id, wanted, account).await?;
    let initial_password = initial_password.filter(|_| account_created);
    let made = format!("{} {account_created}", member.user.id);
    once.remember_password(app, &mut write, made, initial_password.as_ref())
        .await?;
    feed::commit(app, write).await?;
    Ok(Made::now(Added {
        member,
        account_created,
        initial_password,
    }))
}

/// Gives a person a place within a change: an account that is there, or else `account`. Says whether
/// that was made.
pub(super) async fn admit(
    app: &App,
    write: &mut Write,
    authority: &Authority,
    organization_id: OrganizationId,
    (email, role, agents): (Email, Role, Vec<AgentId>),
    account: Option<NewUser>,
) -> Result<(Member, bool), AppError> {
    check_agents_exist(write, organization_id, &agents).await?;
    let known = store::users::find_by_email(write, &email).await?;
    let account_created = known.is_none();
    let user = match (known, account) {
        (Some(user), _) => user,
        (None, Some(account)) => {
            store::users::insert(write, &account).await?;
            account.user
        }
        (None, None) => {
            return Err(AppError::Conflict(
                "The account was removed at this moment. Try again.".to_owned(),
            ));
        }
    };
    if store::memberships::find(write, user.id, organization_id)
        .await?
        .is_some()
    {
        return Err(AppError::Conflict(
            "This person is a member already. Change the role instead.".to_owned(),
        ));
    }
    // Whoever made the account may know its password, and would get what the place gives. Nobody
    // proves here whose an address is, so somebody has to vouch for it.
    if !account_created && !authority.is_operator() {
        return Err(Denied::AccountOfAnother.into());
    }
    // Nor may whoever made a link for the account get it.
    store::one_time_links::void_of_user(write, user.id, app.now()).await?;
    let place = Membership {
        user_id: user.id,
        organization_id,
        role,
        agents: each_once(agents),
    };
    store::memberships::put(write, &place)
        .await
        .map_err(not_found("organization"))?;
    let actor = authority.actor();
    if account_created {
        audit::user(write, &actor, Action::UserCreated, (None, Some(&user)))?;
    }
    let sides = (None, Some(&place));
    audit::member(write, &actor, Action::MemberAdded, sides)?;
    Ok((Member { user, place }, account_created))
}

/// What the same request has made before.
async fn added_earlier(
    handle: &impl Handle,
    organization_id: OrganizationId,
    earlier: Earlier,
) -> Result<Made<Added>, AppError> {
    let mut made = earlier.ids();
    let id: Option<UserId> = made.next().and_then(|id| id.parse().ok());
    let account_created = made.next() == Some("true");
    drop(made);
    let id = id.ok_or_else(|| AppError::Internal("idempotency_key.made names no user".into()))?;
    let user = store::users::find(handle, id).await?;
    let place = store::memberships::find(handle, id, organization_id).await?;
    let found = user.zip(place).map(|(user, place)| Added {
        member: Member { user, place },
        account_created,
        initial_password: earlier.into_secret(),
    });
    Made::earlier(found, WHAT)
}

/// An account that may be needed, and the password that was generated for it. Hashing takes long, so
/// it is done before the change begins, during which nobody else can change anything.
async fn account_for(
    app: &App,
    new: &NewMember,
) -> Result<(Option<NewUser>, Option<Secret>), AppError> {
    if store::users::find_by_email(&app.store, &new.email)
        .await?
        .is_some()
    {
        return Ok((None, None));
    }
    let generated = match new.password {
        Some(_) => None,
        None => Some(users::generate_password(app)),
    };
    let Some(password) = generated.as_ref().or(new.password.as_ref()) else {
        return Ok((None, None));
    };
    let account = users::prepare(app, new.email.clone(), false, password).await?;
    Ok((Some(account), generated))
}

/// What is to become different about a place; what is absent stays.
#[derive(Debug, Default)]
pub struct Update {
    /// Another role.
    pub role: Option<Role>,
    /// The agents that an `agent_admin` administers, all of them anew.
    pub agents: Option<Vec<AgentId>>,
}

/// A place that was changed, and what ended with what it was before.
#[derive(Debug)]
pub struct Updated {
    /// The member.
    pub member: Member,
    /// How many of the member's own credentials were revoked.
    pub credentials_revoked: usize,
}

/// Changes what a member may do. The member's own credentials that the new place could not have
/// made are revoked with it.
///
/// # Errors
/// [`AppError::NotFound`], `Invalid` naming the field, `Denied`, `Conflict` for the last admin,
/// `PreconditionFailed`.
pub async fn update(
    app: &App,
    authority: &Authority,
    organization_id: OrganizationId,
    user_id: UserId,
    update: Update,
    precondition: &Precondition,
) -> Result<Updated, AppError> {
    let now = app.now();
    let holdings = holdings(app, authority).await?;
    let mut write = app.store.begin(now).await?;
    let member = changeable(&write, authority, organization_id, user_id).await?;
    etag::require(precondition, || MemberView::from(member.clone()))?;
    let Member { user, place } = member;
    let role = update.role.unwrap_or(place.role);
    let agents = match update.agents {
        Some(agents) => agents,
        None if role == Role::AgentAdmin => place.agents.clone(),
        None => Vec::new(),
    };
    // Nor may it take away what it could not give.
    holdings.check_role(app, place.role)?;
    holdings.check_role(app, role)?;
    check_agents(role, &agents)?;
    check_agents_exist(&write, organization_id, &agents).await?;
    if place.role == Role::OrgAdmin && role != Role::OrgAdmin {
        check_not_last(&write, authority, organization_id, user_id).await?;
        store::one_time_links::void_made_by(&write, user_id.0, now).await?;
    }
    let before = place;
    let place = Membership {
        role,
        agents: each_once(agents),
        ..before.clone()
    };
    store::memberships::put(&mut write, &place).await?;
    let actor = authority.actor();
    let sides = (Some(&before), Some(&place));
    audit::member(&mut write, &actor, Action::MemberUpdated, sides)?;
    let kept = Some(&place);
    let credentials_revoked =
        own_credentials::revoke_beyond(app, &mut write, &actor, &user, organization_id, kept)
            .await?;
    feed::commit(app, write).await?;
    Ok(Updated {
        member: Member { user, place },
        credentials_revoked,
    })
}

/// Takes the place in the organization away, and with it the member's own credentials there. The
/// account stays.
///
/// # Errors
/// [`AppError::NotFound`], `Denied`, `Conflict` for the last admin, `PreconditionFailed`.
pub async fn remove(
    app: &App,
    authority: &Authority,
    organization_id: OrganizationId,
    user_id: UserId,
    precondition: &Precondition,
) -> Result<(), AppError> {
    let now = app.now();
    let holdings = holdings(app, authority).await?;
    let mut write = app.store.begin(now).await?;
    let member = changeable(&write, authority, organization_id, user_id).await?;
    etag::require(precondition, || MemberView::from(member.clone()))?;
    let Member { user, place } = member;
    holdings.check_role(app, place.role)?;
    if place.role == Role::OrgAdmin {
        check_not_last(&write, authority, organization_id, user_id).await?;
    }
    // What the member made for others, and what others made for who was their member.
    store::one_time_links::void_made_by(&write, user_id.0, now).await?;
    store::one_time_links::void_of_user(&write, user_id, now).await?;
    store::memberships::delete(&mut write, user_id, organization_id)
        .await
        .map_err(not_found(WHAT))?;
    let actor = authority.actor();
    audit::member(
        &mut write,
        &actor,
        Action::MemberRemoved,
        (Some(&place), None),
    )?;
    own_credentials::revoke_beyond(app, &mut write, &actor, &user, organization_id, None).await?;
    feed::commit(app, write).await
}

/// Whoever changes members acts for the whole organization, and gives no role beyond what it holds.
pub(super) async fn may_manage(
    app: &App,
    authority: &Authority,
    role: Role,
) -> Result<(), AppError> {
    Ok(holdings(app, authority).await?.check_role(app, role)?)
}

pub(super) async fn holdings(app: &App, authority: &Authority) -> Result<Holdings, AppError> {
    if let Authority::Caller(caller) = authority {
        caller.require_whole_organization()?;
    }
    Holdings::of(app, authority, false).await
}
