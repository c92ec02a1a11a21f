//! People: users, their places, and their tokens.

use grantd::app::sign_in;
use grantd::domain::ids::{AgentId, OrganizationId, UserId};
use grantd::domain::organization::Organization;
use grantd::domain::user::{Membership, Role, User};
use grantd::store::{memberships, users};
use reqwest::RequestBuilder;

use super::server::TestServer;

impl TestServer {
    /// A user with a place in `acme`, who has no password: hashing one takes long.
    pub(crate) async fn user(&self, email: &str, role: Role, agents: &[AgentId]) -> User {
        let user = self.account(email, false).await;
        self.place(&user, &self.organization, role, agents).await;
        user
    }

    /// A user who runs this grantd and has no place anywhere.
    pub(crate) async fn operator_user(&self, email: &str) -> User {
        self.account(email, true).await
    }

    /// A user without a place.
    pub(crate) async fn account(&self, email: &str, operator: bool) -> User {
        let now = self.app.now();
        let user = User {
            id: UserId::from_parts(now, self.app.random10()),
            email: email.parse().expect("an address"),
            operator,
            created_at: now,
        };
        let new = users::NewUser {
            user: user.clone(),
            password_hash: None,
        };
        let mut write = self.app.store.begin(now).await.expect("a change");
        users::insert(&mut write, &new).await.expect("a new user");
        write.audit(super::audit::entry());
        write.commit().await.expect("it is stored");
        user
    }

    /// Gives the user a place, or another one.
    pub(crate) async fn place(
        &self,
        user: &User,
        organization: &Organization,
        role: Role,
        agents: &[AgentId],
    ) {
        let place = Membership {
            user_id: user.id,
            organization_id: organization.id,
            role,
            agents: agents.to_vec(),
        };
        let begun = self.app.store.begin(self.app.now()).await;
        let mut write = begun.expect("a change");
        let put = memberships::put(&mut write, &place).await;
        put.expect("a place");
        write.audit(super::audit::entry());
        write.commit().await.expect("it is stored");
    }

    /// A token with which the user acts in `acme`.
    pub(crate) async fn user_token(&self, user: &User) -> String {
        self.user_token_in(user, self.organization.id).await
    }

    /// A token with which the user acts in this organization.
    pub(crate) async fn user_token_in(&self, user: &User, organization: OrganizationId) -> String {
        let issued = sign_in::issue(
            &self.app,
            user,
            organization,
            &grantd::domain::access::Origin::default(),
        )
        .await;
        issued.expect("a place there").access_token
    }

    /// A request to the management API as this user.
    pub(crate) async fn call_as(&self, user: &User, method: &str, path: &str) -> RequestBuilder {
        self.bare(method, path)
            .bearer_auth(self.user_token(user).await)
    }
}
