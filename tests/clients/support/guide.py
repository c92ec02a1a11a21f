"""The blocks of a guide that are to run: those with `<!-- runs -->` on the line before."""

import re
from pathlib import Path

GUIDES = Path(__file__).resolve().parents[3] / "docs" / "guides"
ORIGIN = "http://127.0.0.1:8080"
CREDENTIALS = "grantd-data/credentials.json"
BLOCK = re.compile(r"^<!-- runs -->\n```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def block(page: str, language: str, server) -> str:
    """The one block of this language, made to run against this server."""
    (text,) = [text for found, text in BLOCK.findall((GUIDES / page).read_text()) if found == language]
    return text.replace(ORIGIN, server.issuer).replace(CREDENTIALS, str(server.first_credential.path))
