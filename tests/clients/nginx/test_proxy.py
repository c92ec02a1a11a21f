"""nginx asks grantd about each request, by the configuration that the guide prints."""

import json
import time
import urllib.parse
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from grantd import REVOCATION_SECONDS, Credential, Grantd
from proxy import Nginx

EXAMPLE_API = "https://api.example.com"


def token_of(server: Grantd, credential: Credential, **parameters: str) -> str:
    client_id, client_secret = credential.pair
    form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": client_secret}
    body = urllib.parse.urlencode(form | parameters).encode()
    with urllib.request.urlopen(f"{server.issuer}/oauth/token", body) as answer:
        return json.load(answer)["access_token"]


def text_of(key: Credential) -> str:
    return ":".join(key.pair)


def organization_of(server: Grantd, token: str) -> str:
    request = urllib.request.Request(f"{server.issuer}/v1/whoami", headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)["organization_id"]


@pytest.fixture(scope="module")
def token(server) -> str:
    return token_of(server, server.first_credential)


@pytest.fixture(scope="module")
def bearer(token) -> dict:
    return {"Authorization": f"Bearer {token}"}


def test_a_token_passes_and_the_api_learns_whose_it_is(server, nginx, token, bearer):
    answer = nginx.get(**bearer)
    assert answer.told("X-Auth-Client-Id") == server.first_credential.id
    assert answer.told("X-Auth-Organization") == organization_of(server, token)
    assert answer.told("X-Auth-Scope") == "api:read api:write"
    assert answer.told("X-Auth-Agent") is None
    assert answer.told("X-Auth-User") is None
    assert answer.told("Authorization") is None


def test_an_agents_token_names_the_agent(server, nginx):
    credential = server.generate(audiences=[EXAMPLE_API], agent="demo-agent")
    token = token_of(server, credential)
    assert nginx.get(Authorization=f"Bearer {token}").told("X-Auth-Agent")


def test_a_key_passes_in_each_place_and_the_api_never_sees_it(nginx, key):
    text = text_of(key)
    encoded = urllib.parse.quote(text, safe="")
    for target, headers, left in [
        ("/items", {"X-API-Key": text}, "/items"),
        ("/items?a=1", {"Authorization": f"Key {text}"}, "/items?a=1"),
        (f"/items?api_key={text}", {}, "/items"),
        (f"/items?api_key={encoded}&a=1&b=%2F", {}, "/items?a=1&b=%2F"),
        (f"/items?a=1&api_key={text}", {}, "/items?a=1"),
        (f"/items?a=1&api_key={text}&b=2", {}, "/items?a=1&b=2"),
        (f"/items?xapi_key=1&api_key={text}", {}, "/items?xapi_key=1"),
    ]:
        answer = nginx.ask("GET", target, headers)
        assert answer.seen["target"] == left
        assert answer.told("X-Auth-Client-Id") == key.id
        for secret in (key.secret, encoded):
            assert secret not in answer.body.decode()


@pytest.mark.parametrize("query", ["api%5Fkey={}", "API_KEY={}", "api_key={0}&api_key={0}"])
def test_a_key_that_nginx_would_not_strip_does_not_pass(nginx, api, key, query):
    before = api.asked
    assert nginx.get("/items?" + query.format(text_of(key))).status == 401
    assert api.asked == before


@pytest.mark.parametrize("name", ["X-Original-URI", "X-Forwarded-Uri"])
def test_a_client_does_not_tell_the_uri(nginx, key, name):
    assert nginx.ask("GET", "/items", {name: f"/?api_key={text_of(key)}"}).status == 401


def test_a_key_does_not_reach_the_access_log(nginx, key):
    assert nginx.get(f"/logged?api_key={text_of(key)}").status == 200
    assert nginx.get("/logged", X_API_Key=text_of(key)).status == 200
    deadline = time.monotonic() + 5
    while nginx.log("access.log").count("/logged") < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    log = nginx.log("access.log")
    assert log.count(f"GET /logged 200 {key.id}") == 2, log
    assert key.secret not in log


def test_what_a_client_says_of_itself_does_not_get_through(server, nginx, token, bearer):
    forged = {
        f"X-Auth-{name}": "forged" for name in ["Client-Id", "Organization", "Agent", "User", "Scope"]
    }
    underscored = {name.replace("-", "_"): value for name, value in forged.items()}
    for headers in (forged, underscored, {name.lower(): value for name, value in forged.items()}):
        answer = nginx.ask("GET", "/items", bearer | headers)
        assert "forged" not in answer.body.decode()
        assert answer.told("X-Auth-Organization") == organization_of(server, token)
        assert answer.told("X-Auth-Agent") is None
        assert nginx.ask("GET", "/items", headers).status == 401


def test_a_client_cannot_choose_what_is_asked_for(nginx, server, api):
    reading = token_of(server, server.first_credential, scope="api:read")
    headers = {"Authorization": f"Bearer {reading}"}
    before = api.asked
    for target in ["/items?scope=api:read", "/items?audience=urn:x&scope="]:
        assert nginx.ask("POST", target, headers, "x").status == 403
    for target in ["/_auth", "/%5Fauth"]:
        assert nginx.ask("GET", target, headers).status == 404
    assert api.asked == before


def test_a_method_needs_its_scope(nginx, server, api, bearer):
    reading = {"Authorization": f"Bearer {token_of(server, server.first_credential, scope='api:read')}"}
    assert nginx.ask("GET", "/items", reading).status == 200
    before = api.asked
    for method in ["POST", "PUT", "DELETE"]:
        assert nginx.ask(method, "/items", reading, "a=1").status == 403
    assert api.asked == before
    seen = nginx.ask("POST", "/items", bearer, "a=1").seen
    assert (seen["method"], seen["body"]) == ("POST", "a=1")


def test_a_large_body_reaches_the_api_alone(nginx, bearer):
    body = "x" * 500_000
    assert nginx.ask("PUT", "/items", bearer, body).seen["body"] == body


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer abc"},
        {"Authorization": "Basic YTpi"},
        {"X-API-Key": "01a1fcab-11ce-7000-8000-000000000000:gdk_wrong"},
        {"Authorization": "Bearer abc", "X-API-Key": "abc"},
    ],
)
def test_what_is_not_good_is_401_with_a_challenge(nginx, api, headers):
    before = api.asked
    answer = nginx.ask("GET", "/items", headers)
    assert answer.status == 401
    assert answer.headers["www-authenticate"].startswith('Bearer realm="grantd"')
    assert api.asked == before


def test_a_token_for_grantd_itself_does_not_pass(nginx, server, api):
    token = token_of(server, server.first_credential, resource=server.issuer)
    before = api.asked
    assert nginx.get(Authorization=f"Bearer {token}").status == 403
    assert api.asked == before


def test_a_revoked_credential_is_refused_within_a_second(nginx, server):
    key = server.generate(kind="api_key", audiences=[EXAMPLE_API])
    client = server.generate(audiences=[EXAMPLE_API])
    shown = [
        (key, {"X-API-Key": text_of(key)}),
        (client, {"Authorization": f"Bearer {token_of(server, client)}"}),
    ]
    for credential, headers in shown:
        assert nginx.ask("GET", "/items", headers).status == 200
        server.revoke(credential, wait=False)
        revoked = time.monotonic()
        while nginx.ask("GET", "/items", headers).status != 401:
            assert time.monotonic() - revoked < REVOCATION_SECONDS + 0.5
            time.sleep(0.02)


@pytest.mark.parametrize(("answer", "expected"), [(429, 429), (500, 503), (400, 503), (None, 503)])
def test_a_client_learns_of_too_many_requests_and_nothing_passes_unverified(api, bearer, answer, expected):
    """What grantd answers is played here: `None` is a grantd that is not there."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(answer)
            self.send_header("Retry-After", "7")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    stand_in = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if answer is None:
        stand_in.server_close()
    else:
        Thread(target=stand_in.serve_forever, daemon=True).start()
    before = api.asked
    try:
        with Nginx(f"127.0.0.1:{stand_in.server_port}", api.address) as nginx:
            refused = nginx.get(**bearer)
    finally:
        if answer is not None:
            stand_in.shutdown()
            stand_in.server_close()
    assert refused.status == expected
    assert refused.headers.get("retry-after") == ("7" if expected == 429 else None)
    assert api.asked == before
