//! Where a page is: in an organization, or over all of them.

use super::refusal::Refusal;
use super::shell::{self, CurrentOrganization, Shell, ShellOrganization};
use super::visitor::Visitor;
use super::{assets, flash};
use crate::app::authority::Authority;
use crate::app::identity::{Identity, homes};
use crate::app::{organizations, sign_in};
use crate::domain::access::Caller;
use crate::domain::organization::Organization;

/// A visitor in an organization.
pub struct Place {
    /// The organization.
    pub organization: Organization,
    /// The visitor, as the use cases know who acts there.
    pub caller: Caller,
}

impl Place {
    /// The visitor, as the use cases take who wants something.
    pub fn authority(&self) -> Authority {
        Authority::Caller(self.caller.clone())
    }

    /// Whether the visitor may do what this scope is for, so that a page offers it.
    pub fn may(&self, scope: &str) -> bool {
        self.caller.scopes.iter().any(|held| held == scope)
    }

    /// The path of a page in this organization, such as `/credentials`, without the issuer's own.
    pub fn path(&self, page: &str) -> String {
        format!("/console/organizations/{}{page}", self.organization.slug)
    }
}

impl Visitor {
    /// Finds the organization in the path, and asks for a scope there.
    ///
    /// # Errors
    /// 404 for an organization in which the visitor has no place, 403 without the scope.
    pub async fn place(&self, organization: &str, scope: &'static str) -> Result<Place, Refusal> {
        let app = self.app();
        // Whether it is the visitor's is asked right below, with the same answer for both.
        let organization = organizations::find(app, &Authority::Command, organization).await?;
        let caller = sign_in::act_in(app, &self.user, organization.id, self.origin()).await?;
        caller
            .require(scope)
            .map_err(crate::app::error::AppError::from)?;
        Ok(Place {
            organization,
            caller,
        })
    }

    /// The visitor as an operator, over all organizations.
    ///
    /// # Errors
    /// 404 for anybody else: those pages are not theirs to know of.
    pub fn operator(&self) -> Result<Authority, Refusal> {
        sign_in::act_over_all(&self.user, self.origin())
            .map(Authority::Caller)
            .ok_or_else(Refusal::not_found)
    }

    /// The frame of a page. What was done just now is told once, as the query says.
    ///
    /// # Errors
    /// 503 where the database does not answer.
    pub async fn shell(
        &self,
        place: Option<&Place>,
        section: &'static str,
    ) -> Result<Shell, Refusal> {
        let here = place.map(|place| place.organization.id);
        let homes = homes(self.app(), &Identity::from(self.user.clone())).await?;
        let mut organizations: Vec<_> = homes
            .into_iter()
            .map(|home| ShellOrganization {
                current: Some(home.organization.id) == here,
                name: home.organization.name.to_string(),
                slug: home.organization.slug.to_string(),
            })
            .collect();
        organizations.sort_by(|a, b| a.name.cmp(&b.name));
        // The own account is in no organization: its navigation leads back to the only one.
        let organization = match (place, organizations.as_slice()) {
            (Some(place), _) => Some(CurrentOrganization {
                name: place.organization.name.to_string(),
                slug: place.organization.slug.to_string(),
            }),
            (None, [only]) if section == shell::section::ACCOUNT => Some(CurrentOrganization {
                name: only.name.clone(),
                slug: only.slug.clone(),
            }),
            (None, _) => None,
        };
        Ok(Shell {
            nonce: self.nonce(),
            csrf_token: self.csrf_token(),
            prefix: self.prefix().to_owned(),
            assets: assets::VERSION.to_owned(),
            user_email: self.user.email.to_string(),
            operator: self.user.operator,
            organizations,
            organization,
            section,
            flash: flash::told(&self.query()).map(str::to_owned),
        })
    }
}
