//! People who sign in, and what they call with.

use grantd::app::users;
use grantd::domain::ids::AgentId;
use grantd::domain::organization::Organization;
use grantd::domain::secret::Secret;
use grantd::domain::user::{Membership, Role, User};
use grantd::store::memberships;
use reqwest::RequestBuilder;

use crate::management::answer::send;
use crate::support::server::TestServer;

/// Everybody's password. The é is two bytes in UTF-8 and one in Latin-1.
pub(crate) const PASSWORD: &str = "a passé password";

/// Someone with this role in `acme`.
pub(crate) async fn person(server: &TestServer, email: &str, role: Role) -> User {
    person_for(server, email, role, &[]).await
}

/// Someone with this role in `acme`, for these agents.
pub(crate) async fn person_for(
    server: &TestServer,
    email: &str,
    role: Role,
    agents: &[AgentId],
) -> User {
    let user = nobody(server, email, false).await;
    join(server, &user, &server.organization, role, agents).await;
    user
}

/// Someone with no place anywhere.
pub(crate) async fn nobody(server: &TestServer, email: &str, operator: bool) -> User {
    let email = email.parse().expect("an email address");
    let password = Secret::new(PASSWORD.to_owned());
    users::create(
        &server.app,
        &grantd::app::authority::Authority::Command,
        email,
        operator,
        &password,
        None,
    )
    .await
    .expect("the user is made")
}

/// Gives a user a place in an organization.
pub(crate) async fn join(
    server: &TestServer,
    user: &User,
    organization: &Organization,
    role: Role,
    agents: &[AgentId],
) {
    let mut write = server
        .app
        .store
        .begin(server.app.now())
        .await
        .expect("a write");
    let membership = Membership {
        user_id: user.id,
        organization_id: organization.id,
        role,
        agents: agents.to_vec(),
    };
    memberships::put(&mut write, &membership)
        .await
        .expect("it is put");
    write.audit(crate::support::audit::entry());
    write.commit().await.expect("it is committed");
}

/// A request with this user's email address and password.
pub(crate) fn by_password(
    server: &TestServer,
    user: &User,
    method: &str,
    path: &str,
) -> RequestBuilder {
    server
        .bare(method, path)
        .basic_auth(user.email.as_str(), Some(PASSWORD))
}

/// A token for this user in the only organization that there is for the user.
pub(crate) async fn token_of(server: &TestServer, user: &User) -> String {
    let answer = send(by_password(server, user, "GET", "/1/token"))
        .await
        .json(200);
    answer["access_token"].as_str().expect("a token").to_owned()
}
