//! What all credentials of an organization were used for, and which of them the most.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::App;
use super::authority::Authority;
use super::error::AppError;
use super::usage_report::{CountsView, StepView, in_steps};
use crate::domain::credential::{CredentialKind, CredentialStatus};
use crate::domain::ids::{AgentId, CredentialId, OrganizationId};
use crate::domain::text::Name;
use crate::domain::usage_range::{StepLength, UsageRange};
use crate::store;
use crate::store::organization_usage::{CredentialUse, Ranking, Whose};

/// How many credentials each of the lists names.
const MOST: u64 = 10;

/// What the credentials of an organization were used for.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OrganizationUsage)]
pub struct OrganizationUsageView {
    /// Of this organization.
    pub organization_id: OrganizationId,
    /// The beginning of the first step.
    pub from: DateTime<Utc>,
    /// The end of the last step.
    pub to: DateTime<Utc>,
    /// The length of the steps.
    pub step: StepLength,
    /// The sum of the steps.
    pub total: CountsView,
    /// Every step, also where nothing was counted.
    pub steps: Vec<StepView>,
    /// The ten credentials with the most tokens and calls, those with the most first. What was
    /// refused does not count.
    pub most_used: Vec<CredentialUseView>,
    /// The ten credentials that had the most tokens for each one they needed, the worst first: ten
    /// tokens or more, and at least two for each one needed. Their clients do not keep tokens.
    pub over_fetching: Vec<CredentialUseView>,
}

/// A credential and what it was used for.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CredentialUsage)]
pub struct CredentialUseView {
    /// The credential.
    pub credential_id: CredentialId,
    /// Its name.
    pub name: Name,
    /// How it is used.
    pub kind: CredentialKind,
    /// What became of it: it may be revoked by now.
    pub status: CredentialStatus,
    /// The agent that it is scoped to.
    #[schema(required)]
    pub agent_id: Option<AgentId>,
    /// What was counted.
    #[serde(flatten)]
    pub counts: CountsView,
}

impl From<CredentialUse> for CredentialUseView {
    fn from(it: CredentialUse) -> Self {
        Self {
            credential_id: it.id,
            name: it.name,
            kind: it.kind,
            status: it.status,
            agent_id: it.agent_id,
            counts: CountsView::from(&it.counts),
        }
    }
}

/// Shows what an organization's credentials were used for, those that are revoked by now among them.
/// A caller that sees some agents only is shown what their credentials were used for. Only what is
/// written counts, so the last seconds are missing: as many as lie between two flushes.
///
/// # Errors
/// [`AppError::Denied`] for another organization's.
pub async fn report(
    app: &App,
    authority: &Authority,
    organization_id: OrganizationId,
    range: UsageRange,
) -> Result<OrganizationUsageView, AppError> {
    if let Authority::Caller(caller) = authority {
        caller.require_organization(organization_id)?;
    }
    let whose = Whose {
        organization_id,
        agents: authority.agents(),
        from: range.from(),
        to: range.to(),
    };
    let hours = store::organization_usage::by_hour(&app.store, &whose).await?;
    let ranked = async |ranking| {
        let ranked =
            store::organization_usage::by_credential(&app.store, &whose, ranking, MOST).await?;
        let views = ranked.into_iter().map(CredentialUseView::from);
        Ok::<_, AppError>(views.collect())
    };
    let most_used = ranked(Ranking::MostRequests).await?;
    let over_fetching = ranked(Ranking::MostOverFetch).await?;
    let (total, steps) = in_steps(range, hours);
    Ok(OrganizationUsageView {
        organization_id,
        from: range.from(),
        to: range.to(),
        step: range.step(),
        total,
        steps,
        most_used,
        over_fetching,
    })
}
