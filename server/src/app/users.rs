//! Users, as commands manage them.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

use super::authority::Authority;
use super::end_sessions::end_sessions;
use super::error::{AppError, not_found};
use super::{App, audit, feed, own_credentials};
use crate::crypto::password;
use crate::domain::audit::Action;
use crate::domain::ids::UserId;
use crate::domain::password_rule;
use crate::domain::search::SearchText;
use crate::domain::secret::Secret;
use crate::domain::text::Email;
use crate::domain::user::{Membership, User};
use crate::store::users::NewUser;
use crate::store::{self, Page};

const WHAT: &str = "user";

/// A password of 144 random bits, for the first sign-in.
pub fn generate_password(app: &App) -> Secret {
    let mut random = Zeroizing::new([0_u8; 18]);
    app.entropy.fill(random.as_mut());
    Secret::new(URL_SAFE_NO_PAD.encode(*random))
}

/// Checks the length of a password that somebody gave.
///
/// # Errors
/// [`AppError::Invalid`] with the rule (NIST SP 800-63B §5.1.1.2: length, not composition).
pub fn check_password(password: &Secret) -> Result<(), AppError> {
    password_rule::check_length(password.expose())
        .map_err(|rule| AppError::invalid("password", rule))
}

/// Checks a password that this user chose in person.
///
/// # Errors
/// [`AppError::Invalid`] with the rule.
pub(super) fn check_own_password(user: &User, password: &Secret) -> Result<(), AppError> {
    password_rule::check(password.expose(), &user.email)
        .map_err(|rule| AppError::invalid("password", rule))
}

/// Makes an account that is not stored yet. Hashing takes tens of milliseconds, off the async threads.
///
/// # Errors
/// [`AppError::Internal`] where hashing fails.
pub(crate) async fn prepare(
    app: &App,
    email: Email,
    operator: bool,
    password: &Secret,
) -> Result<NewUser, AppError> {
    let hash = hash(app, password).await?;
    Ok(NewUser {
        user: new_user(app, email, operator),
        password_hash: Some(hash),
    })
}

/// Makes an account that is not stored yet, whose owner sets the password by an invitation.
pub(super) fn prepare_invited(app: &App, email: Email) -> NewUser {
    NewUser {
        user: new_user(app, email, false),
        password_hash: None,
    }
}

fn new_user(app: &App, email: Email, operator: bool) -> User {
    let now = app.now();
    User {
        id: UserId::from_parts(now, app.random10()),
        email,
        operator,
        created_at: now,
    }
}

/// The hash of a password that is to be stored.
///
/// # Errors
/// [`AppError::Internal`] where hashing fails.
pub(super) async fn hash(app: &App, password: &Secret) -> Result<String, AppError> {
    let failed = |error: &dyn std::fmt::Display| AppError::Internal(error.to_string());
    let entropy = app.entropy.clone();
    let password = password.clone();
    // Whoever may add members may do so many times at once.
    let turn = app.hashing.turn().await?;
    tokio::task::spawn_blocking(move || {
        let _turn = turn;
        password::hash(&password, entropy.as_ref())
    })
    .await
    .map_err(|error| failed(&error))?
    .map_err(|error| failed(&error))
}

/// Creates a user, and its membership where one is given (the user's id in it is set here).
///
/// # Errors
/// [`AppError::Conflict`] for an address that is taken.
pub async fn create(
    app: &App,
    authority: &Authority,
    email: Email,
    operator: bool,
    password: &Secret,
    membership: Option<Membership>,
) -> Result<User, AppError> {
    let new = prepare(app, email, operator, password).await?;
    let mut write = app.store.begin(app.now()).await?;
    store::users::insert(&mut write, &new).await?;
    let actor = authority.actor();
    let sides = (None, Some(&new.user));
    audit::user(&mut write, &actor, Action::UserCreated, sides)?;
    if let Some(membership) = membership {
        let membership = Membership {
            user_id: new.user.id,
            ..membership
        };
        store::memberships::put(&mut write, &membership).await?;
        let sides = (None, Some(&membership));
        audit::member(&mut write, &actor, Action::MemberAdded, sides)?;
    }
    feed::commit(app, write).await?;
    Ok(new.user)
}

/// Gives a user another password, which takes the old one away; open links of the user are void, and
/// sessions over. Tokens that were issued before stay
/// good until they expire.
///
/// # Errors
/// [`AppError::NotFound`].
pub async fn set_password(
    app: &App,
    authority: &Authority,
    user: &User,
    password: &Secret,
) -> Result<(), AppError> {
    let hash = hash(app, password).await?;
    let now = app.now();
    let mut write = app.store.begin(now).await?;
    store::users::set_password_hash(&mut write, user.id, Some(hash))
        .await
        .map_err(not_found(WHAT))?;
    store::one_time_links::void_of_user(&write, user.id, now).await?;
    end_sessions(&mut write, user.id).await?;
    let sides = (Some(user), Some(user));
    audit::user(
        &mut write,
        &authority.actor(),
        Action::UserPasswordSet,
        sides,
    )?;
    feed::commit(app, write).await
}

/// Finds the user that `reference`, an id or an email address, names.
///
/// # Errors
/// [`AppError::NotFound`].
pub async fn find(app: &App, reference: &str) -> Result<User, AppError> {
    let found = if let Ok(id) = reference.parse::<UserId>() {
        store::users::find(&app.store, id).await?
    } else if let Ok(email) = reference.parse::<Email>() {
        store::users::find_by_email(&app.store, &email).await?
    } else {
        None
    };
    found.ok_or(AppError::NotFound(WHAT))
}

/// Lists users in the order in which they were made.
///
/// # Errors
/// [`AppError::Unavailable`] where the database does not answer.
pub async fn list(app: &App, page: &Page) -> Result<Vec<User>, AppError> {
    Ok(store::users::list(&app.store, page).await?)
}

/// The same for those whose address holds a text, or all where none is given.
///
/// # Errors
/// [`AppError::Unavailable`] where the database does not answer.
pub async fn search(
    app: &App,
    text: Option<&SearchText>,
    page: &Page,
) -> Result<Vec<User>, AppError> {
    match text {
        Some(text) => Ok(store::users::search(&app.store, text, page).await?),
        None => list(app, page).await,
    }
}

/// The places that a user has.
///
/// # Errors
/// [`AppError::Unavailable`] where the database does not answer.
pub async fn memberships(app: &App, id: UserId) -> Result<Vec<Membership>, AppError> {
    Ok(store::memberships::of_user(&app.store, id).await?)
}

/// Removes a user, and revokes the user's own credentials. What the user made for an organization
/// stays: it belongs to the organization.
///
/// # Errors
/// [`AppError::NotFound`].
pub async fn delete(app: &App, authority: &Authority, id: UserId) -> Result<(), AppError> {
    let mut write = app.store.begin(app.now()).await?;
    let user = store::users::find(&write, id)
        .await?
        .ok_or(AppError::NotFound(WHAT))?;
    let memberships = store::memberships::of_user(&write, id).await?;
    store::one_time_links::void_made_by(&write, id.0, app.now()).await?;
    own_credentials::revoke_all(app, &mut write, &authority.actor(), id).await?;
    store::users::delete(&mut write, id)
        .await
        .map_err(not_found(WHAT))?;
    let actor = authority.actor();
    // Each organization sees that its member is gone.
    for membership in &memberships {
        let sides = (Some(membership), None);
        audit::member(&mut write, &actor, Action::MemberRemoved, sides)?;
    }
    let sides = (Some(&user), None);
    audit::user(&mut write, &actor, Action::UserDeleted, sides)?;
    feed::commit(app, write).await
}
