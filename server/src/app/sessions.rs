//! Sessions of the console: signing in, staying signed in, signing out.
//!
//! A session is a row that its cookie finds. Nothing of it is kept in memory, so that signing out,
//! or being signed out, counts at once on every node.

use super::authority::Authority;
use super::error::AppError;
use super::second_factor::{self, Accepted};
use super::{App, audit, feed, organizations, sign_in};
use crate::crypto::session::SessionKeeper;
use crate::domain::access::{Caller, Denied, Origin};
use crate::domain::audit::{Action, Actor};
use crate::domain::ids::{SessionId, UserId};
use crate::domain::secret::Secret;
use crate::domain::session::{SECOND_FACTOR_WITHIN, Session, user_agent};
use crate::domain::user::User;
use crate::store::{self, Write};

/// How many sessions a user has at most. The one that was used longest ago gives way.
const MOST: u64 = 50;

/// Where a sign-in comes from.
#[derive(Debug, Clone)]
pub struct Browser {
    /// The address and the name of the request.
    pub origin: Origin,
    /// What the browser calls itself.
    pub user_agent: String,
}

/// A session that has just begun, and the cookie that opens it: shown to the browser, this one time.
#[derive(Debug)]
pub struct Begun {
    /// The cookie.
    pub cookie: Secret,
    /// The session.
    pub session: Session,
}

/// Begins a session for whoever knows the password. Where the account has a second factor, the
/// session is good for nothing until that was given, and the audit trail is told then.
///
/// # Errors
/// As [`sign_in::check_password`]; `Unavailable`.
pub async fn sign_in(
    app: &App,
    email: &str,
    password: Secret,
    browser: &Browser,
) -> Result<Begun, AppError> {
    let origin = &browser.origin;
    let (user, verified) = sign_in::verify_password(app, email, password, origin).await?;
    let mut write = app.store.begin(app.now()).await?;
    // Hashing took its time. Whoever has changed the password meanwhile has ended all sessions.
    let now = store::users::find_with_password(&write, &user.email).await?;
    if now.is_none_or(|(_, hash)| hash != Some(verified)) {
        return Err(sign_in::WRONG);
    }
    let pending = second_factor::active(&write, user.id).await?.is_some();
    let begun = insert(app, &mut write, &user, pending, browser).await?;
    feed::commit(app, write).await?;
    Ok(begun)
}

/// Begins the session proper in the place of a [pending](Session::pending) one, for whoever has the
/// second factor or a recovery code too. Says how many recovery codes are left, where one was used.
///
/// # Errors
/// As [`second_factor::check`], and then the pending session stays; [`AppError::Unauthenticated`]
/// where it has been ended meanwhile.
pub async fn complete(
    app: &App,
    pending: &Session,
    user: &User,
    code: &Secret,
    browser: &Browser,
) -> Result<(Begun, Option<u64>), AppError> {
    let accepted = second_factor::check(app, user, code, &browser.origin).await?;
    let mut write = app.store.begin(app.now()).await?;
    if !store::console_sessions::end(&mut write, pending.id).await? {
        return Err(AppError::Unauthenticated("Sign in once more"));
    }
    let begun = insert(app, &mut write, user, false, browser).await?;
    feed::commit(app, write).await?;
    Ok(match accepted {
        Accepted::Code => (begun, None),
        Accepted::RecoveryCode { left } => (begun, Some(left)),
    })
}

/// Begins a session for somebody who has proved who it is just now.
///
/// # Errors
/// [`AppError::Unavailable`] where the database does not answer.
pub async fn begin(app: &App, user: &User, browser: &Browser) -> Result<Begun, AppError> {
    let mut write = app.store.begin(app.now()).await?;
    let begun = insert(app, &mut write, user, false, browser).await?;
    feed::commit(app, write).await?;
    Ok(begun)
}

/// Adds a session to a change. The audit trail is told, unless a second factor is still to come.
async fn insert(
    app: &App,
    write: &mut Write,
    user: &User,
    pending: bool,
    browser: &Browser,
) -> Result<Begun, AppError> {
    let now = app.now();
    let lifetime = if pending {
        SECOND_FACTOR_WITHIN
    } else {
        app.sessions.lifetime
    };
    let session = Session {
        id: SessionId::from_parts(now, app.random10()),
        user_id: user.id,
        pending,
        address: browser.origin.address,
        user_agent: user_agent(&browser.user_agent),
        created_at: now,
        last_seen_at: now,
        expires_at: now + lifetime,
    };
    let cookie = SessionKeeper::cookie(app.entropy.as_ref());
    let fingerprint = app.session_keeper.fingerprint(&cookie);
    store::console_sessions::insert(write, &session, fingerprint, MOST).await?;
    if !pending {
        let actor = Actor::user(user.id, browser.origin.clone());
        audit::sign_in(write, actor, Action::UserSignedIn, user, None);
    }
    Ok(Begun { cookie, session })
}

/// The session that a cookie opens, with its user, and notes that it is in use. One that is
/// [pending](Session::pending) is found too.
///
/// # Errors
/// [`AppError::Unavailable`] where the database does not answer.
pub async fn find(app: &App, cookie: &Secret) -> Result<Option<(Session, User)>, AppError> {
    let now = app.now();
    let fingerprint = app.session_keeper.fingerprint(cookie);
    let found = store::console_sessions::find(&app.store, &fingerprint).await?;
    let Some((session, user)) = found.filter(|(session, _)| session.is_live(app.sessions, now))
    else {
        return Ok(None);
    };
    if session.is_to_be_noted(now) {
        // A page is shown all the same: the session only ends a little early.
        if let Err(error) = store::console_sessions::note_use(&app.store, session.id, now).await {
            log::warn!("the use of a session was not noted: {error}");
        }
    }
    Ok(Some((session, user)))
}

/// Who calls with a session and the proof of its forms, in the organization of this id or slug. Where
/// none is named it is the only one that the person has, and an operator acts over all.
///
/// # Errors
/// [`AppError::Unauthenticated`] for what is no live session, or another's proof; `Invalid` where
/// the person has none or several organizations; `NotFound` for one in which the person has no place.
pub async fn caller(
    app: &App,
    cookie: &Secret,
    proof: &str,
    organization: Option<&str>,
    origin: Origin,
) -> Result<Caller, AppError> {
    const NO_SESSION: AppError = AppError::Unauthenticated("There is no such session");
    if !app.session_keeper.is_csrf_token(cookie, proof) {
        return Err(NO_SESSION);
    }
    let found = find(app, cookie).await?;
    let (session, user) = found
        .filter(|(session, _)| !session.pending)
        .ok_or(NO_SESSION)?;
    let expires_at = Some(session.expires_at);
    let caller = match organization {
        Some(reference) => {
            // Whether the person has a place there is asked with the same answer as for none.
            let named = organizations::find(app, &Authority::Command, reference).await?;
            sign_in::act_in(app, &user, named.id, origin).await?
        }
        None => {
            if let Some(caller) = sign_in::act_over_all(&user, origin.clone()) {
                caller
            } else {
                let places = store::memberships::of_user(&app.store, user.id).await?;
                let [only] = places.as_slice() else {
                    return Err(AppError::invalid(
                        "organization",
                        "must stand in the path for a person who has not just one",
                    ));
                };
                sign_in::act_in(app, &user, only.organization_id, origin).await?
            }
        }
    };
    Ok(Caller {
        expires_at,
        ..caller
    })
}

/// The live sessions of a user, the one that was used last first.
///
/// # Errors
/// [`AppError::Unavailable`] where the database does not answer.
pub async fn list(app: &App, user_id: UserId) -> Result<Vec<Session>, AppError> {
    let now = app.now();
    let mut sessions = store::console_sessions::of_user(&app.store, user_id).await?;
    sessions.retain(|session| !session.pending && session.is_live(app.sessions, now));
    Ok(sessions)
}

/// Signs out.
///
/// # Errors
/// [`AppError::Unavailable`]: the session goes on then.
pub async fn end(
    app: &App,
    session: &Session,
    user: &User,
    origin: Origin,
) -> Result<(), AppError> {
    let mut write = app.store.begin(app.now()).await?;
    store::console_sessions::end(&mut write, session.id).await?;
    if !session.pending {
        let actor = Actor::user(user.id, origin);
        audit::sign_in(&mut write, actor, Action::UserSignedOut, user, None);
    }
    feed::commit(app, write).await
}

/// Signs a user out everywhere but in the session `except`, and says in how many places that was.
///
/// # Errors
/// [`AppError::Unavailable`]: all sessions go on then.
pub async fn end_all(
    app: &App,
    user: &User,
    except: Option<SessionId>,
    origin: Origin,
) -> Result<u64, AppError> {
    let mut write = app.store.begin(app.now()).await?;
    let ended = store::console_sessions::end_all_of(&mut write, user.id, except).await?;
    let actor = Actor::user(user.id, origin);
    audit::sign_in(
        &mut write,
        actor,
        Action::UserSignedOutEverywhere,
        user,
        None,
    );
    feed::commit(app, write).await?;
    Ok(ended)
}

/// Signs somebody else out everywhere, and says in how many places that was.
///
/// # Errors
/// [`AppError::Denied`] for anybody but operators; `Unavailable`: all sessions go on then.
pub async fn end_all_of(app: &App, authority: &Authority, user: &User) -> Result<u64, AppError> {
    if !authority.is_operator() {
        return Err(Denied::OperatorOnly.into());
    }
    let mut write = app.store.begin(app.now()).await?;
    let ended = store::console_sessions::end_all_of(&mut write, user.id, None).await?;
    let action = Action::UserSignedOutEverywhere;
    audit::sign_in(&mut write, authority.actor(), action, user, None);
    feed::commit(app, write).await?;
    Ok(ended)
}

/// Removes sessions that have ended.
///
/// # Errors
/// [`AppError::Unavailable`] where the database does not answer.
pub(super) async fn prune(app: &App) -> Result<(), AppError> {
    let now = app.now();
    // As long again, so that a clock that was ahead for a while ends nothing for good.
    let idle_since = now - app.sessions.idle_timeout * 2;
    store::console_sessions::prune(&app.store, now, idle_since).await?;
    Ok(())
}
