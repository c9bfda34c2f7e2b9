"""What follows from a window's instants alone: how it stands, what was announced of it, and which notice it has.

The clock says it: no job has to run for a page to be right.
"""

from collections.abc import Iterable
from datetime import datetime

from status.models import MaintenanceWindow, WindowAnnouncement, WindowState
from status.uptime.facts import Announcement

OVER = frozenset({WindowState.COMPLETED, WindowState.CANCELLED})
RUNNING = frozenset({WindowState.IN_PROGRESS, WindowState.VERIFYING})


def state_of(window: MaintenanceWindow, *, at: datetime) -> WindowState:
    """How a window stands at an instant: by the clock, and by what people did by hand until then.

    It begins when its time comes or somebody starts it, and ends when its time is over or somebody says so. One that
    was said to take longer lasts until it is completed by hand.
    """
    if _reached(window.cancelled_at, at):
        return WindowState.CANCELLED
    if _reached(window.completed_at, at):
        return WindowState.COMPLETED
    if at < window.begins_at and not _reached(window.started_at, at):
        return WindowState.SCHEDULED
    if at >= window.ends_at and not _reached(window.overran_at, at):
        return WindowState.COMPLETED
    return WindowState.VERIFYING if _reached(window.verifying_at, at) else WindowState.IN_PROGRESS


def ended_at(window: MaintenanceWindow, *, at: datetime) -> datetime | None:
    """When it ended, as far as that is known at the instant; None while it is ahead or lasts."""
    if state_of(window, at=at) not in OVER:
        return None
    return window.cancelled_at or window.completed_at or window.ends_at


def announced_as(rows: Iterable[WindowAnnouncement]) -> tuple[Announcement, ...]:
    """A window's announcements as the uptime engine takes them, in order."""
    return tuple(
        Announcement(row.begins_at, row.ends_at, row.published_at, row.queued_at)
        for row in sorted(rows, key=lambda row: row.revision)
    )


def _reached(instant: datetime | None, at: datetime) -> bool:
    return instant is not None and instant <= at
