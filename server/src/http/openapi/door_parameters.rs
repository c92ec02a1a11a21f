//! Parameters of the doors for other products' clients, to name in an annotation.

use utoipa::IntoParams;

/// A user, who must be the caller.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct OfUser {
    /// One's own `user_id`, or `current`.
    #[param(min_length = 1, example = "current")]
    pub user: String,
}

/// A tenant, which must be that of the token.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct OfTenant {
    /// The `tenant_id` of the token, or `current`.
    #[param(min_length = 1, example = "current")]
    pub tenant: String,
}

/// One of the caller's API keys.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct OfUserKey {
    /// One's own `user_id`, or `current`.
    #[param(min_length = 1, example = "current")]
    pub user: String,
    /// The `key_id`.
    #[param(format = Uuid, example = "0197f3c2-6d5e-7c3a-9b1e-2f4a6c8e0b1d")]
    pub key: String,
}

/// For which tenant.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TokenQuery {
    /// The tenant's id; required where a token, which must be a person's, is sent. Without it: the
    /// organization of the key, or the only one of the user. A token for none says who the user is,
    /// and no more.
    pub tenant_id: Option<String>,
    /// The code of the authenticator app, where a password is sent and the user has a second factor.
    /// It is good once.
    pub otp: Option<String>,
}

/// A key.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct OfOwnKey {
    /// The key's `_id`.
    #[param(format = Uuid, example = "0197f3c2-6d5e-7c3a-9b1e-2f4a6c8e0b1d")]
    pub key: String,
}

/// The query of a list, as it is described.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct IndexQuery {
    /// How many at most.
    #[param(minimum = 1, maximum = 100, default = 25)]
    pub limit: Option<u64>,
    /// How many to leave out.
    #[param(maximum = 1_000_000, default = 0)]
    pub skip: Option<u64>,
    /// `name:asc`, `name:desc`, `createdAt:asc` or `createdAt:desc`.
    #[param(
        default = "createdAt:asc",
        pattern = "^((createdAt|name):(asc|desc))?$"
    )]
    pub sort: Option<String>,
    /// The `nextCursor` of a page: what comes after it.
    pub next: Option<String>,
    /// The `previousCursor` of a page: what comes before it.
    pub previous: Option<String>,
    /// A part of the name, in any case.
    pub filter: Option<String>,
}

/// An organization.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct OfOrganisation {
    /// Id or slug of the organization.
    #[param(min_length = 1, example = "acme")]
    pub organisation: String,
}
