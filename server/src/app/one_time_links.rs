//! Links with which a person sets a password, once: invitations and resets. Whoever makes one hands
//! it over, so grantd needs no mail server.

use super::authority::Authority;
use super::end_sessions::end_sessions;
use super::error::{AppError, not_found};
use super::members::{self, Member};
use super::{App, audit, feed, users};
use crate::crypto::fingerprint::Fingerprint;
use crate::crypto::secret::generate;
use crate::domain::access::{Denied, Origin};
use crate::domain::allowance::TooManyRequests;
use crate::domain::audit::{Action, Actor};
use crate::domain::ids::{AgentId, OneTimeLinkId, OrganizationId, UserId};
use crate::domain::one_time_link::{LinkKind, OneTimeLink, SECRET_PREFIX, link_text};
use crate::domain::secret::{Secret, is_well_formed};
use crate::domain::text::Email;
use crate::domain::user::{Role, User};
use crate::metering::RetryAfter;
use crate::store::one_time_links::NewLink;
use crate::store::{self, Handle, StoreError, Write};

/// What every link is told that is not good, whatever the reason.
const NOT_GOOD: AppError = AppError::Unauthenticated(
    "This link is not good: it was used, or replaced by another, or its time is over. Ask for a new one",
);

/// How long a link is kept after its end, so that a request that made it and comes again makes no
/// other.
const KEEP: chrono::TimeDelta = chrono::TimeDelta::days(1);

/// A link, with the text that is handed over, this one time.
#[derive(Debug, Clone)]
pub struct WithText {
    /// The link.
    pub link: OneTimeLink,
    /// Its secret.
    pub secret: Secret,
    /// The whole of it, secret included.
    pub text: Secret,
}

/// Whom to invite.
#[derive(Debug)]
pub struct Invitation {
    /// The address of the account, which is made where there is none.
    pub email: Email,
    /// What the member may do.
    pub role: Role,
    /// The agents that an `agent_admin` administers.
    pub agents: Vec<AgentId>,
}

/// Who was invited.
#[derive(Debug)]
pub struct Invited {
    /// The new member.
    pub member: Member,
    /// The link, unless the person has an account with a password already, and so a way in.
    pub link: Option<WithText>,
}

/// The id of a link that is to be made.
pub fn new_id(app: &App) -> OneTimeLinkId {
    OneTimeLinkId::from_parts(app.now(), app.random10())
}

/// Gives a person a place in the organization, and an account where there is none, whose first
/// password the person sets with the link. The rules are those of
/// [`members::add`](super::members::add).
///
/// # Errors
/// As there; `Conflict` where a link of this id was made before.
pub async fn invite(
    app: &App,
    authority: &Authority,
    organization_id: OrganizationId,
    new: Invitation,
    id: OneTimeLinkId,
) -> Result<Invited, AppError> {
    require(authority, Some(organization_id))?;
    members::may_manage(app, authority, new.role).await?;
    members::check_agents(new.role, &new.agents)?;
    let account = users::prepare_invited(app, new.email.clone());
    let mut write = app.store.begin(app.now()).await?;
    members::check_place_of(&write, authority, organization_id).await?;
    let wanted = (new.email, new.role, new.agents);
    let admitted = members::admit(
        app,
        &mut write,
        authority,
        organization_id,
        wanted,
        Some(account),
    );
    let (member, _) = admitted.await?;
    let link = if has_password(&write, &member.user).await? {
        None
    } else {
        let (kind, user) = (LinkKind::Invitation, member.user.id);
        Some(
            make(
                app,
                &mut write,
                authority,
                Some(organization_id),
                (id, kind, user),
            )
            .await?,
        )
    };
    feed::commit(app, write).await?;
    Ok(Invited { member, link })
}

/// Makes an account with a place nowhere yet, whose first password its owner sets with the link.
///
/// # Errors
/// [`AppError::Denied`] for anybody but operators; `Conflict` for an address that has an account.
pub async fn invite_user(
    app: &App,
    authority: &Authority,
    email: Email,
    operator: bool,
    id: OneTimeLinkId,
) -> Result<(User, WithText), AppError> {
    require(authority, None)?;
    let mut account = users::prepare_invited(app, email);
    account.user.operator = operator;
    let mut write = app.store.begin(app.now()).await?;
    store::users::insert(&mut write, &account).await?;
    let user = account.user;
    let sides = (None, Some(&user));
    audit::user(&mut write, &authority.actor(), Action::UserCreated, sides)?;
    let of = (id, LinkKind::Invitation, user.id);
    let made = make(app, &mut write, authority, None, of).await?;
    feed::commit(app, write).await?;
    Ok((user, made))
}

/// Makes a link with which a member sets another password, or the first one where the member was
/// invited and has none.
///
/// # Errors
/// [`AppError::NotFound`] for who is no member here; `Denied` where the account reaches further than
/// whoever asks: it has places elsewhere that whoever asks does not manage, or is an operator's;
/// `Conflict` for the own account, and where a link of this id was made before.
pub async fn reset(
    app: &App,
    authority: &Authority,
    organization_id: OrganizationId,
    user_id: UserId,
    id: OneTimeLinkId,
) -> Result<WithText, AppError> {
    require(authority, Some(organization_id))?;
    let holdings = members::holdings(app, authority).await?;
    if authority.user() == Some(user_id) {
        return Err(AppError::Conflict(
            "This is your own account. Change your password instead.".to_owned(),
        ));
    }
    let mut write = app.store.begin(app.now()).await?;
    let member = members::changeable(&write, authority, organization_id, user_id).await?;
    holdings.check_role(app, member.place.role)?;
    check_places(&write, authority, organization_id, user_id).await?;
    let organization = Some(organization_id);
    let made = make_reset(app, &mut write, authority, organization, (id, &member.user)).await?;
    feed::commit(app, write).await?;
    Ok(made)
}

/// As [`reset`], for any account, by an operator.
///
/// # Errors
/// [`AppError::Denied`] for anybody else; `NotFound` where the account is gone.
pub async fn reset_any(
    app: &App,
    authority: &Authority,
    user: &User,
    id: OneTimeLinkId,
) -> Result<WithText, AppError> {
    require(authority, None)?;
    let mut write = app.store.begin(app.now()).await?;
    let made = make_reset(app, &mut write, authority, None, (id, user)).await?;
    feed::commit(app, write).await?;
    Ok(made)
}

/// For whom a link is, and until when.
#[derive(Debug, Clone)]
pub struct Looked {
    /// The link.
    pub link: OneTimeLink,
    /// Whose password it sets.
    pub user: User,
}

/// Looks at a link without using it.
///
/// # Errors
/// [`AppError::Unauthenticated`], the same for every link that is not good;
/// [`AppError::TooManyRequests`] where too many from this address were not.
pub async fn look(app: &App, secret: &Secret, origin: &Origin) -> Result<Looked, AppError> {
    // What the checksum tells for a typo is no attack.
    if !is_well_formed(SECRET_PREFIX, secret.expose()) {
        return Err(NOT_GOOD);
    }
    admit(app, origin)?;
    let found = find(app, &app.store, &fingerprint(app, secret)).await;
    if matches!(found, Err(AppError::Unauthenticated(_))) {
        failed(app, origin);
    }
    found
}

/// Sets the password with a link, which is used up: the person's other links are void, and all
/// sessions over. A second factor stays, and is asked for at the next sign-in.
///
/// # Errors
/// As [`look`]; [`AppError::Invalid`] naming `password`, and then the link stays good.
pub async fn redeem(
    app: &App,
    secret: &Secret,
    password: Secret,
    origin: &Origin,
) -> Result<User, AppError> {
    let Looked { user, .. } = look(app, secret, origin).await?;
    users::check_own_password(&user, &password)?;
    let hash = users::hash(app, &password).await?;
    let now = app.now();
    let mut write = app.store.begin(now).await?;
    let Looked { link, user } = find(app, &write, &fingerprint(app, secret)).await?;
    store::one_time_links::take(&mut write, &link, now).await?;
    store::users::set_password_hash(&mut write, user.id, Some(hash))
        .await
        .map_err(not_found("user"))?;
    end_sessions(&mut write, user.id).await?;
    // Who has the link is not shown to be the person; but nobody else is.
    let actor = Actor::user(user.id, origin.clone());
    audit::link(&mut write, actor.clone(), Action::UserLinkUsed, None, &link);
    let sides = (Some(&user), Some(&user));
    audit::user(&mut write, &actor, Action::UserPasswordSet, sides)?;
    feed::commit(app, write).await?;
    Ok(user)
}

/// Removes links that have ended.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub(super) async fn prune(app: &App) -> Result<(), StoreError> {
    store::one_time_links::prune(&app.store, app.now() - KEEP).await?;
    Ok(())
}

/// A link is handed out by who may change members there; anywhere, where it is for no organization.
fn require(authority: &Authority, organization: Option<OrganizationId>) -> Result<(), AppError> {
    if let Authority::Caller(caller) = authority {
        caller.require("members:write")?;
        match organization {
            Some(id) => caller.require_organization(id)?,
            None => caller.require_operator()?,
        }
    }
    Ok(())
}

/// Whoever sets a password gets all that the account has. So nobody may who does not manage every
/// organization in which it has a place.
async fn check_places(
    handle: &impl Handle,
    authority: &Authority,
    organization_id: OrganizationId,
    user_id: UserId,
) -> Result<(), AppError> {
    if authority.is_operator() {
        return Ok(());
    }
    for place in store::memberships::of_user(handle, user_id).await? {
        if place.organization_id == organization_id {
            continue;
        }
        let own = match authority.user() {
            Some(id) => store::memberships::find(handle, id, place.organization_id).await?,
            None => None,
        };
        if own.is_none_or(|own| own.role != Role::OrgAdmin) {
            return Err(Denied::AccountReachesFurther.into());
        }
    }
    Ok(())
}

async fn has_password(handle: &impl Handle, user: &User) -> Result<bool, AppError> {
    let found = store::users::find_with_password(handle, &user.email).await?;
    Ok(found.is_some_and(|(_, hash)| hash.is_some()))
}

async fn make_reset(
    app: &App,
    write: &mut Write,
    authority: &Authority,
    organization_id: Option<OrganizationId>,
    (id, user): (OneTimeLinkId, &User),
) -> Result<WithText, AppError> {
    let kind = if has_password(write, user).await? {
        LinkKind::PasswordReset
    } else {
        LinkKind::Invitation
    };
    make(app, write, authority, organization_id, (id, kind, user.id)).await
}

async fn make(
    app: &App,
    write: &mut Write,
    authority: &Authority,
    organization_id: Option<OrganizationId>,
    (id, kind, user_id): (OneTimeLinkId, LinkKind, UserId),
) -> Result<WithText, AppError> {
    let now = app.now();
    let secret = generate(SECRET_PREFIX, app.entropy.as_ref());
    let link = OneTimeLink {
        id,
        kind,
        user_id,
        created_by: authority.id(),
        created_at: now,
        expires_at: now + kind.lifetime(),
    };
    let new = NewLink {
        link,
        fingerprint: fingerprint(app, &secret),
    };
    store::one_time_links::insert(write, &new)
        .await
        .map_err(not_found("user"))?;
    let link = new.link;
    let (actor, action) = (authority.actor(), Action::UserLinkCreated);
    audit::link(write, actor, action, organization_id, &link);
    Ok(WithText {
        text: link_text(&app.issuer, &secret),
        link,
        secret,
    })
}

async fn find(
    app: &App,
    handle: &impl Handle,
    fingerprint: &Fingerprint,
) -> Result<Looked, AppError> {
    let found = store::one_time_links::find_open(handle, fingerprint, app.now()).await?;
    let link = found.ok_or(NOT_GOOD)?;
    let user = store::users::find(handle, link.user_id).await?;
    let user = user.ok_or(NOT_GOOD)?;
    Ok(Looked { link, user })
}

fn fingerprint(app: &App, secret: &Secret) -> Fingerprint {
    app.fingerprinter.fingerprint(secret.expose().as_bytes())
}

/// What attempts are counted as: a link has no name beside its secret, so all of them as one, and
/// each address for itself.
const NAME: &[u8] = b"one-time link";

fn admit(app: &App, origin: &Origin) -> Result<(), AppError> {
    let Some(address) = origin.address else {
        return Ok(());
    };
    app.throttle
        .admits(NAME, address, app.now())
        .map_err(|RetryAfter(seconds)| TooManyRequests::failures(seconds).into())
}

fn failed(app: &App, origin: &Origin) {
    if let Some(address) = origin.address {
        app.throttle.failed(NAME, address, app.now());
    }
}
