//! How the limits of a credential are told: draft-ietf-httpapi-ratelimit-headers-11.

use actix_web::HttpResponseBuilder;
use actix_web::http::header::{HeaderName, RETRY_AFTER};

use crate::domain::allowance::{RateLimitFields, TooManyRequests};

const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// Adds the two fields.
pub fn insert(response: &mut HttpResponseBuilder, fields: &RateLimitFields) {
    response
        .insert_header((RATE_LIMIT_POLICY, fields.policy.as_str()))
        .insert_header((RATE_LIMIT, fields.limit.as_str()));
}

/// Adds what a refusal says: `Retry-After` (RFC 9110 §10.2.3), and the fields where it is the
/// credential's limits that refuse.
pub fn insert_refusal(response: &mut HttpResponseBuilder, refusal: &TooManyRequests) {
    response.insert_header((RETRY_AFTER, refusal.retry_after.to_string()));
    if let Some(fields) = &refusal.fields {
        insert(response, fields);
    }
}
