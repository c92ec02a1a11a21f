//! Doing once what is asked for twice: a caller that lost an answer sends its request again with the
//! same `Idempotency-Key` and gets the same answer, the secret included.
//!
//! A use case that makes something asks [`Once::earlier`] within its change and, before it commits,
//! says what it has made with [`Once::remember`]. Changes come one after the other, so of many that
//! come at once the first makes something and the others find it.

use std::fmt::Display;
use std::str::FromStr;

use chrono::TimeDelta;
use uuid::Uuid;

use super::App;
use super::authority::Authority;
use super::create_credential::WithSecret;
use super::credentials;
use super::error::AppError;
use super::grantable::Holdings;
use crate::crypto::sealing::Sealer;
use crate::domain::access::Caller;
use crate::domain::idempotency::IdempotencyKey;
use crate::domain::ids::{CredentialId, OrganizationId};
use crate::domain::secret::Secret;
use crate::store::idempotency::Remembered;
use crate::store::{self, Handle, Write};

/// How many requests are kept for one caller. Above that the oldest go, and would be done anew.
pub const MAX_FOR_CALLER: u64 = 1_000;

/// A request that may come again, as it was sent.
#[derive(Debug)]
pub struct Retryable {
    /// What the caller calls it.
    pub key: IdempotencyKey,
    /// Method and path.
    pub target: String,
    /// The body, in the one spelling that its JSON has.
    pub body: Vec<u8>,
}

/// Whether a request is to be done once, and under which name that is kept.
#[derive(Debug)]
pub struct Once(Option<Named>);

#[derive(Debug)]
struct Named {
    name: String,
    caller: Uuid,
    request: String,
    sealer: Sealer,
}

/// What a use case has made, now or when the request came first.
#[derive(Debug)]
pub struct Made<T> {
    /// What it made.
    pub thing: T,
    /// Whether that was an earlier request.
    pub replayed: bool,
}

impl<T> Made<T> {
    /// Just now.
    pub const fn now(thing: T) -> Self {
        Self {
            thing,
            replayed: false,
        }
    }

    /// By an earlier request; 410 where it is not there any more.
    pub(super) fn earlier(found: Option<T>, what: &'static str) -> Result<Self, AppError> {
        let thing = found.ok_or(AppError::Gone(what))?;
        Ok(Self {
            thing,
            replayed: true,
        })
    }
}

/// What an earlier request of the same name has made.
#[derive(Debug)]
pub(super) struct Earlier {
    made: String,
    credential_id: Option<CredentialId>,
    secret: Option<Secret>,
}

impl Once {
    /// As often as it is asked: for commands, and for callers that send no key.
    pub const fn never() -> Self {
        Self(None)
    }

    /// Once for this caller, if it has given a key and keys are kept at all.
    pub fn of(app: &App, caller: &Caller, request: Option<Retryable>) -> Self {
        if app.keep_idempotency_keys <= TimeDelta::zero() {
            return Self::never();
        }
        Self(request.map(|request| Named::new(app, caller, &request)))
    }

    /// What the same request has made before.
    ///
    /// # Errors
    /// [`AppError::KeyReused`] where another body came with this key.
    pub(super) async fn earlier(
        &self,
        app: &App,
        handle: &impl Handle,
    ) -> Result<Option<Earlier>, AppError> {
        let Some(named) = &self.0 else {
            return Ok(None);
        };
        let kept_since = app.now() - app.keep_idempotency_keys;
        let found = store::idempotency::find(handle, &named.name)
            .await?
            .filter(|found| found.created_at > kept_since);
        let Some(found) = found else {
            return Ok(None);
        };
        if found.request != named.request {
            return Err(AppError::KeyReused);
        }
        let secret = found.sealed.as_deref().map(|sealed| named.open(sealed));
        Ok(Some(Earlier {
            made: found.made,
            credential_id: found.credential_id,
            secret: secret.transpose()?,
        }))
    }

    /// Keeps what was made, within the change that makes it.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] where the database does not answer.
    pub(super) async fn remember(
        &self,
        app: &App,
        write: &mut Write,
        made: impl Display,
    ) -> Result<(), AppError> {
        self.keep(app, write, made.to_string(), (None, None)).await
    }

    /// Keeps which credential has got a secret, and the secret itself, sealed.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] where the database does not answer.
    pub(super) async fn remember_secret(
        &self,
        app: &App,
        write: &mut Write,
        credential: CredentialId,
        secret: &Secret,
    ) -> Result<(), AppError> {
        let kept = (Some(credential), Some(secret));
        self.keep(app, write, credential.to_string(), kept).await
    }

    /// Keeps what was made with the password that was generated for it, sealed.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] where the database does not answer.
    pub(super) async fn remember_password(
        &self,
        app: &App,
        write: &mut Write,
        made: impl Display,
        password: Option<&Secret>,
    ) -> Result<(), AppError> {
        self.keep(app, write, made.to_string(), (None, password))
            .await
    }

    async fn keep(
        &self,
        app: &App,
        write: &mut Write,
        made: String,
        (credential_id, secret): (Option<CredentialId>, Option<&Secret>),
    ) -> Result<(), AppError> {
        let Some(named) = &self.0 else {
            return Ok(());
        };
        let sealed = secret.map(|secret| named.seal(app, secret));
        let new = Remembered {
            name: named.name.clone(),
            caller: named.caller,
            request: named.request.clone(),
            made,
            credential_id,
            sealed: sealed.transpose()?,
            created_at: app.now(),
        };
        Ok(store::idempotency::insert(write, &new, MAX_FOR_CALLER).await?)
    }
}

impl Named {
    fn new(app: &App, caller: &Caller, request: &Retryable) -> Self {
        let key = request.key.expose();
        let name = app.idempotency.name(&[
            b"request",
            caller.subject.kind().as_bytes(),
            caller.subject.id().as_bytes(),
            request.target.as_bytes(),
            key.as_bytes(),
        ]);
        Self {
            caller: caller.subject.id(),
            request: app.idempotency.name(&[b"body", &request.body]),
            sealer: app.idempotency.sealer(&name, key),
            name,
        }
    }

    fn seal(&self, app: &App, secret: &Secret) -> Result<Vec<u8>, AppError> {
        let text = secret.expose().as_bytes();
        self.sealer
            .seal(app.entropy.as_ref(), text, self.name.as_bytes())
            .map_err(|error| AppError::Internal(error.to_string()))
    }

    fn open(&self, sealed: &[u8]) -> Result<Secret, AppError> {
        let failed =
            |error: &dyn Display| AppError::Internal(format!("a secret kept for a retry: {error}"));
        let opened = self
            .sealer
            .open(sealed, self.name.as_bytes())
            .map_err(|error| failed(&error))?;
        let text = std::str::from_utf8(&opened).map_err(|error| failed(&error))?;
        Ok(Secret::new(text.to_owned()))
    }
}

impl Earlier {
    /// The ids of what was made.
    pub(super) fn ids(&self) -> impl Iterator<Item = &str> {
        self.made.split(' ')
    }

    /// The id of the one thing that was made.
    pub(super) fn id<T: FromStr<Err: Display>>(&self) -> Result<T, AppError> {
        self.made
            .parse()
            .map_err(|error| AppError::Internal(format!("idempotency_key.made {error}")))
    }

    /// The secret that was made with it, where it is still kept.
    pub(super) fn into_secret(self) -> Option<Secret> {
        self.secret
    }

    /// The credential that was made or rotated, with the secret that it got then. It is handed out
    /// again on the terms on which it would be made.
    ///
    /// # Errors
    /// [`AppError::Gone`] where the credential is revoked, `Conflict` where the secret is not kept
    /// any more, `Denied` where the caller holds less now than the credential does.
    pub(super) async fn credential(
        self,
        app: &App,
        authority: &Authority,
        organization_id: OrganizationId,
    ) -> Result<Made<WithSecret>, AppError> {
        let id = self.credential_id.ok_or(AppError::Gone("credential"))?;
        let found = credentials::show(app, authority, organization_id, id).await;
        let credential = match found {
            Err(AppError::NotFound(_)) => return Err(AppError::Gone("credential")),
            found => found?,
        };
        Holdings::of(app, authority, true)
            .await?
            .check_covers(&credential)?;
        let secret = self.secret.ok_or_else(|| {
            AppError::Conflict(
                "This was done before, and the secret has been replaced since, so it is not kept any more. Rotate the credential to get another."
                    .to_owned(),
            )
        })?;
        Made::earlier(Some(WithSecret { credential, secret }), "credential")
    }
}
