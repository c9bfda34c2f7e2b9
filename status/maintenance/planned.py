"""Planned maintenance as page, feeds and machines' formats tell of it: windows as they stand at an instant."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from status.bars import midnight
from status.maintenance.queries import not_over, shown_windows, with_parts
from status.maintenance.windows import RUNNING, ended_at, state_of
from status.models import MaintenanceWindow, WindowState
from status.months import LONGEST_WORDS, next_month

MOST_AHEAD, MOST_OVER = 50, 50


@dataclass(frozen=True, kw_only=True)
class Announced:
    """What was told of its times at an instant; `reason` where it was moved."""

    at: datetime
    begins_at: datetime
    ends_at: datetime
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Planned:
    """One window that the scope at hand may know of, as it stands at an instant.

    `component_ids` empty: it may affect all of them. `steps` are the states that it has reached, the first one first.
    """

    public_id: uuid.UUID
    title: str
    body: str
    state: WindowState
    begins_at: datetime
    ends_at: datetime
    revision: int
    published_at: datetime
    updated_at: datetime
    created_at: datetime
    cancellation: str = ""
    component_ids: frozenset[int] = frozenset()
    announced: Sequence[Announced] = ()
    steps: Sequence[tuple[WindowState, datetime]] = ()

    @property
    def is_running(self) -> bool:
        return self.state in RUNNING

    @property
    def is_ahead(self) -> bool:
        return self.state == WindowState.SCHEDULED

    def reached(self, state: WindowState) -> datetime | None:
        """When it came to this state; None where it has not."""
        return next((at for one, at in self.steps if one == state), None)

    def concerns(self, component_id: int) -> bool:
        """Whether this component may be affected by it."""
        return not self.component_ids or component_id in self.component_ids


def planned_work(*, at: datetime) -> list[Planned]:
    """What is under way or ahead, and of the newest that is over or cancelled; those that begin last, first."""
    open_now = with_parts(not_over(shown_windows(), at=at))[:MOST_AHEAD]
    past = Q(ends_at__lte=at) | Q(completed_at__isnull=False) | Q(cancelled_at__isnull=False)
    newest = with_parts(shown_windows().filter(past)).order_by("-begins_at", "-pk")[:MOST_OVER]
    windows = {one.pk: one for one in (*open_now, *newest)}
    found = sorted(windows.values(), key=lambda one: (one.begins_at, one.pk), reverse=True)
    return [_planned(window, at=at) for window in found]


def planned_in(first: date, *, at: datetime, words: str = "") -> list[Planned]:
    """The windows that begin in the month, the first one first; `words`: only those that hold all of them."""
    found = shown_windows().filter(begins_at__gte=midnight(first), begins_at__lt=midnight(next_month(first)))
    for word in words[:LONGEST_WORDS].split():
        found = found.filter(Q(title__icontains=word) | Q(body__icontains=word))
    return [_planned(window, at=at) for window in with_parts(found)[:MOST_OVER]]


def _planned(window: MaintenanceWindow, *, at: datetime) -> Planned:
    assert window.published_at is not None
    steps = _steps(window, at=at)
    return Planned(
        public_id=window.public_id,
        title=window.title,
        body=window.body,
        state=state_of(window, at=at),
        begins_at=window.begins_at,
        ends_at=window.ends_at,
        revision=window.revision,
        published_at=window.published_at,
        # The clock changes it, too.
        updated_at=max(window.updated_at, *(reached for _state, reached in steps)),
        created_at=window.created_at,
        cancellation=window.cancellation,
        component_ids=frozenset(row.component_id for row in window.components.all()),
        announced=[
            Announced(at=row.published_at, begins_at=row.begins_at, ends_at=row.ends_at, reason=row.reason)
            for row in reversed(window.announcements.all())
        ],
        steps=steps,
    )


def _steps(window: MaintenanceWindow, *, at: datetime) -> list[tuple[WindowState, datetime]]:
    ended, state = ended_at(window, at=at), state_of(window, at=at)
    began = window.started_at or window.begins_at
    reached = [
        (WindowState.SCHEDULED, window.published_at),
        (
            WindowState.IN_PROGRESS,
            began if began <= at and not (window.cancelled_at and window.cancelled_at < began) else None,
        ),
        (WindowState.VERIFYING, window.verifying_at if window.verifying_at and window.verifying_at <= at else None),
        (state, ended),
    ]
    return [(one, instant) for one, instant in reached if instant is not None]
