"""The values of a conformance case: instants, exact minutes, pauses. Others raise ValueError or TypeError."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from sla.engine.pauses import Pause


def read_instant(text: object) -> datetime:
    """The aware datetime that an ISO 8601 text with an offset names."""
    if not isinstance(text, str):
        raise TypeError(f"{text!r} is no instant")
    at = datetime.fromisoformat(text)
    if at.utcoffset() is None:
        raise ValueError(f"{text!r} has no offset")
    return at


def read_instant_or_never(text: object) -> datetime | None:
    """An instant, or None for null."""
    return None if text is None else read_instant(text)


def read_number(value: object) -> Fraction:
    """An exact decimal from a whole number, a decimal string or a JSON number."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise TypeError(f"{value!r} is no number of minutes")
    return Fraction(str(value))


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
    return [(read_instant(begins), read_instant_or_never(ends)) for begins, ends in pauses]
