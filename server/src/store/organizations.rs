//! Organizations.

use entity::{credential, organization};
use sea_orm::sea_query::{Expr, ExprTrait, LikeExpr};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select, Set};
use uuid::Uuid;

use super::changes::ChangeKind;
use super::columns::{from_count, parse, to_count};
use super::error::{conflict, found};
use super::{ConflictOn, Handle, Page, StoreError, Write};
use crate::domain::ids::OrganizationId;
use crate::domain::organization::Organization;
use crate::domain::search::{LIKE_ESCAPE, SearchText};
use crate::domain::text::Slug;

/// Adds an organization.
///
/// # Errors
/// A [`Conflict`](StoreError::Conflict) on [`ConflictOn::OrganizationSlug`].
pub async fn insert(w: &mut Write, organization: &Organization) -> Result<(), StoreError> {
    let row = organization::ActiveModel {
        id: Set(organization.id.0),
        slug: Set(organization.slug.to_string()),
        name: Set(organization.name.to_string()),
        created_at: Set(organization.created_at),
        api_key_limit: Set(from_count(organization.api_key_limit)),
        oauth_client_limit: Set(from_count(organization.oauth_client_limit)),
    };
    organization::Entity::insert(row)
        .exec_without_returning(w.transaction())
        .await
        .map_err(conflict(ConflictOn::OrganizationSlug))?;
    w.record(ChangeKind::Organization, organization.id);
    Ok(())
}

/// The organization of this id.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn find(h: &impl Handle, id: OrganizationId) -> Result<Option<Organization>, StoreError> {
    organization::Entity::find_by_id(id.0)
        .one(h.connection())
        .await?
        .as_ref()
        .map(from_row)
        .transpose()
}

/// The organization of this slug.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn find_by_slug(
    h: &impl Handle,
    slug: &Slug,
) -> Result<Option<Organization>, StoreError> {
    organization::Entity::find()
        .filter(organization::Column::Slug.eq(slug.as_str()))
        .one(h.connection())
        .await?
        .as_ref()
        .map(from_row)
        .transpose()
}

/// A page of all organizations.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn list(h: &impl Handle, page: &Page) -> Result<Vec<Organization>, StoreError> {
    one_page(h, organization::Entity::find(), page).await
}

/// A page of the organizations whose slug holds a text, whatever its case.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn search(
    h: &impl Handle,
    text: &SearchText,
    page: &Page,
) -> Result<Vec<Organization>, StoreError> {
    // Slugs are in lower case.
    let pattern = LikeExpr::new(text.like_pattern()).escape(LIKE_ESCAPE);
    let found = Expr::col(organization::Column::Slug).like(pattern);
    one_page(h, organization::Entity::find().filter(found), page).await
}

async fn one_page(
    h: &impl Handle,
    mut select: Select<organization::Entity>,
    page: &Page,
) -> Result<Vec<Organization>, StoreError> {
    if let Some(after) = page.after {
        select = select.filter(organization::Column::Id.gt(after));
    }
    select
        .order_by_asc(organization::Column::Id)
        .limit(page.limit)
        .all(h.connection())
        .await?
        .iter()
        .map(from_row)
        .collect()
}

/// The organizations of these ids, by id. Where one is not there, it is left out.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn find_all(
    h: &impl Handle,
    ids: &[OrganizationId],
) -> Result<Vec<Organization>, StoreError> {
    organization::Entity::find()
        .filter(organization::Column::Id.is_in(ids.iter().map(|id| id.0)))
        .order_by_asc(organization::Column::Id)
        .all(h.connection())
        .await?
        .iter()
        .map(from_row)
        .collect()
}

/// Changes slug, name and limits.
///
/// # Errors
/// [`StoreError::NotFound`], or a [`Conflict`](StoreError::Conflict) on
/// [`ConflictOn::OrganizationSlug`].
pub async fn update(w: &mut Write, organization: &Organization) -> Result<(), StoreError> {
    let changed = organization::ActiveModel {
        slug: Set(organization.slug.to_string()),
        name: Set(organization.name.to_string()),
        api_key_limit: Set(from_count(organization.api_key_limit)),
        oauth_client_limit: Set(from_count(organization.oauth_client_limit)),
        ..Default::default()
    };
    let result = organization::Entity::update_many()
        .set(changed)
        .filter(organization::Column::Id.eq(organization.id.0))
        .exec(w.transaction())
        .await
        .map_err(conflict(ConflictOn::OrganizationSlug))?;
    found(result.rows_affected)?;
    w.record(ChangeKind::Organization, organization.id);
    Ok(())
}

/// Removes an organization with its agents, memberships and credentials.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn delete(w: &mut Write, id: OrganizationId) -> Result<(), StoreError> {
    let credentials: Vec<Uuid> = credential::Entity::find()
        .select_only()
        .column(credential::Column::Id)
        .filter(credential::Column::OrganizationId.eq(id.0))
        .into_tuple()
        .all(w.transaction())
        .await?;
    let result = organization::Entity::delete_by_id(id.0)
        .exec(w.transaction())
        .await?;
    found(result.rows_affected)?;
    for credential in credentials {
        w.record(ChangeKind::Credential, credential);
    }
    w.record(ChangeKind::Organization, id);
    Ok(())
}

fn from_row(row: &organization::Model) -> Result<Organization, StoreError> {
    Ok(Organization {
        id: OrganizationId(row.id),
        slug: parse("organization.slug", &row.slug)?,
        name: parse("organization.name", &row.name)?,
        created_at: row.created_at,
        api_key_limit: to_count("organization.api_key_limit", row.api_key_limit)?,
        oauth_client_limit: to_count("organization.oauth_client_limit", row.oauth_client_limit)?,
    })
}
