//! Setting up a second factor, and taking it away.

use chrono::TimeDelta;
use zeroize::Zeroizing;

use super::{NONE, active, check, fingerprint, open, qr_svg, remove_from};
use crate::app::error::AppError;
use crate::app::{App, audit, feed, sign_in};
use crate::crypto::fingerprint::Fingerprint;
use crate::crypto::sealing::second_factor_context;
use crate::crypto::totp;
use crate::domain::access::Origin;
use crate::domain::audit::{Action, Actor};
use crate::domain::ids::SecondFactorId;
use crate::domain::recovery_code;
use crate::domain::secret::Secret;
use crate::domain::totp::{SECRET_LENGTH, base32, otpauth_uri, read_code};
use crate::domain::user::User;
use crate::store;
use crate::store::second_factors::StoredFactor;

/// How long a secret waits for the code that confirms it.
pub(in crate::app) const PENDING_FOR: TimeDelta = TimeDelta::hours(1);

/// The fields of forms, as a refusal names them.
const CODE: &str = "code";
const PASSWORD: &str = "password";

/// What an authenticator app is to be told, while nobody has shown a code of it yet.
#[derive(Debug, Clone)]
pub struct Enrolment {
    /// The secret in base32, to be typed by hand.
    pub secret: Secret,
    /// The `otpauth://` URI.
    pub uri: Secret,
}

impl Enrolment {
    fn new(app: &App, user: &User, secret: &[u8]) -> Self {
        let secret = base32(secret);
        Self {
            uri: otpauth_uri(&app.issuer, &user.email, &secret),
            secret,
        }
    }

    /// The secret in groups of four letters.
    pub fn grouped_secret(&self) -> Secret {
        let letters: Vec<char> = self.secret.expose().chars().collect();
        let groups: Vec<String> = letters
            .chunks(4)
            .map(|four| four.iter().collect())
            .collect();
        Secret::new(groups.join(" "))
    }

    /// The URI as a QR code: an SVG image with this title.
    ///
    /// # Errors
    /// [`AppError::Internal`] where the URI is too long, which it never is.
    pub fn qr_code(&self, title: &str) -> Result<Secret, AppError> {
        qr_svg(&self.uri, title)
    }
}

/// What shows once more that it is the person who has signed in.
#[derive(Debug)]
pub enum Proof {
    /// The password.
    Password(Secret),
    /// A code of the app, or a recovery code.
    Code(Secret),
}

impl Proof {
    async fn check(self, app: &App, user: &User, origin: &Origin) -> Result<(), AppError> {
        let (field, checked) = match self {
            Self::Password(password) => {
                let email = user.email.as_str();
                let checked = sign_in::check_password(app, email, password, origin).await;
                (PASSWORD, checked.map(|_| ()))
            }
            Self::Code(code) => {
                let checked = check(app, user, &code, origin).await;
                (CODE, checked.map(|_| ()))
            }
        };
        checked.map_err(|error| match error {
            AppError::Unauthenticated(_) => AppError::invalid(field, "is wrong"),
            other => other,
        })
    }
}

/// The same as [`begin`] for whoever shows once more to be the person: a browser that was left alone
/// is not to lock its owner out.
///
/// # Errors
/// As [`remove`]; [`AppError::Conflict`] where a second factor is active.
pub async fn begin_with(
    app: &App,
    user: &User,
    proof: Proof,
    origin: &Origin,
) -> Result<Enrolment, AppError> {
    proof.check(app, user, origin).await?;
    begin(app, user).await
}

/// Makes a secret for the user, in the place of one that waits for its code. It is not asked for
/// before [`confirm`].
///
/// # Errors
/// [`AppError::Conflict`] where a second factor is active.
pub async fn begin(app: &App, user: &User) -> Result<Enrolment, AppError> {
    let now = app.now();
    let mut secret = Zeroizing::new([0; SECRET_LENGTH]);
    app.entropy.fill(&mut *secret);
    let id = SecondFactorId::from_parts(now, app.random10());
    let context = second_factor_context(user.id, id);
    let sealed = app
        .sealer
        .seal(app.entropy.as_ref(), &*secret, &context)
        .map_err(|error| AppError::Internal(error.to_string()))?;
    let mut write = app.store.begin(now).await?;
    if active(&write, user.id).await?.is_some() {
        return Err(AppError::Conflict(
            "This account has a second factor already. Remove it first.".to_owned(),
        ));
    }
    let new = StoredFactor {
        id,
        user_id: user.id,
        sealed,
        last_step: 0,
        created_at: now,
        confirmed_at: None,
    };
    store::second_factors::begin(&mut write, &new).await?;
    feed::commit(app, write).await?;
    Ok(Enrolment::new(app, user, &*secret))
}

/// The secret that waits for its code, to be shown again where the code was wrong.
///
/// # Errors
/// [`AppError::Unavailable`] where the database does not answer.
pub async fn pending(app: &App, user: &User) -> Result<Option<Enrolment>, AppError> {
    let waiting = waiting(app, user).await?;
    waiting
        .map(|factor| Ok(Enrolment::new(app, user, &open(app, &factor)?)))
        .transpose()
}

async fn waiting(app: &App, user: &User) -> Result<Option<StoredFactor>, AppError> {
    let found = store::second_factors::find(&app.store, user.id).await?;
    let since = app.now() - PENDING_FOR;
    Ok(found.filter(|factor| factor.confirmed_at.is_none() && factor.created_at > since))
}

/// Asks for the second factor from now on, as the user has shown a code of it. Gives the recovery
/// codes, shown this one time.
///
/// # Errors
/// [`AppError::Invalid`] for a wrong code; `NotFound` where no secret waits, or no longer.
pub async fn confirm(
    app: &App,
    user: &User,
    code: &Secret,
    origin: &Origin,
) -> Result<Vec<Secret>, AppError> {
    let gone = || AppError::NotFound(NONE);
    let factor = waiting(app, user).await?.ok_or_else(gone)?;
    let secret = open(app, &factor)?;
    let now = app.now();
    // Whoever guesses here guesses at a secret that was just shown: there is nothing to throttle.
    let step = read_code(code.expose())
        .and_then(|given| totp::matching_step(&secret, given, now, factor.last_step))
        .ok_or_else(|| {
            AppError::invalid(
                CODE,
                "is not the one that the app shows now: check the clock of the device",
            )
        })?;
    let codes = RecoveryCodes::new(app, user);
    let mut write = app.store.begin(now).await?;
    store::second_factors::confirm(&mut write, &factor, step, now)
        .await
        .map_err(crate::app::error::not_found(NONE))?;
    store::recovery_codes::replace(&mut write, user.id, &codes.fingerprints).await?;
    let actor = Actor::user(user.id, origin.clone());
    let sides = (Some(user), Some(user));
    audit::user(&mut write, &actor, Action::UserSecondFactorAdded, sides)?;
    feed::commit(app, write).await?;
    Ok(codes.shown)
}

/// Takes the second factor away, with the recovery codes. All sessions of the user are over then.
///
/// # Errors
/// [`AppError::Invalid`] naming `password` or `code`; [`AppError::TooManyRequests`]; `NotFound`
/// where there is none.
pub async fn remove(app: &App, user: &User, proof: Proof, origin: &Origin) -> Result<(), AppError> {
    proof.check(app, user, origin).await?;
    let actor = Actor::user(user.id, origin.clone());
    remove_from(app, user, &actor).await
}

/// Gives the user other recovery codes, shown this one time. The earlier ones are good no longer.
///
/// # Errors
/// As [`remove`].
pub async fn replace_recovery_codes(
    app: &App,
    user: &User,
    proof: Proof,
    origin: &Origin,
) -> Result<Vec<Secret>, AppError> {
    proof.check(app, user, origin).await?;
    let codes = RecoveryCodes::new(app, user);
    let mut write = app.store.begin(app.now()).await?;
    if active(&write, user.id).await?.is_none() {
        return Err(AppError::NotFound(NONE));
    }
    store::recovery_codes::replace(&mut write, user.id, &codes.fingerprints).await?;
    let actor = Actor::user(user.id, origin.clone());
    let sides = (Some(user), Some(user));
    audit::user(&mut write, &actor, Action::UserRecoveryCodesReplaced, sides)?;
    feed::commit(app, write).await?;
    Ok(codes.shown)
}

/// New recovery codes.
struct RecoveryCodes {
    shown: Vec<Secret>,
    fingerprints: Vec<Fingerprint>,
}

impl RecoveryCodes {
    fn new(app: &App, user: &User) -> Self {
        let mut codes = Self {
            shown: Vec::with_capacity(recovery_code::HOW_MANY),
            fingerprints: Vec::with_capacity(recovery_code::HOW_MANY),
        };
        for _ in 0..recovery_code::HOW_MANY {
            let mut random = Zeroizing::new([0; recovery_code::RANDOM_LENGTH]);
            app.entropy.fill(&mut *random);
            let code = recovery_code::encode(&random);
            if let Some(normal) = recovery_code::normal(code.expose()) {
                codes.fingerprints.push(fingerprint(app, user.id, &normal));
                codes.shown.push(code);
            }
        }
        codes
    }
}
