//! Whose a credential is: the agent it is scoped to, who made it, the person whose own it is.

use std::collections::HashMap;

use uuid::Uuid;

use crate::app::error::AppError;
use crate::app::{App, agents, credentials, members, users};
use crate::domain::credential::Credential;
use crate::domain::ids::{AgentId, CredentialId, UserId};
use crate::domain::organization::Agent;
use crate::http::console::place::Place;
use crate::store::Page;

/// How many agents are offered to choose from.
const AGENTS: u64 = 200;

/// The names of agents and people, of which each is looked up once.
pub struct Names<'a> {
    app: &'a App,
    place: &'a Place,
    agents: HashMap<AgentId, String>,
    people: HashMap<UserId, String>,
}

/// Nothing is an answer of its own here.
fn found<T>(result: Result<T, AppError>) -> Result<Option<T>, AppError> {
    match result {
        Ok(it) => Ok(Some(it)),
        Err(AppError::NotFound(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

impl<'a> Names<'a> {
    /// Names as this visitor is told them.
    pub fn new(app: &'a App, place: &'a Place) -> Self {
        Self {
            app,
            place,
            agents: HashMap::new(),
            people: HashMap::new(),
        }
    }

    /// The agents that the visitor may choose from, by name.
    ///
    /// # Errors
    /// 503.
    pub async fn agents(&mut self) -> Result<Vec<Agent>, AppError> {
        let place = self.place;
        let page = Page::first(AGENTS);
        let list = agents::list(self.app, &place.authority(), place.organization.id, &page).await;
        let mut list = list?;
        list.sort_by(|a, b| a.name.cmp(&b.name));
        for agent in &list {
            self.agents.insert(agent.id, agent.name.to_string());
        }
        Ok(list)
    }

    /// The name of the agent to which the credential is scoped; empty where it is the whole
    /// organization's.
    ///
    /// # Errors
    /// 503.
    pub async fn agent(&mut self, credential: &Credential) -> Result<String, AppError> {
        let Some(id) = credential.agent_id else {
            return Ok(String::new());
        };
        if let Some(name) = self.agents.get(&id) {
            return Ok(name.clone());
        }
        let place = self.place;
        let organization = place.organization.id;
        let (authority, reference) = (place.authority(), id.to_string());
        let agent = agents::find(self.app, &authority, organization, &reference);
        let agent = found(agent.await)?;
        let name = agent.map_or_else(|| id.to_string(), |agent| agent.name.to_string());
        self.agents.insert(id, name.clone());
        Ok(name)
    }

    /// The person whose own the credential is; empty where it is the organization's.
    ///
    /// # Errors
    /// 503.
    pub async fn owner(&mut self, credential: &Credential) -> Result<String, AppError> {
        match credential.user_id {
            None => Ok(String::new()),
            Some(id) => self
                .person(id)
                .await
                .map(|name| name.unwrap_or_else(|| format!("User {id}, who is no member"))),
        }
    }

    /// Who made the credential.
    ///
    /// # Errors
    /// 503.
    pub async fn maker(&mut self, credential: &Credential) -> Result<String, AppError> {
        let Some(id) = credential.created_by else {
            return Ok("A command on the server".to_owned());
        };
        if let Some(name) = self.person(UserId(id)).await? {
            return Ok(name);
        }
        self.program(id).await
    }

    /// The address of a member. Of others nothing is told but that they run this server.
    async fn person(&mut self, id: UserId) -> Result<Option<String>, AppError> {
        if let Some(name) = self.people.get(&id) {
            return Ok(Some(name.clone()));
        }
        let place = self.place;
        let (authority, reference) = (place.authority(), id.to_string());
        let member = members::find(self.app, &authority, place.organization.id, &reference);
        let name = match found(member.await)? {
            Some(member) => Some(member.user.email.to_string()),
            None => found(users::find(self.app, &reference).await)?.and_then(|user| {
                if place.caller.operator {
                    Some(user.email.to_string())
                } else {
                    user.operator.then(|| "An operator".to_owned())
                }
            }),
        };
        if let Some(name) = &name {
            self.people.insert(id, name.clone());
        }
        Ok(name)
    }

    async fn program(&self, id: Uuid) -> Result<String, AppError> {
        let place = self.place;
        let (authority, id) = (place.authority(), CredentialId(id));
        let made = credentials::show(self.app, &authority, place.organization.id, id).await;
        Ok(match found(made)? {
            Some(program) => format!("{} ({id})", program.name),
            None => id.to_string(),
        })
    }
}
