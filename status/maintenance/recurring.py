"""Recurrence: the instants that a rule gives. Wall times hold in the rule's zone, summer and winter.

The library that reads rules goes on to the year 9999 when a rule gives no day, which takes it minutes. So it is handed
the last decades of its calendar in place of ours: `_shift` says why they are the same days.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import dropwhile, islice
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dateutil.rrule import rrulestr

# What may be written: days and longer. A window for every minute is no series of maintenance.
FREQUENCIES = ("FREQ=DAILY", "FREQ=WEEKLY", "FREQ=MONTHLY", "FREQ=YEARLY")
MOST = 400  # instants that are looked at: more than a year of days
# What a rule may be made of, each once. An interval of none would stand still for ever.
PART = re.compile(
    r"FREQ=[A-Z]+|INTERVAL=[1-9][0-9]{0,2}|COUNT=[1-9][0-9]{0,4}|UNTIL=[0-9]{8}(T[0-9]{6})?|WKST=[A-Z]{2}"
    r"|(BYDAY|BYMONTH|BYMONTHDAY|BYYEARDAY|BYWEEKNO|BYSETPOS)=[A-Z0-9,+-]+"
)
FIRST_YEARS = (2001, 2059)  # in which a rule may begin
# Every year has its like among these 28; from there on the calendar ends after 40 to 67 years, and a series with it.
LAST_YEARS = range(9932, 9960)


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
    for wall in islice(dropwhile(lambda one: one < wall_since, _walls(rule, start)), MOST):
        if wall > wall_until:
            break
        instant = wall.replace(tzinfo=place).astimezone(UTC)
        if since <= instant < until:
            found.append(instant)
    return found


def checked_rule(rule: str, *, first_on: date, opens: time, zone: str) -> str:
    """The rule as it is kept: in capitals, without its name or spaces; raises `BadRule` where it gives no instant.

    Raises `NoDays` where it is well written and no day of the next decades meets it, `BadStart` for a first day in
    another age, `BadZone` for an unknown zone.
    """
    tidy = "".join(rule.split()).upper().removeprefix("RRULE:")
    parts = tidy.removesuffix(";").split(";")
    names = [part.partition("=")[0] for part in parts]
    if len(set(names)) < len(names) or not all(PART.fullmatch(part) for part in parts):
        raise BadRule(tidy)
    if sum(part in FREQUENCIES for part in parts) != 1:
        raise BadRule(tidy)
    _zone(zone)
    if not FIRST_YEARS[0] <= first_on.year <= FIRST_YEARS[1]:
        raise BadStart(first_on)
    if next(_walls(tidy, datetime.combine(first_on, opens)), None) is None:
        raise NoDays(tidy)
    return tidy


def _walls(rule: str, start: datetime) -> Iterator[datetime]:
    """The wall times of the rule from its start on, in order, for some decades; raises `BadRule`.

    The end that a rule names is looked at here, as it lies in our own years.
    """
    parts = [part for part in rule.split(";") if part]
    named = [part.removeprefix("UNTIL=") for part in parts if part.startswith("UNTIL=")]
    shift = _shift(start)
    try:
        until = datetime.fromisoformat(named[0]) if named else None
        endless = rrulestr(";".join(one for one in parts if not one.startswith("UNTIL=")), dtstart=start + shift)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadRule(rule) from error
    for late in endless:
        wall = late - shift
        if until is not None and wall > until:
            return
        yield wall


def _shift(start: datetime) -> timedelta:
    """What leads from the start to the like day at the calendar's end.

    Within a century the calendar repeats every 28 years: a year of the same weekday at its beginning and of the same
    place among the leap years has all days alike, and so have those that follow it. Neither 2001 to 2099 nor 9901 to
    9999 leaves out a leap year.
    """
    first = date(start.year, 1, 1)
    alike = (date(year, 1, 1) for year in LAST_YEARS if (year - start.year) % 4 == 0)
    return next(one - first for one in alike if one.weekday() == first.weekday())


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadZone(name) from error


class BadZone(BadRule):
    """No zone of this name."""


class BadStart(BadRule):
    """A first day before or after the years in which series begin."""


class NoDays(BadRule):
    """A rule that no day meets, such as one for the 30th of February."""
