//! What `serve --dev` makes at its first start, all in one transaction.

use super::create_credential::{self, Authority, NewCredential};
use super::credentials_file::CredentialsFile;
use super::error::AppError;
use super::resource_servers::{self, NewResourceServer};
use super::{App, feed, users};
use crate::domain::credential::{CredentialKind, GrantType};
use crate::domain::ids::{AgentId, OrganizationId};
use crate::domain::organization::{Agent, Organization};
use crate::domain::resource_server::{MANAGEMENT_SCOPES, ResourceIdentifier, ResourceScope};
use crate::domain::scope::Scope;
use crate::domain::secret::Secret;
use crate::domain::text::{Email, Slug};
use crate::domain::user::{Membership, Role};
use crate::store;

/// The organization of the trial.
pub const ORGANIZATION: &str = "demo";
/// Its agent.
pub const AGENT: &str = "demo-agent";
/// The API that the trial's tokens are for.
pub const RESOURCE_SERVER: &str = "https://api.example.com";
/// Who signs in.
pub const ADMIN: &str = "admin@localhost";

const API_SCOPES: [(&str, &str); 2] = [
    ("api:read", "Read from the example API"),
    ("api:write", "Write to the example API"),
];

/// Makes the trial's organization, agent, API, admin and credential, unless they are there.
///
/// `save` is given the credentials file before anything that it names is in the database: a crash
/// between the two leaves a file that the next start writes anew, and never a credential whose
/// secret nobody has.
///
/// Returns whether anything was made.
///
/// # Errors
/// [`AppError`] where the database does not answer, or `save` fails.
pub async fn set_up(
    app: &App,
    password: &Secret,
    save: impl FnOnce(&CredentialsFile) -> Result<(), AppError>,
) -> Result<bool, AppError> {
    let slug: Slug = constant(ORGANIZATION)?;
    if store::organizations::find_by_slug(&app.store, &slug)
        .await?
        .is_some()
    {
        return Ok(false);
    }
    ensure_example_api(app).await?;
    let now = app.now();
    let organization = Organization {
        id: OrganizationId::from_parts(now, app.random10()),
        slug,
        name: constant("Demo")?,
        created_at: now,
    };
    let agent = Agent {
        id: AgentId::from_parts(now, app.random10()),
        organization_id: organization.id,
        slug: constant(AGENT)?,
        name: constant("Demo agent")?,
        created_at: now,
    };
    let email: Email = constant(ADMIN)?;
    let admin = users::prepare(app, email.clone(), true, password).await?;
    let new = demo_credential(app, &organization, admin.user.id.0)?;
    let prepared = create_credential::prepare(app, &Authority::Command, new).await?;

    save(&CredentialsFile::new(
        app,
        &prepared.made,
        email.to_string(),
    ))?;
    let mut write = app.store.begin(now).await?;
    store::organizations::insert(&mut write, &organization).await?;
    store::agents::insert(&mut write, &agent).await?;
    store::users::insert(&mut write, &admin).await?;
    store::memberships::put(
        &mut write,
        &Membership {
            user_id: admin.user.id,
            organization_id: organization.id,
            role: Role::OrgAdmin,
            agents: Vec::new(),
        },
    )
    .await?;
    create_credential::insert(app, &mut write, &prepared).await?;
    feed::commit(app, write).await?;
    Ok(true)
}

async fn ensure_example_api(app: &App) -> Result<(), AppError> {
    if resource_servers::find(app, RESOURCE_SERVER).is_ok() {
        return Ok(());
    }
    let scopes = API_SCOPES
        .iter()
        .map(|(name, description)| {
            Ok(ResourceScope {
                name: constant(name)?,
                description: (*description).to_owned(),
            })
        })
        .collect::<Result<_, AppError>>()?;
    let new = NewResourceServer {
        identifier: constant(RESOURCE_SERVER)?,
        name: constant("Example API")?,
        scopes,
        token_ttl_seconds: None,
        algorithm: None,
    };
    resource_servers::create(app, new).await.map(|_| ())
}

fn demo_credential(
    app: &App,
    organization: &Organization,
    admin: uuid::Uuid,
) -> Result<NewCredential, AppError> {
    let scopes = API_SCOPES
        .iter()
        .map(|(name, _)| *name)
        .chain(MANAGEMENT_SCOPES)
        .map(constant::<Scope>)
        .collect::<Result<Vec<_>, _>>()?;
    Ok(NewCredential {
        kind: CredentialKind::OauthClient,
        name: constant("demo")?,
        organization_id: organization.id,
        agent_id: None,
        created_by: Some(admin),
        scopes: Some(scopes),
        audiences: vec![
            constant::<ResourceIdentifier>(RESOURCE_SERVER)?,
            constant::<ResourceIdentifier>(app.issuer.as_str())?,
        ],
        grant_types: vec![GrantType::ClientCredentials],
        operator: false,
        token_ttl_seconds: None,
        expires_at: None,
    })
}

/// Reads one of the constants above, which fit their rules.
fn constant<T: std::str::FromStr>(text: &str) -> Result<T, AppError>
where
    T::Err: std::fmt::Display,
{
    text.parse()
        .map_err(|rule| AppError::Internal(format!("{text}: {rule}")))
}
