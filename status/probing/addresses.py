"""Addresses as people type them."""

from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from status.probing.shapes import HTTP_PORT, HTTPS_PORT, LAST_PORT

_IN_PATHS = "/:@!$&'()*+,;=~%-._"
_FIRST_PRINTED, _DELETE = 32, 127


@dataclass(frozen=True)
class Place:
    """Where a request goes: to whom, over what, and for what."""

    host: str
    port: int
    is_tls: bool
    target: str

    @property
    def header(self) -> str:
        """The value of the request's `Host`."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == (HTTPS_PORT if self.is_tls else HTTP_PORT) else f"{name}:{self.port}"


def http_place(url: str) -> Place:
    """Where an HTTP(S) address leads. Raises `ValueError` for any other, and for one with a name and password."""
    parts = urlsplit(_clean(url))
    if parts.scheme not in ("http", "https"):
        raise ValueError("neither http nor https")
    if parts.username is not None or parts.password is not None:
        raise ValueError("an address with a password")
    is_tls = parts.scheme == "https"
    port = parts.port if parts.port is not None else (HTTPS_PORT if is_tls else HTTP_PORT)
    return Place(_host(parts.hostname or ""), _port(port), is_tls, _target(parts))


def tcp_place(text: str) -> tuple[str, int]:
    """`mail.example:25` or `[2001:db8::1]:25` as host and port. Raises `ValueError` for anything else."""
    typed = _clean(text)
    parts = urlsplit(f"//{typed}")
    if parts.path or parts.query or parts.fragment or "@" in typed or "?" in typed or "#" in typed:
        raise ValueError("not host:port")
    if parts.port is None:
        raise ValueError("without a port")
    return _host(parts.hostname or ""), _port(parts.port)


def led_to(place: Place, location: str) -> str:
    """The address that a redirect from a place names, which may be relative to it. Raises `ValueError` for none."""
    scheme = "https" if place.is_tls else "http"
    return urljoin(f"{scheme}://{place.header}{place.target}", location)


def _clean(text: str) -> str:
    typed = text.strip()
    if any(ord(char) <= _FIRST_PRINTED or ord(char) == _DELETE for char in typed) or "\\" in typed:
        raise ValueError("spaces or control characters")
    return typed


def _host(name: str) -> str:
    if not name:
        raise ValueError("without a host")
    if ":" in name:  # an IPv6 address
        return name
    return name.encode("idna").decode("ascii") if not name.isascii() else name.rstrip(".") or name


def _port(port: int) -> int:
    if not 1 <= port <= LAST_PORT:
        raise ValueError("no such port")
    return port


def _target(parts: SplitResult) -> str:
    path = quote(parts.path or "/", safe=_IN_PATHS)
    return f"{path}?{quote(parts.query, safe=_IN_PATHS + '?')}" if parts.query else path
