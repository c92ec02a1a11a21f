//! Fills a database with credentials, many at once.
//!
//! One organization, an OAuth client and an API key are made by the server's own use cases. Every
//! other row is a copy of one of theirs with its own id, name, time and secret, so the
//! rows are as the server makes them, whatever columns there will be. They stand neither in the
//! change feed nor in the audit trail, which would take hours to fill and is not what is measured.

use std::error::Error;

use chrono::{DateTime, TimeDelta, Utc};
use entity::{agent, credential, credential_secret, organization};
use grantd::app::authority::Authority;
use grantd::app::create_credential::{self, NewCredential};
use grantd::app::resource_servers::{self, NewResourceServer};
use grantd::app::{App, agents, organizations};
use grantd::crypto::secret;
use grantd::domain::credential::CredentialKind;
use grantd::domain::ids::{AgentId, CredentialId, OrganizationId, SecretId};
use grantd::domain::resource_server::ResourceScope;
use grantd::domain::secret::Secret;
use sea_orm::{
    ColumnTrait, ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend,
    EntityTrait, IntoActiveModel, QueryFilter, TransactionTrait,
};

/// The API that the credentials are for.
pub(crate) const AUDIENCE: &str = "https://api.example.com";

/// Credentials of one organization; of ten, one is an API key and half are an agent's.
const PER_ORGANIZATION: u32 = 100;
const AGENTS: u32 = 5;

/// Rows a transaction. Both engines bound the parameters of a statement.
const BATCH: u32 = 1_000;

/// What goes wrong is for whoever runs this to read.
pub(crate) type Failure = Box<dyn Error + Send + Sync>;

/// A credential that was made, with its secret.
#[derive(Clone)]
pub(crate) struct Seeded {
    pub(crate) kind: CredentialKind,
    pub(crate) id: CredentialId,
    pub(crate) secret: Secret,
}

/// The rows that all others are copies of.
struct Samples {
    organization: organization::Model,
    client: (credential::Model, credential_secret::Model),
    api_key: (credential::Model, credential_secret::Model),
}

/// The organization that credentials are being made for.
struct Owner {
    organization: organization::Model,
    agents: Vec<agent::Model>,
}

/// Makes `wanted` credentials in the database that `url` names, and hands over each as it is made.
/// `app` is open on the same database, which must not have been filled before.
///
/// # Errors
/// Where the database does not take the rows.
pub(crate) async fn fill(
    app: &App,
    url: &str,
    wanted: u32,
    mut made: impl FnMut(&[Seeded]) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    let database = Database::connect(options).await?;
    let on_sqlite = database.get_database_backend() == DbBackend::Sqlite;
    // A crash in the middle means to begin anew in any case.
    database
        .execute_unprepared(if on_sqlite {
            "PRAGMA synchronous = OFF"
        } else {
            "SET synchronous_commit = off"
        })
        .await?;
    let samples = samples(app, &database).await?;
    let mut owner = None;
    for first in (0..wanted).step_by(BATCH as usize) {
        let numbers = first..wanted.min(first + BATCH);
        let batch = Batch::make(app, &samples, &mut owner, numbers);
        made(&batch.insert(&database).await?)?;
    }
    if !on_sqlite {
        // PostgreSQL would do it by itself a minute later, in the middle of whatever is measured.
        database.execute_unprepared("VACUUM ANALYZE").await?;
    }
    database.close().await?;
    Ok(())
}

async fn samples(app: &App, database: &DatabaseConnection) -> Result<Samples, Failure> {
    let by = Authority::Command;
    let api = NewResourceServer {
        identifier: AUDIENCE.parse()?,
        name: "Example API".parse()?,
        scopes: ["api:read", "api:write"]
            .into_iter()
            .map(|name| {
                Ok(ResourceScope {
                    name: name.parse()?,
                    description: String::new(),
                })
            })
            .collect::<Result<_, Failure>>()?,
        token_ttl_seconds: None,
        algorithm: None,
    };
    if resource_servers::find(app, AUDIENCE).is_err() {
        resource_servers::create(app, &by, api).await?;
    }
    let organization = organizations::create(app, &by, "sample".parse()?, None).await?;
    let agent = agents::create(app, &by, organization.id, "sample".parse()?, None).await?;
    let mut pairs = Vec::new();
    for kind in [CredentialKind::OauthClient, CredentialKind::ApiKey] {
        let mut new = NewCredential::named(kind, "sample".parse()?, organization.id);
        new.agent_id = Some(agent.id);
        new.audiences = vec![AUDIENCE.parse()?];
        let id = create_credential::create(app, &by, new)
            .await?
            .credential
            .id;
        let credential = credential::Entity::find_by_id(id.0).one(database).await?;
        let secret = credential_secret::Entity::find()
            .filter(credential_secret::Column::CredentialId.eq(id.0))
            .one(database)
            .await?;
        pairs.push(credential.zip(secret).ok_or("the sample is not there")?);
    }
    let organization = organization::Entity::find_by_id(organization.id.0)
        .one(database)
        .await?;
    let (api_key, client) = pairs.pop().zip(pairs.pop()).ok_or("two samples")?;
    Ok(Samples {
        organization: organization.ok_or("the organization is not there")?,
        client,
        api_key,
    })
}

/// What one transaction adds.
#[derive(Default)]
struct Batch {
    organizations: Vec<organization::Model>,
    agents: Vec<agent::Model>,
    credentials: Vec<credential::Model>,
    secrets: Vec<credential_secret::Model>,
    seeded: Vec<Seeded>,
}

impl Batch {
    fn make(
        app: &App,
        samples: &Samples,
        owner: &mut Option<Owner>,
        numbers: std::ops::Range<u32>,
    ) -> Self {
        let mut batch = Self::default();
        for number in numbers {
            // As if they had been made one after the other until now.
            let at = samples.organization.created_at + TimeDelta::milliseconds(number.into());
            if number % PER_ORGANIZATION == 0 {
                *owner = None;
            }
            let owner = owner.get_or_insert_with(|| {
                let new = Owner::make(app, samples, number / PER_ORGANIZATION, at);
                batch.organizations.push(new.organization.clone());
                batch.agents.extend(new.agents.iter().cloned());
                new
            });
            batch.add(app, samples, owner, number, at);
        }
        batch
    }

    fn add(&mut self, app: &App, samples: &Samples, owner: &Owner, number: u32, at: DateTime<Utc>) {
        let (kind, (credential, secret)) = if number % 10 == 9 {
            (CredentialKind::ApiKey, &samples.api_key)
        } else {
            (CredentialKind::OauthClient, &samples.client)
        };
        let id = CredentialId::from_parts(at, app.random10());
        let agent = owner.agents.get(number as usize % (2 * owner.agents.len()));
        let name = format!("credential-{number}");
        self.credentials.push(credential::Model {
            id: id.0,
            name_folded: name.clone(),
            name,
            organization_id: owner.organization.id,
            agent_id: agent.map(|agent| agent.id),
            created_at: at,
            ..credential.clone()
        });
        let plain = secret::generate(kind.secret_prefix(), app.entropy.as_ref());
        let fingerprint = app.fingerprinter.fingerprint(plain.expose().as_bytes());
        self.secrets.push(credential_secret::Model {
            id: SecretId::from_parts(at, app.random10()).0,
            credential_id: id.0,
            fingerprint: fingerprint.as_bytes().to_vec(),
            hint: plain.hint(),
            created_at: at,
            ..secret.clone()
        });
        self.seeded.push(Seeded {
            kind,
            id,
            secret: plain,
        });
    }

    async fn insert(self, database: &DatabaseConnection) -> Result<Vec<Seeded>, Failure> {
        let transaction = database.begin().await?;
        if !self.organizations.is_empty() {
            let rows = self.organizations.into_iter().map(copied);
            organization::Entity::insert_many(rows)
                .exec_without_returning(&transaction)
                .await?;
            agent::Entity::insert_many(self.agents.into_iter().map(copied))
                .exec_without_returning(&transaction)
                .await?;
        }
        credential::Entity::insert_many(self.credentials.into_iter().map(copied))
            .exec_without_returning(&transaction)
            .await?;
        credential_secret::Entity::insert_many(self.secrets.into_iter().map(copied))
            .exec_without_returning(&transaction)
            .await?;
        transaction.commit().await?;
        Ok(self.seeded)
    }
}

/// A row with every column set.
fn copied<M, A>(row: M) -> A
where
    M: IntoActiveModel<A>,
    A: sea_orm::ActiveModelTrait,
{
    row.into_active_model().reset_all()
}

impl Owner {
    fn make(app: &App, samples: &Samples, number: u32, at: DateTime<Utc>) -> Self {
        let slug = format!("organization-{number}");
        let organization = organization::Model {
            id: OrganizationId::from_parts(at, app.random10()).0,
            name: slug.clone(),
            slug,
            created_at: at,
            ..samples.organization.clone()
        };
        let agents = (0..AGENTS)
            .map(|number| agent::Model {
                id: AgentId::from_parts(at, app.random10()).0,
                organization_id: organization.id,
                slug: format!("agent-{number}"),
                name: format!("agent-{number}"),
                created_at: at,
            })
            .collect();
        Self {
            organization,
            agents,
        }
    }
}
