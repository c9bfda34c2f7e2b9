"""Which notice of a window is due: a function of its instants and of what was told, so that any worker finds the same.

Only the newest that is due is sent; what was missed meanwhile, because nobody worked, has lost its sense.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from status.maintenance.windows import OVER, ended_at, state_of
from status.models import MaintenanceWindow, NoticeKind, WindowAnnouncement, WindowNotice

REMINDERS = {
    NoticeKind.IN_TWO_DAYS: timedelta(hours=48),
    NoticeKind.IN_A_DAY: timedelta(hours=24),
    NoticeKind.IN_AN_HOUR: timedelta(hours=1),
}
# The end of what was announced is news for a day; afterwards the history tells it.
OLD_NEWS = timedelta(days=1)


class Turn(NamedTuple):
    """What is to be told now (None: nothing), and what is told no more."""

    tell: NoticeKind | None
    drop: tuple[NoticeKind, ...] = ()


def turn_of(
    window: MaintenanceWindow,
    announcements: Iterable[WindowAnnouncement],
    notices: Iterable[WindowNotice],
    *,
    at: datetime,
) -> Turn:
    """What is to be told of a published window at the instant."""
    said = list(notices)
    told = {NoticeKind(one.kind) for one in said if one.revision == window.revision}
    newest = max(announcements, key=lambda row: row.revision)
    if window.is_cancelled:
        heard = any(not one.dropped for one in said)
        return _turn([NoticeKind.CANCELLED], told, lost=not heard)
    if newest.queued_at is None:
        kind = NoticeKind.MOVED if newest.revision else NoticeKind.PUBLISHED
        return _turn([kind], told, lost=state_of(window, at=at) in OVER)
    due = sorted((when, kind) for kind, when in _instants(window, at=at) if newest.queued_at < when <= at)
    if not due:
        return Turn(None)
    lost = due[-1][1] is NoticeKind.COMPLETED and at - due[-1][0] > OLD_NEWS
    return _turn([kind for _when, kind in due], told, lost=lost)


def _turn(due: list[NoticeKind], told: set[NoticeKind], *, lost: bool) -> Turn:
    """The newest of what is due, unless it was told or has lost its sense; the others are dropped."""
    untold = tuple(kind for kind in due if kind not in told)
    if lost:
        return Turn(None, untold)
    return Turn(due[-1] if due[-1] not in told else None, tuple(kind for kind in untold if kind is not due[-1]))


def _instants(window: MaintenanceWindow, *, at: datetime) -> list[tuple[NoticeKind, datetime]]:
    """When each notice is due, of those that have an instant. Equal ones stand in the order of what happens."""
    begun = min(window.begins_at, window.started_at or window.begins_at)
    found = [(kind, window.begins_at - ahead) for kind, ahead in REMINDERS.items() if window.begins_at - ahead < begun]
    found.append((NoticeKind.STARTED, begun))
    if window.overran_at is not None:
        found.append((NoticeKind.OVERRUN, window.overran_at))
    ended = ended_at(window, at=at)
    if ended is not None:
        found.append((NoticeKind.COMPLETED, ended))
    return found
