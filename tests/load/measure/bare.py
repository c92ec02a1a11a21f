"""The bare handler (tests/load/bare), told to answer as grantd did."""

import json
from pathlib import Path

from .grantd import Grantd, key_verify_request, part_of, token_request, verify_request
from .process import Server, free_port
from .wrk import Question

# What the HTTP server writes by itself.
OWN_HEADERS = {"content-length", "date", "connection", "transfer-encoding"}

# The libraries that grantd signs with.
LIBRARIES = {"ES256": "ring", "RS256": "aws-lc", "EdDSA": "aws-lc"}


class Bare:
    """The bare handler for one algorithm and one library."""

    def __init__(self, binary: Path, grantd: Grantd, algorithm: str, library: str, folder: Path):
        self.grantd, self.algorithm = grantd, algorithm
        name = f"bare-{algorithm}-{library}"
        model = folder / f"{name}.json"
        model.touch(mode=0o600)
        model.write_text(json.dumps(_model(grantd, algorithm)))
        port = free_port()
        self.origin = f"http://127.0.0.1:{port}"
        command = [
            str(binary), "--listen", f"127.0.0.1:{port}",
            "--algorithm", algorithm, "--library", library, "--model", str(model),
        ]  # fmt: skip
        self.server = Server(name, command, folder / f"{name}.log")
        try:
            self.server.wait_for(f"{self.origin}/auth/verify")
        except BaseException:
            self.server.stop()
            raise

    def token(self) -> Question:
        return token_request(self.origin, "/oauth/token", self.grantd.clients[self.algorithm], self.algorithm)

    def key_at_proxy(self) -> Question:
        return verify_request(self.origin, {"X-API-Key": self.grantd.key})

    def token_at_proxy(self) -> Question:
        token = json.loads(self.token().ask()[1])["access_token"]
        return verify_request(self.origin, {"Authorization": f"Bearer {token}"})

    def key_verify(self) -> Question:
        return key_verify_request(self.origin, self.grantd.caller, self.grantd.key)


def _model(grantd: Grantd, algorithm: str) -> dict:
    """What grantd answered, as tests/load/bare reads it."""
    client_id, client_secret = grantd.clients[algorithm]
    _, body = grantd.token(algorithm).ask()
    answer = json.loads(body)
    claims = part_of(answer["access_token"], 1)
    return {
        "client": {
            "client_id": client_id,
            "client_secret": client_secret,
            "org_id": claims["org_id"],
            "issuer": claims["iss"],
            "audience": claims["aud"],
            "lifetime": answer["expires_in"],
        },
        "verify": _answered(grantd.key_at_proxy()),
        "key_verify": _answered(grantd.key_verify()),
    }


def _answered(question: Question) -> dict:
    headers, body = question.ask()
    kept = [(name, value) for name, value in headers if name.lower() not in OWN_HEADERS]
    return {"headers": kept, "body": body.decode()}
