//! How callers say who they are. A handler's annotation names the scope that it asks for, under
//! [`CALLER`]; here stands by which schemes a caller may hold it.

use utoipa::openapi::OpenApi;
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, ClientCredentials, Flow, HttpAuthScheme, HttpBuilder, OAuth2, Scopes,
    SecurityRequirement, SecurityScheme,
};

use super::Described;
use crate::domain::resource_server::{MANAGEMENT_SCOPES, OPERATOR_SCOPES};

/// What an annotation writes: `security(("caller" = ["agents:read"]))`.
const CALLER: &str = "caller";

/// The schemes that a caller of the management API may use, whichever it likes.
const CALLER_SCHEMES: [&str; 5] = [
    "client_credentials",
    "bearer",
    "api_key_header",
    "api_key_authorization",
    "api_key_query",
];

/// Adds the schemes, and replaces [`CALLER`] by those that stand for it.
pub(super) fn complete(api: &mut OpenApi, described: &Described<'_>) {
    let components = api.components.get_or_insert_default();
    for (name, scheme) in schemes(described) {
        components.add_security_scheme(name, scheme);
    }
    for item in api.paths.paths.values_mut() {
        for operation in super::operations_mut(item) {
            expand(operation);
        }
    }
}

fn schemes(described: &Described<'_>) -> [(&'static str, SecurityScheme); 7] {
    let scopes: Scopes = MANAGEMENT_SCOPES
        .iter()
        .chain(&OPERATOR_SCOPES)
        .map(|scope| (*scope, ""))
        .collect();
    let flow = ClientCredentials::new(described.issuer.join("/oauth/token"), scopes);
    [
        (
            "client_credentials",
            SecurityScheme::OAuth2(OAuth2::with_description(
                [Flow::ClientCredentials(flow)],
                "Client id and client secret, exchanged for an access token.",
            )),
        ),
        (
            "bearer",
            SecurityScheme::Http(
                HttpBuilder::new()
                    .scheme(HttpAuthScheme::Bearer)
                    .bearer_format("JWT")
                    .description(Some(
                        "An access token (RFC 9068) whose audience is the issuer's URL.",
                    ))
                    .build(),
            ),
        ),
        (
            "api_key_header",
            SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::with_description(
                "X-API-Key",
                "An API key: the credential's id, a colon and its secret.",
            ))),
        ),
        (
            "api_key_authorization",
            SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::with_description(
                "Authorization",
                "An API key after the word `Key` and a space.",
            ))),
        ),
        (
            "api_key_query",
            SecurityScheme::ApiKey(ApiKey::Query(ApiKeyValue::with_description(
                "api_key",
                "An API key. A URL is written down in many places: prefer a header.",
            ))),
        ),
        (
            "password",
            SecurityScheme::Http(
                HttpBuilder::new()
                    .scheme(HttpAuthScheme::Basic)
                    .description(Some("A user's email address and password (RFC 7617)."))
                    .build(),
            ),
        ),
        (
            "client_secret_basic",
            SecurityScheme::Http(
                HttpBuilder::new()
                    .scheme(HttpAuthScheme::Basic)
                    .description(Some(
                        "Client id and client secret (RFC 6749 §2.3.1). They may stand in the body instead.",
                    ))
                    .build(),
            ),
        ),
    ]
}

fn expand(operation: &mut Operation) {
    let Some(required) = operation.security.take() else {
        return;
    };
    operation.security = Some(
        required
            .into_iter()
            .flat_map(|requirement| match scopes_of_caller(&requirement) {
                None => vec![requirement],
                Some(scopes) => CALLER_SCHEMES
                    .iter()
                    .map(|scheme| SecurityRequirement::new(*scheme, scopes.clone()))
                    .collect(),
            })
            .collect(),
    );
}

/// What the requirement asks of a caller. Its map is not public, its JSON is.
fn scopes_of_caller(requirement: &SecurityRequirement) -> Option<Vec<String>> {
    let json = serde_json::to_value(requirement).ok()?;
    serde_json::from_value(json.get(CALLER)?.clone()).ok()
}
