"""The demo's maintenance: a window that is over, one that is ahead, and a series."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from helpdesk.lib.actors import Actor
from status.models import Component
from status.operations.maintenance import WindowText, plan_window
from status.operations.series import SeriesText, plan_series
from status.operations.window_notices import tell_windows
from status.zone import PAGE_ZONE

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def plan_maintenance(admin: Actor, *, api: Component, now: datetime) -> None:
    """Each is told long enough before, and its mails queued then. Needs the system scope.

    What is ahead is further off than the two days in which a banner tells of it.
    """
    past, ahead = _saturday(now - 14 * DAY), _saturday(now + 4 * DAY)
    over = WindowText(
        title="New disks for the database", body="Programs that ask the API wait a little longer.", begins_at=past,
        ends_at=past + 3 * HOUR, impact="degraded_performance", components=[api.pk],
    )  # fmt: skip
    coming = WindowText(
        title="Move to a newer database", body="You cannot sign in meanwhile. Mails wait, and arrive afterwards.",
        begins_at=ahead, ends_at=ahead + 3 * HOUR,
    )  # fmt: skip
    for text, told in ((over, past - 6 * DAY), (coming, now - HOUR)):
        plan_window(actor=admin, text=text, at=told)
        tell_windows(at=told)
    tell_windows(at=past + HOUR)
    tell_windows(at=past + 4 * HOUR)
    monthly = SeriesText(
        title="Monthly care", body="Short interruptions are possible.", rule="FREQ=MONTHLY;BYDAY=2SU",
        first_on=(now + 7 * DAY).date(), opens=time(1), minutes=120, zone=PAGE_ZONE,
    )  # fmt: skip
    plan_series(actor=admin, text=monthly, at=now - HOUR)
    tell_windows(at=now - HOUR)


def _saturday(day: datetime) -> datetime:
    """The first Saturday from this day on, at 22:00 in the page's zone: a usual time."""
    local = day.astimezone(ZoneInfo(PAGE_ZONE))
    return (local + (5 - local.weekday()) % 7 * DAY).replace(hour=22, minute=0, second=0, microsecond=0)
