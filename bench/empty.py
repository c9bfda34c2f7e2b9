"""A WSGI application that does nothing: the floor of starting a web server."""

from collections.abc import Callable, Iterable


def application(_: dict[str, object], start_response: Callable[..., object]) -> Iterable[bytes]:
    """Answer every request with an empty page."""
    start_response("200 OK", [("Content-Type", "text/html"), ("Content-Length", "0")])
    return [b""]
