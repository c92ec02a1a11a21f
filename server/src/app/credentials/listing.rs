//! Lists of credentials: by page, in an order of one's choice, filtered and counted.

use std::fmt;

use chrono::TimeDelta;
use uuid::Uuid;

use crate::app::App;
use crate::app::authority::Authority;
use crate::app::error::AppError;
use crate::domain::credential::{Credential, CredentialKind};
use crate::domain::credential_list::{Place, Sort, Standing, Stretch};
use crate::domain::ids::{AgentId, OrganizationId, UserId};
use crate::domain::search::SearchText;
use crate::store::credentials::{CredentialFilter, Mine};
use crate::store::{self, Page};

/// Up to how many credentials are counted.
const MAX_COUNT: u64 = 1_000;

/// The longest time, in days, that can be asked for with [`Filter::unused_for_days`] and
/// [`Filter::expires_within_days`].
pub const MAX_DAYS: u32 = 3_650;

/// Which credentials to list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only those scoped to this agent.
    pub agent_id: Option<AgentId>,
    /// Only this user's own.
    pub user_id: Option<UserId>,
    /// Only those that this user or credential made.
    pub created_by: Option<Uuid>,
    /// Only those that the caller made, or that are the own ones of the user for whom it acts. A
    /// command has none.
    pub mine: bool,
    /// Only of this kind.
    pub kind: Option<CredentialKind>,
    /// Revoked ones as well.
    pub include_revoked: bool,
    /// Only those with this text in their name, whatever its case, or whose id begins with it.
    pub search: Option<SearchText>,
    /// Only those that stand so now.
    pub standing: Option<Standing>,
    /// Only those that were not used for so many days, at most [`MAX_DAYS`]; one that was never used
    /// counts from its making.
    pub unused_for_days: Option<u32>,
    /// Only those that expire within so many days, at most [`MAX_DAYS`], and have not yet.
    pub expires_within_days: Option<u32>,
}

impl Filter {
    /// Whether it leaves nothing out: where such a list is empty, there is nothing at all to see.
    pub const fn is_empty(&self) -> bool {
        self.agent_id.is_none()
            && self.user_id.is_none()
            && self.created_by.is_none()
            && !self.mine
            && self.kind.is_none()
            && self.search.is_none()
            && self.standing.is_none()
            && self.unused_for_days.is_none()
            && self.expires_within_days.is_none()
    }
}

/// Lists an organization's credentials in the order in which they were made. A caller that is
/// scoped to an agent sees that agent's only.
///
/// # Errors
/// [`AppError`] as everywhere.
pub async fn list(
    app: &App,
    authority: &Authority,
    organization_id: OrganizationId,
    filter: Filter,
    page: &Page,
) -> Result<Vec<Credential>, AppError> {
    let filter = seen(app, authority, organization_id, filter)?;
    Ok(store::credentials::list(&app.store, &filter, page).await?)
}

/// A page of a sorted list.
#[derive(Debug)]
pub struct SortedPage {
    /// The credentials, in the order of the list.
    pub credentials: Vec<Credential>,
    /// The page before, where there may be one.
    pub previous: Option<Stretch>,
    /// The page after, where there is one.
    pub next: Option<Stretch>,
}

/// A page of an organization's credentials in an order of one's choice. A page continues from a
/// place, not from a number, so what is made or deleted meanwhile neither hides nor repeats another.
/// Going back ends on a full first page. A caller that is scoped to an agent sees that agent's only.
///
/// # Errors
/// [`AppError`] as everywhere.
pub async fn list_sorted(
    app: &App,
    authority: &Authority,
    organization_id: OrganizationId,
    filter: Filter,
    sort: Sort,
    stretch: &Stretch,
    limit: u64,
) -> Result<SortedPage, AppError> {
    let filter = seen(app, authority, organization_id, filter)?;
    // One more than is shown, to know whether there are more.
    let more = limit.saturating_add(1);
    let read = async |stretch: &Stretch| {
        store::credentials::sorted(&app.store, &filter, sort, stretch, more).await
    };
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let found = read(stretch).await?;
    let (mut found, stretch) = match stretch {
        Stretch::Before(_) if found.len() < most => (read(&Stretch::First).await?, &Stretch::First),
        _ => (found, stretch),
    };
    let is_more = found.len() > most;
    if is_more && matches!(stretch, Stretch::Before(_)) {
        // The one too many is the furthest from where the page ends.
        found.remove(0);
    }
    found.truncate(most);
    let (previous, next) = match stretch {
        Stretch::First => (false, is_more),
        Stretch::After(_) => (true, is_more),
        Stretch::Before(_) => (is_more, true),
    };
    let place = |credential: Option<&Credential>| credential.map(|it| Place::of(it, sort.by));
    Ok(SortedPage {
        previous: place(found.first())
            .filter(|_| previous)
            .map(Stretch::Before),
        next: place(found.last()).filter(|_| next).map(Stretch::After),
        credentials: found,
    })
}

/// How many there are of something, as far as it was counted: "27", or "1,000+".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// So many.
    pub number: u64,
    /// There are more.
    pub is_more: bool,
}

impl Count {
    /// Of what was counted up to one more than `most`.
    const fn up_to(most: u64, counted: u64) -> Self {
        Self {
            number: if counted > most { most } else { counted },
            is_more: counted > most,
        }
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (thousands, rest) = (self.number / 1_000, self.number % 1_000);
        match thousands {
            0 => write!(f, "{rest}")?,
            _ => write!(f, "{thousands},{rest:03}")?,
        }
        f.write_str(if self.is_more { "+" } else { "" })
    }
}

/// How many credentials the filter leaves of those that the caller sees, counted up to a thousand.
///
/// # Errors
/// [`AppError`] as everywhere.
pub async fn count(
    app: &App,
    authority: &Authority,
    organization_id: OrganizationId,
    filter: Filter,
) -> Result<Count, AppError> {
    let filter = seen(app, authority, organization_id, filter)?;
    let counted = store::credentials::count_up_to(&app.store, &filter, MAX_COUNT + 1).await?;
    Ok(Count::up_to(MAX_COUNT, counted))
}

/// The cursor for a stretch of this list; none for its beginning. It is good for this organization
/// and this order.
pub fn cursor(
    app: &App,
    organization_id: OrganizationId,
    sort: Sort,
    stretch: &Stretch,
) -> Option<String> {
    let bytes = stretch.to_bytes()?;
    let list = list_name(organization_id, sort);
    Some(app.cursors.write_place(&list, &bytes))
}

/// The stretch that a cursor of this list names; nothing for any other text.
pub fn stretch(
    app: &App,
    organization_id: OrganizationId,
    sort: Sort,
    cursor: &str,
) -> Option<Stretch> {
    let list = list_name(organization_id, sort);
    let bytes = app.cursors.read_place(&list, cursor)?;
    Stretch::from_bytes(&bytes, sort.by)
}

fn list_name(organization_id: OrganizationId, sort: Sort) -> String {
    format!("credentials of {organization_id} by {sort}")
}

/// What the caller sees of what is asked for.
pub(super) fn seen(
    app: &App,
    authority: &Authority,
    organization_id: OrganizationId,
    filter: Filter,
) -> Result<CredentialFilter, AppError> {
    if let Authority::Caller(caller) = authority {
        caller.require_organization(organization_id)?;
    }
    let now = app.now();
    let days = |field, days: u32| {
        if (1..=MAX_DAYS).contains(&days) {
            Ok(TimeDelta::days(days.into()))
        } else {
            Err(AppError::invalid(field, format!("must be 1 to {MAX_DAYS}")))
        }
    };
    let unused_for = filter
        .unused_for_days
        .map(|number| days("unused_for_days", number))
        .transpose()?;
    let expires_within = filter
        .expires_within_days
        .map(|number| days("expires_within_days", number))
        .transpose()?;
    let mine = match authority {
        Authority::Caller(caller) => Some(Mine {
            maker: caller.subject.id(),
            user: caller.user_id,
        }),
        // Nobody has this id.
        Authority::Command => Some(Mine {
            maker: Uuid::nil(),
            user: None,
        }),
    };
    Ok(CredentialFilter {
        agents: agents(authority, filter.agent_id),
        user_id: filter.user_id,
        created_by: filter.created_by,
        mine: mine.filter(|_| filter.mine),
        kind: filter.kind,
        include_revoked: filter.include_revoked,
        search: filter.search,
        standing: filter.standing.map(|standing| (standing, now)),
        unused_since: unused_for.map(|time| now - time),
        expires: expires_within.map(|time| now..now + time),
        ..CredentialFilter::of(organization_id)
    })
}

/// The agents whose things the caller sees, where it does not see everything that is asked for.
fn agents(authority: &Authority, named: Option<AgentId>) -> Option<Vec<AgentId>> {
    match (authority.agents(), named) {
        (None, named) => named.map(|agent| vec![agent]),
        (Some(own), None) => Some(own.to_vec()),
        // Another's than its own: none.
        (Some(own), Some(named)) => Some(
            own.iter()
                .copied()
                .filter(|agent| *agent == named)
                .collect(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_says_when_it_stopped() {
        let shown = |counted| Count::up_to(MAX_COUNT, counted).to_string();
        assert_eq!(shown(0), "0");
        assert_eq!(shown(999), "999");
        assert_eq!(shown(1_000), "1,000");
        assert_eq!(shown(1_001), "1,000+");
    }

    #[test]
    fn a_filter_knows_whether_it_leaves_anything_out() {
        assert!(Filter::default().is_empty());
        let filter = Filter {
            mine: true,
            ..Filter::default()
        };
        assert!(!filter.is_empty());
    }
}
