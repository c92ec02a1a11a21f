"""Cogniac's two connections, the synchronous and the asynchronous one, brought to one shape.

A client here is a context manager `client(**options)` that gives a `Connected`. Its options are
those of Cogniac's own constructors.
"""

import asyncio
from contextlib import closing, contextmanager

import cogniac


class Connected:
    """A connection with its user, and every call of either made as a plain one."""

    def __init__(self, connection, user, tenant_class, user_class, wait):
        self.connection = connection
        self.user = user
        self._tenant_class = tenant_class
        self._user_class = user_class
        self._wait = wait

    def tenant(self):
        """The tenant that the connection is for, as the server tells it now."""
        return self._wait(self._tenant_class.get(self.connection))

    def members(self) -> list[dict]:
        return self._wait(self.tenant().users())

    def tenants(self) -> list[dict]:
        return self._wait(self._user_class.tenants(self.connection))["tenants"]

    def user_by_id(self, user_id: str):
        return self._wait(self._user_class.get_by_id(self.connection, user_id))

    def api_keys(self) -> list[dict]:
        return self._wait(self.user.api_keys())

    def api_key(self, key_id: str) -> dict:
        return self._wait(self.user.api_key(key_id))

    def create_api_key(self, description: str) -> dict:
        return self._wait(self.user.create_api_key(description))

    def delete_api_key(self, key_id: str) -> None:
        return self._wait(self.user.delete_api_key(key_id))


@contextmanager
def synchronous(**options):
    connection = cogniac.CogniacConnection(**options)
    with closing(connection.session):
        yield Connected(
            connection,
            connection.user,
            cogniac.CogniacTenant,
            cogniac.CogniacUser,
            wait=lambda result: result,
        )


@contextmanager
def asynchronous(**options):
    with closing(asyncio.new_event_loop()) as loop:
        wait = loop.run_until_complete
        connection = wait(cogniac.AsyncCogniacConnection.create(**options))
        try:
            user = wait(cogniac.AsyncCogniacUser.get(connection))
            yield Connected(
                connection, user, cogniac.AsyncCogniacTenant, cogniac.AsyncCogniacUser, wait
            )
        finally:
            wait(connection.close())


ALL = [synchronous, asynchronous]
