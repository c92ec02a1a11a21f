//! What may be granted: the audiences and scopes of a new credential, out of what whoever asks holds.

mod choosing;

pub(super) use choosing::{choose_audiences, choose_scopes};

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::app::authority::Authority;
use crate::app::error::AppError;
use crate::app::{App, load};
use crate::domain::access::{Denied, Reach, Subject};
use crate::domain::credential::Credential;
use crate::domain::ids::ResourceServerId;
use crate::domain::limits::Limits;
use crate::domain::resource_server::{
    MANAGEMENT_SCOPES, OPERATOR_SCOPES, ResourceIdentifier, ResourceServer,
};
use crate::domain::scope::Scope;
use crate::domain::user::Role;

/// How many audiences one credential may have.
pub(in crate::app) const MAX_AUDIENCES: usize = 20;

/// What whoever asks may hand out: never more than what it holds, and for no longer.
pub(in crate::app) struct Holdings {
    servers: Vec<(Arc<ResourceServer>, Vec<Scope>)>,
    ends_at: Option<DateTime<Utc>>,
    limits: Limits,
    may_loosen: bool,
}

impl Holdings {
    /// Works out what `authority` holds. `operator` is whether the scopes that are the operators'
    /// own may be among it, which only an operator may ask for.
    ///
    /// A caller holds at the management API what its token says, which may be less than its
    /// credential has; elsewhere, where the token says nothing, what its credential has.
    ///
    /// # Errors
    /// [`AppError::Unauthenticated`] where the caller's credential was revoked meanwhile.
    pub(in crate::app) async fn of(
        app: &App,
        authority: &Authority,
        operator: bool,
    ) -> Result<Self, AppError> {
        let Authority::Caller(caller) = authority else {
            return Ok(Self {
                servers: everything(app, operator),
                ends_at: None,
                limits: Limits::default(),
                may_loosen: true,
            });
        };
        // A person holds, at the resource servers, whatever the role allows to hand out.
        let own = match caller.subject {
            Subject::User(_) => None,
            Subject::Credential(id) => {
                let entry = load::cached_credential(app, id).await?;
                Some(entry.ok_or(AppError::Unauthenticated(
                    "The credential of this token has been revoked",
                ))?)
            }
        };
        let mut servers = match &own {
            Some(own) if !caller.operator => {
                let grants = own.granted.grants.iter();
                grants
                    .map(|grant| (Arc::clone(&grant.resource_server), grant.scopes.clone()))
                    .collect()
            }
            _ => everything(app, operator),
        };
        for (server, scopes) in &mut servers {
            if server.is_management() {
                scopes.retain(|scope| caller.scopes.iter().any(|held| held == scope.as_str()));
            }
        }
        let own = own.as_deref().map(|own| &own.granted.credential);
        // What a limit bounds is a credential. A person has none, and an operator is above them.
        let limits = own
            .filter(|_| !caller.operator)
            .map_or_else(Limits::default, |own| own.limits().enforced());
        Ok(Self {
            servers,
            ends_at: own.and_then(|own| own.expires_at),
            limits,
            // Not for single agents: their admin would make a credential that loosens its other ones.
            may_loosen: caller.operator || (caller.reach == Reach::Organization && !limits.bind()),
        })
    }

    /// Every audience at which anything may be handed out, the management API last: without a word
    /// about it, a token is for the first.
    pub(in crate::app) fn audiences(&self) -> Vec<ResourceIdentifier> {
        let (management, others): (Vec<_>, Vec<_>) = self
            .servers
            .iter()
            .partition(|(server, _)| server.is_management());
        let management = management
            .into_iter()
            .filter(|(_, scopes)| !scopes.is_empty());
        others
            .into_iter()
            .chain(management)
            .map(|(server, _)| server.identifier.clone())
            .collect()
    }

    /// Every scope that may be handed out, by its resource server, the management API last.
    pub(in crate::app) fn into_scopes(self) -> Vec<(Arc<ResourceServer>, Vec<Scope>)> {
        let mut servers = self.servers;
        servers.retain(|(_, scopes)| !scopes.is_empty());
        servers.sort_by_key(|(server, _)| server.is_management());
        servers
    }

    /// When what whoever asks holds ends.
    pub(in crate::app) const fn ends_at(&self) -> Option<DateTime<Utc>> {
        self.ends_at
    }

    fn scopes_at(&self, server: &ResourceServer) -> &[Scope] {
        self.servers
            .iter()
            .find(|(held, _)| held.id == server.id)
            .map_or(&[], |(_, scopes)| scopes)
    }

    fn knows(&self, server: &ResourceServer, scope: &Scope) -> bool {
        self.scopes_at(server).contains(scope)
    }

    /// Refuses an end that lies after that of whoever asks.
    ///
    /// # Errors
    /// [`AppError::Invalid`] naming `expires_at`.
    pub(in crate::app) fn check_end(
        &self,
        expires_at: Option<DateTime<Utc>>,
    ) -> Result<(), AppError> {
        if self.outlasts(expires_at) {
            return Ok(());
        }
        Err(AppError::invalid(
            "expires_at",
            "must not lie after the end of your own credential",
        ))
    }

    fn outlasts(&self, expires_at: Option<DateTime<Utc>>) -> bool {
        match (self.ends_at, expires_at) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(own), Some(other)) => other <= own,
        }
    }

    /// Refuses to hand out `credential`, as a new secret of it or its being enabled does, where it
    /// may do more than whoever asks, or for longer.
    ///
    /// # Errors
    /// [`Denied::MoreThanHeld`].
    pub(in crate::app) fn check_covers(&self, credential: &Credential) -> Result<(), Denied> {
        let covered = |id: &ResourceServerId| {
            let held = self.servers.iter().find(|(server, _)| server.id == *id);
            held.is_some_and(|(server, scopes)| {
                credential
                    .scopes
                    .iter()
                    .filter(|scope| server.knows(scope))
                    .all(|scope| scopes.contains(scope))
            })
        };
        if credential.audiences.iter().all(covered)
            && self.outlasts(credential.expires_at)
            && self.limits.cover(credential.limits())
        {
            Ok(())
        } else {
            Err(Denied::MoreThanHeld)
        }
    }

    /// The limits of a new credential: those asked for, or else those of whoever asks.
    ///
    /// # Errors
    /// [`AppError::Invalid`] naming the limit that allows more than that of whoever asks.
    pub(in crate::app) fn choose_limits(&self, asked: Limits) -> Result<Limits, AppError> {
        let chosen = Limits {
            rate_limit: asked.rate_limit.or(self.limits.rate_limit),
            quota: asked.quota.or(self.limits.quota),
        };
        let beyond = |field| {
            AppError::invalid(
                field,
                "must be enforced, and allow no more than that of your own credential",
            )
        };
        if !self.limits.cover_rate(chosen.rate_limit) {
            return Err(beyond("rate_limit"));
        }
        if !self.limits.cover_quota(chosen.quota) {
            return Err(beyond("quota"));
        }
        Ok(chosen)
    }

    /// Refuses to make the limits of `before` looser: for whoever has limits itself, for an admin of
    /// some agents only, and where the credential may do more than whoever asks.
    ///
    /// # Errors
    /// [`Denied::LoosensLimit`], or as [`Self::check_covers`].
    pub(in crate::app) fn check_limits(
        &self,
        before: &Credential,
        after: Limits,
    ) -> Result<(), Denied> {
        if before.limits().cover(after) {
            return Ok(());
        }
        if !self.may_loosen {
            return Err(Denied::LoosensLimit);
        }
        self.check_covers(before)
    }

    /// Refuses to give somebody a role that can do, or hand out, more than whoever asks. A role has
    /// no end and no limits, and whoever may write credentials may grant every scope elsewhere.
    ///
    /// # Errors
    /// [`Denied::RoleMoreThanHeld`].
    pub(in crate::app) fn check_role(&self, app: &App, role: Role) -> Result<(), Denied> {
        let wanted = |scope: &Scope, management: bool| {
            if management {
                role.scopes().contains(&scope.as_ref())
            } else {
                role != Role::Member
            }
        };
        let held = everything(app, false).into_iter().all(|(server, scopes)| {
            scopes
                .iter()
                .filter(|scope| wanted(scope, server.is_management()))
                .all(|scope| self.knows(&server, scope))
        });
        if held && self.ends_at.is_none() && !self.limits.bind() {
            Ok(())
        } else {
            Err(Denied::RoleMoreThanHeld)
        }
    }
}

/// Every scope of the management API: what an operator holds there.
pub(in crate::app) fn operator_scopes() -> Vec<&'static str> {
    [&MANAGEMENT_SCOPES[..], &OPERATOR_SCOPES[..]].concat()
}

fn everything(app: &App, operator: bool) -> Vec<(Arc<ResourceServer>, Vec<Scope>)> {
    app.resource_servers()
        .all()
        .iter()
        .map(|server| (Arc::clone(server), grantable(server, operator)))
        .collect()
}

/// Every scope of a resource server, less the operators' own where the credential is not one.
fn grantable(server: &ResourceServer, operator: bool) -> Vec<Scope> {
    server
        .scopes
        .iter()
        .map(|scope| &scope.name)
        .filter(|name| {
            !server.is_management() || operator || MANAGEMENT_SCOPES.contains(&name.as_str())
        })
        .cloned()
        .collect()
}
