"""A brute-force judge: walks real time in steps of a minute and asks each time whether support is open."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sla.engine.calendar import BusinessCalendar

STEP = timedelta(minutes=1)
LIMIT_DAYS = 40

Pauses = Sequence[tuple[datetime, datetime | None]]


class Walker:
    """Business time over one calendar, for instants on the whole minute."""

    def __init__(self, calendar: BusinessCalendar) -> None:
        self.spec = calendar.spec
        self.zone = ZoneInfo(calendar.spec.tz)
        self.days: dict = {}

    def is_open(self, at: datetime) -> bool:
        local = at.astimezone(self.zone)
        day = local.date()
        if day not in self.days:
            self.days[day] = self.spec.intervals_on(day)
        seconds = local.hour * 3600 + local.minute * 60 + local.second
        return any(opens <= seconds < closes for opens, closes in self.days[day])

    def counts(self, at: datetime, pauses: Pauses) -> bool:
        paused = any(begins <= at and (ends is None or at < ends) for begins, ends in pauses)
        return not paused and self.is_open(at)

    def due(self, start: datetime, minutes: int, pauses: Pauses = ()) -> datetime | None:
        """The earliest instant at which the minutes have run; None if that takes more than 40 days."""
        at = start.astimezone(UTC)
        end = at + timedelta(days=LIMIT_DAYS)
        while minutes and at < end:
            minutes -= self.counts(at, pauses)
            at += STEP
        return None if minutes else at

    def elapsed(self, start: datetime, end: datetime, pauses: Pauses = ()) -> timedelta:
        """The open, unpaused time between two instants."""
        at, total = start.astimezone(UTC), timedelta(0)
        while at < end:
            total += STEP * self.counts(at, pauses)
            at += STEP
        return total
