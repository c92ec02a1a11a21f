"""Tenants and users: who one is, where one is at home, who else is there."""

import cogniac
import requests

from conftest import ADMIN


def test_the_tenants_of_a_user(client, server, key, tenant_id):
    with client(api_key=key["api_key"], url_prefix=server.issuer) as connected:
        (tenant,) = connected.tenants()

    assert tenant["tenant_id"] == tenant_id
    assert tenant["name"] == "Demo"
    assert tenant["type"] == "orgtenant"
    assert tenant["roles"] == ["tenant_admin"]


def test_all_authorized_tenants_by_api_key(monkeypatch, server, key, tenant_id):
    monkeypatch.setenv("COG_API_KEY", key["api_key"])
    answer = cogniac.CogniacConnection.get_all_authorized_tenants(url_prefix=server.issuer)
    assert [tenant["tenant_id"] for tenant in answer["tenants"]] == [tenant_id]


def test_all_authorized_tenants_by_password(server, tenant_id):
    answer = cogniac.CogniacConnection.get_all_authorized_tenants(
        *ADMIN.pair, url_prefix=server.issuer
    )
    assert [tenant["tenant_id"] for tenant in answer["tenants"]] == [tenant_id]


def test_a_user_by_id(client, server, key, tenant_id):
    chosen = {"tenant_id": tenant_id, "url_prefix": server.issuer}
    with client(api_key=key["api_key"], **chosen) as connected:
        for user_id in ("current", connected.user.user_id):
            assert connected.user_by_id(user_id).email == ADMIN.email


def test_the_members_of_a_tenant(client, server, key, tenant_id):
    person = server.new_person(
        f"{client.__name__}@example.com", "--organization", "demo", "--role", "member"
    )
    chosen = {"tenant_id": tenant_id, "url_prefix": server.issuer}
    with client(api_key=key["api_key"], **chosen) as connected:
        members = {member["email"]: member for member in connected.members()}

    assert members[ADMIN.email]["role"] == "tenant_admin"
    assert members[person.email]["role"] == "tenant_viewer"
    for member in members.values():
        assert {"user_id", "email", "given_name", "surname", "role", "last_auth"} <= set(member)


def test_nobody_is_asked_for_a_second_factor(server):
    response = requests.get(f"{server.issuer}/21/users/mfa/status", auth=ADMIN.pair, timeout=30)
    assert response.status_code == 200
    assert response.json() == {"totp": "inactive"}
