"""Every page in light, in dark and at 360 pixels: accessible, light, and still while it loads."""

from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Page, expect

import console
from furnished import FurnishedGrantd, Organization
from grantd import Person

PROGRAMS = [
    "Nightly export",
    "Warehouse dashboard",
    "Invoice import",
    "Data science notebook",
    "Partner: Contoso logistics",
]
KEYS = ["Camera 7, hall 4", "Camera 8, hall 4", "Label printer", "Gate sensor"]


@dataclass
class Company:
    """An organization as it may be after some months."""

    organization: Organization
    admin: Person
    program: str
    key: str
    agent: str
    user: str
    states: dict[str, dict] = field(default_factory=dict)

    @property
    def at(self) -> dict[str, str]:
        """What stands for the names in the addresses below."""
        server = self.organization.server
        return {
            "org": self.organization.path,
            "program": f"{self.organization.path}/credentials/{self.program}",
            "key": f"{self.organization.path}/credentials/{self.key}",
            "agent": self.agent,
            "user": self.user,
            "api": server.manage("GET", "/v1/resource-servers")["data"][-1]["id"],
            "kid": server.manage("GET", "/v1/signing-keys")["data"][0]["kid"],
        }


@pytest.fixture(scope="module")
def company(server: FurnishedGrantd) -> Company:
    organization = server.furnish(slug="northwind", name="Northwind Robotics")
    admin = organization.person("org_admin", email="ann.lee@northwind.example")
    agents = [organization.agent(slug, name=name) for slug, name in [("hall-4", "Hall 4"), ("yard", "Yard")]]
    organization.person("agent_admin", agents=(agents[0],), email="bo.ek@northwind.example")
    organization.person("member", email="cleo.diaz@northwind.example")
    made = [
        organization.credential(
            name,
            scopes=["api:read", "api:write"][: 1 + number % 2],
            expires_at=[None, "2030-03-01T00:00:00Z"][number % 2],
            agent_id=[None, None, agents[1]][number % 3],
        )
        for number, name in enumerate(PROGRAMS)
    ]
    keys = [
        organization.credential(name, kind="api_key", agent_id=agents[number % 2])
        for number, name in enumerate(KEYS)
    ]
    for number, it in enumerate(made[:4]):
        for _ in range(3 + 4 * number):
            server.status_of_token(it["id"], it["client_secret"])
    for number, it in enumerate(keys[:3]):
        for _ in range(5 + 6 * number):
            server.status_with_key(it["api_key"])
    server.status_of_token(made[1]["id"], "wrong")
    members = server.manage("GET", f"/v1/organizations/{organization.id}/members")["data"]
    user = next(it for it in members if it["email"].startswith("bo."))
    return Company(organization, admin, made[0]["id"], keys[0]["id"], agents[0], user["user_id"])


@pytest.fixture
def enter(visit, company, server):
    """Signs in as the admin or the operator, once for the whole file."""

    def enter(who: str) -> Page:
        if who in company.states:
            return visit(storage_state=company.states[who])
        page = visit()
        console.sign_in(page, {"admin": company.admin, "operator": server.admin}[who])
        company.states[who] = page.context.storage_state()
        return page

    return enter


PAGES = [
    ("admin", "organization", "{org}"),
    ("admin", "credentials", "{org}/credentials?kind=oauth_client"),
    ("admin", "keys", "{org}/credentials?kind=api_key"),
    ("admin", "nothing-matches", "{org}/credentials?kind=api_key&q=nothing"),
    ("admin", "generate", "{org}/credentials/new?kind=oauth_client"),
    ("admin", "new-key", "{org}/credentials/new?kind=api_key"),
    ("admin", "credential", "{program}"),
    ("admin", "key", "{key}"),
    ("admin", "edit", "{program}/edit"),
    ("admin", "rotate", "{program}/rotate"),
    ("admin", "disable", "{program}/disable"),
    ("admin", "delete", "{program}/delete"),
    ("admin", "credential-usage", "{program}/usage"),
    ("admin", "agents", "{org}/agents"),
    ("admin", "agent-new", "{org}/agents/new"),
    ("admin", "agent-edit", "{org}/agents/{agent}/edit"),
    ("admin", "agent-delete", "{org}/agents/{agent}/delete"),
    ("admin", "members", "{org}/members"),
    ("admin", "member-new", "{org}/members/new"),
    ("admin", "member-edit", "{org}/members/{user}/edit"),
    ("admin", "member-remove", "{org}/members/{user}/remove"),
    ("admin", "member-reset", "{org}/members/{user}/reset-link"),
    ("admin", "usage", "{org}/usage"),
    ("admin", "audit", "{org}/audit"),
    ("admin", "settings", "{org}/settings"),
    ("admin", "account", "/console/account"),
    ("admin", "factor", "/console/account/second-factor"),
    ("operator", "organizations", "/console/organizations"),
    ("operator", "organization-new", "/console/organizations/new"),
    ("operator", "organization-settings", "{org}/settings"),
    ("operator", "organization-delete", "{org}/delete"),
    ("operator", "users", "/console/users"),
    ("operator", "user-new", "/console/users/new"),
    ("operator", "user", "/console/users/{user}"),
    ("operator", "user-reset", "/console/users/{user}/reset-link"),
    ("operator", "user-delete", "/console/users/{user}/delete"),
    ("operator", "resource-servers", "/console/resource-servers"),
    ("operator", "resource-server-new", "/console/resource-servers/new"),
    ("operator", "resource-server", "/console/resource-servers/{api}"),
    ("operator", "resource-server-edit", "/console/resource-servers/{api}/edit"),
    ("operator", "signing-keys", "/console/signing-keys"),
    ("operator", "signing-key-rotate", "/console/signing-keys/rotate?algorithm=ES256"),
    ("operator", "signing-key-revoke", "/console/signing-keys/{kid}/revoke"),
    ("operator", "whole-audit", "/console/audit"),
    ("operator", "health", "/console/health"),
]


@pytest.mark.parametrize(("who", "name", "address"), PAGES, ids=[name for _, name, _ in PAGES])
def test_page(enter, company, shots, who, name, address):
    page = enter(who)
    answer = page.goto(address.format(**company.at))
    assert answer.status == 200
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    shots.take(page, name)


def test_page_with_the_secret(enter, company, shots):
    page = enter("admin")
    console.generate(page, company.organization, "Monthly report")
    shots.take(page, "generated")


def test_page_with_a_key(enter, company, shots):
    page = enter("admin")
    console.make_key(page, company.organization, "Camera 9, yard")
    shots.take(page, "key-made")


def test_page_after_a_rotation(enter, company, shots):
    page = enter("admin")
    made = company.organization.credential("Report by mail")
    console.rotate(page, company.organization, made["id"], "For 24 hours")
    shots.take(page, "rotated")
    page.goto(f"{company.organization.path}/credentials/{made['id']}/rotate")
    shots.take(page, "rotate-full")


def test_page_at_the_limit(enter, server, shots):
    organization = server.furnish()
    organization.change(api_key_limit=1)
    organization.credential("Camera 7", kind="api_key")
    page = enter("operator")
    for kind in ["api_key", "oauth_client"]:
        page.goto(console.list_of(organization, kind))
        shots.take(page, {"api_key": "full", "oauth_client": "empty"}[kind])


def test_pages_of_errors(enter, company, shots):
    page = enter("admin")
    page.goto(console.new(company.organization))
    page.get_by_role("button", name="Generate").click()
    shots.take(page, "generate-refused")
    page.goto("/console/nowhere")
    shots.take(page, "refused")


def test_pages_before_signing_in(page, company, server, shots):
    page.goto("/console/sign-in")
    shots.take(page, "sign-in")
    page.goto("/console/link")
    shots.take(page, "link")


def test_menus(enter, company, shots):
    page = enter("admin")
    page.goto(console.list_of(company.organization))
    console.row_menu(page, "Nightly export")
    shots.take(page, "row-menu")
    console.reload(page)
    console.user_menu(page)
    # It lies over other buttons while it is open, which is what a menu does.
    shots.picture(page, "user-menu")


def test_pictures_for_the_guide(enter, company, shots):
    """Those of docs/images are copies of these."""
    admin, operator = enter("admin"), enter("operator")
    for page, name, address in [
        (admin, "console-credentials", "{org}/credentials?kind=oauth_client"),
        (admin, "console-usage", "{org}/usage"),
        (operator, "console-signing-keys", "/console/signing-keys"),
    ]:
        page.goto(address.format(**company.at))
        shots.picture(page, name)
    console.generate(admin, company.organization, "Weekly forecast")
    shots.picture(admin, "console-generated")
