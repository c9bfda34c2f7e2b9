"""Lists of windows for staff: what runs, what is ahead or drafted, and what is over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from status.maintenance.noticed import Noticed, notice_of
from status.maintenance.queries import needed_notice, not_over, window_audience
from status.maintenance.windows import RUNNING, announced_as, ended_at, state_of
from status.models import MaintenanceWindow, WindowState

PAGE, MOST_AHEAD = 25, 100


@dataclass(frozen=True)
class WindowRow:
    """A window as it stands at an instant, with its notice."""

    window: MaintenanceWindow
    state: WindowState
    noticed: Noticed
    audience: Sequence[str] = ()
    ended_at: datetime | None = None

    @property
    def is_running(self) -> bool:
        return not self.window.is_draft and self.state in RUNNING


@dataclass(frozen=True)
class WindowPage:
    """What runs and what is ahead, drafts included, all of it; and a page of what is over, the newest first."""

    running: Sequence[WindowRow]
    ahead: Sequence[WindowRow]
    past: Sequence[WindowRow]
    next_key: str
    more_ahead: bool


def window_page(*, at: datetime, before: int | None) -> WindowPage:
    """Every window that the scope at hand shows; `before`: only past ones, after the one with this key."""
    everything = MaintenanceWindow.objects.prefetch_related("announcements")
    lasting = not_over(everything, at=at) | everything.filter(published_at__isnull=True, cancelled_at__isnull=True)
    past = _after(everything.exclude(pk__in=lasting.values("pk")).order_by("-begins_at", "-pk"), before)
    ahead = [] if before is not None else list(lasting.order_by("begins_at", "pk")[: MOST_AHEAD + 1])
    over = list(past[: PAGE + 1])
    shown = ahead[:MOST_AHEAD]
    rows = rows_of([*shown, *over[:PAGE]], at=at)
    lasts = rows[: len(shown)]
    return WindowPage(
        running=[row for row in lasts if row.is_running],
        ahead=[row for row in lasts if not row.is_running],
        past=rows[len(shown) :],
        next_key=str(over[PAGE - 1].pk) if len(over) > PAGE else "",
        more_ahead=len(ahead) > MOST_AHEAD,
    )


def rows_of(windows: Sequence[MaintenanceWindow], *, at: datetime) -> list[WindowRow]:
    """The windows as rows, by two statements; their announcements are at hand or asked for."""
    needed = needed_notice(at=at)
    names = window_audience([one.pk for one in windows])
    return [
        WindowRow(
            one,
            state_of(one, at=at),
            notice_of(announced_as(one.announcements.all()), needed=needed),
            names.get(one.pk, ()),
            ended_at(one, at=at),
        )
        for one in windows
    ]


def _after(past: QuerySet[MaintenanceWindow], before: int | None) -> QuerySet[MaintenanceWindow]:
    if before is None:
        return past
    last = MaintenanceWindow.objects.filter(pk=before).values_list("begins_at", flat=True).first()
    if last is None:  # not there, or not theirs: where it would stand is nobody's business
        return past.none()
    return past.filter(Q(begins_at__lt=last) | Q(begins_at=last, pk__lt=before))
