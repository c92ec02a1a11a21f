//! One's own API keys, in both versions of Cognigy's API, which differ in `schemaVersion` alone.
//! Cognigy's client sends its arguments as a JSON body with every method; with
//! GET and DELETE it is not read.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::page::{Query, cut};
use crate::app::App;
use crate::app::create_credential::WithSecret;
use crate::app::own_keys;
use crate::domain::access::Caller;
use crate::domain::credential::Credential;
use crate::domain::ids::CredentialId;
use crate::domain::text::Name;
use crate::http::management::body::given;
use crate::http::management::caller::management_caller;
use crate::http::management::{json, no_content};
use crate::http::problem::Problem;

/// The version of the schema, since 2.1.
const SCHEMA_VERSION: u32 = 1;

/// A key. Its creation alone shows it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CognigyApiKey)]
pub(super) struct KeyView<'a> {
    #[serde(rename = "_id")]
    id: CredentialId,
    name: &'a str,
    created_at: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    schema_version: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    api_key: Option<String>,
}

impl<'a> KeyView<'a> {
    fn new(key: &'a Credential, minor: u8) -> Self {
        Self {
            id: key.id,
            name: key.name.as_str(),
            created_at: key.created_at.timestamp(),
            schema_version: (minor > 0).then_some(SCHEMA_VERSION),
            api_key: None,
        }
    }

    /// A key that was just made.
    pub(super) fn made(made: &'a WithSecret, minor: u8) -> Self {
        let key = &made.credential;
        Self {
            api_key: Some(format!("{}:{}", key.id, made.secret.expose())),
            ..Self::new(key, minor)
        }
    }
}

/// A page of API keys.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CognigyApiKeys)]
pub(super) struct IndexView<'a> {
    items: Vec<KeyView<'a>>,
    total: usize,
    next_cursor: Option<String>,
    previous_cursor: Option<String>,
}

async fn caller(app: &App, request: &HttpRequest, scope: &'static str) -> Result<Caller, Problem> {
    let caller = management_caller(app, request).await?;
    caller.require(scope)?;
    Ok(caller)
}

/// A page.
pub(super) async fn index(
    request: &HttpRequest,
    app: &App,
    minor: u8,
) -> Result<HttpResponse, Problem> {
    let caller = caller(app, request, "credentials:read").await?;
    let query = Query::read(request.query_string())?;
    let all = own_keys::list(app, &caller).await?;
    let page = cut(&query, all);
    let view = IndexView {
        items: page
            .items
            .iter()
            .map(|key| KeyView::new(key, minor))
            .collect(),
        total: page.total,
        next_cursor: page.next,
        previous_cursor: page.previous,
    };
    Ok(json(StatusCode::OK, &view))
}

/// What a new key is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CognigyApiKeyCreate)]
pub struct Create {
    pub(super) name: Name,
}

/// What a new key is to be, since version 2.1.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = CognigyApiKeyCreateV2_1)]
pub struct CreateVersioned {
    name: Name,
    /// Changes nothing.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false, minimum = 1, maximum = 2_147_483_647)]
    schema_version: Option<i32>,
}

impl CreateVersioned {
    /// The name, where the version is one.
    pub(super) fn name(self) -> Result<Name, Problem> {
        match self.schema_version {
            Some(..1) => Err(Problem::invalid("schemaVersion", "must be at least 1")),
            _ => Ok(self.name),
        }
    }
}

/// Makes one and shows it, this one time.
pub(super) async fn make(
    request: &HttpRequest,
    app: &App,
    name: Result<Name, Problem>,
    minor: u8,
) -> Result<HttpResponse, Problem> {
    let caller = caller(app, request, "credentials:write").await?;
    let made = own_keys::create(app, &caller, name?, None).await?;
    Ok(json(StatusCode::CREATED, &KeyView::made(&made, minor)))
}

/// Deletes one, at once and for good.
pub(super) async fn remove(
    request: &HttpRequest,
    app: &App,
    key: &str,
) -> Result<HttpResponse, Problem> {
    let caller = caller(app, request, "credentials:write").await?;
    own_keys::delete(app, &caller, key).await?;
    Ok(no_content())
}
