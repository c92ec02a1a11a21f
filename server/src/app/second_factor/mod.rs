//! A second factor beside the password: codes of an authenticator app, and recovery codes for when
//! it is lost.

mod enrolment;
mod qr;

use std::net::{IpAddr, Ipv4Addr};

use chrono::{DateTime, Utc};
use zeroize::Zeroizing;

use super::authority::Authority;
use super::end_sessions::end_sessions;
use super::error::AppError;
use super::{App, audit, feed, sign_in};
use crate::crypto::fingerprint::Fingerprint;
use crate::crypto::sealing::second_factor_context;
use crate::crypto::totp;
use crate::domain::access::{Denied, Origin};
use crate::domain::allowance::TooManyRequests;
use crate::domain::audit::{Action, Actor};
use crate::domain::ids::UserId;
use crate::domain::recovery_code;
use crate::domain::secret::Secret;
use crate::domain::totp::read_code;
use crate::domain::user::User;
use crate::metering::{RetryAfter, Throttle};
use crate::store::second_factors::StoredFactor;
use crate::store::{self, Handle, StoreError};

pub use self::enrolment::{
    Enrolment, Proof, begin, begin_with, confirm, pending, remove, replace_recovery_codes,
};
pub use self::qr::svg as qr_svg;

const WRONG: AppError = AppError::Unauthenticated("The code is wrong, or was used already");

const NEEDED: AppError =
    AppError::Unauthenticated("This account has a second factor; use an API key");

const CODE_NEEDED: AppError = AppError::Unauthenticated(
    "This account has a second factor; send its code as otp, or use an API key",
);

const NONE: &str = "second factor";

/// How a user's second factor stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct State {
    /// Since when it is asked for; absent where it is not.
    pub active_since: Option<DateTime<Utc>>,
    /// How many recovery codes were not used yet.
    pub recovery_codes_left: u64,
}

/// What stood in for the second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accepted {
    /// A code of the app.
    Code,
    /// A recovery code, which is used up; so many are left.
    RecoveryCode {
        /// How many are left.
        left: u64,
    },
}

/// How the user's second factor stands.
///
/// # Errors
/// [`AppError::Unavailable`] where the database does not answer.
pub async fn state(app: &App, user: UserId) -> Result<State, AppError> {
    let active = active(&app.store, user).await?;
    Ok(State {
        active_since: active.and_then(|factor| factor.confirmed_at),
        recovery_codes_left: store::recovery_codes::count(&app.store, user).await?,
    })
}

/// Whether a second factor is asked of the user.
///
/// # Errors
/// [`AppError::Unavailable`] where the database does not answer.
pub async fn is_active(app: &App, user: UserId) -> Result<bool, AppError> {
    Ok(active(&app.store, user).await?.is_some())
}

pub(super) async fn active(
    handle: &impl Handle,
    user: UserId,
) -> Result<Option<StoredFactor>, StoreError> {
    let found = store::second_factors::find(handle, user).await?;
    Ok(found.filter(|factor| factor.confirmed_at.is_some()))
}

/// Checks a code of a user whose password was right: one of the app, or a recovery code. Either is
/// good once. Failures are counted by user and address and told to the audit trail.
///
/// # Errors
/// [`AppError::Unauthenticated`] for any wrong code, and for a user without a second factor;
/// [`AppError::TooManyRequests`].
pub async fn check(
    app: &App,
    user: &User,
    code: &Secret,
    origin: &Origin,
) -> Result<Accepted, AppError> {
    if read_code(code.expose()).is_some() {
        check_code(app, user, code, origin).await?;
        return Ok(Accepted::Code);
    }
    let attempt = Attempt::by_recovery_code(app, user, origin);
    attempt.admit()?;
    let Some(code) = recovery_code::normal(code.expose()) else {
        return Err(attempt.failed());
    };
    let fingerprint = fingerprint(app, user.id, &code);
    let mut write = app.store.begin(app.now()).await?;
    if active(&write, user.id).await?.is_none() {
        return Err(attempt.failed());
    }
    match store::recovery_codes::take(&mut write, user.id, &fingerprint).await {
        Err(StoreError::NotFound) => return Err(attempt.failed()),
        taken => taken?,
    }
    let left = store::recovery_codes::count(&write, user.id).await?;
    let actor = Actor::user(user.id, origin.clone());
    let action = Action::UserRecoveryCodeUsed;
    audit::sign_in(&mut write, actor, action, user, None);
    feed::commit(app, write).await?;
    Ok(Accepted::RecoveryCode { left })
}

/// Checks a code of the app alone.
async fn check_code(
    app: &App,
    user: &User,
    code: &Secret,
    origin: &Origin,
) -> Result<(), AppError> {
    let factor = active(&app.store, user.id).await?;
    let attempt = Attempt::by_code(app, user, origin);
    attempt.admit()?;
    // From here to the verdict nothing waits, so that many at once are no way around the throttle.
    let step = match (&factor, read_code(code.expose())) {
        (Some(factor), Some(given)) => {
            let secret = open(app, factor)?;
            totp::matching_step(&secret, given, app.now(), factor.last_step)
        }
        _ => None,
    };
    let (Some(factor), Some(step)) = (factor, step) else {
        return Err(attempt.failed());
    };
    let mut write = app.store.begin(app.now()).await?;
    match store::second_factors::take_step(&mut write, &factor, step).await {
        // Somebody else was faster with the same code.
        Err(StoreError::NotFound) => Err(attempt.failed()),
        taken => {
            taken?;
            write.commit().await?;
            Ok(())
        }
    }
}

/// Checks email address and password where nothing else can be given: of a user who has a second
/// factor, the password alone is not enough.
///
/// # Errors
/// As [`sign_in::check_password`]; [`AppError::Unauthenticated`] where there is a second factor.
pub async fn check_password_alone(
    app: &App,
    email: &str,
    password: Secret,
    origin: &Origin,
) -> Result<User, AppError> {
    let user = sign_in::check_password(app, email, password, origin).await?;
    if is_active(app, user.id).await? {
        return Err(NEEDED);
    }
    Ok(user)
}

/// Checks email address and password, and the code of the app where the user has a second factor. A
/// recovery code is not taken: where a code travels in a URL, one that lives long does not belong.
///
/// # Errors
/// As [`check_password_alone`], and for a wrong code.
pub async fn check_password_and_code(
    app: &App,
    email: &str,
    password: Secret,
    code: Option<&Secret>,
    origin: &Origin,
) -> Result<User, AppError> {
    let user = sign_in::check_password(app, email, password, origin).await?;
    if is_active(app, user.id).await? {
        let code = code.ok_or(CODE_NEEDED)?;
        check_code(app, &user, code, origin).await?;
    }
    Ok(user)
}

/// Takes away the second factor of somebody who has lost it, recovery codes included.
///
/// # Errors
/// [`AppError::Denied`] unless an operator does it; `NotFound` where there is none.
pub async fn reset(app: &App, authority: &Authority, user: &User) -> Result<(), AppError> {
    if !authority.is_operator() {
        return Err(Denied::OperatorOnly.into());
    }
    remove_from(app, user, &authority.actor()).await
}

async fn remove_from(app: &App, user: &User, actor: &Actor) -> Result<(), AppError> {
    let mut write = app.store.begin(app.now()).await?;
    if active(&write, user.id).await?.is_none() {
        return Err(AppError::NotFound(NONE));
    }
    store::second_factors::delete(&mut write, user.id).await?;
    store::recovery_codes::replace(&mut write, user.id, &[]).await?;
    end_sessions(&mut write, user.id).await?;
    let sides = (Some(user), Some(user));
    audit::user(&mut write, actor, Action::UserSecondFactorRemoved, sides)?;
    feed::commit(app, write).await
}

/// Removes secrets that waited too long for their code.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub(super) async fn prune(app: &App) -> Result<(), StoreError> {
    let until = app.now() - enrolment::PENDING_FOR;
    store::second_factors::prune(&app.store, until).await?;
    Ok(())
}

/// The secret of a factor.
fn open(app: &App, factor: &StoredFactor) -> Result<Zeroizing<Vec<u8>>, AppError> {
    let context = second_factor_context(factor.user_id, factor.id);
    app.sealer
        .open(&factor.sealed, &context)
        .map_err(|error| AppError::Internal(format!("a second factor: {error}")))
}

/// What is stored of a recovery code in its one spelling. The user is a part of it: a row that is
/// copied to another user is good for nobody.
fn fingerprint(app: &App, user: UserId, code: &Secret) -> Fingerprint {
    let named = Zeroizing::new(format!("recovery-code\0{user}\0{}", code.expose()));
    app.fingerprinter.fingerprint(named.as_bytes())
}

/// An attempt with a code, as the throttle sees it.
struct Attempt<'a> {
    app: &'a App,
    throttle: &'a Throttle,
    user: &'a User,
    name: String,
    origin: &'a Origin,
}

impl<'a> Attempt<'a> {
    fn by_code(app: &'a App, user: &'a User, origin: &'a Origin) -> Self {
        Self {
            app,
            throttle: &app.code_throttle,
            user,
            name: format!("code:{}", user.id),
            origin,
        }
    }

    /// With as many bits as these have, they need no tighter bound than a password: so there is a
    /// way in while guesses at the six digits keep the other one closed.
    fn by_recovery_code(app: &'a App, user: &'a User, origin: &'a Origin) -> Self {
        Self {
            throttle: &app.throttle,
            name: format!("recovery:{}", user.id),
            ..Self::by_code(app, user, origin)
        }
    }

    /// Where the address is not known, all such attempts count as from one.
    fn address(&self) -> IpAddr {
        self.origin
            .address
            .unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED))
    }

    fn admit(&self) -> Result<(), AppError> {
        self.throttle
            .admits(self.name.as_bytes(), self.address(), self.app.now())
            .map_err(|RetryAfter(seconds)| TooManyRequests::failures(seconds).into())
    }

    /// Counts it and tells of it. Gives the refusal.
    fn failed(&self) -> AppError {
        let (app, now) = (self.app, self.app.now());
        self.throttle
            .failed(self.name.as_bytes(), self.address(), now);
        if app.failed_codes.is_to_be_told(self.user.id, now) {
            let action = Action::UserSecondFactorFailed;
            sign_in::tell_of_failure(app, self.user.clone(), action, self.origin);
        }
        WRONG
    }
}
