"""Queries that keep the rules which JSON Schema cannot say."""

from datetime import datetime, timedelta, timezone

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
            # And for the order, which is the usual one here.
            query.pop("sort", None)
        for name in ("next", "previous"):
            # As above; and all that there is may be one page.
            query.pop(name, None)
        if "tenant_id" in query:
            query["tenant_id"] = self._world.home
        if case.path.endswith("/usage"):
            self._span(query)
        if case.path == "/auth/verify":
            # Where there are several resource servers, one must be named.
            query["audience"] = EXAMPLE_API
            if "scope" in query:
                query["scope"] = " ".join(EXAMPLE_SCOPES)

    def _span(self, query: dict) -> None:
        """The end is after the beginning, and by hours not by much."""
        now = datetime.now(timezone.utc)
        if "from" in query:
            query["from"] = (now - timedelta(days=3)).isoformat()
        if "to" in query:
            query["to"] = (now - timedelta(hours=1)).isoformat()
