//! What `serve --dev` makes at its first start.
//!
//! All of it is made in one transaction, but for the example API: the credential is judged by the
//! scopes that are known, so the API comes first, in a transaction of its own. A start that ends
//! between the two leaves an API that the next one finds.

use super::authority::Authority;
use super::create_credential::{self, NewCredential, Prepared};
use super::credentials_file::CredentialsFile;
use super::error::AppError;
use super::resource_servers::{self, NewResourceServer};
use super::{App, audit, feed, users};
use crate::domain::audit::{Action, Actor};
use crate::domain::credential::CredentialKind;
use crate::domain::ids::{AgentId, OrganizationId};
use crate::domain::organization::{Agent, Organization};
use crate::domain::resource_server::{MANAGEMENT_SCOPES, ResourceIdentifier, ResourceScope};
use crate::domain::scope::Scope;
use crate::domain::secret::Secret;
use crate::domain::user::{Membership, Role};
use crate::store::users::NewUser;
use crate::store::{self, Write};

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

/// Makes the trial's organization, agent, API, admin and credential at the first start. Later, when
/// the organization or the admin is there, nothing is made: what was removed stays removed.
///
/// `save` is given the credentials file when everything is written but not committed. So nothing
/// that is refused reaches the file, and a crash between the two leaves a file that the next start
/// writes anew, never a credential whose secret nobody has.
///
/// Returns whether anything was made.
///
/// # Errors
/// [`AppError`] where the database does not answer or a limit is in the way; what `save` says where
/// it fails.
pub async fn set_up<E: From<AppError>>(
    app: &App,
    password: &Secret,
    save: impl FnOnce(&CredentialsFile) -> Result<(), E>,
) -> Result<bool, E> {
    if is_set_up(app).await? {
        return Ok(false);
    }
    let trial = prepare(app, password).await?;
    let write = insert(app, &trial).await?;
    let email = trial.admin.user.email.to_string();
    save(&CredentialsFile::new(app, &trial.credential.made, email))?;
    feed::commit(app, write).await?;
    Ok(true)
}

async fn is_set_up(app: &App) -> Result<bool, AppError> {
    let organization = constant(ORGANIZATION)?;
    let admin = constant(ADMIN)?;
    Ok(
        store::organizations::find_by_slug(&app.store, &organization)
            .await?
            .is_some()
            || store::users::find_by_email(&app.store, &admin)
                .await?
                .is_some(),
    )
}

/// All that is made but the API, before it is written.
struct Trial {
    organization: Organization,
    agent: Agent,
    admin: NewUser,
    credential: Prepared,
}

async fn prepare(app: &App, password: &Secret) -> Result<Trial, AppError> {
    ensure_example_api(app).await?;
    let now = app.now();
    let organization = Organization {
        id: OrganizationId::from_parts(now, app.random10()),
        slug: constant(ORGANIZATION)?,
        name: constant("Demo")?,
        created_at: now,
        api_key_limit: None,
        oauth_client_limit: None,
    };
    let agent = Agent {
        id: AgentId::from_parts(now, app.random10()),
        organization_id: organization.id,
        slug: constant(AGENT)?,
        name: constant("Demo agent")?,
        created_at: now,
    };
    let admin = users::prepare(app, constant(ADMIN)?, true, password).await?;
    let new = demo_credential(app, &organization, admin.user.id.0)?;
    let credential = create_credential::prepare(app, &Authority::Command, new).await?;
    Ok(Trial {
        organization,
        agent,
        admin,
        credential,
    })
}

/// Writes it, in a transaction that is not committed yet.
async fn insert(app: &App, trial: &Trial) -> Result<Write, AppError> {
    let mut write = app.store.begin(app.now()).await?;
    store::organizations::insert(&mut write, &trial.organization).await?;
    store::agents::insert(&mut write, &trial.agent).await?;
    store::users::insert(&mut write, &trial.admin).await?;
    let membership = Membership {
        user_id: trial.admin.user.id,
        organization_id: trial.organization.id,
        role: Role::OrgAdmin,
        agents: Vec::new(),
    };
    store::memberships::put(&mut write, &membership).await?;
    tell(&mut write, trial, &membership)?;
    create_credential::insert(app, &mut write, &Authority::Command, &trial.credential).await?;
    Ok(write)
}

/// Tells the audit trail of it, but for the credential, which tells of itself.
fn tell(write: &mut Write, trial: &Trial, membership: &Membership) -> Result<(), AppError> {
    let (actor, sides) = (Actor::COMMAND, (None, Some(&trial.organization)));
    audit::organization(write, &actor, Action::OrganizationCreated, sides)?;
    let sides = (None, Some(&trial.agent));
    audit::agent(write, &actor, Action::AgentCreated, sides)?;
    let sides = (None, Some(&trial.admin.user));
    audit::user(write, &actor, Action::UserCreated, sides)?;
    audit::member(write, &actor, Action::MemberAdded, (None, Some(membership)))
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
    resource_servers::create(app, &Authority::Command, new)
        .await
        .map(|_| ())
}

fn demo_credential(
    app: &App,
    organization: &Organization,
    admin: uuid::Uuid,
) -> Result<NewCredential, AppError> {
    // The API may be there from before, with other scopes.
    let api = resource_servers::find(app, RESOURCE_SERVER)?;
    let scopes = api
        .scopes
        .iter()
        .map(|scope| scope.name.as_str())
        .filter(|name| API_SCOPES.iter().any(|(known, _)| known == name))
        .chain(MANAGEMENT_SCOPES)
        .map(constant::<Scope>)
        .collect::<Result<Vec<_>, _>>()?;
    Ok(NewCredential {
        created_by: Some(admin),
        scopes: Some(scopes),
        audiences: vec![
            constant::<ResourceIdentifier>(RESOURCE_SERVER)?,
            constant::<ResourceIdentifier>(app.issuer.as_str())?,
        ],
        ..NewCredential::named(
            CredentialKind::OauthClient,
            constant("demo")?,
            organization.id,
        )
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
