"""What is refused, and how Cogniac's own errors say it."""

import cogniac
import pytest
import requests
from cogniac.common import ClientError, CredentialError
from tenacity import RetryError

import clients
from conftest import ADMIN
from grantd import Grantd, binary_to_test


def assert_refused(wire, client, **options) -> None:
    """The first call ends it, without a second attempt."""
    with pytest.raises(CredentialError, match="access not permitted"):
        with client(url_prefix=wire.url, **options):
            pass
    assert [exchange.status for exchange in wire.taken()] == [401]


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "gibberish",
        "01970000-0000-7000-8000-000000000000:gdk_" + "0" * 49,
        "a:b:c",
        "k" * 5000,
    ],
    ids=["empty", "gibberish", "unknown", "colons", "long"],
)
def test_a_wrong_key(wire, client, tenant_id, wrong):
    if wrong:
        assert_refused(wire, client, api_key=wrong, tenant_id=tenant_id)
    else:
        for value in ("Key", "Key ", "Key :", "Key  "):
            response = requests.get(
                f"{wire.url}/1/token", headers={"Authorization": value}, timeout=30
            )
            assert response.status_code == 401


def test_a_key_with_another_keys_secret(wire, client, tenant_id, make_key):
    one, other = make_key(), make_key()
    mixed = f"{one['key_id']}:{other['api_key'].split(':')[1]}"
    assert_refused(wire, client, api_key=mixed, tenant_id=tenant_id)


@pytest.mark.parametrize(
    "email, password",
    [(ADMIN.email, "wrong"), ("nobody@example.com", ADMIN.password), (ADMIN.email, "")],
    ids=["wrong password", "unknown user", "empty password"],
)
def test_a_wrong_password(wire, client, tenant_id, email, password):
    assert_refused(wire, client, username=email, password=password, tenant_id=tenant_id)


def test_a_deleted_key_is_of_no_use_any_more(wire, client, server, tenant_id, admin, key):
    with client(api_key=key["api_key"], tenant_id=tenant_id, url_prefix=wire.url) as connected:
        admin.delete_api_key(key["key_id"])
        wire.taken()
        # The token that was traded for the key ends with it.
        with pytest.raises((CredentialError, RetryError)):
            connected.tenant()
    assert {exchange.status for exchange in wire.taken()} == {401}
    assert_refused(wire, client, api_key=key["api_key"], tenant_id=tenant_id)


@pytest.mark.parametrize("way", ["key", "password"])
def test_a_tenant_that_one_does_not_belong_to(client, server, key, way):
    elsewhere = "01970000-0000-7000-8000-000000000000"
    options = {
        "key": {"api_key": key["api_key"]},
        "password": {"username": ADMIN.email, "password": ADMIN.password},
    }[way]
    with pytest.raises(ClientError) as raised:
        with client(**options, tenant_id=elsewhere, url_prefix=server.issuer):
            pass
    assert raised.value.status_code == 400
    assert "tenant_id" in str(raised.value)


def test_the_keys_of_another_user(client, server, tenant_id, key):
    person = server.new_person(
        f"other-{client.__name__}@example.com", "--organization", "demo", "--role", "org_admin"
    )
    chosen = {"tenant_id": tenant_id, "url_prefix": server.issuer}
    with client(username=person.email, password=person.password, **chosen) as other:
        assert key["key_id"] not in [listed["key_id"] for listed in other.api_keys()]
        for attempt in (other.api_key, other.delete_api_key):
            with pytest.raises(ClientError) as raised:
                attempt(key["key_id"])
            assert raised.value.status_code == 404

    bearer = {"Authorization": f"Key {key['api_key']}"}
    answer = requests.get(
        f"{server.issuer}/1/users/{other.user.user_id}/apiKeys", headers=bearer, timeout=30
    )
    assert answer.status_code == 404


def test_a_member_makes_no_keys(client, server, tenant_id):
    person = server.new_person(
        f"member-{client.__name__}@example.com", "--organization", "demo", "--role", "member"
    )
    options = {"username": person.email, "password": person.password}
    with client(**options, tenant_id=tenant_id, url_prefix=server.issuer) as connected:
        with pytest.raises(ClientError) as raised:
            connected.create_api_key("not for members")
    assert raised.value.status_code == 403


@pytest.mark.parametrize(
    "body",
    [
        None,
        {},
        {"description": None},
        {"description": ""},
        {"description": 7},
        {"description": "d" * 10_000},
        {"description": "two\nlines"},
        {"description": "right to \u202eleft"},
        {"description": "fine", "color": "red"},
        ["description"],
    ],
    ids=lambda body: repr(body)[:40],
)
def test_a_bad_description(server, admin, body):
    before = admin.api_keys()
    response = admin.connection.session.post(
        f"{server.issuer}/1/users/current/apiKeys", json=body
    )
    assert response.status_code in (400, 422)
    problem = response.json()
    assert problem["message"] == problem["detail"]
    if isinstance(body, dict):
        assert "color" in problem["detail"] or "description" in problem["detail"]
    assert admin.api_keys() == before


@pytest.mark.parametrize(
    "method, path",
    [
        ("GET", "/1/token"),
        ("GET", "/1/users/current"),
        ("GET", "/1/users/current/tenants"),
        ("GET", "/1/tenants/current"),
        ("GET", "/1/tenants/current/users"),
        ("GET", "/21/users/mfa/status"),
        ("GET", "/1/users/current/apiKeys"),
        ("POST", "/1/users/current/apiKeys"),
        ("GET", "/1/users/current/apiKeys/x"),
        ("DELETE", "/1/users/current/apiKeys/x"),
    ],
)
class TestEveryPath:
    def test_without_credentials(self, server, method, path):
        response = requests.request(method, server.issuer + path, timeout=30)
        assert response.status_code == 401
        assert response.json()["message"] == "access not permitted"
        assert "WWW-Authenticate" in response.headers

    def test_is_gone_with_the_setting(self, closed, method, path):
        response = requests.request(method, closed.issuer + path, auth=ADMIN.pair, timeout=30)
        assert response.status_code == 404


@pytest.fixture(scope="module")
def closed(tmp_path_factory):
    """A server without this door."""
    folder = tmp_path_factory.mktemp("closed")
    with Grantd(binary_to_test(), folder, GRANTD_COMPAT__COGNIAC="false") as server:
        yield server


def test_the_server_writes_no_secret_down(server, key, tenant_id):
    with clients.synchronous(
        api_key=key["api_key"], tenant_id=tenant_id, url_prefix=server.issuer
    ) as connected:
        token = connected.connection.session.headers["Authorization"].split(" ")[1]
    cogniac.CogniacConnection.get_all_authorized_tenants(*ADMIN.pair, url_prefix=server.issuer)
    for secret in (key["api_key"].split(":")[1], ADMIN.password, token):
        assert secret not in server.log
