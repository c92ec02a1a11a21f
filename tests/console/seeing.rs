//! Who looks at the pages in the tests of them.

use grantd::domain::ids::AgentId;
use grantd::domain::user::{Role, User};
use reqwest::StatusCode;

use crate::support::server::TestServer;

/// What a stranger may give as a name.
pub(super) const HOSTILE: &str = "<script>alert(1)</script>";

/// One of each kind of person.
pub(super) struct People {
    pub(super) admin: User,
    pub(super) agent_admin: User,
    pub(super) member: User,
    pub(super) stranger: User,
    pub(super) operator: User,
}

impl People {
    /// With an agent admin of `agent`, and the admin of another organization, `globex`.
    pub(super) async fn of(server: &TestServer, agent: AgentId) -> Self {
        let globex = server.organization("globex").await;
        let stranger = server.account("eve@example.com", false).await;
        server.place(&stranger, &globex, Role::OrgAdmin, &[]).await;
        Self {
            admin: server.user("ada@example.com", Role::OrgAdmin, &[]).await,
            agent_admin: server
                .user("bob@example.com", Role::AgentAdmin, &[agent])
                .await,
            member: server.user("cy@example.com", Role::Member, &[]).await,
            stranger,
            operator: server.operator_user("root@example.com").await,
        }
    }

    /// What each of them is answered: the admin, the agent admin, the member, the stranger and the
    /// operator.
    pub(super) async fn answers(&self, server: &TestServer, path: &str) -> [u16; 5] {
        let mut answers = [0; 5];
        let people = [
            &self.admin,
            &self.agent_admin,
            &self.member,
            &self.stranger,
            &self.operator,
        ];
        for (answer, person) in answers.iter_mut().zip(people) {
            let browser = server.browser_of(person).await;
            *answer = browser.get(path).await.status.as_u16();
        }
        let nobody = server.browser().get(path).await;
        assert_eq!(nobody.status, StatusCode::SEE_OTHER, "{path}");
        assert!(nobody.leads_to().starts_with("/console/sign-in?next="));
        answers
    }
}
