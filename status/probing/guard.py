"""Which networks a probe may reach, and finding the addresses of a name once: those that were looked at are asked."""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field

from status.probing.shapes import AskingRefused, CheckFailed, Why

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolver = Callable[[str, int], Awaitable[Sequence[str]]]
# An IPv4 address lies in the last 32 bits of these: the machine, or a gateway of the network, goes on there.
_TRANSLATED = (ipaddress.IPv6Network("::ffff:0:0/96"), ipaddress.IPv6Network("64:ff9b::/96"))
_LOW = 0xFFFFFFFF
# Which of these `is_global` leaves out differs between versions of Python.
_SPECIAL: tuple[Network, ...] = (
    *map(ipaddress.IPv4Network, ("192.0.0.0/24", "192.88.99.0/24")),
    *map(ipaddress.IPv6Network, ("::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32")),
    *map(ipaddress.IPv6Network, ("2002::/16", "3fff::/20", "fec0::/10")),
)


def networks(listed: Iterable[str]) -> tuple[Network, ...]:
    """Networks as they are written, `127.0.0.0/8` or one address. Raises `ValueError` for anything else."""
    return tuple(ipaddress.ip_network(one.strip()) for one in listed if one.strip())


@dataclass(frozen=True)
class Guard:
    """Public addresses may be asked, and those of the networks that are `inside` on purpose."""

    inside: tuple[Network, ...] = ()
    resolve: Resolver | None = None
    threads: Executor | None = field(default=None, compare=False)

    def allows(self, text: str) -> bool:
        """Whether this address may be asked."""
        typed = ipaddress.ip_address(text.partition("%")[0])
        meant = _meant(typed)
        return _is_public(meant) or any(self._is_inside(one) for one in (meant, typed))

    def _is_inside(self, address: Address) -> bool:
        return any(address.version == one.version and address in one for one in self.inside)

    async def addresses(self, host: str, port: int) -> Sequence[str]:
        """The addresses of a host, all of which may be asked.

        Raises `AskingRefused` when one of them may not, `CheckFailed` when there is none. Whoever connects takes
        these and asks for the name no more: what it stands for a moment later does not matter.
        """
        found = await (self.resolve or self._system)(host, port)
        if not found:
            raise CheckFailed(Why.NO_NAME, host)
        for one in found:
            if not self.allows(one):
                raise AskingRefused(one if one == host else f"{host} ({one})")
        return found

    async def _system(self, host: str, port: int) -> Sequence[str]:
        loop = asyncio.get_running_loop()
        try:
            rows = await loop.run_in_executor(self.threads, _look_up, host, port)
        except (OSError, UnicodeError) as error:
            raise CheckFailed(Why.NO_NAME, host) from error
        return list(dict.fromkeys(rows))


def _look_up(host: str, port: int) -> list[str]:
    return [str(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def _is_public(address: Address) -> bool:
    if any(address.version == one.version and address in one for one in _SPECIAL):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _meant(address: Address) -> Address:
    """The IPv4 address that an IPv6 address stands for, where it does; else itself."""
    if isinstance(address, ipaddress.IPv6Address) and any(address in one for one in _TRANSLATED):
        return ipaddress.IPv4Address(int(address) & _LOW)
    return address
