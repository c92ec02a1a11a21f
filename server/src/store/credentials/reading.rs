//! Finding, listing and counting credentials.

use std::hint::black_box;

use chrono::{DateTime, Utc};
use entity::{credential, credential_secret};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, EntityTrait, LoaderTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    Select,
};

use uuid::Uuid;

use super::filtering::filtered;
use super::{CredentialFilter, StoredCredential};
use crate::crypto::fingerprint::Fingerprint;
use crate::domain::credential::{Credential, CredentialKind, CredentialStatus, SecretRecord};
use crate::domain::ids::{AgentId, CredentialId, OrganizationId, SecretId, UserId};
use crate::store::columns::{from_json, parse, to_count};
use crate::store::{Handle, Page, StoreError};

/// The credential of this id, revoked or not, with its secrets oldest first, in one statement.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn find(
    h: &impl Handle,
    id: CredentialId,
) -> Result<Option<StoredCredential>, StoreError> {
    let rows = credential::Entity::find_by_id(id.0)
        .find_with_related(credential_secret::Entity)
        .all(h.connection())
        .await?;
    if let Some((row, secrets)) = rows.into_iter().next() {
        return from_rows(&row, secrets).map(Some);
    }
    // Whoever asks for an unknown id waits as long as for a known one.
    let (row, secrets) = decoy();
    let _ = black_box(from_rows(&row, secrets));
    Ok(None)
}

/// A row such as most are.
fn decoy() -> (credential::Model, Vec<credential_secret::Model>) {
    let id = Uuid::nil();
    let at = DateTime::UNIX_EPOCH;
    let row = credential::Model {
        id,
        kind: CredentialKind::OauthClient.to_string(),
        name: "decoy".to_owned(),
        name_folded: "decoy".to_owned(),
        organization_id: id,
        agent_id: None,
        created_by: None,
        scopes: "[\"api:read\",\"api:write\"]".to_owned(),
        audiences: "[\"00000000-0000-7000-8000-000000000000\"]".to_owned(),
        grant_types: "[\"client_credentials\"]".to_owned(),
        operator: false,
        token_ttl_seconds: None,
        status: CredentialStatus::Active.to_string(),
        created_at: at,
        expires_at: None,
        revoked_at: None,
        description: None,
        user_id: None,
        rate_limit: None,
        quota: None,
        super_key: false,
        last_used_at: None,
    };
    let secret = credential_secret::Model {
        id,
        credential_id: id,
        fingerprint: vec![0; 32],
        hint: "…0000".to_owned(),
        created_at: at,
        expires_at: None,
        last_used_at: None,
    };
    (row, vec![secret])
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
    one_page(h, filtered(filter), page).await
}

/// A page of a user's own credentials in all organizations, the revoked left out.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn list_of_user(
    h: &impl Handle,
    user_id: UserId,
    page: &Page,
) -> Result<Vec<Credential>, StoreError> {
    let select = credential::Entity::find()
        .filter(credential::Column::UserId.eq(user_id.0))
        .filter(credential::Column::Status.ne(CredentialStatus::Revoked.as_str()));
    one_page(h, select, page).await
}

async fn one_page(
    h: &impl Handle,
    mut select: Select<credential::Entity>,
    page: &Page,
) -> Result<Vec<Credential>, StoreError> {
    if let Some(after) = page.after {
        select = select.filter(credential::Column::Id.gt(after));
    }
    let select = select
        .order_by_asc(credential::Column::Id)
        .limit(page.limit);
    with_secrets(h, select).await
}

/// The credentials that are selected, with their secrets, in two statements.
pub(super) async fn with_secrets(
    h: &impl Handle,
    select: Select<credential::Entity>,
) -> Result<Vec<Credential>, StoreError> {
    let rows = select.all(h.connection()).await?;
    let secrets = rows
        .load_many(credential_secret::Entity, h.connection())
        .await?;
    rows.iter()
        .zip(secrets)
        .map(|(row, secrets)| Ok(from_rows(row, secrets)?.credential))
        .collect()
}

/// How many credentials of a kind the organization has, revoked ones and Super API Keys left out.
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
        .filter(credential::Column::SuperKey.eq(false))
        .count(h.connection())
        .await?)
}

/// How many Super API Keys of the organization live at this moment.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn count_live_super_keys(
    h: &impl Handle,
    organization_id: OrganizationId,
    now: DateTime<Utc>,
) -> Result<u64, StoreError> {
    Ok(super_keys()
        .filter(credential::Column::OrganizationId.eq(organization_id.0))
        .filter(credential::Column::ExpiresAt.gt(now))
        .count(h.connection())
        .await?)
}

/// The Super API Keys whose time is over and that are not revoked yet, at most `limit`.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn ended_super_keys(
    h: &impl Handle,
    now: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<CredentialId>, StoreError> {
    let ids: Vec<Uuid> = super_keys()
        .select_only()
        .column(credential::Column::Id)
        .filter(credential::Column::ExpiresAt.lte(now))
        .order_by_asc(credential::Column::Id)
        .limit(limit)
        .into_tuple()
        .all(h.connection())
        .await?;
    Ok(ids.into_iter().map(CredentialId).collect())
}

/// Those that are not revoked. The condition is that of their index, without a parameter: the
/// engines would not know it again with one.
fn super_keys() -> Select<credential::Entity> {
    credential::Entity::find()
        .filter(Expr::col(credential::Column::SuperKey))
        .filter(credential::Column::Status.ne(CredentialStatus::Revoked.as_str()))
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
            last_used_at: secret.last_used_at,
        })
        .collect();
    let credential = Credential {
        id: CredentialId(row.id),
        kind: parse("credential.kind", &row.kind)?,
        name: parse("credential.name", &row.name)?,
        description: row
            .description
            .as_deref()
            .map(|text| parse("credential.description", text))
            .transpose()?,
        organization_id: OrganizationId(row.organization_id),
        agent_id: row.agent_id.map(AgentId),
        created_by: row.created_by,
        user_id: row.user_id.map(UserId),
        scopes: from_json("credential.scopes", &row.scopes)?,
        audiences: from_json("credential.audiences", &row.audiences)?,
        grant_types: from_json("credential.grant_types", &row.grant_types)?,
        operator: row.operator,
        token_ttl_seconds: to_count("credential.token_ttl_seconds", row.token_ttl_seconds)?,
        status: parse("credential.status", &row.status)?,
        created_at: row.created_at,
        expires_at: row.expires_at,
        rate_limit: row
            .rate_limit
            .as_deref()
            .map(|text| from_json("credential.rate_limit", text))
            .transpose()?,
        quota: row
            .quota
            .as_deref()
            .map(|text| from_json("credential.quota", text))
            .transpose()?,
        super_key: row.super_key,
        last_used_at: row.last_used_at,
        secrets,
    };
    Ok(StoredCredential {
        credential,
        fingerprints,
    })
}
