"""The command `cogniac`, where it needs nothing but users, tenants and keys."""

import json

import pytest

from conftest import ADMIN

WRONG_KEY = "01970000-0000-7000-8000-000000000000:gdk_" + "0" * 49


def answer_of(result) -> object:
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


@pytest.fixture
def by_key(server, key) -> dict:
    return {"COG_API_KEY": key["api_key"], "COG_URL_PREFIX": server.issuer}


@pytest.fixture
def by_password(server) -> dict:
    return {
        "COG_USER": ADMIN.email,
        "COG_PASS": ADMIN.password,
        "COG_URL_PREFIX": server.issuer,
    }


@pytest.mark.parametrize("way", ["by_key", "by_password"])
def test_auth(run, request, tenant_id, way):
    settings = request.getfixturevalue(way)
    answer = answer_of(run("auth", **settings))
    assert answer["valid"] is True
    assert answer["tenant_count"] == 1
    assert answer["tenant_set"] is False

    answer = answer_of(run("--tenant", tenant_id, "auth", **settings))
    assert answer["valid"] is True
    assert answer["tenant_id"] == tenant_id


def test_auth_tells_a_wrong_key(run, server):
    answer = answer_of(run("auth", COG_API_KEY=WRONG_KEY, COG_URL_PREFIX=server.issuer))
    assert answer["valid"] is False
    assert "401" in answer["detail"]
    assert "access not permitted" in answer["detail"]


@pytest.mark.parametrize("way", ["by_key", "by_password"])
def test_tenants(run, request, tenant_id, way):
    settings = request.getfixturevalue(way)
    (tenant,) = answer_of(run("tenants", **settings))["tenants"]
    assert (tenant["tenant_id"], tenant["name"]) == (tenant_id, "Demo")

    table = run("--format", "table", "tenants", **settings)
    assert table.returncode == 0, table.stderr
    assert tenant_id in table.stdout
    assert "tenant_admin" in table.stdout


def test_tenants_below_an_address_that_ends_with_a_slash(run, by_key, tenant_id):
    settings = by_key | {"COG_URL_PREFIX": by_key["COG_URL_PREFIX"] + "/"}
    (tenant,) = answer_of(run("tenants", **settings))["tenants"]
    assert tenant["tenant_id"] == tenant_id


def test_tenants_refused(run, server):
    result = run("tenants", COG_API_KEY=WRONG_KEY, COG_URL_PREFIX=server.issuer)
    assert result.returncode == 1
    assert result.stdout == ""
    error = json.loads(result.stderr)["error"]
    assert (error["type"], error["status"]) == ("auth", 401)
    assert error["message"] == "access not permitted"


def test_the_tenant_and_its_users(run, by_key, tenant_id):
    tenant = answer_of(run("--tenant", tenant_id, "tenant", "get", **by_key))
    assert (tenant["tenant_id"], tenant["name"]) == (tenant_id, "Demo")

    users = answer_of(run("--tenant", tenant_id, "tenant", "user", "list", **by_key))
    assert ADMIN.email in [user["email"] for user in users]


def test_the_user(run, by_key, tenant_id):
    user = answer_of(run("user", **by_key))
    assert user["email"] == ADMIN.email

    tenants = answer_of(run("user", "tenants", "--user-id", "current", **by_key))["tenants"]
    assert [tenant["tenant_id"] for tenant in tenants] == [tenant_id]


def test_keys(run, by_key, tenant_id):
    settings = by_key | {"COG_TENANT": tenant_id}

    def keys(verb, *more):
        command = ("user", "api-key", verb, "--user-id", "current", *more)
        return answer_of(run(*command, **settings))

    made = keys("create", "--description", "made by command")
    named = ("--api-key-id", made["key_id"])
    assert keys("get", *named)["description"] == "made by command"
    assert made["key_id"] in [key["key_id"] for key in keys("list")]
    assert keys("delete", *named)["status"] == "deleted"
    assert made["key_id"] not in [key["key_id"] for key in keys("list")]
