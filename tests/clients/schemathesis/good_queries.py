"""Queries that keep the rules which JSON Schema cannot say."""

from world import EXAMPLE_API, EXAMPLE_SCOPES, World


class GoodQueries:
    """Puts right what was drawn from the schemas alone."""

    def __init__(self, world: World):
        self._world = world

    def keep_rules(self, case) -> None:
        query = case.query
        if not isinstance(query, dict):
            return
        if "cursor" in query:
            # A cursor is good for the list that it was given out for.
            query["cursor"] = self._world.next_cursor(case.formatted_path)
            if query["cursor"] is None:
                del query["cursor"]
        if case.path == "/auth/verify":
            # Where there are several resource servers, one must be named.
            query["audience"] = EXAMPLE_API
            if "scope" in query:
                query["scope"] = " ".join(EXAMPLE_SCOPES)
