//! The variable parts of paths, to name in an annotation: `params(OfAgent)`.

use utoipa::IntoParams;

/// Below an organization.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct OfOrganization {
    /// Id or slug of the organization.
    #[param(min_length = 1, example = "acme")]
    pub organization: String,
}

/// An agent.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct OfAgent {
    /// Id or slug of the organization.
    #[param(min_length = 1, example = "acme")]
    pub organization: String,
    /// Id or slug of the agent.
    #[param(min_length = 1, example = "bot")]
    pub agent: String,
}

/// A member.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct OfMember {
    /// Id or slug of the organization.
    #[param(min_length = 1, example = "acme")]
    pub organization: String,
    /// Id or email address of the user.
    #[param(min_length = 1, example = "ann@example.com")]
    pub user: String,
}

/// A credential, or what is below it.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct OfCredential {
    /// Id or slug of the organization.
    #[param(min_length = 1, example = "acme")]
    pub organization: String,
    /// Id of the credential.
    #[param(format = Uuid, example = "0197f3c2-6d5e-7c3a-9b1e-2f4a6c8e0b1d")]
    pub credential: String,
}

/// One secret of a credential.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct OfSecret {
    /// Id or slug of the organization.
    #[param(min_length = 1, example = "acme")]
    pub organization: String,
    /// Id of the credential.
    #[param(format = Uuid, example = "0197f3c2-6d5e-7c3a-9b1e-2f4a6c8e0b1d")]
    pub credential: String,
    /// Id of the secret.
    #[param(format = Uuid, example = "0197f3c2-6d5e-7c3a-9b1e-2f4a6c8e0b1e")]
    pub secret: String,
}

/// A resource server.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct OfResourceServer {
    /// Id or identifier of the resource server, percent-encoded.
    #[param(min_length = 1, example = "0197f3c2-6d5e-7c3a-9b1e-2f4a6c8e0b1d")]
    pub resource_server: String,
}

/// A signing key.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct OfKey {
    /// The key's id, as the JWKS and the head of its tokens name it.
    #[param(
        min_length = 1,
        example = "WT3CfLclLtfNKzCSs382LgjdliPlPLQ8a4_19zZNSns"
    )]
    pub kid: String,
}
