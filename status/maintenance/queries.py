"""Reading maintenance windows: what is shown to those who may know, and what staff see in their scope.

Row-level security leaves out whatever the scope at hand may not know of; these leave out drafts besides.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime, time, timedelta

from django.db.models import Prefetch, Q, QuerySet
from django.db.models.functions import Now

from status.models import (
    MaintenanceSeries,
    MaintenanceWindow,
    UsualWindow,
    WindowAnnouncement,
    WindowAudience,
    WindowCorrection,
)
from status.reckoning.months import month_at
from status.reckoning.terms import agreed
from status.uptime.facts import UsualWindow as UsualTime


class WindowNotFound(LookupError):
    """No such window, or not for whoever asks: the same answer."""


def shown_windows() -> QuerySet[MaintenanceWindow]:
    """Published windows that the scope at hand may know of, whatever became of them; those that begin first, first."""
    return MaintenanceWindow.objects.filter(published_at__isnull=False).order_by("begins_at", "pk")


def not_over(windows: QuerySet[MaintenanceWindow], *, at: datetime | Now) -> QuerySet[MaintenanceWindow]:
    """Of these the ones that are ahead or last at the instant: what `state_of` says, as a filter."""
    lasting = Q(ends_at__gt=at) | Q(overran_at__isnull=False)
    return windows.filter(lasting, completed_at__isnull=True, cancelled_at__isnull=True)


def with_parts(windows: QuerySet[MaintenanceWindow]) -> QuerySet[MaintenanceWindow]:
    """With their announcements, the newest first, and their components, by two more statements."""
    announcements = WindowAnnouncement.objects.order_by("-revision")
    return windows.prefetch_related(Prefetch("announcements", queryset=announcements), "components__component")


def shown_window(public_id: uuid.UUID) -> MaintenanceWindow:
    """A published window with its parts; raises `WindowNotFound` also for one that others alone may know of."""
    found = with_parts(shown_windows()).filter(public_id=public_id).first()
    if found is None:
        raise WindowNotFound
    return found


def staff_window(public_id: uuid.UUID) -> MaintenanceWindow:
    """Any window with its parts, drafts included; raises `WindowNotFound`."""
    found = with_parts(MaintenanceWindow.objects.select_related("series")).filter(public_id=public_id).first()
    if found is None:
        raise WindowNotFound
    return found


def corrections_of(window: MaintenanceWindow) -> QuerySet[WindowCorrection]:
    """What a window said until its words were corrected, the newest first."""
    return window.corrections.order_by("-corrected_at", "-pk")


def windows_ahead_of(series: MaintenanceSeries, *, at: datetime) -> QuerySet[MaintenanceWindow]:
    """The windows of a series that are not over at the instant, with their announcements, the next first."""
    return not_over(series.windows.order_by("begins_at", "pk"), at=at).prefetch_related("announcements")


def usual_windows() -> QuerySet[UsualWindow]:
    """When maintenance is usual, in the order of the week."""
    return UsualWindow.objects.order_by("weekday", "opens")


def usual_as_facts() -> tuple[UsualTime, ...]:
    """The usual windows as the uptime engine takes them."""
    return tuple(UsualTime(one.weekday, _seconds(one.opens), _seconds(one.closes)) for one in usual_windows())


def needed_notice(*, at: datetime) -> timedelta:
    """How long before its beginning a window must be told of: as agreed for everybody, in the instant's month."""
    return timedelta(hours=agreed(month_at(at), organisation=None).notice_hours)


def window_audience(window_ids: Sequence[int]) -> dict[int, list[str]]:
    """The names of the organisations that may know, by window: of those that the scope at hand shows."""
    found: dict[int, list[str]] = {}
    listed = WindowAudience.objects.filter(window__in=window_ids).select_related("organisation")
    for row in listed.order_by("organisation__name"):
        found.setdefault(row.window_id, []).append(row.organisation.name)
    return found


def _seconds(wall: time) -> int:
    return wall.hour * 3600 + wall.minute * 60 + wall.second
