"""kognic-auth's five ways to make an authenticated call, each brought to one shape.

A client here is a context manager `client(auth, host, scopes=None)` that gives a function
`get(url)`. The asynchronous ones run on a loop of their own.
"""

import asyncio
from contextlib import closing, contextmanager

from kognic.auth.httpx import BaseAsyncApiClient, HttpxAuthAsyncClient
from kognic.auth.requests import BaseApiClient
from kognic.auth.requests.auth_session import RequestsAuthSession
from kognic.auth.requests.base_client import create_session


@contextmanager
def requests_auth_session(auth, host, scopes=None):
    """requests: the authenticated session itself."""
    client = RequestsAuthSession(auth=auth, host=host, scopes=scopes)
    with closing(client.oauth_session):
        yield lambda url: client.session.get(url)


@contextmanager
def requests_created_session(auth, host, scopes=None):
    """requests: a session that fetches a new token when it is answered 401."""
    with create_session(auth=auth, auth_host=host, scopes=scopes) as session:
        yield session.get


@contextmanager
def requests_api_client(auth, host, scopes=None):
    """requests: the base class of Kognic's API clients."""
    client = BaseApiClient(auth=auth, auth_host=host, scopes=scopes)
    with closing(client.session):
        yield client.session.get


@contextmanager
def httpx_auth_client(auth, host, scopes=None):
    """httpx: the authenticated client itself."""
    with _on_a_loop(HttpxAuthAsyncClient(auth=auth, host=host, scopes=scopes)) as get:
        yield get


@contextmanager
def httpx_api_client(auth, host, scopes=None):
    """httpx: the base class of Kognic's asynchronous API clients."""
    with _on_a_loop(BaseAsyncApiClient(auth=auth, auth_host=host, scopes=scopes)) as get:
        yield get


@contextmanager
def _on_a_loop(client: HttpxAuthAsyncClient):
    async def get(url):
        return await (await client.session).get(url)

    with closing(asyncio.new_event_loop()) as loop:
        try:
            yield lambda url: loop.run_until_complete(get(url))
        finally:
            loop.run_until_complete(client.close())


ALL = [
    requests_auth_session,
    requests_created_session,
    requests_api_client,
    httpx_auth_client,
    httpx_api_client,
]

# BaseApiClient hands on the pair alone, so scopes and expiry in the file are lost on the way.
MINDFUL_OF_THE_FILE = [client for client in ALL if client is not requests_api_client]


def sent_token(response) -> str:
    """The access token that the answered request carried."""
    scheme, token = response.request.headers["Authorization"].split(" ", 1)
    assert scheme == "Bearer"
    return token
