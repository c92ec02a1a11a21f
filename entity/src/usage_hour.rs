//! What credentials were used for, by the hour.

use sea_orm::entity::prelude::*;

/// One credential's counters in one hour; ends with its credential.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "usage_hour")]
pub struct Model {
    /// The credential.
    #[sea_orm(primary_key, auto_increment = false)]
    pub credential_id: Uuid,
    /// The beginning of the hour.
    #[sea_orm(primary_key, auto_increment = false)]
    pub hour: DateTimeUtc,
    /// Tokens given out.
    pub tokens_issued: i64,
    /// Those of them that a client which keeps its tokens would have asked for too.
    pub tokens_needed: i64,
    /// Calls that were found good.
    pub calls_verified: i64,
    /// Refused: wrong secret.
    pub rejected_wrong_secret: i64,
    /// Refused: disabled.
    pub rejected_disabled: i64,
    /// Refused: expired.
    pub rejected_expired: i64,
    /// Refused: a scope that was not granted.
    pub rejected_scope: i64,
    /// Refused: an audience that was not granted.
    pub rejected_audience: i64,
    /// Refused: the rate limit was used up.
    pub rejected_rate_limit: i64,
    /// Refused: the quota was used up.
    pub rejected_quota: i64,
    /// Let pass, although a rate limit that only counts was exceeded.
    pub would_reject_rate_limit: i64,
    /// Let pass, although a quota that only counts was exceeded.
    pub would_reject_quota: i64,
}

impl ActiveModelBehavior for ActiveModel {}
