"""Instants and spans as whole microseconds since 1970-01-01T00:00:00Z.

The engine counts in integers, so that no sum is ever rounded; datetimes stand at its edges only.
"""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
SECOND_US = 1_000_000
MINUTE_US = 60 * SECOND_US
DAY_US = 86_400 * SECOND_US
NAIVE = "a naive datetime names no instant: give it a time zone"
NEGATIVE = "a budget of support time cannot be negative"


def span_us(span: timedelta) -> int:
    """The microseconds of `span`, exactly."""
    return span.days * DAY_US + span.seconds * SECOND_US + span.microseconds


def to_us(at: datetime) -> int:
    """The microseconds from the epoch to the aware datetime `at`. Raises ValueError for a naive one."""
    try:
        span = at - EPOCH
    except TypeError:
        raise ValueError(NAIVE) from None
    return span.days * DAY_US + span.seconds * SECOND_US + span.microseconds


def from_us(at: int) -> datetime:
    """The UTC datetime of `at` microseconds after the epoch."""
    return EPOCH + MICROSECOND * at


def minutes_us(minutes: int | timedelta) -> int:
    """A budget of whole minutes, or an exact timedelta, in microseconds. Raises ValueError below zero."""
    need = span_us(minutes) if isinstance(minutes, timedelta) else minutes * MINUTE_US
    if need < 0:
        raise ValueError(NEGATIVE)
    return need
