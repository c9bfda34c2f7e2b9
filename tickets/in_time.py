"""A bound on calls that have none of their own."""

from collections.abc import Callable
from threading import Thread
from typing import TypeVar

FETCH_S = 120.0  # anymail fetches without any limit of time
T = TypeVar("T")


def in_time(call: Callable[[], T], *, seconds: float = FETCH_S) -> T:
    """What a call returns or raises. Raises `TimeoutError` for one that takes too long, and lets it go."""
    found: list[T] = []
    fault: list[BaseException] = []

    def run() -> None:
        try:
            found.append(call())
        except BaseException as error:  # noqa: BLE001 - it is raised where the call was asked for
            fault.append(error)

    thread = Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if fault:
        raise fault[0]
    if not found:
        raise TimeoutError(f"no answer within {seconds:.0f} seconds")
    return found[0]
