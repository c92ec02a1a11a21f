//! What a credential was used for, as it is shown by the management API and by commands.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::App;
use super::authority::Authority;
use super::credentials::show;
use super::error::AppError;
use crate::domain::allowance::LimitKind;
use crate::domain::credential::Credential;
use crate::domain::ids::{CredentialId, OrganizationId};
use crate::domain::limit::{QuotaPeriod, RateLimit};
use crate::domain::usage::{Counter, Counts, Rejection, UsageStep};
use crate::domain::usage_range::{StepLength, UsageRange};
use crate::domain::window::Window;
use crate::store;

/// What a credential was used for, and how its limits stand.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Usage)]
pub struct UsageView {
    /// Of this credential.
    pub credential_id: CredentialId,
    /// The beginning of the first step.
    pub from: DateTime<Utc>,
    /// The end of the last step.
    pub to: DateTime<Utc>,
    /// The length of the steps.
    pub step: StepLength,
    /// When it was last used.
    #[schema(required)]
    pub last_used_at: Option<DateTime<Utc>>,
    /// Its rate limit.
    #[schema(required)]
    pub rate_limit: Option<RateLimitUse>,
    /// Its quota.
    #[schema(required)]
    pub quota: Option<QuotaUse>,
    /// The sum of the steps.
    pub total: CountsView,
    /// Every step, also where nothing was counted.
    pub steps: Vec<StepView>,
}

/// A rate limit and how it stands.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RateLimitUse)]
pub struct RateLimitUse {
    // Said again, not flattened: what a caller may give has no more members than these.
    /// So many requests.
    pub requests: u32,
    /// In so many seconds.
    pub per_seconds: u32,
    /// Whether what is beyond it is refused, or only counted.
    pub enforce: bool,
    // Only a running server counts: a command does not know it, a caller of one always learns it.
    /// How it stands.
    #[serde(flatten)]
    #[schema(value_type = LimitUse)]
    pub now: Option<LimitUse>,
}

/// A quota and how it stands.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = QuotaUse)]
pub struct QuotaUse {
    // As above.
    /// So many requests.
    pub requests: u32,
    /// In this time.
    pub per: QuotaPeriod,
    /// Whether what is beyond it is refused, or only counted.
    pub enforce: bool,
    /// How it stands.
    #[serde(flatten)]
    pub now: LimitUse,
}

/// How much of a limit is used in its present window.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LimitUse)]
pub struct LimitUse {
    /// May be more than the limit where that is not enforced.
    pub used: u64,
    /// What is left of the limit.
    pub remaining: u64,
    /// When the counting begins anew.
    pub resets_at: DateTime<Utc>,
    /// Used, as a part of the limit: 0.25 is a quarter.
    pub utilisation: f64,
}

/// A step and what was counted in it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UsageStep)]
pub struct StepView {
    /// When it begins.
    pub from: DateTime<Utc>,
    /// What was counted.
    #[serde(flatten)]
    pub counts: CountsView,
}

/// What was counted over some time.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UsageCounts)]
pub struct CountsView {
    /// Tokens given out.
    pub tokens_issued: u64,
    /// Those that a client which keeps its tokens would have asked for too.
    pub tokens_needed: u64,
    /// Issued for each one needed; null where none was needed.
    #[schema(required)]
    pub over_fetch_ratio: Option<f64>,
    /// Calls found good.
    pub calls_verified: u64,
    /// Requests refused, by reason.
    pub rejected: RejectedView,
    /// Requests let pass although they exceeded a limit that is not enforced.
    pub would_have_been_rejected: ExceededView,
}

/// Requests refused, by reason.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UsageRejected)]
pub struct RejectedView {
    /// None of the secrets.
    pub wrong_secret: u64,
    /// Switched off.
    pub disabled: u64,
    /// Past its expiry.
    pub expired: u64,
    /// A scope that was not granted.
    pub scope: u64,
    /// An audience that was not granted.
    pub audience: u64,
    /// Beyond the rate limit.
    pub rate_limit: u64,
    /// Beyond the quota.
    pub quota: u64,
}

/// Requests let pass although they exceeded a limit that is not enforced.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UsageExceeded)]
pub struct ExceededView {
    /// Beyond the rate limit.
    pub rate_limit: u64,
    /// Beyond the quota.
    pub quota: u64,
}

/// Shows what a credential was used for. What this node has counted and not written yet is in it;
/// what other nodes have is not. Commands see what is written, and know of no rate limit how much is
/// used: each node counts that by itself.
///
/// # Errors
/// [`AppError::NotFound`], also for another organization's or another agent's.
pub async fn report(
    app: &App,
    authority: &Authority,
    organization_id: OrganizationId,
    id: CredentialId,
    range: UsageRange,
) -> Result<UsageView, AppError> {
    let credential = show(app, authority, organization_id, id).await?;
    let now = app.now();
    let quota_window = credential.quota.map(|quota| quota.window(now));

    // No flush goes a step further until this goes, so nothing is read twice or not at all.
    let unwritten = app.flusher.unwritten(&app.meters, id).await;
    let written = store::usage::by_hour(&app.store, id, range.from(), range.to()).await?;
    let written_of_quota = match quota_window {
        Some(window) => {
            let used = store::usage::requests_since(&app.store, [id], window.began_at).await?;
            used.get(&id).copied().unwrap_or(0)
        }
        None => 0,
    };
    let hours = unwritten.hours.clone();
    drop(unwritten);

    let quota = credential.quota.zip(quota_window).map(|(limit, window)| {
        let counted = hours.iter().filter(|(hour, _)| *hour >= window.began_at);
        let counted: u64 = counted.map(|(_, counts)| counts.requests()).sum();
        let used = written_of_quota.saturating_add(counted);
        QuotaUse {
            requests: limit.requests,
            per: limit.per,
            enforce: limit.enforce,
            now: LimitUse::new(limit.requests, used, window),
        }
    });
    let rate_limit = credential.rate_limit.map(|limit| RateLimitUse {
        requests: limit.requests,
        per_seconds: limit.per_seconds,
        enforce: limit.enforce,
        now: rate_used(app, authority, id, limit, now),
    });
    let hours = hours
        .into_iter()
        .map(|(from, counts)| UsageStep { from, counts });
    let (total, steps) = in_steps(range, written.into_iter().chain(hours));
    Ok(UsageView {
        credential_id: id,
        from: range.from(),
        to: range.to(),
        step: range.step(),
        last_used_at: last_used(app, &credential),
        rate_limit,
        quota,
        total,
        steps,
    })
}

/// What was counted in all hours together and in each step.
pub(super) fn in_steps(
    range: UsageRange,
    hours: impl IntoIterator<Item = UsageStep>,
) -> (CountsView, Vec<StepView>) {
    let steps = range.steps(hours);
    let mut total = Counts::default();
    for step in &steps {
        total.add(&step.counts);
    }
    let steps = steps.iter().map(|step| StepView {
        from: step.from,
        counts: CountsView::from(&step.counts),
    });
    (CountsView::from(&total), steps.collect())
}

/// When a credential was last used: what is written, or what this node has not written yet.
pub fn last_used(app: &App, credential: &Credential) -> Option<DateTime<Utc>> {
    let meter = app.meters.find(credential.id);
    let here = meter.and_then(|meter| meter.used.at());
    here.max(credential.last_used_at)
}

/// How the rate limit stands on this node, where it is one.
fn rate_used(
    app: &App,
    authority: &Authority,
    id: CredentialId,
    limit: RateLimit,
    now: DateTime<Utc>,
) -> Option<LimitUse> {
    match authority {
        Authority::Command => None,
        Authority::Caller(_) => {
            let meter = app.meters.find(id);
            let used = meter.map_or(0, |meter| meter.rate_used(limit, now));
            Some(LimitUse::new(
                limit.requests,
                used.into(),
                limit.window(now),
            ))
        }
    }
}

impl LimitUse {
    #[expect(
        clippy::cast_precision_loss,
        reason = "a ratio for people; counts stay far below 2^52"
    )]
    fn new(requests: u32, used: u64, window: Window) -> Self {
        Self {
            used,
            remaining: u64::from(requests).saturating_sub(used),
            resets_at: window.began_at + TimeDelta::seconds(window.seconds.into()),
            utilisation: used as f64 / f64::from(requests.max(1)),
        }
    }
}

impl RejectedView {
    /// Of all reasons together.
    pub fn total(&self) -> u64 {
        [
            self.wrong_secret,
            self.disabled,
            self.expired,
            self.scope,
            self.audience,
            self.rate_limit,
            self.quota,
        ]
        .into_iter()
        .fold(0, u64::saturating_add)
    }
}

impl From<&Counts> for CountsView {
    fn from(counts: &Counts) -> Self {
        let rejected = |why| counts.get(Counter::Rejected(why));
        Self {
            tokens_issued: counts.get(Counter::TokensIssued),
            tokens_needed: counts.get(Counter::TokensNeeded),
            over_fetch_ratio: counts.over_fetch(),
            calls_verified: counts.get(Counter::CallsVerified),
            rejected: RejectedView {
                wrong_secret: rejected(Rejection::WrongSecret),
                disabled: rejected(Rejection::Disabled),
                expired: rejected(Rejection::Expired),
                scope: rejected(Rejection::Scope),
                audience: rejected(Rejection::Audience),
                rate_limit: rejected(Rejection::RateLimit),
                quota: rejected(Rejection::Quota),
            },
            would_have_been_rejected: ExceededView {
                rate_limit: counts.get(Counter::WouldReject(LimitKind::Rate)),
                quota: counts.get(Counter::WouldReject(LimitKind::Quota)),
            },
        }
    }
}
