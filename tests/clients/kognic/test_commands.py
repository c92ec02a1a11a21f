"""The commands `kog` and `kognic-auth`, with a configuration of their own."""

import json

import pytest

from conftest import EXAMPLE_API
from tokens import claims_of


@pytest.fixture
def configure(tmp_path):
    """Writes kog's environments.json: `configure(auth_server, credential)`."""

    def configure(auth_server, credential, **more):
        folder = tmp_path / "config" / "kognic"
        folder.mkdir(parents=True)
        environment = {
            "host": "127.0.0.1",
            "auth_server": auth_server,
            "credentials": str(credential.path),
        }
        content = {"environments": {"local": environment | more}}
        (folder / "environments.json").write_text(json.dumps(content))

    return configure


def test_kog_calls(run, configure, server, shared_credential):
    configure(server.issuer, shared_credential)
    result = run("kog", "get", f"{server.issuer}/v1/whoami")

    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)["credential_id"] == shared_credential.id


def test_kog_asks_for_scopes(run, configure, server):
    credential = server.generate(
        scopes=["api:read", "credentials:read"], audiences=[EXAMPLE_API, server.issuer]
    )
    configure(server.issuer, credential, scopes=["api:read"])
    url = f"{server.issuer}/v1/organizations/demo/credentials"

    as_configured = run("kog", "get", url)
    assert as_configured.returncode == 1

    widened = run("kog", "get", url, "--scope", "credentials:read", "--format", "jsonl")
    assert widened.returncode == 0, widened.stderr


def test_kog_keeps_its_token_between_calls(run, configure, wire, credential):
    configure(wire.url, credential)
    for _ in range(2):
        result = run("kog", "get", f"{wire.url}/v1/whoami", "--token-cache", "file")
        assert result.returncode == 0, result.stderr

    paths = [exchange.path for exchange in wire.taken()]
    assert paths == ["/v1/auth/oauth/token", "/v1/whoami", "/v1/whoami"]


def test_kog_fails_cleanly_once_the_credential_is_revoked(run, configure, server, wire, credential):
    configure(wire.url, credential)
    command = ("kog", "get", f"{wire.url}/v1/whoami", "--token-cache", "file")
    assert run(*command).returncode == 0
    server.revoke(credential)
    wire.taken()

    result = run(*command)

    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr.startswith("Error: invalid_client: ")
    assert "Traceback" not in result.stderr
    assert [exchange.status for exchange in wire.taken()] == [401, 401]


def test_get_access_token(run, server, shared_credential):
    result = run(
        "kognic-auth",
        "get-access-token",
        "--server",
        server.issuer,
        "--credentials",
        str(shared_credential.path),
    )

    assert result.returncode == 0, result.stderr
    claims = claims_of(result.stdout.strip())
    assert claims["client_id"] == shared_credential.id
    assert claims["scope"].split() == ["api:read", "api:write"]


def test_get_access_token_with_credentials_from_the_environment(
    run, monkeypatch, server, shared_credential
):
    monkeypatch.setenv("KOGNIC_CREDENTIALS", str(shared_credential.path))
    result = run("kognic-auth", "get-access-token", "--server", server.issuer)

    assert result.returncode == 0, result.stderr
    assert claims_of(result.stdout.strip())["client_id"] == shared_credential.id


def test_get_access_token_narrowed_and_decoded(run, server, shared_credential):
    result = run(
        "kognic-auth",
        "get-access-token",
        "--server",
        server.issuer,
        "--credentials",
        str(shared_credential.path),
        "--scopes",
        "api:read",
        "--decode",
    )

    assert result.returncode == 0, result.stderr
    decoded = json.loads(result.stdout)
    assert decoded["header"]["typ"] == "at+jwt"
    assert decoded["payload"]["iss"] == server.issuer
    assert decoded["payload"]["scope"] == "api:read"


def test_get_access_token_with_a_wrong_secret(run, server, credential, shared_credential, tmp_path):
    wrong = credential.with_changes(tmp_path / "wrong.json", clientSecret=shared_credential.secret)
    result = run(
        "kognic-auth",
        "get-access-token",
        "--server",
        server.issuer,
        "--credentials",
        str(wrong.path),
    )

    assert result.returncode == 1
    assert result.stdout == ""
    assert "invalid_client" in result.stderr
    assert "Traceback" not in result.stderr
