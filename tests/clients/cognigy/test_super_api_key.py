"""The Super API Key: off unless switched on, made by an operator alone, for a whole organization.

That it is dead after 15 minutes is shown where the clock is a test's own, in `tests/compat/`.
"""

from datetime import datetime, timezone

import pytest
import requests

from cognigy import Cognigy, by_api_key, by_password
from grantd import Grantd, binary_to_test
from wire import Wire

ON = {
    "by setting": {"GRANTD_FEATURES__SUPER_API_KEY": "true"},
    "as at Cognigy": {"FEATURE_USE_SUPERAPIKEY_API": "true"},
}
OFF = {
    "by default": {},
    "by setting": {"GRANTD_FEATURES__SUPER_API_KEY": "false"},
    "as at Cognigy": {"FEATURE_USE_SUPERAPIKEY_API": "false"},
}
PATHS = ["/management/v2.0", "/new/management/v2.0"]


@pytest.fixture(scope="module", params=ON.values(), ids=ON.keys())
def server(request, tmp_path_factory):
    """A server that makes Super API Keys, switched on in each way."""
    with Grantd(binary_to_test(), tmp_path_factory.mktemp("on"), **request.param) as server:
        yield server


@pytest.fixture(scope="module", params=OFF.values(), ids=OFF.keys())
def server_without(request, tmp_path_factory):
    """A server that makes none."""
    with Grantd(binary_to_test(), tmp_path_factory.mktemp("off"), **request.param) as server:
        yield server


def ask(server, path=PATHS[0], organization="demo", **more):
    return requests.post(
        f"{server.issuer}{path}/organisations/{server.organization(organization)['id']}/apikeys",
        **{"auth": server.admin.pair} | more,
        timeout=30,
    )


@pytest.mark.parametrize("path", PATHS)
def test_off_it_is_not_there(server_without, path):
    assert ask(server_without, path).status_code == 404


def test_off_the_client_does_not_find_it(server_without):
    organization = {"organisationId": server_without.organization("demo")["id"]}
    login = by_password(*server_without.admin.pair)
    with Wire(server_without.issuer) as wire:
        run = Cognigy(wire.url).run(*login, ("createApiKeyManagement", organization))
    assert run.error
    assert [exchange.status for exchange in wire.taken()] == [404]


@pytest.mark.parametrize("path", PATHS)
def test_an_operator_makes_one(server, path):
    response = ask(server, path)
    assert response.status_code == 201
    assert response.headers["Cache-Control"] == "no-store"
    key = response.json()
    assert set(key) == {"_id", "name", "createdAt", "apiKey"}
    assert key["apiKey"].startswith(f"{key['_id']}:")


def test_the_client_makes_one(server):
    organization = {"organisationId": server.organization("demo")["id"]}
    login = by_password(*server.admin.pair)
    *_, key = Cognigy(server.issuer).run(*login, ("createApiKeyManagement", organization)).answers
    assert set(key) == {"_id", "name", "createdAt", "apiKey"}
    assert Cognigy(server.issuer).run(*by_api_key(key["apiKey"]), ("indexApiKeysMe",)).answers


def test_a_machine_that_acts_for_the_operator_makes_one(server):
    operator = server.generate(audiences=[server.issuer], operator=True)
    bearer = {"Authorization": f"Bearer {server.token(operator)}"}
    assert ask(server, auth=None, headers=bearer).status_code == 201


def test_it_reaches_everything_in_its_organization_and_nothing_else(server):
    server.new_organization(slug := f"other-{server.issuer.rpartition(':')[2]}")
    header = {"X-API-Key": ask(server).json()["apiKey"]}
    mine = server.generate(scopes=["api:read"])
    base = f"{server.issuer}/v1/organizations"

    for part in ("", "/agents", "/members", "/credentials", "/audit-events"):
        assert requests.get(f"{base}/demo{part}", headers=header, timeout=30).status_code == 200
        assert requests.get(f"{base}/{slug}{part}", headers=header, timeout=30).status_code == 404
    credential = f"{base}/demo/credentials/{mine.id}"
    assert requests.delete(credential, headers=header, timeout=30).status_code == 204
    keys = requests.get(f"{server.issuer}/v1/signing-keys", headers=header, timeout=30)
    assert keys.status_code == 403


def test_it_is_bound_to_no_user_and_lives_a_quarter_of_an_hour(server):
    before = datetime.now(timezone.utc)
    key = ask(server).json()
    header = {"X-API-Key": key["apiKey"]}
    credential = requests.get(
        f"{server.issuer}/v1/organizations/demo/credentials/{key['_id']}", headers=header, timeout=30
    ).json()
    assert credential["created_by"] is None
    assert credential["agent_id"] is None
    lives = datetime.fromisoformat(credential["expires_at"].replace("Z", "+00:00")) - before
    assert 895 < lives.total_seconds() < 905


def test_it_is_for_operators_alone(server):
    port = server.issuer.rpartition(":")[2]
    person = server.new_person(
        f"admin-{port}@example.com", "--organization", "demo", "--role", "org_admin"
    )
    machine = server.generate(scopes=["credentials:write"], audiences=[server.issuer])
    super_key = ask(server).json()["apiKey"]
    refused = [
        (403, {"auth": person.pair}),
        (403, {"auth": None, "headers": {"X-API-Key": super_key}}),
        (403, {"auth": None, "headers": {"Authorization": f"Bearer {server.token(machine)}"}}),
        (401, {"auth": (server.admin.email, "wrong")}),
        (401, {"auth": None}),
    ]
    for status, caller in refused:
        assert ask(server, **caller).status_code == status, caller


def test_an_organization_that_is_not_there(server):
    for unknown in ("01970000-0000-7000-8000-000000000000", "5ce7c2d833ea1e04d7e6c432"):
        response = requests.post(
            f"{server.issuer}/management/v2.0/organisations/{unknown}/apikeys",
            auth=server.admin.pair,
            timeout=30,
        )
        assert response.status_code == 404
        assert response.json()["code"] == 1002
