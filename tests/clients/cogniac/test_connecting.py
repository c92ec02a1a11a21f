"""Connecting: by API key, by email and password, with and without a tenant."""

import cogniac
import pytest

import clients
from conftest import ADMIN
from grantd import Grantd, binary_to_test
from wire import Wire


def paths(wire) -> list[tuple]:
    return [tuple(exchange) for exchange in wire.taken()]


def assert_is_demo(tenant, tenant_id) -> None:
    assert tenant.tenant_id == tenant_id
    assert tenant.name == "Demo"
    assert isinstance(tenant.created_at, int)
    # Anything but null would send the SDK to another host.
    assert tenant.region is None


def assert_is_admin(user) -> None:
    assert user.user_id
    assert user.email == ADMIN.email
    assert isinstance(user.created_at, int)
    # Cogniac's own `str()` needs both names.
    assert str(user) == f"{user.given_name} {user.surname} ({ADMIN.email})"


def test_by_api_key_in_the_environment(monkeypatch, client, wire, key, tenant_id):
    monkeypatch.setenv("COG_API_KEY", key["api_key"])
    monkeypatch.setenv("COG_TENANT", tenant_id)
    monkeypatch.setenv("COG_URL_PREFIX", wire.url)
    with client() as connected:
        assert paths(wire)[0] == ("GET", f"/1/token?tenant_id={tenant_id}", 200)
        assert_is_demo(connected.tenant(), tenant_id)
        assert_is_admin(connected.user)


def test_by_api_key_as_an_argument(client, server, key, tenant_id):
    with client(api_key=key["api_key"], tenant_id=tenant_id, url_prefix=server.issuer) as connected:
        assert_is_demo(connected.tenant(), tenant_id)
        assert_is_admin(connected.user)


def test_by_email_and_password_in_the_environment(monkeypatch, client, wire, tenant_id):
    monkeypatch.setenv("COG_USER", ADMIN.email)
    monkeypatch.setenv("COG_PASS", ADMIN.password)
    monkeypatch.setenv("COG_TENANT", tenant_id)
    monkeypatch.setenv("COG_URL_PREFIX", wire.url)
    with client() as connected:
        assert paths(wire)[:2] == [
            ("GET", "/21/users/mfa/status", 200),
            ("GET", f"/1/token?tenant_id={tenant_id}", 200),
        ]
        assert_is_demo(connected.tenant(), tenant_id)
        assert_is_admin(connected.user)


def test_a_key_brings_its_tenant_along(client, server, key, tenant_id):
    # Without a tenant the SDK sends an empty `tenant_id`.
    with client(api_key=key["api_key"], url_prefix=server.issuer) as connected:
        assert_is_demo(connected.tenant(), tenant_id)
        assert_is_admin(connected.user)


def test_the_only_tenant_of_a_user_is_found(wire, tenant_id):
    connection = cogniac.CogniacConnection(*ADMIN.pair, url_prefix=wire.url)
    assert connection.tenant_id == tenant_id
    assert_is_demo(connection.tenant, tenant_id)
    assert paths(wire)[0] == ("GET", "/1/users/current/tenants", 200)


@pytest.mark.parametrize("ending", ["", "/", "/1", "/1/"])
def test_the_address_may_end_as_cogniacs_own_does(client, server, key, tenant_id, ending):
    prefix = server.issuer + ending
    with client(api_key=key["api_key"], tenant_id=tenant_id, url_prefix=prefix) as connected:
        assert_is_demo(connected.tenant(), tenant_id)


def test_the_tenants_are_found_below_an_address_that_ends_with_a_slash(server, tenant_id):
    # The SDK puts its path behind that slash as it is: `//1/users/current/tenants`.
    connection = cogniac.CogniacConnection(*ADMIN.pair, url_prefix=f"{server.issuer}/")
    assert connection.tenant_id == tenant_id


@pytest.fixture(scope="module")
def of_two_tenants(server):
    """A user of two organizations."""
    server.new_organization("north")
    server.new_organization("south")
    person = server.new_person("pat@example.com", "--organization", "north", "--role", "org_admin")
    server.add_member("south", person.email, role="member")
    return person


def test_one_of_several_tenants_is_chosen(client, server, of_two_tenants):
    options = {"username": of_two_tenants.email, "password": of_two_tenants.password}
    for slug in ("north", "south"):
        chosen = server.organization(slug)["id"]
        with client(**options, tenant_id=chosen, url_prefix=server.issuer) as connected:
            assert connected.tenant().tenant_id == chosen
            assert connected.user.email == of_two_tenants.email
            assert {tenant["name"] for tenant in connected.tenants()} == {"north", "south"}


def test_several_tenants_and_none_chosen(capsys, server, of_two_tenants):
    connection = cogniac.CogniacConnection(*of_two_tenants.pair, url_prefix=server.issuer)
    assert connection.user.email == of_two_tenants.email

    with pytest.raises(Exception, match="Unspecified tenant"):
        connection.tenant
    printed = capsys.readouterr().out
    for slug in ("north", "south"):
        assert f"export COG_TENANT='{server.organization(slug)['id']}'" in printed


def test_a_token_that_ends_is_replaced(client, tmp_path):
    lifetime = {"GRANTD_TOKEN__TTL_SECONDS": "2", "GRANTD_TOKEN__MIN_TTL_SECONDS": "1"}
    with Grantd(binary_to_test(), tmp_path, **lifetime) as server, Wire(server.issuer) as wire:
        chosen = {"tenant_id": server.organization("demo")["id"], "url_prefix": wire.url}
        by_password = {"username": ADMIN.email, "password": ADMIN.password}
        with clients.synchronous(**by_password, **chosen) as admin:
            key = admin.create_api_key("outlives its tokens")
        with client(api_key=key["api_key"], **chosen) as connected:
            seen = []
            while ("GET", "/1/tenants/current", 401) not in seen:
                wire.taken()
                assert connected.tenant().name == "Demo"
                seen = paths(wire)
            assert seen == [
                ("GET", "/1/tenants/current", 401),
                ("GET", f"/1/token?tenant_id={chosen['tenant_id']}", 200),
                ("GET", "/1/tenants/current", 200),
            ]
