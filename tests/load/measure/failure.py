"""What ends a measurement early."""


class Failure(Exception):
    """Why there is no result, in words for whoever started it."""
