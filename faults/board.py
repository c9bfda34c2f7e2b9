"""Memory that outlives a killed process: for each worker the last named point that it has passed."""

import mmap
from collections.abc import Callable

from helpdesk.notifications import sending
from tickets.operations import ladder, settling, sweep
from tickets.operations.inbound import reading as mail_reading
from tickets.operations.inbound import receiving as mail_receiving

IDLE = ""
# Where the product names its points: each of these modules calls `reach`.
REACHING = (ladder, mail_reading, mail_receiving, sending, settling, sweep)
POINTS = (
    IDLE,
    "sender.claimed",
    "sender.accepted",
    "sender.before_mark",
    "sender.before_commit",
    "sender.after_commit",
    "sweep.claimed",
    "sweep.moved",
    "sweep.timeline",
    "sweep.rungs",
    "sweep.audit",
    "sweep.notices",
    "sweep.before_commit",
    "sweep.after_commit",
    "mail.before_store",
    "mail.stored",
    "mail.claimed",
    "mail.before_commit",
    "mail.after_commit",
)


class Board:
    """One byte for each worker, shared by all processes forked after it was made, and one for the run's state."""

    def __init__(self, *, workers: int) -> None:
        self._bytes = mmap.mmap(-1, workers + 1)
        self._calm = workers

    def note(self, slot: int, point: str) -> None:
        """Say that the worker has passed the point."""
        self._bytes[slot] = POINTS.index(point)

    def last(self, slot: int) -> str:
        """The worker's last point. Exact once the worker is dead, else already old."""
        return POINTS[self._bytes[slot]]

    def calm(self) -> None:
        """Tell everybody that the faults are over."""
        self._bytes[self._calm] = 1

    @property
    def is_calm(self) -> bool:
        return self._bytes[self._calm] == 1


def listen(hear: Callable[[str], None]) -> None:
    """Have this process, a worker, tell of each named point as it passes it."""
    for module in REACHING:
        setattr(module, "reach", hear)  # noqa: B010 - a plain assignment to a module's function is refused by mypy
