//! Resource servers and their scopes.

use std::collections::HashMap;

use entity::{credential, resource_scope, resource_server};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, Set};
use uuid::Uuid;

use super::changes::ChangeKind;
use super::columns::{from_count, parse, to_count, understood};
use super::error::{conflict, found};
use super::{ConflictOn, Handle, StoreError, Write};
use crate::domain::credential::CredentialStatus;
use crate::domain::ids::ResourceServerId;
use crate::domain::resource_server::{ResourceIdentifier, ResourceScope, ResourceServer};

/// Adds a resource server.
///
/// # Errors
/// A [`Conflict`](StoreError::Conflict) on [`ConflictOn::ResourceServerIdentifier`] or
/// [`ConflictOn::ResourceScope`].
pub async fn insert(w: &mut Write, server: &ResourceServer) -> Result<(), StoreError> {
    let row = resource_server::ActiveModel {
        id: Set(server.id.0),
        identifier: Set(server.identifier.to_string()),
        name: Set(server.name.to_string()),
        token_ttl_seconds: Set(from_count(server.token_ttl_seconds)),
        algorithm: Set(server.algorithm.map(|algorithm| algorithm.to_string())),
        created_at: Set(server.created_at),
    };
    resource_server::Entity::insert(row)
        .exec_without_returning(w.transaction())
        .await
        .map_err(conflict(ConflictOn::ResourceServerIdentifier))?;
    insert_scopes(w, server).await?;
    w.record(ChangeKind::ResourceServer, server.id);
    Ok(())
}

/// All resource servers that this build understands, oldest first, in two statements. There are few: whoever adds one looks at
/// [`count`].
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn all(h: &impl Handle) -> Result<Vec<ResourceServer>, StoreError> {
    let rows = resource_server::Entity::find()
        .order_by_asc(resource_server::Column::Id)
        .all(h.connection())
        .await?;
    let scopes = resource_scope::Entity::find().all(h.connection()).await?;
    let mut scopes_of: HashMap<Uuid, Vec<resource_scope::Model>> = HashMap::new();
    for scope in scopes {
        scopes_of
            .entry(scope.resource_server_id)
            .or_default()
            .push(scope);
    }
    understood(rows.into_iter().map(|row| {
        let scopes = scopes_of.remove(&row.id).unwrap_or_default();
        from_rows(row, scopes)
    }))
}

/// How many resource servers there are.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn count(h: &impl Handle) -> Result<u64, StoreError> {
    Ok(resource_server::Entity::find()
        .count(h.connection())
        .await?)
}

/// The resource server of this id.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn find(
    h: &impl Handle,
    id: ResourceServerId,
) -> Result<Option<ResourceServer>, StoreError> {
    resource_server::Entity::find_by_id(id.0)
        .find_with_related(resource_scope::Entity)
        .all(h.connection())
        .await?
        .into_iter()
        .next()
        .map(|(row, scopes)| from_rows(row, scopes))
        .transpose()
}

/// Changes name, scopes, token lifetime and algorithm. The identifier never changes.
///
/// # Errors
/// [`StoreError::NotFound`], or a [`Conflict`](StoreError::Conflict) on
/// [`ConflictOn::ResourceScope`].
pub async fn update(w: &mut Write, server: &ResourceServer) -> Result<(), StoreError> {
    let changed = resource_server::ActiveModel {
        name: Set(server.name.to_string()),
        token_ttl_seconds: Set(from_count(server.token_ttl_seconds)),
        algorithm: Set(server.algorithm.map(|algorithm| algorithm.to_string())),
        ..Default::default()
    };
    let result = resource_server::Entity::update_many()
        .set(changed)
        .filter(resource_server::Column::Id.eq(server.id.0))
        .exec(w.transaction())
        .await?;
    found(result.rows_affected)?;
    resource_scope::Entity::delete_many()
        .filter(resource_scope::Column::ResourceServerId.eq(server.id.0))
        .exec(w.transaction())
        .await?;
    insert_scopes(w, server).await?;
    w.record(ChangeKind::ResourceServer, server.id);
    Ok(())
}

/// How many credentials that are not revoked have it among their audiences.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn count_credentials(h: &impl Handle, id: ResourceServerId) -> Result<u64, StoreError> {
    // Audiences are a JSON array of ids, so an id stands between quotation marks.
    Ok(credential::Entity::find()
        .filter(credential::Column::Audiences.contains(format!("\"{id}\"")))
        .filter(credential::Column::Status.ne(CredentialStatus::Revoked.as_str()))
        .count(h.connection())
        .await?)
}

/// Removes a resource server and its scopes.
///
/// # Errors
/// [`StoreError::NotFound`], or a [`Conflict`](StoreError::Conflict) on
/// [`ConflictOn::ResourceServerInUse`] while a credential that is not revoked has it among its
/// audiences.
pub async fn delete(w: &mut Write, id: ResourceServerId) -> Result<(), StoreError> {
    let in_use = count_credentials(w, id).await?;
    if in_use > 0 {
        return Err(StoreError::Conflict(ConflictOn::ResourceServerInUse));
    }
    let result = resource_server::Entity::delete_by_id(id.0)
        .exec(w.transaction())
        .await?;
    found(result.rows_affected)?;
    w.record(ChangeKind::ResourceServer, id);
    Ok(())
}

async fn insert_scopes(w: &Write, server: &ResourceServer) -> Result<(), StoreError> {
    let rows: Vec<_> = server
        .scopes
        .iter()
        .zip(0_i32..)
        .map(|(scope, position)| resource_scope::ActiveModel {
            resource_server_id: Set(server.id.0),
            name: Set(scope.name.to_string()),
            position: Set(position),
            description: Set(scope.description.clone()),
        })
        .collect();
    resource_scope::Entity::insert_many(rows)
        .exec_without_returning(w.transaction())
        .await
        .map_err(conflict(ConflictOn::ResourceScope))?;
    Ok(())
}

fn from_rows(
    row: resource_server::Model,
    mut scopes: Vec<resource_scope::Model>,
) -> Result<ResourceServer, StoreError> {
    scopes.sort_by_key(|scope| scope.position);
    Ok(ResourceServer {
        id: ResourceServerId(row.id),
        identifier: ResourceIdentifier::kept(row.identifier)
            .map_err(|error| StoreError::Corrupt(format!("resource_server.identifier {error}")))?,
        name: parse("resource_server.name", &row.name)?,
        scopes: scopes
            .into_iter()
            .map(|scope| {
                Ok(ResourceScope {
                    name: parse("resource_scope.name", &scope.name)?,
                    description: scope.description,
                })
            })
            .collect::<Result<_, StoreError>>()?,
        token_ttl_seconds: to_count("resource_server.token_ttl_seconds", row.token_ttl_seconds)?,
        algorithm: row
            .algorithm
            .map(|algorithm| parse("resource_server.algorithm", &algorithm))
            .transpose()?,
        created_at: row.created_at,
    })
}
