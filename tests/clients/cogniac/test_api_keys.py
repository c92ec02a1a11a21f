"""API keys of a user: made, listed, looked at, used, deleted, with exactly the documented shapes."""

import time

import pytest
from cogniac.common import ClientError

from conftest import ADMIN

LAST_USED_SECONDS = 60
"""How far behind `last_auth` may be."""


@pytest.fixture
def connected(client, server, tenant_id):
    """The administrator, connected by password with each of the connections in turn."""
    by_password = {"username": ADMIN.email, "password": ADMIN.password}
    with client(**by_password, tenant_id=tenant_id, url_prefix=server.issuer) as connected:
        yield connected


def test_the_whole_life_of_a_key(connected, client, server, tenant_id):
    made = connected.create_api_key("for image downloads")
    key_id = made["key_id"]
    try:
        assert set(made) == {
            "user_id", "description", "created_at", "key_id", "api_key", "email"
        }  # fmt: skip
        assert made["user_id"] == connected.user.user_id
        assert made["email"] == ADMIN.email
        assert made["description"] == "for image downloads"
        assert type(made["created_at"]) is int
        assert abs(made["created_at"] - time.time()) < 60
        assert made["api_key"].startswith(f"{key_id}:")

        later = made | {"api_key": None, "last_auth": None}
        assert connected.api_key(key_id) == later
        assert later in connected.api_keys()
    finally:
        assert connected.delete_api_key(key_id) is None

    assert key_id not in [key["key_id"] for key in connected.api_keys()]
    with pytest.raises(ClientError) as raised:
        connected.api_key(key_id)
    assert raised.value.status_code == 404


def test_a_key_makes_another(client, server, tenant_id, key):
    chosen = {"tenant_id": tenant_id, "url_prefix": server.issuer}
    with client(api_key=key["api_key"], **chosen) as by_key:
        made = by_key.create_api_key("made by a key")
        try:
            assert made["user_id"] == key["user_id"]
            with client(api_key=made["api_key"], **chosen) as by_the_other:
                assert made["key_id"] in [listed["key_id"] for listed in by_the_other.api_keys()]
        finally:
            by_key.delete_api_key(made["key_id"])


def test_last_auth_is_null_until_the_key_is_used(connected, client, server, tenant_id, make_key):
    key = make_key()
    assert connected.api_key(key["key_id"])["last_auth"] is None

    used_at = int(time.time())
    with client(api_key=key["api_key"], tenant_id=tenant_id, url_prefix=server.issuer):
        pass
    deadline = time.monotonic() + LAST_USED_SECONDS + 10
    while (last_auth := connected.api_key(key["key_id"])["last_auth"]) is None:
        assert time.monotonic() < deadline, "a minute has passed, and the key seems unused"
        time.sleep(1)
    assert type(last_auth) is int
    assert used_at <= last_auth <= time.time()


def test_the_limit_says_what_to_do(connected, make_key):
    with pytest.raises(ClientError) as raised:
        for number in range(11):
            make_key(f"number {number}")
    assert raised.value.status_code == 409
    assert "10" in str(raised.value)
    assert "delete" in str(raised.value).lower()
    assert len(connected.api_keys()) <= 10
