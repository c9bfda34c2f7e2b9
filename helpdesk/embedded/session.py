"""The servers of one command: given ones when they are named, embedded ones otherwise."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from helpdesk.embedded.errors import EmbeddedError
from helpdesk.embedded.servers import Servers


def servers_are_given() -> bool:
    """Whether the environment names running servers; raises `EmbeddedError` when it names only one."""
    named = [name for name in ("DATABASE_URL", "REDIS_URL") if os.environ.get(name)]
    if len(named) == 1:
        raise EmbeddedError(f"Only {named[0]} is set: set both DATABASE_URL and REDIS_URL, or neither.")
    return bool(named)


@contextmanager
def running_servers(
    *, data: Path, durable: bool = True, throw_away: bool = False, wait_for_sharers: bool = False
) -> Iterator[Servers | None]:
    """Servers that run within the block; None, and nothing is started, when they are given.

    SIGTERM and SIGHUP meanwhile raise SystemExit, so that an interrupted start cleans up as well. With
    `wait_for_sharers` the block's end waits for the other commands that came to use the servers.
    """
    if servers_are_given():
        yield None
        return
    before = {ask: signal.signal(ask, _leave) for ask in (signal.SIGTERM, signal.SIGHUP)}
    servers = Servers(data=data, durable=durable, throw_away=throw_away)
    try:
        servers.start()
        yield servers
        if wait_for_sharers:
            servers.wait_for_sharers()
    finally:
        servers.stop()
        for ask, handler in before.items():
            signal.signal(ask, handler)


def _leave(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)
