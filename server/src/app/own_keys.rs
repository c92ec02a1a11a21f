//! API keys of one's own, as the clients of Cogniac and Cognigy manage them. A person's are those
//! that are the person's own; a program's, where it is no person's, those that it made.

use super::App;
use super::authority::Authority;
use super::create_credential::{self, NewCredential, WithSecret};
use super::credentials::{self, Filter};
use super::error::AppError;
use super::grantable::{Holdings, MAX_AUDIENCES};
use crate::domain::access::Caller;
use crate::domain::credential::{Credential, CredentialKind};
use crate::domain::precondition::Precondition;
use crate::domain::text::{Description, Name};
use crate::store::Page;

/// How many are told. The clients cannot ask for a page, or want the number of all.
const MAX_KEYS: usize = 1_000;

/// How many are read at once.
const PAGE: u64 = 200;

/// What a key that is not there, or is not one's own, is called.
const WHAT: &str = "API key";

/// All of the caller's own keys, in the order in which they were made; at most a thousand.
///
/// # Errors
/// [`AppError`] as everywhere.
pub async fn list(app: &App, caller: &Caller) -> Result<Vec<Credential>, AppError> {
    let authority = Authority::Caller(caller.clone());
    let mut all = Vec::new();
    let mut page = Page::first(PAGE);
    loop {
        let filter = own(caller);
        let found =
            credentials::list(app, &authority, caller.organization_id, filter, &page).await?;
        let whole = u64::try_from(found.len()).is_ok_and(|count| count == PAGE);
        page.after = found.last().map(|last| last.id.0);
        all.extend(found);
        if !whole || all.len() >= MAX_KEYS {
            all.truncate(MAX_KEYS);
            return Ok(all);
        }
    }
}

fn own(caller: &Caller) -> Filter {
    let maker = caller.user_id.is_none().then(|| caller.subject.id());
    Filter {
        kind: Some(CredentialKind::ApiKey),
        user_id: caller.user_id,
        created_by: maker,
        ..Filter::default()
    }
}

fn is_own(caller: &Caller, key: &Credential) -> bool {
    let owned = match caller.user_id {
        Some(user) => key.user_id == Some(user),
        None => key.created_by == Some(caller.subject.id()),
    };
    owned && key.kind == CredentialKind::ApiKey
}

/// One of the caller's own keys, by the text of its id.
///
/// # Errors
/// [`AppError::NotFound`], for whatever is not the caller's own.
pub async fn find(app: &App, caller: &Caller, id: &str) -> Result<Credential, AppError> {
    const NONE: AppError = AppError::NotFound(WHAT);
    let id = id.parse().map_err(|_| NONE)?;
    let authority = Authority::Caller(caller.clone());
    match credentials::show(app, &authority, caller.organization_id, id).await {
        Ok(key) if is_own(caller, &key) => Ok(key),
        Ok(_) | Err(AppError::NotFound(_)) => Err(NONE),
        Err(error) => Err(error),
    }
}

/// Makes one that may do what the caller may: at the management API as much as the caller holds
/// there now, and everything that the caller may hand out at every other resource server.
///
/// # Errors
/// [`AppError::Conflict`] at the organization's limit, and where the clients' way of asking leaves
/// something open that the management API asks for; all that creating a credential fails with.
pub async fn create(
    app: &App,
    caller: &Caller,
    name: Name,
    description: Option<Description>,
) -> Result<WithSecret, AppError> {
    if let Some(agents) = caller.agents()
        && agents.len() != 1
    {
        return Err(AppError::Conflict(
            "A key is for one agent, and you administer several or none. Make it with the management API, naming the agent.".to_owned(),
        ));
    }
    let authority = Authority::Caller(caller.clone());
    let holdings = Holdings::of(app, &authority, false).await?;
    let audiences = holdings.audiences();
    if audiences.len() > MAX_AUDIENCES {
        return Err(AppError::Conflict(format!(
            "A key has at most {MAX_AUDIENCES} audiences, and there are more. Make it with the management API, naming the audiences."
        )));
    }
    let new = NewCredential {
        description,
        user_id: caller.user_id,
        audiences,
        // What ends can hand out nothing that ends later.
        expires_at: holdings.ends_at(),
        ..NewCredential::named(CredentialKind::ApiKey, name, caller.organization_id)
    };
    create_credential::create(app, &authority, new).await
}

/// Deletes one, at once and for good.
///
/// # Errors
/// [`AppError::NotFound`], for whatever is not the caller's own.
pub async fn delete(app: &App, caller: &Caller, id: &str) -> Result<(), AppError> {
    let key = find(app, caller, id).await?;
    let authority = Authority::Caller(caller.clone());
    let (organization, any) = (key.organization_id, &Precondition::NONE);
    credentials::revoke(app, &authority, organization, key.id, any).await
}
