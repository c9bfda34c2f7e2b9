"""The values of a conformance case: instants, exact minutes, pauses. Others raise ValueError or TypeError."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from sla.engine.pauses import Pause

_PLACES, _LONGEST, _HUGE = 8, 100, re.compile(r"e[+-]?0*[1-9][0-9]{2}", re.IGNORECASE)


def read_text(value: object) -> str:
    """A name or another text."""
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def read_datetime(text: object) -> datetime:
    """The datetime that an ISO 8601 text names, naive without an offset."""
    if not isinstance(text, str):
        raise TypeError(f"{text!r} is no instant")
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{text!r} is no instant") from error


def read_instant(text: object) -> datetime:
    """The aware datetime that an ISO 8601 text with an offset names."""
    at = read_datetime(text)
    if at.utcoffset() is None:
        raise ValueError(f"{text!r} has no offset")
    return at


def read_instant_or_never(text: object) -> datetime | None:
    """An instant, or None for null."""
    return None if text is None else read_instant(text)


def read_number(value: object) -> Fraction:
    """An exact decimal from a whole number, a decimal string or a JSON number, of a size that can be computed with."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise TypeError(f"{value!r} is no number")
    text = str(value)
    if len(text) > _LONGEST or _HUGE.search(text):
        raise ValueError(f"{text[:_LONGEST]!r} is too long or too large a number")
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError) as error:
        raise ValueError(f"{value!r} is no number") from error


def read_spent(value: object, found: Fraction) -> Fraction:
    """The minutes that a case expects; `found` itself where it is theirs to the places given.

    A third of a minute has no end as a decimal: at least 3 places must be given, and 8 are looked at.
    """
    number, places = read_number(value), min(len(str(value).partition(".")[2]), _PLACES)
    endless = found.denominator % 3 == 0
    return found if endless and places >= 3 and round(number, places) == round(found, places) else number


def read_minutes(value: object) -> int | timedelta:
    """A budget: whole minutes as an int, else a timedelta, rounded up to the microsecond."""
    number = read_number(value)
    if number.denominator == 1:
        return number.numerator
    return timedelta(microseconds=-(-number * 60_000_000 // 1))


def read_pauses(case: Mapping[str, Any]) -> list[Pause]:
    """The pauses of a case, an open one ending with None; none when the case has no such field."""
    pauses = case.get("pauses")
    if pauses is None:
        return []
    if not isinstance(pauses, list) or not all(isinstance(one, list) and len(one) == 2 for one in pauses):
        raise TypeError("pauses is no list of pairs of instants")
    return [(read_instant(begins), read_instant_or_never(ends)) for begins, ends in pauses]


def name_of(case: Mapping[str, Any], number: int) -> str:
    """What a result is told by: the id of the case, else its number in the file."""
    given = case.get("id")
    return str(given) if isinstance(given, str | int) else f"case {number}"


def turned_round(case: Mapping[str, Any]) -> list[str]:
    """What ends before it begins in a case that can be read: it holds no instant, which is told with a failure."""
    orders = (("start", "end"), ("start", "change_at"), ("start", "resolved_at"), ("resolved_at", "reopened_at"))
    pairs = [(first, last) for first, last in orders if first in case and last in case]
    found = [
        f"{last} comes before {first}" for first, last in pairs if read_instant(case[last]) < read_instant(case[first])
    ]
    return found + ["a pause ends before it begins" for begins, ends in read_pauses(case) if ends and ends < begins]
