"""The calls of Cogniac's pages "Users - API Key Management" and "Authentication", as they document
them for curl and for Python's requests: the same methods, paths, headers and bodies, and in the
answers the statuses that their programs ask for and the members that they show.
"""

import json
import subprocess

import pytest
import requests

from conftest import ADMIN

BODY = {"description": "New Token for Image downloads"}
CREATED = {"user_id", "description", "created_at", "key_id", "api_key", "email"}
READ = CREATED | {"last_auth"}


def by_curl(method, url, headers=None, body=None, user=None):
    """Status, content type and text of an answer, by the documented curl command."""
    command = ["curl", "--silent", "--show-error", "-X", method, url]
    command += [part for name, value in (headers or {}).items() for part in ("-H", f"{name}: {value}")]
    if body is not None:
        command += ["-H", "Content-Type: application/json", "-d", json.dumps(body, indent=2)]
    if user:
        command += ["-u", ":".join(user)]
    command += ["--write-out", "\n%{http_code} %{content_type}"]
    printed = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    text, _, last = printed.rpartition("\n")
    status, _, content_type = last.partition(" ")
    return int(status), content_type, text


def by_requests(method, url, headers=None, body=None, user=None):
    """The same by requests."""
    response = requests.request(method, url, headers=headers, json=body, auth=user, timeout=30)
    return response.status_code, response.headers.get("Content-Type", ""), response.text


@pytest.fixture(params=[by_curl, by_requests], ids=["curl", "requests"])
def call(request, server):
    """Makes a call and checks its status; gives the answer's JSON, or None where there is none."""

    def call(method, path, expected=200, **more):
        status, content_type, text = request.param(method, server.issuer + path, **more)
        assert status == expected, text
        if expected == 204:
            assert text == ""
            return None
        kind = "application/json" if status < 400 else "application/problem+json"
        assert content_type.startswith(kind)
        return json.loads(text)

    return call


@pytest.fixture
def token(call, tenant_id) -> dict:
    """Step 2 of "Authentication": a token for a user and a tenant."""
    answer = call("GET", f"/1/token?tenant_id={tenant_id}", user=ADMIN.pair)
    assert answer["token_type"] == "Bearer"
    return {"Authorization": f"Bearer {answer['access_token']}"}


@pytest.fixture
def user_id(call, token) -> str:
    return call("GET", "/1/users/current", headers=token)["user_id"]


def test_step_1_the_tenants_of_a_user(call, tenant_id):
    (tenant,) = call("GET", "/1/users/current/tenants", user=ADMIN.pair)["tenants"]
    assert {"tenant_id", "type", "name"} <= set(tenant)
    assert tenant["tenant_id"] == tenant_id


def test_step_3_the_tenant_of_a_token(call, token, tenant_id):
    for path in ("/1/tenants/current", f"/1/tenants/{tenant_id}"):
        tenant = call("GET", path, headers=token)
        assert (tenant["tenant_id"], tenant["name"]) == (tenant_id, "Demo")


@pytest.fixture
def created(call, token, user_id):
    """A key, as the documented call makes it and the documented call deletes it."""
    # Cogniac's program takes any status but 200 for a failure.
    key = call("POST", f"/1/users/{user_id}/apiKeys", headers=token, body=BODY)
    yield key
    call("DELETE", f"/1/users/{user_id}/apiKeys/{key['key_id']}", expected=204, headers=token)


def test_create(created, user_id):
    assert set(created) == CREATED
    assert created["user_id"] == user_id
    assert created["description"] == BODY["description"]
    assert created["api_key"].split(":")[0] == created["key_id"]


def test_retrieve(call, token, user_id, created):
    read = call("GET", f"/1/users/{user_id}/apiKeys/{created['key_id']}", headers=token)
    assert set(read) == READ
    assert read == created | {"api_key": None, "last_auth": None}


def test_list(call, token, user_id, created):
    answer = call("GET", f"/1/users/{user_id}/apiKeys", headers=token)
    assert set(answer) == {"data"}
    assert created | {"api_key": None, "last_auth": None} in answer["data"]


def test_delete(call, token, user_id):
    key = call("POST", f"/1/users/{user_id}/apiKeys", headers=token, body=BODY)
    path = f"/1/users/{user_id}/apiKeys/{key['key_id']}"
    call("DELETE", path, expected=204, headers=token)
    call("GET", path, expected=404, headers=token)


def test_the_user_may_be_called_current(call, token, created):
    answer = call("GET", "/1/users/current/apiKeys", headers=token)
    assert created["key_id"] in [key["key_id"] for key in answer["data"]]


def test_a_key_is_traded_for_a_token(call, created, tenant_id):
    header = {"Authorization": f"Key {created['api_key']}"}
    answer = call("GET", f"/1/token?tenant_id={tenant_id}", headers=header)
    bearer = {"Authorization": f"Bearer {answer['access_token']}"}
    assert call("GET", "/1/users/current", headers=bearer)["email"] == ADMIN.email
