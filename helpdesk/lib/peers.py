"""Who is at the other end of a request: the one rule for a visitor's address, used by limits, logs and metrics."""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
# The other end of a Unix socket has no address; only what runs on this machine can be there.
SOCKET = "unix"


@lru_cache(maxsize=16)
def networks(listed: tuple[str, ...]) -> tuple[Network, ...]:
    """The networks of a setting: addresses or networks as text. Raises `ImproperlyConfigured` for anything else."""
    try:
        return tuple(ip_network(text) for text in listed if text != SOCKET)
    except ValueError as error:
        raise ImproperlyConfigured(f"Not an address or a network, such as 172.30.240.0/24: {error}") from error


def is_listed(address: str, listed: Iterable[str]) -> bool:
    """Whether an address, as text, is in one of these networks; an empty one is that of a Unix socket."""
    names = tuple(listed)
    if not address:
        return SOCKET in names
    parsed = _parsed(address)
    return parsed is not None and any(parsed in network for network in networks(names))


def comes_from_proxy(request: HttpRequest) -> bool:
    """Whether the request was handed over by a listed proxy, so that what that proxy's headers say is believed."""
    return is_listed(request.META.get("REMOTE_ADDR", ""), settings.TRUSTED_PROXIES)


def client_address(request: HttpRequest) -> str:
    """The visitor's address: the nearest one that is not a listed proxy; empty when there is none.

    Each proxy appends whom it was called by to X-Forwarded-For. Read from the right, entries are true for as long
    as a listed proxy wrote them; whatever stands further left, anybody may have written.
    """
    nearest = request.META.get("REMOTE_ADDR", "")
    hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    while hops and is_listed(nearest, settings.TRUSTED_PROXIES):
        further = _parsed(hops.pop().strip())
        if further is None:
            break
        nearest = str(further)
    return str(_parsed(nearest) or "")


def _parsed(text: str) -> Address | None:
    try:
        found = ip_address(text)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found
