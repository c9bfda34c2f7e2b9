"""What goes over the wire: the parts of ASGI and of an event stream that are spoken here."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from typing import Any

from django.http import parse_cookie

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
# A proxy that gathers an answer before it hands it on would keep every word back.
STREAM = {**HEADERS, "Content-Type": "text/event-stream; charset=utf-8", "X-Accel-Buffering": "no"}
HEARTBEAT = b":\n\n"


def headers_of(scope: Scope) -> dict[str, str]:
    """The request's headers by their lower-case names; of several of one name, the last."""
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}


def cookie_of(headers: Mapping[str, str], name: str) -> str:
    """A cookie's value; empty when there is none."""
    return parse_cookie(headers.get("cookie", "")).get(name, "")


async def begin(send: Send, headers: Mapping[str, str], *, status: int = 200) -> None:
    """Send the status and the headers."""
    pairs = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": pairs})


async def answer(send: Send, status: int, text: str, more: Mapping[str, str]) -> None:
    """Send a whole answer of one line."""
    body = f"{text}\n".encode()
    plain = {"Content-Type": "text/plain; charset=utf-8", "Content-Length": str(len(body))}
    await begin(send, {**HEADERS, **plain, **more}, status=status)
    await send({"type": "http.response.body", "body": body})


async def say(send: Send, body: bytes) -> None:
    """Send a further part of a stream."""
    await send({"type": "http.response.body", "body": body, "more_body": True})


def spoken(words: Iterable[str], *, retry_ms: int | None = None) -> bytes:
    """Words as messages of an event stream, a message each; before them how long to wait before coming back."""
    first = f"retry: {retry_ms}\n\n" if retry_ms is not None else ""
    return (first + "".join(f"data: {word}\n\n" for word in words)).encode()
