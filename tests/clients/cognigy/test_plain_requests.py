"""The key in the address, as a browser sends it, and the same paths called by hand."""

import pytest
import requests

from conftest import MANAGEMENT
from grantd import Grantd, binary_to_test

PATHS = ["/new/v2.0/users/me/apikeys", "/new/v2.1/users/me/apikeys", "/v1/whoami"]


@pytest.mark.parametrize("path", PATHS)
def test_the_key_in_the_address(server, first_key, path):
    response = requests.get(
        server.issuer + path,
        params={"api_key": first_key.api_key},
        headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"},
        allow_redirects=False,
        timeout=30,
    )
    assert response.status_code == 200
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in response.headers["Cache-Control"]
    assert first_key.secret not in response.text
    assert first_key.secret not in str(response.headers)


@pytest.mark.parametrize("path", PATHS)
def test_a_wrong_key_in_the_address(server, path):
    wrong = "01970000-0000-7000-8000-000000000000:gdk_" + "0" * 49
    response = requests.get(server.issuer + path, params={"api_key": wrong}, timeout=30)
    assert response.status_code == 401
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.json()["message"] == "access not permitted"
    assert wrong.split(":")[1] not in response.text


def test_the_server_writes_no_key_down(server, first_key):
    for url in ("/v1/whoami", "/nowhere", "//new", "/new/v2.0/users/me/apikeys/"):
        requests.get(server.issuer + url, params={"api_key": first_key.api_key}, timeout=30)
    assert first_key.secret not in server.log


def test_two_different_keys_at_once(server, first_key):
    other = server.generate(kind="api_key", scopes=MANAGEMENT, audiences=[server.issuer])
    response = requests.get(
        f"{server.issuer}/v1/whoami",
        params={"api_key": first_key.api_key},
        headers={"X-API-Key": other.api_key},
        timeout=30,
    )
    assert response.status_code in (400, 401)
    server.revoke(other)


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_a_body_where_none_belongs_is_not_read(server, first_key, method):
    # Cognigy's client sends its arguments as JSON with every method.
    path = {"GET": "", "DELETE": "/01970000-0000-7000-8000-000000000000"}[method]
    response = requests.request(
        method,
        f"{server.issuer}/new/v2.0/users/me/apikeys{path}",
        headers={"X-API-Key": first_key.api_key},
        json={"apiKeyId": "whatever", "limit": -1},
        timeout=30,
    )
    assert response.status_code == {"GET": 200, "DELETE": 404}[method]


def test_both_versions_delete(server, first_key):
    header = {"X-API-Key": first_key.api_key}
    for version in ("v2.0", "v2.1"):
        keys = f"{server.issuer}/new/{version}/users/me/apikeys"
        made = requests.post(keys, json={"name": "by hand"}, headers=header, timeout=30)
        assert made.status_code == 201
        deleted = requests.delete(f"{keys}/{made.json()['_id']}", headers=header, timeout=30)
        assert (deleted.status_code, deleted.content) == (204, b"")


def test_the_description_of_the_api(server):
    response = requests.get(f"{server.issuer}/openapi", timeout=30)
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/html")


@pytest.fixture(scope="module")
def closed(tmp_path_factory):
    """A server without this door."""
    settings = {"GRANTD_COMPAT__COGNIGY": "false", "GRANTD_FEATURES__SUPER_API_KEY": "true"}
    with Grantd(binary_to_test(), tmp_path_factory.mktemp("closed"), **settings) as server:
        yield server


@pytest.mark.parametrize(
    "method, path",
    [
        ("POST", "/auth/oauth2/token"),
        ("GET", "/new/v2.0/users/me/apikeys"),
        ("POST", "/new/v2.1/users/me/apikeys"),
        ("DELETE", "/new/v2.0/users/me/apikeys/x"),
        ("POST", "/management/v2.0/organisations/demo/apikeys"),
        ("POST", "/new/management/v2.0/organisations/demo/apikeys"),
    ],
)
def test_the_setting_closes_the_door(closed, method, path):
    response = requests.request(method, closed.issuer + path, auth=Grantd.admin.pair, timeout=30)
    assert response.status_code == 404
