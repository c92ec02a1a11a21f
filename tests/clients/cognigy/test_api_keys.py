"""API keys of one's own: created, listed, deleted, in both versions and with both logins."""

import time

import pytest

from cognigy import Cognigy, by_api_key

SHAPE = {"2.0": {"_id", "name", "createdAt"}, "2.1": {"_id", "name", "createdAt", "schemaVersion"}}


def assert_shape(key: dict, version: str, *more: str) -> None:
    assert set(key) == SHAPE[version] | set(more)
    assert type(key["createdAt"]) is int
    assert abs(key["createdAt"] - time.time()) < 120
    assert key.get("schemaVersion", 1) >= 1


def test_the_whole_life_of_a_key(logged_in, server, version):
    (key,) = logged_in.run(("createApiKeyMe", {"name": "Office"})).answers
    assert_shape(key, version, "apiKey")
    assert key["name"] == "Office"
    assert key["apiKey"].startswith(f"{key['_id']}:")

    by_this_key = by_api_key(key["apiKey"])
    assert Cognigy(server.issuer, version).run(*by_this_key, ("indexApiKeysMe",)).answers

    (index,) = logged_in.run(("indexApiKeysMe",)).answers
    assert set(index) == {"items", "total", "nextCursor", "previousCursor"}
    assert index["total"] == len(index["items"])
    (listed,) = [item for item in index["items"] if item["_id"] == key["_id"]]
    assert_shape(listed, version)
    assert listed == {name: value for name, value in key.items() if name != "apiKey"}

    assert logged_in.run(("deleteApiKeyMe", {"apiKeyId": key["_id"]})).answers
    (index,) = logged_in.run(("indexApiKeysMe",)).answers
    assert key["_id"] not in [item["_id"] for item in index["items"]]
    run = Cognigy(server.issuer, version).run(*by_this_key, ("indexApiKeysMe",))
    assert run.error["message"] == "access not permitted"
    assert run.unauthorized == 1


def test_a_program_may_say_the_version_of_the_schema(server, first_key):
    login = by_api_key(first_key.api_key)
    client = Cognigy(server.issuer, "2.1")
    *_, key = client.run(*login, ("createApiKeyMe", {"name": "Office", "schemaVersion": 1})).answers
    assert key["schemaVersion"] == 1
    assert client.run(*login, ("deleteApiKeyMe", {"apiKeyId": key["_id"]})).answers


def test_pages(logged_in):
    made = logged_in.run(*[("createApiKeyMe", {"name": f"key {number}"}) for number in range(3)])
    ids = {key["_id"] for key in made.answers}

    seen, query = [], {"limit": 1}
    while True:
        (page,) = logged_in.run(("indexApiKeysMe", query)).answers
        assert len(page["items"]) == 1
        assert page["total"] == 3
        seen += [item["_id"] for item in page["items"]]
        if page["nextCursor"] is None:
            break
        query = {"limit": 1, "next": page["nextCursor"]}
    assert len(seen) == 3
    assert set(seen) == ids

    (page,) = logged_in.run(
        ("indexApiKeysMe", {"limit": 1, "previous": page["previousCursor"]})
    ).answers
    assert [item["_id"] for item in page["items"]] == [seen[1]]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": ""},
        {"name": 7},
        {"name": "n" * 10_000},
        {"name": "two\nlines"},
        {"name": "right to \u202eleft"},
        {"name": "fine", "color": "red"},
    ],
    ids=lambda body: repr(body)[:40],
)
def test_a_bad_name(logged_in, body):
    run = logged_in.run(("createApiKeyMe", body))
    assert run.error["status"] == 400
    assert "color" in run.error["message"] or "name" in run.error["message"]
    assert run.error["trace"]
    (index,) = logged_in.run(("indexApiKeysMe",)).answers
    assert index["items"] == []


@pytest.mark.parametrize("query", [{"limit": 0}, {"limit": 1000}, {"next": "tampered"}], ids=repr)
def test_a_bad_page(logged_in, query):
    run = logged_in.run(("indexApiKeysMe", query))
    assert run.error["status"] == 400
    assert next(iter(query)) in run.error["message"]


@pytest.mark.parametrize("unknown", ["01970000-0000-7000-8000-000000000000", "5ce7c2d833ea1e04d7e6c432"])
def test_a_key_that_is_not_there(logged_in, unknown):
    run = logged_in.run(("deleteApiKeyMe", {"apiKeyId": unknown}))
    # By status alone the client takes 404 for an inner error of the server: it reads `code`.
    assert (run.error["code"], run.error["status"]) == (1002, 404)


def test_the_key_of_another(logged_in, server):
    other = server.generate(kind="api_key")
    run = logged_in.run(("deleteApiKeyMe", {"apiKeyId": other.id}))
    server.revoke(other)
    assert (run.error["code"], run.error["status"]) == (1002, 404)


def test_the_limit_says_what_to_do(logged_in):
    run = logged_in.run(*[("createApiKeyMe", {"name": f"key {number}"}) for number in range(11)])
    assert (run.error["code"], run.error["status"]) == (1004, 409)
    assert "10" in run.error["message"]
    assert "delete" in run.error["message"].lower()
