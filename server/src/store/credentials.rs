//! Credentials and their secrets.

use chrono::{DateTime, Utc};
use entity::{credential, credential_secret};
use sea_orm::{
    ColumnTrait, EntityTrait, LoaderTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    Set,
};

use super::changes::ChangeKind;
use super::columns::{from_json, from_seconds, parse, to_json, to_seconds};
use super::error::{conflict, found};
use super::{ConflictOn, Handle, Page, StoreError, Write};
use crate::crypto::fingerprint::Fingerprint;
use crate::domain::credential::{Credential, CredentialKind, CredentialStatus, SecretRecord};
use crate::domain::ids::{AgentId, CredentialId, OrganizationId, SecretId};
use crate::domain::text::Name;

/// A credential with what its secrets are checked against.
#[derive(Debug, Clone)]
pub struct StoredCredential {
    /// The credential.
    pub credential: Credential,
    /// One fingerprint for each of `credential.secrets`, in the same order.
    pub fingerprints: Vec<Fingerprint>,
}

/// A secret to be added.
#[derive(Debug, Clone)]
pub struct NewSecret {
    /// What is shown of it.
    pub record: SecretRecord,
    /// What it is checked against.
    pub fingerprint: Fingerprint,
}

/// Which credentials a list shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialFilter {
    /// Of this organization.
    pub organization_id: OrganizationId,
    /// Only those scoped to this agent.
    pub agent_id: Option<AgentId>,
    /// Only those of this kind.
    pub kind: Option<CredentialKind>,
    /// Also those that are revoked.
    pub include_revoked: bool,
}

/// What is to become different about a credential; what is absent stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialChange {
    /// The credential.
    pub id: CredentialId,
    /// Another name.
    pub name: Option<Name>,
    /// Switched on or off. Revoking is [`revoke`]'s alone: here it is refused.
    pub status: Option<CredentialStatus>,
    /// Another expiry, or `Some(None)` for none.
    pub expires_at: Option<Option<DateTime<Utc>>>,
}

impl CredentialChange {
    /// A change of this credential that changes nothing yet.
    pub const fn of(id: CredentialId) -> Self {
        Self {
            id,
            name: None,
            status: None,
            expires_at: None,
        }
    }
}

/// Adds a credential with its first secrets. (`credential.secrets` is not looked at.)
///
/// # Errors
/// A [`Conflict`](StoreError::Conflict) on [`ConflictOn::Credential`]; [`StoreError::NotFound`]
/// without its organization or agent.
pub async fn insert(
    w: &mut Write,
    credential: &Credential,
    secrets: &[NewSecret],
) -> Result<(), StoreError> {
    let row = credential::ActiveModel {
        id: Set(credential.id.0),
        kind: Set(credential.kind.to_string()),
        name: Set(credential.name.to_string()),
        organization_id: Set(credential.organization_id.0),
        agent_id: Set(credential.agent_id.map(|id| id.0)),
        created_by: Set(credential.created_by),
        scopes: Set(to_json(&credential.scopes)?),
        audiences: Set(to_json(&credential.audiences)?),
        grant_types: Set(to_json(&credential.grant_types)?),
        operator: Set(credential.operator),
        token_ttl_seconds: Set(from_seconds(credential.token_ttl_seconds)),
        status: Set(credential.status.to_string()),
        created_at: Set(credential.created_at),
        expires_at: Set(credential.expires_at),
        revoked_at: Set(None),
    };
    credential::Entity::insert(row)
        .exec_without_returning(w.transaction())
        .await
        .map_err(conflict(ConflictOn::Credential))?;
    let rows = secrets.iter().map(|secret| to_row(credential.id, secret));
    let rows: Vec<_> = rows.collect();
    credential_secret::Entity::insert_many(rows)
        .exec_without_returning(w.transaction())
        .await
        .map_err(conflict(ConflictOn::Credential))?;
    w.record(ChangeKind::Credential, credential.id);
    Ok(())
}

/// The credential of this id, revoked or not, with its secrets oldest first, in one statement.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn find(
    h: &impl Handle,
    id: CredentialId,
) -> Result<Option<StoredCredential>, StoreError> {
    credential::Entity::find_by_id(id.0)
        .find_with_related(credential_secret::Entity)
        .all(h.connection())
        .await?
        .into_iter()
        .next()
        .map(|(row, secrets)| from_rows(&row, secrets))
        .transpose()
}

/// A page of an organization's credentials with their secrets, in two statements.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn list(
    h: &impl Handle,
    filter: &CredentialFilter,
    page: &Page,
) -> Result<Vec<Credential>, StoreError> {
    let mut select = credential::Entity::find()
        .filter(credential::Column::OrganizationId.eq(filter.organization_id.0));
    if let Some(agent) = filter.agent_id {
        select = select.filter(credential::Column::AgentId.eq(agent.0));
    }
    if let Some(kind) = filter.kind {
        select = select.filter(credential::Column::Kind.eq(kind.as_str()));
    }
    if !filter.include_revoked {
        select = select.filter(credential::Column::Status.ne(CredentialStatus::Revoked.as_str()));
    }
    if let Some(after) = page.after {
        select = select.filter(credential::Column::Id.gt(after));
    }
    let rows = select
        .order_by_asc(credential::Column::Id)
        .limit(page.limit)
        .all(h.connection())
        .await?;
    let secrets = rows
        .load_many(credential_secret::Entity, h.connection())
        .await?;
    rows.iter()
        .zip(secrets)
        .map(|(row, secrets)| Ok(from_rows(row, secrets)?.credential))
        .collect()
}

/// How many credentials of a kind the organization has, revoked ones left out.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn count(
    h: &impl Handle,
    organization_id: OrganizationId,
    kind: CredentialKind,
) -> Result<u64, StoreError> {
    Ok(credential::Entity::find()
        .filter(credential::Column::OrganizationId.eq(organization_id.0))
        .filter(credential::Column::Kind.eq(kind.as_str()))
        .filter(credential::Column::Status.ne(CredentialStatus::Revoked.as_str()))
        .count(h.connection())
        .await?)
}

/// Changes name, status or expiry of a credential that is not revoked.
///
/// # Errors
/// [`StoreError::NotFound`]; a [`Conflict`](StoreError::Conflict) on
/// [`ConflictOn::CredentialStatus`] where the change asks for `revoked`.
pub async fn update(w: &mut Write, change: &CredentialChange) -> Result<(), StoreError> {
    let mut changed = credential::ActiveModel::default();
    if let Some(name) = &change.name {
        changed.name = Set(name.to_string());
    }
    match change.status {
        Some(CredentialStatus::Revoked) => {
            return Err(StoreError::Conflict(ConflictOn::CredentialStatus));
        }
        Some(status) => changed.status = Set(status.to_string()),
        None => {}
    }
    if let Some(expires_at) = change.expires_at {
        changed.expires_at = Set(expires_at);
    }
    update_live(w, change.id, changed).await?;
    w.record(ChangeKind::Credential, change.id);
    Ok(())
}

/// Adds a secret to a credential that is not revoked. How many it may have is the caller's to see to.
///
/// # Errors
/// [`StoreError::NotFound`]; a [`Conflict`](StoreError::Conflict) on [`ConflictOn::Credential`].
pub async fn add_secret(
    w: &mut Write,
    credential_id: CredentialId,
    secret: &NewSecret,
) -> Result<(), StoreError> {
    let alive = credential::Entity::find_by_id(credential_id.0)
        .filter(credential::Column::Status.ne(CredentialStatus::Revoked.as_str()))
        .count(w.transaction())
        .await?;
    found(alive)?;
    credential_secret::Entity::insert(to_row(credential_id, secret))
        .exec_without_returning(w.transaction())
        .await
        .map_err(conflict(ConflictOn::Credential))?;
    w.record(ChangeKind::Credential, credential_id);
    Ok(())
}

/// Sets when a secret is refused, or that it never is.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn set_secret_expiry(
    w: &mut Write,
    credential_id: CredentialId,
    secret_id: SecretId,
    expires_at: Option<DateTime<Utc>>,
) -> Result<(), StoreError> {
    let changed = credential_secret::ActiveModel {
        expires_at: Set(expires_at),
        ..Default::default()
    };
    let result = credential_secret::Entity::update_many()
        .set(changed)
        .filter(credential_secret::Column::Id.eq(secret_id.0))
        .filter(credential_secret::Column::CredentialId.eq(credential_id.0))
        .exec(w.transaction())
        .await?;
    found(result.rows_affected)?;
    w.record(ChangeKind::Credential, credential_id);
    Ok(())
}

/// Removes a secret.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn delete_secret(
    w: &mut Write,
    credential_id: CredentialId,
    secret_id: SecretId,
) -> Result<(), StoreError> {
    let result = credential_secret::Entity::delete_many()
        .filter(credential_secret::Column::Id.eq(secret_id.0))
        .filter(credential_secret::Column::CredentialId.eq(credential_id.0))
        .exec(w.transaction())
        .await?;
    found(result.rows_affected)?;
    w.record(ChangeKind::Credential, credential_id);
    Ok(())
}

/// Revokes a credential for good: what is left of it holds no secret.
///
/// # Errors
/// [`StoreError::NotFound`], also where it is revoked already.
pub async fn revoke(w: &mut Write, id: CredentialId, now: DateTime<Utc>) -> Result<(), StoreError> {
    let changed = credential::ActiveModel {
        status: Set(CredentialStatus::Revoked.to_string()),
        revoked_at: Set(Some(now)),
        ..Default::default()
    };
    update_live(w, id, changed).await?;
    credential_secret::Entity::delete_many()
        .filter(credential_secret::Column::CredentialId.eq(id.0))
        .exec(w.transaction())
        .await?;
    w.record(ChangeKind::Credential, id);
    Ok(())
}

/// Changes a credential that is not revoked.
async fn update_live(
    w: &Write,
    id: CredentialId,
    mut changed: credential::ActiveModel,
) -> Result<(), StoreError> {
    // The id is written as it is, so that a change of nothing is a statement too, and tells whether
    // the credential is there.
    changed.id = Set(id.0);
    let result = credential::Entity::update_many()
        .set(changed)
        .filter(credential::Column::Id.eq(id.0))
        .filter(credential::Column::Status.ne(CredentialStatus::Revoked.as_str()))
        .exec(w.transaction())
        .await?;
    found(result.rows_affected)
}

fn to_row(credential_id: CredentialId, secret: &NewSecret) -> credential_secret::ActiveModel {
    credential_secret::ActiveModel {
        id: Set(secret.record.id.0),
        credential_id: Set(credential_id.0),
        fingerprint: Set(secret.fingerprint.as_bytes().to_vec()),
        hint: Set(secret.record.hint.clone()),
        created_at: Set(secret.record.created_at),
        expires_at: Set(secret.record.expires_at),
    }
}

fn from_rows(
    row: &credential::Model,
    mut secrets: Vec<credential_secret::Model>,
) -> Result<StoredCredential, StoreError> {
    secrets.sort_by_key(|secret| (secret.created_at, secret.id));
    let fingerprints = secrets
        .iter()
        .map(|secret| {
            Fingerprint::from_slice(&secret.fingerprint)
                .map_err(|error| StoreError::Corrupt(format!("secret {}: {error}", secret.id)))
        })
        .collect::<Result<_, _>>()?;
    let secrets = secrets
        .into_iter()
        .map(|secret| SecretRecord {
            id: SecretId(secret.id),
            hint: secret.hint,
            created_at: secret.created_at,
            expires_at: secret.expires_at,
        })
        .collect();
    let credential = Credential {
        id: CredentialId(row.id),
        kind: parse("credential.kind", &row.kind)?,
        name: parse("credential.name", &row.name)?,
        organization_id: OrganizationId(row.organization_id),
        agent_id: row.agent_id.map(AgentId),
        created_by: row.created_by,
        scopes: from_json("credential.scopes", &row.scopes)?,
        audiences: from_json("credential.audiences", &row.audiences)?,
        grant_types: from_json("credential.grant_types", &row.grant_types)?,
        operator: row.operator,
        token_ttl_seconds: to_seconds("credential.token_ttl_seconds", row.token_ttl_seconds)?,
        status: parse("credential.status", &row.status)?,
        created_at: row.created_at,
        expires_at: row.expires_at,
        secrets,
    };
    Ok(StoredCredential {
        credential,
        fingerprints,
    })
}
