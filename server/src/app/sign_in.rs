//! A person signs in with email address and password, and acts in one organization by the role held
//! there.

use std::borrow::Cow;
use std::net::IpAddr;

use chrono::{DateTime, Utc};

use super::authenticate_caller::check_token;
use super::error::AppError;
use super::issue_token::{Issued, sign_claims};
use super::{App, audit, grantable};
use crate::crypto::password;
use crate::domain::access::{Caller, Origin, Reach, Subject};
use crate::domain::allowance::{Allowance, TooManyRequests};
use crate::domain::audit::{Action, Actor, ActorKind};
use crate::domain::claims::{AccessTokenClaims, SIGNED_IN_CLIENT};
use crate::domain::ids::{OrganizationId, UserId, uuid_v7};
use crate::domain::scope;
use crate::domain::secret::Secret;
use crate::domain::text::Email;
use crate::domain::user::{Role, User};
use crate::metering::RetryAfter;
use crate::store;

const GONE: AppError =
    AppError::Unauthenticated("The user of this token has no place in the organization now");

pub(super) const WRONG: AppError =
    AppError::Unauthenticated("The email address or the password is wrong");

/// Checks email address and password. An unknown address takes as long as a wrong password: of a
/// wrong one the audit trail is told beside the answer, which does not wait for it. A right one is
/// no sign-in yet: that is [`issue`], and before it [`second_factor::check`](super::second_factor::check)
/// where the user has one. Where too many have failed, no password is looked at.
///
/// # Errors
/// [`AppError::Unauthenticated`], the same for both; [`AppError::TooManyRequests`].
pub async fn check_password(
    app: &App,
    email: &str,
    given: Secret,
    origin: &Origin,
) -> Result<User, AppError> {
    let (user, _) = verify_password(app, email, given, origin).await?;
    Ok(user)
}

/// The same, with the hash that the password fitted: it may be another one by the time that something
/// is made of the verdict.
pub(super) async fn verify_password(
    app: &App,
    email: &str,
    given: Secret,
    origin: &Origin,
) -> Result<(User, String), AppError> {
    let attempt = Attempt::new(app, email, origin);
    attempt.admit()?;
    let found = match email.parse::<Email>() {
        Ok(email) => store::users::find_with_password(&app.store, &email).await?,
        Err(_) => None,
    };
    let (user, hash) = found.unzip();
    let hash = hash.flatten();
    // Argon2id takes tens of milliseconds and of megabytes: off the async threads, and a few at once.
    let turn = app.hashing.turn().await?;
    // Others may have failed while this one waited for its turn.
    attempt.admit()?;
    let given_up = GivenUp(Some(&attempt));
    // The turn goes along, and comes back with the verdict: the next one sees what this one came to.
    let (_turn, right) = tokio::task::spawn_blocking(move || {
        let right = if let Some(hash) = hash {
            password::verify(&given, &hash).then_some(hash)
        } else {
            password::verify_against_nothing(&given);
            None
        };
        (turn, right)
    })
    .await
    .map_err(|error| AppError::Internal(error.to_string()))?;
    given_up.has_its_verdict();
    match (user, right) {
        (Some(user), Some(hash)) => Ok((user, hash)),
        (found, _) => {
            attempt.failed();
            if let Some(user) = found
                && app.failed_sign_ins.is_to_be_told(user.id, app.now())
            {
                tell_of_failure(app, user, Action::UserSignInFailed, origin);
            }
            Err(WRONG)
        }
    }
}

/// An attempt to sign in, as the throttle sees it: from where, and with which address in one
/// spelling.
struct Attempt<'a> {
    app: &'a App,
    name: String,
    address: Option<IpAddr>,
}

impl<'a> Attempt<'a> {
    fn new(app: &'a App, email: &str, origin: &Origin) -> Self {
        Self {
            app,
            // No credential's id begins like this.
            name: format!("email:{}", email.trim().to_lowercase()),
            address: origin.address,
        }
    }

    fn admit(&self) -> Result<(), AppError> {
        let Some(address) = self.address else {
            return Ok(());
        };
        self.app
            .throttle
            .admits(self.name.as_bytes(), address, self.app.now())
            .map_err(|RetryAfter(seconds)| TooManyRequests::failures(seconds).into())
    }

    fn failed(&self) {
        if let Some(address) = self.address {
            let now = self.app.now();
            self.app.throttle.failed(self.name.as_bytes(), address, now);
        }
    }
}

/// An attempt whose verdict is still to come. Whoever goes away before it counts as one who has
/// failed: the work was done all the same.
struct GivenUp<'a, 'b>(Option<&'a Attempt<'b>>);

impl GivenUp<'_, '_> {
    fn has_its_verdict(mut self) {
        self.0 = None;
    }
}

impl Drop for GivenUp<'_, '_> {
    fn drop(&mut self) {
        if let Some(attempt) = self.0 {
            attempt.failed();
        }
    }
}

/// Tells the audit trail of a wrong password or code, some time soon.
pub(super) fn tell_of_failure(app: &App, user: User, action: Action, origin: &Origin) {
    let now = app.now();
    // Nobody has proved to be anyone: the actor has an address, and no name.
    let actor = Actor {
        kind: ActorKind::User,
        id: None,
        origin: origin.clone(),
    };
    let store = app.store.clone();
    tokio::spawn(async move {
        let told = async {
            let mut write = store.begin(now).await?;
            audit::sign_in(&mut write, actor, action, &user, None);
            write.commit().await
        };
        if let Err(error) = told.await {
            log::error!("the audit trail was not told of a failed sign-in: {error}");
        }
    });
}

/// A token for the management API with which a user whose password was right acts in one
/// organization. This is the sign-in, of which the audit trail is told before there is a token.
///
/// # Errors
/// [`AppError::NotFound`] for an organization in which the user has no place; `Unavailable` where
/// the trail cannot be told.
pub async fn issue(
    app: &App,
    user: &User,
    organization_id: OrganizationId,
    origin: &Origin,
) -> Result<Issued, AppError> {
    let place = place(app, user, organization_id)
        .await?
        .ok_or(AppError::NotFound("organization"))?;
    let organization_id = Some(organization_id);
    let issued = sign(app, user, organization_id, &place.scopes, None)?;
    tell_of_sign_in(app, user, organization_id, origin).await?;
    Ok(issued)
}

async fn tell_of_sign_in(
    app: &App,
    user: &User,
    organization_id: Option<OrganizationId>,
    origin: &Origin,
) -> Result<(), AppError> {
    let mut write = app.store.begin(app.now()).await?;
    let actor = Actor::user(user.id, origin.clone());
    let action = Action::UserSignedIn;
    audit::sign_in(&mut write, actor, action, user, organization_id);
    write.commit().await?;
    Ok(())
}

/// A token for the one organization in which the user has a place. With several to choose from, or
/// none, it says who has signed in and no more.
///
/// # Errors
/// [`AppError::Unavailable`] where the database does not answer, or without a key that signs.
pub async fn issue_for_the_only_one(
    app: &App,
    user: &User,
    origin: &Origin,
) -> Result<Issued, AppError> {
    let places = store::memberships::of_user(&app.store, user.id).await?;
    if let [only] = places.as_slice() {
        return issue(app, user, only.organization_id, origin).await;
    }
    let issued = sign(app, user, None, &[], None)?;
    tell_of_sign_in(app, user, None, origin).await?;
    Ok(issued)
}

/// A token for an organization in exchange for any other of the same user's. It ends when that one
/// does: a token that leaked must not live on in others.
///
/// # Errors
/// [`AppError::Unauthenticated`] for what is no live token of a user's; `NotFound` for an
/// organization in which the user has no place.
pub async fn exchange(
    app: &App,
    token: &str,
    organization_id: OrganizationId,
) -> Result<Issued, AppError> {
    let claims = check_token(app, token, Some(app.issuer.as_str()), app.now())?;
    let id = claims.user().ok_or(AppError::Unauthenticated(
        "Only a token of a person who signed in can be exchanged; send the API key itself",
    ))?;
    let user = store::users::find(&app.store, id).await?.ok_or(GONE)?;
    let place = place(app, &user, organization_id)
        .await?
        .ok_or(AppError::NotFound("organization"))?;
    let organization_id = Some(organization_id);
    sign(app, &user, organization_id, &place.scopes, Some(claims.exp))
}

fn sign(
    app: &App,
    user: &User,
    organization_id: Option<OrganizationId>,
    scopes: &[&str],
    ends_at: Option<i64>,
) -> Result<Issued, AppError> {
    let now = app.now();
    let iat = now.timestamp();
    let exp = iat + i64::from(app.policy.ttl_seconds);
    let exp = ends_at.map_or(exp, |end| end.min(exp));
    let lifetime =
        u32::try_from(exp - iat).map_err(|error| AppError::Internal(error.to_string()))?;
    let scope = scope::join(scopes);
    let claims = AccessTokenClaims {
        iss: Cow::Borrowed(app.issuer.as_str()),
        sub: user.id.0,
        client_id: SIGNED_IN_CLIENT,
        aud: Cow::Borrowed(app.issuer.as_str()),
        iat,
        exp,
        jti: uuid_v7(now, app.random10()),
        scope: Cow::Borrowed(&scope),
        org_id: organization_id,
        agent_id: None,
    };
    let access_token = sign_claims(app, app.policy.algorithm, &claims)?;
    Ok(Issued {
        access_token,
        expires_in: lifetime,
        scope,
        allowance: Allowance::default(),
    })
}

/// Who calls with a token of [`issue`]. The user's place is read anew for each call, so that
/// whatever was taken away since counts at once.
pub(super) async fn caller(
    app: &App,
    user_id: UserId,
    claims: &AccessTokenClaims<'_>,
    scopes: Vec<String>,
    origin: Origin,
) -> Result<Caller, AppError> {
    let organization_id = claims.org_id.ok_or(AppError::Unauthenticated(
        "The access token is for no organization; ask for one with tenant_id",
    ))?;
    let user = store::users::find(&app.store, user_id).await?.ok_or(GONE)?;
    let place = place(app, &user, organization_id).await?.ok_or(GONE)?;
    let scopes = scopes
        .into_iter()
        .filter(|held| place.scopes.iter().any(|scope| scope == held))
        .collect();
    Ok(Caller {
        scopes,
        audience: Some(claims.aud.clone().into_owned()),
        expires_at: DateTime::<Utc>::from_timestamp(claims.exp, 0),
        ..place.caller(&user, organization_id, origin)
    })
}

/// A user who has signed in with this very request, and acts in one organization.
///
/// # Errors
/// [`AppError::NotFound`] for an organization in which the user has no place.
pub async fn act_in(
    app: &App,
    user: &User,
    organization_id: OrganizationId,
    origin: Origin,
) -> Result<Caller, AppError> {
    let place = place(app, user, organization_id)
        .await?
        .ok_or(AppError::NotFound("organization"))?;
    Ok(place.caller(user, organization_id, origin))
}

/// An operator who has signed in, and acts over all organizations rather than in one; nothing for
/// anybody else.
pub fn act_over_all(user: &User, origin: Origin) -> Option<Caller> {
    user.operator.then(|| {
        let place = Place {
            scopes: grantable::operator_scopes(),
            reach: Reach::Organization,
        };
        // Of no organization: an operator needs none.
        place.caller(user, OrganizationId(uuid::Uuid::nil()), origin)
    })
}

/// What a user is in an organization.
struct Place {
    scopes: Vec<&'static str>,
    reach: Reach,
}

impl Place {
    /// The user with all that this place gives.
    fn caller(self, user: &User, organization_id: OrganizationId, origin: Origin) -> Caller {
        Caller {
            subject: Subject::User(user.id),
            user_id: Some(user.id),
            organization_id,
            reach: self.reach,
            operator: user.operator,
            scopes: self.scopes.into_iter().map(str::to_owned).collect(),
            audience: None,
            expires_at: None,
            origin,
        }
    }
}

async fn place(
    app: &App,
    user: &User,
    organization_id: OrganizationId,
) -> Result<Option<Place>, AppError> {
    if user.operator {
        let there = store::organizations::find(&app.store, organization_id).await?;
        return Ok(there.map(|_| Place {
            scopes: grantable::operator_scopes(),
            reach: Reach::Organization,
        }));
    }
    let membership = store::memberships::find(&app.store, user.id, organization_id).await?;
    Ok(membership.map(|membership| Place {
        scopes: membership.role.scopes().to_vec(),
        reach: match membership.role {
            Role::AgentAdmin => Reach::Agents(membership.agents),
            Role::OrgAdmin | Role::Member => Reach::Organization,
        },
    }))
}
