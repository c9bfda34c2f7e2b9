"""Recurrence: the instants that a rule gives. Wall times hold in the rule's zone, summer and winter."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dateutil.rrule import rrulestr

# What may be written: days and longer. A window for every minute is no series of maintenance.
FREQUENCIES = ("FREQ=DAILY", "FREQ=WEEKLY", "FREQ=MONTHLY", "FREQ=YEARLY")
MOST = 400  # instants that are looked at: more than a year of days


class BadRule(ValueError):
    """No rule that windows can be made by."""


def occurrences(
    rule: str, *, first_on: date, opens: time, zone: str, since: datetime, until: datetime
) -> list[datetime]:
    """The instants of the rule in [since, until), in order; raises `BadRule`.

    The rule counts wall times without a zone, which are then read in theirs: 22:00 stays 22:00 across a change of
    the clock. A wall time that the change leaves out is read as the instant that the hour before it leads to.
    """
    place = _zone(zone)
    start = datetime.combine(first_on, opens)
    wall_until = until.astimezone(place).replace(tzinfo=None) + timedelta(days=1)
    wall_since = max(start, since.astimezone(place).replace(tzinfo=None) - timedelta(days=1))
    found = []
    for wall in _rule(rule, start).xafter(wall_since, count=MOST, inc=True):
        if wall > wall_until:
            break
        instant = wall.replace(tzinfo=place).astimezone(UTC)
        if since <= instant < until:
            found.append(instant)
    return found


def checked_rule(rule: str, *, first_on: date, opens: time, zone: str) -> str:
    """The rule as it is kept: in capitals, without its name or spaces; raises `BadRule` where it gives no instant."""
    tidy = "".join(rule.split()).upper().removeprefix("RRULE:")
    if sum(tidy.count(one) for one in FREQUENCIES) != 1 or "BYHOUR" in tidy or "BYMINUTE" in tidy or "BYSECOND" in tidy:
        raise BadRule(tidy)
    _zone(zone)
    if next(iter(_rule(tidy, datetime.combine(first_on, opens))), None) is None:
        raise BadRule(tidy)
    return tidy


def _rule(rule: str, start: datetime) -> Any:  # the library has no types
    try:
        return rrulestr(rule, dtstart=start)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadRule(rule) from error


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadZone(name) from error


class BadZone(BadRule):
    """No zone of this name."""
