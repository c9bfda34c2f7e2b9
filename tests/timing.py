"""Times that a busy machine does not falsify: the least of several, since whatever disturbs can only add to one."""

import time
from collections.abc import Callable

PAUSE_S = 0.2


def least_seconds(work: Callable[[], object], *, below: float, tries: int = 8) -> float:
    """The least processor time of work in seconds, of at most so many tries; the first below the limit ends them."""
    least = _seconds(work)
    for _ in range(tries - 1):
        if least < below:
            break
        time.sleep(PAUSE_S)
        least = min(least, _seconds(work))
    return least


def _seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began
