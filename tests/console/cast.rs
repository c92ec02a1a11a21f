//! Everybody who may look at a page of `acme`.

use grantd::domain::organization::{Agent, Organization};
use grantd::domain::user::{Role, User};
use reqwest::StatusCode;

use crate::support::server::TestServer;

/// What breaks out of a text where a page does not escape it.
pub(super) const SCRIPT: &str = "\"><script>alert('x')</script>";

/// A server with people on it.
pub(super) struct Cast {
    pub(super) server: TestServer,
    /// Of `acme`.
    pub(super) bot: Agent,
    pub(super) org_admin: User,
    /// Of the agent `bot` alone.
    pub(super) agent_admin: User,
    pub(super) member: User,
    /// The admin of another organization.
    pub(super) stranger: User,
    pub(super) operator: User,
    /// The stranger's.
    pub(super) other: Organization,
}

impl Cast {
    pub(super) async fn new() -> Self {
        let server = TestServer::start().await;
        let bot = server.agent("bot").await;
        let org_admin = server.user("ann@example.com", Role::OrgAdmin, &[]).await;
        let agent_admin = server
            .user("bob@example.com", Role::AgentAdmin, &[bot.id])
            .await;
        let member = server.user("cid@example.com", Role::Member, &[]).await;
        let operator = server.operator_user("root@example.com").await;
        let stranger = server.account("eve@example.com", false).await;
        let other = server.organization("other").await;
        server.place(&stranger, &other, Role::OrgAdmin, &[]).await;
        Self {
            server,
            bot,
            org_admin,
            agent_admin,
            member,
            stranger,
            operator,
            other,
        }
    }

    /// What each is answered who opens a page: org admin, agent admin, member, stranger, operator.
    pub(super) async fn answers(&self, path: &str) -> [u16; 5] {
        let mut answers = [0; 5];
        let everybody = [
            &self.org_admin,
            &self.agent_admin,
            &self.member,
            &self.stranger,
            &self.operator,
        ];
        for (answer, user) in answers.iter_mut().zip(everybody) {
            let browser = self.server.browser_of(user).await;
            *answer = browser.get(path).await.status.as_u16();
        }
        answers
    }

    /// The same for whoever sends the form of a page, with the proof of another page.
    pub(super) async fn refused(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        users: &[(&User, u16)],
    ) {
        for (user, status) in users {
            let browser = self.server.browser_of(user).await;
            let home = browser.open("/console/organizations").await;
            let sent = browser.submit_from(&home, path, fields).await;
            let status = StatusCode::from_u16(*status).expect("a status");
            assert_eq!(sent.status, status, "{path} {}: {}", user.email, sent.html);
        }
    }
}
